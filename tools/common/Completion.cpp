//===- Completion.cpp - Shells that complete options ----------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Completion.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace seednorm;

// Bash breaks words at '=' and ':' as COMP_WORDBREAKS has it: "--emit=pt" comes
// as three words, or as one where a user took '=' out.
static constexpr StringRef bashHead = R"(
  local word="${COMP_WORDS[COMP_CWORD]}" option="" prefix="" index=$COMP_CWORD
  COMPREPLY=()
  if [[ "$word" == --*=* ]]; then
    option="${word%%=*}" prefix="${word%%=*}=" word="${word#*=}"
  else
    [[ "$word" == "=" ]] && word="" || index=$((index - 1))
    [[ "${COMP_WORDS[index]}" == "=" ]] && index=$((index - 1))
    [[ "${COMP_WORDS[index]}" == -* ]] && option="${COMP_WORDS[index]}"
  fi
  case "$option" in
)";

// Without a match bash completes file names.
static constexpr StringRef bashTail = R"(  esac
  if [[ "$word" == -* && -z "$prefix" ]]; then
    COMPREPLY=($(compgen -W "${options[*]}" -- "$word"))
    [[ ${#COMPREPLY[@]} -eq 1 && "${COMPREPLY[0]}" == *= ]] && compopt -o nospace
  fi
  return 0
}
)";

static void printBashValues(const CompletedOption &option, raw_ostream &os) {
  os << "  " << option.name << ")\n";
  if (!option.values.empty())
    os << "    COMPREPLY=($(compgen -P \"$prefix\" -W \""
       << join(option.values, " ") << "\" -- \"$word\"))\n";
  os << "    return 0\n    ;;\n";
}

void seednorm::printBashCompletion(StringRef tool,
                                   ArrayRef<CompletedOption> options,
                                   raw_ostream &os) {
  std::string function = "_" + tool.str();
  std::replace(function.begin(), function.end(), '-', '_');
  os << "# Options of " << tool << " for bash, as '" << tool
     << " --completion=bash' writes them.\n\n"
     << function << "() {\n  local options=(";
  for (const CompletedOption &option : options)
    // "-o" has its value in the next word.
    os << "\n    " << option.name
       << (option.takesValue && option.name.size() > 2 ? "=" : "");
  os << "\n  )" << bashHead;
  for (const CompletedOption &option : options)
    if (option.takesValue)
      printBashValues(option, os);
  os << bashTail << "complete -o bashdefault -o default -F " << function << ' '
     << tool << '\n';
}

/// A text within the single quotes and the brackets of a specification.
static std::string quoteForZsh(StringRef text) {
  std::string quoted;
  for (char c : text) {
    if (c == '[' || c == ']' || c == '\\' || c == ':')
      quoted += '\\';
    if (c == '\'')
      quoted += "'\\'";
    quoted += c;
  }
  return quoted;
}

void seednorm::printZshCompletion(StringRef tool,
                                  ArrayRef<CompletedOption> options,
                                  raw_ostream &os) {
  os << "#compdef " << tool << "\n# Options of " << tool << " for zsh, as '"
     << tool << " --completion=zsh' writes them.\n\n_arguments";
  for (const CompletedOption &option : options) {
    os << " \\\n  '" << (option.repeats ? "*" : "") << option.name;
    if (option.takesValue && option.name.size() > 2)
      os << '=';
    os << '[' << quoteForZsh(option.help) << ']';
    if (option.takesValue)
      os << ":value:"
         << (!option.values.empty() ? "(" + join(option.values, " ") + ")"
             : option.takesFile     ? "_files"
                                    : " ");
    os << '\'';
  }
  os << " \\\n  '*:file:_files'\n";
}

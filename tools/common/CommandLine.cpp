//===- CommandLine.cpp - Options of command-line tools --------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CommandLine.h"

#include "Completion.h"

#include "seednorm/Utils/Version.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/WithColor.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace seednorm;

/// Set before the options are parsed, and read by that of `--completion`.
static ToolOptions toolOptions;

static CompletedOption describeOption(StringRef name,
                                      const cl::Option &option) {
  CompletedOption completed;
  completed.name = ((name.size() == 1 ? "-" : "--") + name).str();
  // A list of passes is one option with many names, and no help of its own.
  completed.help = option.ArgStr == name  ? option.HelpStr.split('\n').first
                   : toolOptions.describe ? toolOptions.describe(name)
                                          : StringRef();
  completed.takesValue = option.getValueExpectedFlag() == cl::ValueRequired;
  completed.takesFile = option.ValueStr.contains("file");
  completed.repeats = option.getNumOccurrencesFlag() != cl::Optional &&
                      option.getNumOccurrencesFlag() != cl::Required;
  for (const OptionValues &known : toolOptions.values)
    if (known.option == name)
      completed.values = known.values;
  return completed;
}

// While the options are parsed all of them are there, also those that a
// library of MLIR has inside of a function.
static void printCompletion(const std::string &shell) {
  std::vector<CompletedOption> options;
  for (const auto &[name, option] : cl::getRegisteredOptions())
    if (option->getOptionHiddenFlag() == cl::NotHidden)
      options.push_back(describeOption(name, *option));
  sort(options, [](const CompletedOption &lhs, const CompletedOption &rhs) {
    return lhs.name < rhs.name;
  });
  if (shell == "bash")
    printBashCompletion(toolOptions.tool, options, outs());
  else if (shell == "zsh")
    printZshCompletion(toolOptions.tool, options, outs());
  else
    WithColor::error() << "expects a shell among bash, zsh, but got '" << shell
                       << "'\n";
  std::exit(finishOutput(shell == "bash" || shell == "zsh" ? 0 : 1));
}

static cl::opt<std::string> completion(
    "completion",
    cl::desc("Print completion of this tool for a shell, bash or "
             "zsh, and exit"),
    cl::value_desc("shell"),
    cl::callback([](const std::string &shell) { printCompletion(shell); }));

void seednorm::setUpOptions(cl::OptionCategory &category, ToolOptions tool) {
  setVersionPrinter();
  toolOptions = std::move(tool);
  toolOptions.values.push_back({"completion", {"bash", "zsh"}});
  auto &options = cl::getRegisteredOptions();
  cl::OptionCategory *generic = options.lookup("help")->Categories.front();
  completion.addCategory(*generic);
  for (auto &[name, option] : options)
    if (option->getOptionHiddenFlag() == cl::NotHidden &&
        !is_contained(option->Categories, &category) &&
        !is_contained(option->Categories, generic))
      option->setHiddenFlag(cl::Hidden);
}

Expected<std::unique_ptr<MemoryBuffer>> seednorm::readModule(StringRef path) {
  ErrorOr<std::unique_ptr<MemoryBuffer>> buffer =
      MemoryBuffer::getFileOrSTDIN(path);
  if (!buffer)
    return createStringError("cannot read '" + path +
                             "': " + buffer.getError().message());
  return std::move(*buffer);
}

int seednorm::finishOutput(int status) {
  outs().flush();
  if (!outs().has_error())
    return status;
  // Else the stream's destructor ends the program in its own words.
  std::string reason = outs().error().message();
  outs().clear_error();
  WithColor::error() << "cannot write the standard output: " << reason << '\n';
  return 1;
}

//===- SASS.cpp - Reading a disassembly -----------------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lines of `nvdisasm -c`: sections, labels, and instructions behind comments
// with their addresses.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Target/NVPTX/SASS.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"

using namespace llvm;
using namespace seednorm;

bool SASSInstruction::has(StringRef modifier) const {
  return is_contained(split(modifiers, '.'), modifier);
}

int64_t SASSInstruction::getAccessBytes() const {
  // Of a copy into shared memory, the one width stands for both sides.
  for (auto [name, bytes] :
       {std::pair("256", 32), std::pair("128", 16), std::pair("64", 8),
        std::pair("U8", 1), std::pair("S8", 1), std::pair("8", 1),
        std::pair("U16", 2), std::pair("S16", 2), std::pair("16", 2)})
    if (has(name))
      return bytes;
  return 4;
}

bool SASSInstruction::isConditional() const {
  if (!guard.empty() && guard != "PT")
    return true;
  // "BRA !P2, `(.L_x_1)", and "BRA.DIV UR4, `(.L_x_1)": if lanes diverge.
  return opcode == "BRA" && StringRef(operands).contains(',') &&
         !StringRef(operands).starts_with("PT,");
}

namespace {
/// Reads the lines of one kernel.
class KernelParser {
public:
  void addLabel(StringRef name) {
    labels[name] = kernel.instructions.size();
    last = name;
  }
  void addInstruction(StringRef text);
  SASSKernel finish();

private:
  SASSKernel kernel;
  StringMap<int64_t> labels;
  StringRef last; ///< The label right before.
  /// Behind the end of code: a branch to itself, or no operations.
  static bool isPadding(const SASSInstruction &instruction, StringRef label) {
    return instruction.opcode == "NOP" ||
           (instruction.opcode == "BRA" && instruction.guard.empty() &&
            !label.empty() &&
            StringRef(instruction.operands)
                .contains(("(" + label + ")").str()));
  }
};
} // namespace

void KernelParser::addInstruction(StringRef text) {
  SASSInstruction instruction;
  // Behind the semicolon is the encoding.
  text = text.take_until([](char c) { return c == ';'; }).trim();
  if (text.empty())
    return; // The second half of an encoding.
  if (text.consume_front("@")) {
    instruction.guard = text.split(' ').first.str();
    text = text.split(' ').second.ltrim();
  }
  auto [mnemonic, operands] = text.split(' ');
  instruction.opcode = mnemonic.split('.').first.str();
  instruction.modifiers = mnemonic.drop_front(instruction.opcode.size()).str();
  instruction.operands = operands.trim().str();
  if (!isPadding(instruction, last))
    kernel.instructions.push_back(std::move(instruction));
  last = "";
}

SASSKernel KernelParser::finish() {
  for (SASSInstruction &instruction : kernel.instructions) {
    // "`(.L_x_1)"; of an indirect branch, "(*"BRANCH_TARGETS .L_x_1,.L_x_2"*)".
    StringRef rest = instruction.operands;
    rest = rest.contains("BRANCH_TARGETS") ? rest.split("BRANCH_TARGETS").second
           : rest.contains("`(")           ? rest.split("`(").second
                                           : StringRef();
    for (StringRef name : split(rest, ',')) {
      name = name.trim(" `()\"*");
      auto found = labels.find(name);
      if (found != labels.end())
        instruction.targets.push_back(found->second);
    }
  }
  return std::move(kernel);
}

std::map<std::string, SASSKernel> seednorm::parseSASS(StringRef text) {
  std::map<std::string, KernelParser> parsers;
  KernelParser *current = nullptr;
  for (StringRef line : split(text, '\n')) {
    line = line.trim();
    StringRef section = line;
    if (section.consume_front(".section\t.text.") ||
        section.consume_front(".section .text.")) {
      current = &parsers[section.split(',').first.str()];
      continue;
    }
    // Not ".sectioninfo", which stands inside of a section.
    if (line.starts_with(".section\t") || line.starts_with(".section "))
      current = nullptr;
    if (!current)
      continue;
    if (line.ends_with(":"))
      current->addLabel(line.drop_back());
    else if (line.consume_front("/*") && line.contains("*/"))
      current->addInstruction(line.split("*/").second.ltrim());
  }
  std::map<std::string, SASSKernel> kernels;
  for (auto &[name, parser] : parsers)
    kernels[name] = parser.finish();
  return kernels;
}

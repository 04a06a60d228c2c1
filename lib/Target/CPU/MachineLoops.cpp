//===- MachineLoops.cpp - Loops of machine code for a CPU -----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Functions are those of the object's table of symbols; lines are DWARF's.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Target/CPU/MachineLoops.h"

#include "Disassembler.h"

#include "seednorm/Utils/ControlFlow.h"

#include "llvm/DebugInfo/DWARF/DWARFContext.h"
#include "llvm/Object/ELFObjectFile.h"

#include <map>
#include <set>

using namespace llvm;
using namespace seednorm;

namespace {
/// One function of an object, taken apart.
struct MachineFunction {
  std::string name;
  std::vector<MachineInstruction> instructions;
  /// Instructions `starts[i]` to `starts[i + 1]` run one after the other.
  std::vector<int64_t> starts;
  ControlFlow flow;
  /// Of the source, by the address where it begins.
  std::map<uint64_t, int64_t> lines;

  void findBlocks();
  std::vector<MachineLoop> findInnerLoops() const;

private:
  MachineLoop count(const NaturalLoop &loop) const;
  std::vector<int64_t> findLongestWay(const NaturalLoop &loop) const;
};
} // namespace

void MachineFunction::findBlocks() {
  std::map<uint64_t, int64_t> numbers;
  for (auto [number, instruction] : enumerate(instructions))
    numbers[instruction.address] = number;
  std::set<int64_t> leaders = {0};
  auto getTarget = [&](const MachineInstruction &instruction) -> int64_t {
    if (!instruction.target)
      return -1;
    auto found = numbers.find(*instruction.target);
    return found == numbers.end() ? -1 : found->second;
  };
  int64_t count = instructions.size();
  for (auto [number, instruction] : enumerate(instructions)) {
    if (int64_t target = getTarget(instruction); target >= 0)
      leaders.insert(target);
    if (instruction.endsBlock && int64_t(number) + 1 < count)
      leaders.insert(number + 1);
  }
  starts.assign(leaders.begin(), leaders.end());
  std::map<int64_t, int64_t> blocks;
  for (auto [block, start] : enumerate(starts))
    blocks[start] = block;
  starts.push_back(count);
  flow.entries = {0};
  for (size_t block = 0; block + 1 < starts.size(); ++block) {
    const MachineInstruction &last = instructions[starts[block + 1] - 1];
    std::vector<int64_t> &successors = flow.successors.emplace_back();
    if (int64_t target = getTarget(last); target >= 0)
      successors.push_back(blocks[target]);
    if (last.fallsThrough && starts[block + 1] < count)
      successors.push_back(block + 1);
  }
}

/// The blocks of a trip that takes as many instructions as any.
std::vector<int64_t>
MachineFunction::findLongestWay(const NaturalLoop &loop) const {
  std::map<int64_t, int64_t> longest, next; ///< From a block on.
  std::set<int64_t> blocks(loop.blocks.begin(), loop.blocks.end());
  // No loop is inside: but for ways back to the header there are no cycles.
  auto visit = [&](auto &&visit, int64_t block) -> int64_t {
    if (auto found = longest.find(block); found != longest.end())
      return found->second;
    int64_t most = 0;
    next[block] = -1;
    for (int64_t successor : flow.successors[block])
      if (successor != loop.header && blocks.count(successor))
        if (int64_t length = visit(visit, successor); length > most) {
          most = length;
          next[block] = successor;
        }
    return longest[block] = most + starts[block + 1] - starts[block];
  };
  visit(visit, loop.header);
  std::vector<int64_t> way;
  for (int64_t block = loop.header; block >= 0; block = next[block])
    way.push_back(block);
  return way;
}

MachineLoop MachineFunction::count(const NaturalLoop &loop) const {
  MachineLoop result;
  result.function = name;
  std::map<int64_t, int64_t> instructionsOfLine;
  for (int64_t block : loop.blocks)
    for (int64_t i = starts[block]; i < starts[block + 1]; ++i) {
      const MachineInstruction &instruction = instructions[i];
      result.calls += instruction.isCall;
      result.spillLoads += instruction.isFrameLoad;
      result.spillStores += instruction.isFrameStore;
      auto line = lines.upper_bound(instruction.address);
      if (line != lines.begin() && std::prev(line)->second > 0)
        ++instructionsOfLine[std::prev(line)->second];
    }
  for (int64_t block : findLongestWay(loop))
    for (int64_t i = starts[block]; i < starts[block + 1]; ++i) {
      ++result.instructions;
      result.vectorInstructions += instructions[i].usesVectors;
    }
  if (!instructionsOfLine.empty())
    result.line = max_element(instructionsOfLine, less_second())->first;
  return result;
}

std::vector<MachineLoop> MachineFunction::findInnerLoops() const {
  std::vector<NaturalLoop> loops = findNaturalLoops(flow, findDominators(flow));
  std::map<int64_t, MachineLoop> inner; ///< By block.
  for (auto [number, loop] : enumerate(loops))
    if (none_of(loops, [&, number = number](const NaturalLoop &other) {
          return other.parent == int64_t(number);
        }))
      inner[loop.header] = count(loop);
  std::vector<MachineLoop> result;
  for (auto &[header, loop] : inner)
    result.push_back(std::move(loop));
  return result;
}

//===----------------------------------------------------------------------===//
// Objects
//===----------------------------------------------------------------------===//

/// Where the section of `symbol` has relocations.
static Expected<std::vector<uint64_t>>
getRelocated(const object::ObjectFile &object, object::SectionRef section) {
  std::vector<uint64_t> places;
  for (const object::SectionRef &other : object.sections()) {
    Expected<object::section_iterator> target = other.getRelocatedSection();
    if (!target)
      return target.takeError();
    if (*target == section)
      for (const object::RelocationRef &relocation : other.relocations())
        places.push_back(relocation.getOffset());
  }
  return places;
}

/// The function that `symbol` is, or none if it is something else.
static Expected<std::optional<MachineFunction>>
read(const object::ELFObjectFileBase &object,
     const object::ELFSymbolRef &symbol, const Disassembler &disassembler,
     DIContext &lines) {
  Expected<object::SymbolRef::Type> type = symbol.getType();
  if (!type)
    return type.takeError();
  if (*type != object::SymbolRef::ST_Function || symbol.getSize() == 0)
    return std::nullopt;
  Expected<StringRef> name = symbol.getName();
  Expected<object::section_iterator> section = symbol.getSection();
  Expected<uint64_t> address = symbol.getAddress();
  if (!name || !section || !address)
    return joinErrors(joinErrors(name.takeError(), section.takeError()),
                      address.takeError());
  Expected<StringRef> contents = (*section)->getContents();
  if (!contents)
    return contents.takeError();
  Expected<std::vector<uint64_t>> relocated = getRelocated(object, **section);
  if (!relocated)
    return relocated.takeError();
  StringRef code =
      contents->substr(*address - (*section)->getAddress(), symbol.getSize());
  MachineFunction function;
  function.name = name->str();
  if (Error error =
          disassembler
              .disassemble(arrayRefFromStringRef(code), *address, *relocated)
              .moveInto(function.instructions))
    return std::move(error);
  for (const auto &[place, line] : lines.getLineInfoForAddressRange(
           {*address, (*section)->getIndex()}, symbol.getSize()))
    function.lines[place] = line.Line;
  function.findBlocks();
  return function;
}

Expected<std::vector<MachineLoop>>
seednorm::findInnerLoops(StringRef object, const TargetCPU &cpu) {
  Expected<std::unique_ptr<object::ObjectFile>> file =
      object::ObjectFile::createELFObjectFile({object, "object"});
  if (!file)
    return file.takeError();
  Expected<Disassembler> disassembler = Disassembler::create(cpu);
  if (!disassembler)
    return disassembler.takeError();
  std::unique_ptr<DIContext> lines = DWARFContext::create(**file);
  auto &elf = cast<object::ELFObjectFileBase>(**file);
  std::vector<MachineLoop> loops;
  for (const object::ELFSymbolRef &symbol : elf.symbols()) {
    Expected<std::optional<MachineFunction>> function =
        read(elf, symbol, *disassembler, *lines);
    if (!function)
      return function.takeError();
    if (*function)
      append_range(loops, (*function)->findInnerLoops());
  }
  return loops;
}

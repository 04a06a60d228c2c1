//===- SASSControlFlow.cpp - Blocks and loops of machine code -------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where code goes on follows from branches, exits, and the end of what lanes
// reconverge behind. Dominators by the iteration of Cooper, Harvey and Kennedy,
// "A Simple, Fast Dominance Algorithm"; a kernel has some hundred blocks.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Target/NVPTX/SASS.h"

#include "seednorm/Utils/ControlFlow.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace seednorm;

namespace {
/// Builds the control flow of one kernel.
class Builder {
public:
  Builder(const SASSKernel &kernel, SASSControlFlow &flow)
      : instructions(kernel.instructions), flow(flow) {}
  void run();

private:
  void findBlocks();
  void findSuccessors();
  void findLoops();
  void findCold();

  bool isTransfer(const SASSInstruction &instruction) const {
    return is_contained(
        {"BRA", "BRX", "JMX", "JMP", "EXIT", "RET", "BSYNC", "CALL", "BREAK"},
        StringRef(instruction.opcode));
  }
  bool dominates(int64_t block, int64_t other) const {
    return dominators[other].test(block);
  }
  /// Blocks reached from `start`; no call is followed, and no branch for lanes
  /// that have diverged where the code expects them together.
  BitVector getReachable(int64_t start) const;
  /// Whether all ways to something that is stored, or back to a caller, lead
  /// through the call of this block.
  bool isOnTheWay(int64_t caller) const;

  ArrayRef<SASSInstruction> instructions;
  SASSControlFlow &flow;
  std::vector<int64_t> blockAt; ///< Block of each instruction.
  std::vector<BitVector> dominators;
  /// Blocks where functions start, and the blocks that call each.
  std::map<int64_t, std::vector<int64_t>> callers;
};
} // namespace

void Builder::run() {
  if (instructions.empty())
    return;
  findBlocks();
  findSuccessors();
  findLoops();
  findCold();
}

void Builder::findBlocks() {
  BitVector starts(instructions.size() + 1);
  starts.set(0);
  for (auto [index, instruction] : enumerate(instructions)) {
    // A label that only marks where lanes meet again, as BSSY's and those that
    // shuffles have, may start a block as well: nothing depends on their size.
    for (int64_t target : instruction.targets)
      starts.set(target);
    if (isTransfer(instruction))
      starts.set(index + 1);
  }
  for (auto [index, instruction] : enumerate(instructions)) {
    if (starts.test(index)) {
      SASSBlock block;
      block.begin = index;
      flow.blocks.push_back(block);
    }
    blockAt.push_back(flow.blocks.size() - 1);
    flow.blocks.back().end = index + 1;
  }
}

void Builder::findSuccessors() {
  int64_t size = instructions.size();
  std::map<std::string, int64_t> reconverges; ///< By barrier: "B0".
  for (int64_t number = 0; number < int64_t(flow.blocks.size()); ++number) {
    SASSBlock &block = flow.blocks[number];
    for (const SASSInstruction &instruction :
         instructions.slice(block.begin, block.end - block.begin))
      if (instruction.opcode == "BSSY" && !instruction.targets.empty())
        reconverges[StringRef(instruction.operands).split(',').first.str()] =
            instruction.targets.front();
    const SASSInstruction &last = instructions[block.end - 1];
    auto add = [&](int64_t target) {
      if (target < size && !is_contained(block.successors, blockAt[target]))
        block.successors.push_back(blockAt[target]);
    };
    bool fallsThrough = true;
    if (is_contained({"BRA", "BRX", "JMX", "JMP"}, StringRef(last.opcode))) {
      for_each(last.targets, add);
      fallsThrough = last.isConditional();
    } else if (last.opcode == "EXIT" || last.opcode == "RET") {
      fallsThrough = last.isConditional();
    } else if (last.opcode == "BSYNC") {
      auto found = reconverges.find(last.operands);
      if (found != reconverges.end()) {
        add(found->second);
        fallsThrough = last.isConditional();
      }
    } else if (last.opcode == "CALL" && !last.targets.empty()) {
      int64_t callee = last.targets.front();
      if (callee < size)
        callers[blockAt[callee]].push_back(number);
    }
    if (fallsThrough)
      add(block.end);
  }
}

void Builder::findLoops() {
  ControlFlow graph;
  for (const SASSBlock &block : flow.blocks)
    graph.successors.push_back(block.successors);
  // The kernel and each function start on their own.
  graph.entries = {0};
  for (auto &[entry, blocks] : callers)
    graph.entries.push_back(entry);
  dominators = seednorm::findDominators(graph);
  flow.loops = findNaturalLoops(graph, dominators);
  for (auto [number, loop] : enumerate(flow.loops))
    for (int64_t block : loop.blocks)
      flow.blocks[block].loop = number;
}

BitVector Builder::getReachable(int64_t start) const {
  BitVector reached(flow.blocks.size());
  SmallVector<int64_t> work = {start};
  while (!work.empty()) {
    int64_t block = work.pop_back_val();
    if (reached.test(block))
      continue;
    reached.set(block);
    // Of "BRA.DIV UR4, `(.L_x_1)", only what follows.
    const SASSInstruction &last = instructions[flow.blocks[block].end - 1];
    bool isRare = last.opcode == "BRA" && last.has("DIV");
    for (int64_t successor : flow.blocks[block].successors)
      if (!isRare || successor == block + 1)
        work.push_back(successor);
  }
  return reached;
}

bool Builder::isOnTheWay(int64_t caller) const {
  for (auto [number, block] : enumerate(flow.blocks)) {
    if (!dominates(caller, number))
      continue;
    for (const SASSInstruction &instruction :
         instructions.slice(block.begin, block.end - block.begin))
      if (is_contained({"ST", "STG", "STS", "STL", "STAS", "RED", "REDG",
                        "ATOM", "ATOMG", "ATOMS", "RET"},
                       StringRef(instruction.opcode)))
        return true;
  }
  return false;
}

void Builder::findCold() {
  BitVector hot = getReachable(0), skipped(flow.blocks.size());
  for (bool changed = true; changed;) {
    changed = false;
    for (auto &[entry, blocks] : callers)
      for (int64_t caller : blocks)
        if (!isOnTheWay(caller))
          skipped.set(caller);
        else if (hot.test(caller) && !hot.test(entry)) {
          hot |= getReachable(entry);
          changed = true;
        }
  }
  for (auto [number, block] : enumerate(flow.blocks))
    block.cold =
        !hot.test(number) ||
        any_of(skipped.set_bits(), [&, number = number](unsigned call) {
          return dominates(call, number);
        });
}

SASSControlFlow::SASSControlFlow(const SASSKernel &kernel) {
  Builder(kernel, *this).run();
}

bool SASSControlFlow::isInside(int64_t loop, int64_t other) const {
  while (loop >= 0 && loop != other)
    loop = loops[loop].parent;
  return loop == other;
}

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
  void findDominators();
  void findLoops();
  void nestLoops();
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
  /// that have diverged where the code expects them together, if not asked for.
  BitVector getReachable(int64_t start, bool withRare = false) const;
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
  findDominators();
  findLoops();
  nestLoops();
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

void Builder::findDominators() {
  int64_t count = flow.blocks.size();
  dominators.assign(count, BitVector(count, true));
  // The kernel and each function start on their own.
  SmallVector<int64_t> entries = {0};
  for (auto &[entry, blocks] : callers)
    entries.push_back(entry);
  for (int64_t entry : entries) {
    dominators[entry].reset();
    dominators[entry].set(entry);
  }
  std::vector<SmallVector<int64_t>> predecessors(count);
  for (auto [number, block] : enumerate(flow.blocks))
    for (int64_t successor : block.successors)
      predecessors[successor].push_back(number);
  for (bool changed = true; changed;) {
    changed = false;
    for (int64_t block = 0; block < count; ++block) {
      if (is_contained(entries, block))
        continue;
      BitVector common(count, true);
      for (int64_t predecessor : predecessors[block])
        common &= dominators[predecessor];
      common.set(block);
      if (common != dominators[block]) {
        dominators[block] = common;
        changed = true;
      }
    }
  }
}

BitVector Builder::getReachable(int64_t start, bool withRare) const {
  BitVector reached(flow.blocks.size());
  SmallVector<int64_t> work = {start};
  while (!work.empty()) {
    int64_t block = work.pop_back_val();
    if (reached.test(block))
      continue;
    reached.set(block);
    // Of "BRA.DIV UR4, `(.L_x_1)", only what follows.
    const SASSInstruction &last = instructions[flow.blocks[block].end - 1];
    bool isRare = last.opcode == "BRA" && last.has("DIV") && !withRare;
    for (int64_t successor : flow.blocks[block].successors)
      if (!isRare || successor == block + 1)
        work.push_back(successor);
  }
  return reached;
}

void Builder::findLoops() {
  std::vector<SmallVector<int64_t>> predecessors(flow.blocks.size());
  for (auto [number, block] : enumerate(flow.blocks))
    for (int64_t successor : block.successors)
      predecessors[successor].push_back(number);
  std::map<int64_t, BitVector> bodies; ///< By header.
  BitVector live = getReachable(0, /*withRare=*/true);
  for (auto &[entry, blocks] : callers)
    live |= getReachable(entry, /*withRare=*/true);
  for (auto [number, block] : enumerate(flow.blocks))
    for (int64_t header : block.successors) {
      if (!live.test(number) || !dominates(header, number))
        continue;
      BitVector &body =
          bodies.try_emplace(header, flow.blocks.size()).first->second;
      body.set(header);
      SmallVector<int64_t> work = {static_cast<int64_t>(number)};
      while (!work.empty()) {
        int64_t inside = work.pop_back_val();
        if (body.test(inside))
          continue;
        body.set(inside);
        append_range(work, predecessors[inside]);
      }
    }
  for (auto &[header, body] : bodies) {
    SASSLoop loop;
    loop.header = header;
    for (unsigned block : body.set_bits())
      loop.blocks.push_back(block);
    flow.loops.push_back(std::move(loop));
  }
  sort(flow.loops, [](const SASSLoop &lhs, const SASSLoop &rhs) {
    return std::pair(rhs.blocks.size(), lhs.header) <
           std::pair(lhs.blocks.size(), rhs.header);
  });
}

void Builder::nestLoops() {
  // Natural loops of different headers lie inside each other or apart, and an
  // outer one has more blocks: the last one seen is the innermost.
  for (auto [number, loop] : enumerate(flow.loops)) {
    loop.parent = flow.blocks[loop.header].loop;
    for (int64_t block : loop.blocks)
      flow.blocks[block].loop = number;
  }
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

//===- ControlFlow.cpp - Dominators and loops of machine code -------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The textbook's fixed point, and what reaches a branch back.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Utils/ControlFlow.h"

#include "llvm/ADT/STLExtras.h"

#include <map>

using namespace llvm;
using namespace seednorm;

static std::vector<std::vector<int64_t>>
getPredecessors(const ControlFlow &flow) {
  std::vector<std::vector<int64_t>> predecessors(flow.successors.size());
  for (auto [number, successors] : enumerate(flow.successors))
    for (int64_t successor : successors)
      predecessors[successor].push_back(number);
  return predecessors;
}

std::vector<BitVector> seednorm::findDominators(const ControlFlow &flow) {
  int64_t count = flow.successors.size();
  std::vector<BitVector> dominators(count, BitVector(count, true));
  for (int64_t entry : flow.entries) {
    dominators[entry].reset();
    dominators[entry].set(entry);
  }
  std::vector<std::vector<int64_t>> predecessors = getPredecessors(flow);
  for (bool changed = true; changed;) {
    changed = false;
    for (int64_t block = 0; block < count; ++block) {
      if (is_contained(flow.entries, block))
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
  return dominators;
}

static BitVector getReachable(const ControlFlow &flow) {
  BitVector reached(flow.successors.size());
  std::vector<int64_t> work = flow.entries;
  while (!work.empty()) {
    int64_t block = work.back();
    work.pop_back();
    if (reached.test(block))
      continue;
    reached.set(block);
    append_range(work, flow.successors[block]);
  }
  return reached;
}

/// The blocks of each loop, by its header.
static std::map<int64_t, BitVector>
findBodies(const ControlFlow &flow, const std::vector<BitVector> &dominators) {
  std::vector<std::vector<int64_t>> predecessors = getPredecessors(flow);
  std::map<int64_t, BitVector> bodies;
  BitVector reachable = getReachable(flow);
  for (auto [number, successors] : enumerate(flow.successors))
    for (int64_t header : successors) {
      if (!reachable.test(number) || !dominators[number].test(header))
        continue;
      BitVector &body =
          bodies.try_emplace(header, flow.successors.size()).first->second;
      body.set(header);
      std::vector<int64_t> work = {static_cast<int64_t>(number)};
      while (!work.empty()) {
        int64_t inside = work.back();
        work.pop_back();
        if (body.test(inside))
          continue;
        body.set(inside);
        append_range(work, predecessors[inside]);
      }
    }
  return bodies;
}

std::vector<NaturalLoop>
seednorm::findNaturalLoops(const ControlFlow &flow,
                           const std::vector<BitVector> &dominators) {
  std::vector<NaturalLoop> loops;
  for (auto &[header, body] : findBodies(flow, dominators)) {
    NaturalLoop loop;
    loop.header = header;
    for (unsigned block : body.set_bits())
      loop.blocks.push_back(block);
    loops.push_back(std::move(loop));
  }
  sort(loops, [](const NaturalLoop &lhs, const NaturalLoop &rhs) {
    return std::pair(rhs.blocks.size(), lhs.header) <
           std::pair(lhs.blocks.size(), rhs.header);
  });
  // Natural loops of different headers lie inside each other or apart, and an
  // outer one has more blocks: the last one seen is the innermost.
  std::vector<int64_t> innermost(flow.successors.size(), -1);
  for (auto [number, loop] : enumerate(loops)) {
    loop.parent = innermost[loop.header];
    for (int64_t block : loop.blocks)
      innermost[block] = number;
  }
  return loops;
}

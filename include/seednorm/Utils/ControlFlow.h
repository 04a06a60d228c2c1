//===- ControlFlow.h - Dominators and loops of machine code -----*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What disassemblies of GPUs and of CPUs are searched for alike. Blocks are
// numbers here; they are few, so nothing is clever.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_UTILS_CONTROLFLOW_H
#define SEEDNORM_UTILS_CONTROLFLOW_H

#include "llvm/ADT/BitVector.h"

#include <cstdint>
#include <vector>

namespace seednorm {

/// Where control goes from each block, and where it starts.
struct ControlFlow {
  std::vector<std::vector<int64_t>> successors;
  std::vector<int64_t> entries;
};

/// Of each block those that every way from an entry leads through, itself
/// included; all of a block that no way leads to.
std::vector<llvm::BitVector> findDominators(const ControlFlow &flow);

/// A loop: what can reach a branch back to its first block without passing
/// that block.
struct NaturalLoop {
  int64_t header = 0;  ///< Number of a block.
  int64_t parent = -1; ///< The loop around it, or -1.
  std::vector<int64_t> blocks;
};

/// The natural loops, outer ones before inner ones. Those with one header are
/// one; a branch back into a block that not every way leads through makes none.
std::vector<NaturalLoop>
findNaturalLoops(const ControlFlow &flow,
                 const std::vector<llvm::BitVector> &dominators);

} // namespace seednorm

#endif // SEEDNORM_UTILS_CONTROLFLOW_H

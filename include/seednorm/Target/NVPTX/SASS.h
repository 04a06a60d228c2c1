//===- SASS.h - Machine code as nvdisasm prints it --------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads a disassembly into instructions with operands and targets of branches,
// and finds its basic blocks, its loops and what is rarely executed. Only the
// form of the text is relied on (docs/StaticModel.md), no encoding.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_TARGET_NVPTX_SASS_H
#define SEEDNORM_TARGET_NVPTX_SASS_H

#include "seednorm/Utils/ControlFlow.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace seednorm {

/// "@!P0 LDG.E.128 R4, desc[UR4][R2.64] ;"
struct SASSInstruction {
  std::string guard;     ///< "!P0"; empty if there is none.
  std::string opcode;    ///< "LDG"
  std::string modifiers; ///< ".E.128"
  std::string operands;  ///< "R4, desc[UR4][R2.64]"
  /// Instructions that operands name by label; the number of all instructions
  /// for a label at the end. Where a `BRX` may go, they are in its comment.
  llvm::SmallVector<int64_t, 1> targets;

  /// Whether `modifier`, as "128", is one of the modifiers.
  bool has(llvm::StringRef modifier) const;
  /// Bytes that an access to memory moves for each thread, by its modifiers.
  int64_t getAccessBytes() const;
  /// Whether a predicate, of the guard or of the branch itself, may keep the
  /// branch from being taken.
  bool isConditional() const;
};

/// A kernel and the functions it calls, as they stand, without what fills the
/// space behind their end.
struct SASSKernel {
  std::vector<SASSInstruction> instructions;
};

/// The kernels of a text of `disassembleCubin`, by name.
std::map<std::string, SASSKernel> parseSASS(llvm::StringRef text);

/// Instructions `begin` to `end` that run one after the other.
struct SASSBlock {
  int64_t begin = 0, end = 0;
  std::vector<int64_t> successors;
  int64_t loop = -1; ///< The innermost one, or -1.
  /// Not executed as a rule: a function that is only called where a branch can
  /// pass by the call on the way to every store, as the slow path of a division
  /// is; what only such a call leads to; or what nothing leads to.
  bool cold = false;
};

/// The control flow of one kernel. Loops are the natural ones.
struct SASSControlFlow {
  explicit SASSControlFlow(const SASSKernel &kernel);

  std::vector<SASSBlock> blocks;  ///< In the order of the text.
  std::vector<NaturalLoop> loops; ///< Outer loops before inner ones.

  /// Whether `loop` is `other` or inside of it.
  bool isInside(int64_t loop, int64_t other) const;
};

} // namespace seednorm

#endif // SEEDNORM_TARGET_NVPTX_SASS_H

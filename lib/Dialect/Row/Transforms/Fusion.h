//===- Fusion.h - Two row programs as one -----------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Builds the program; whether it may be built is the search's to know.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_FUSION_H
#define SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_FUSION_H

#include "seednorm/Dialect/Row/IR/Row.h"

namespace seednorm::row {

/// The result of `first` that `value` is, or is a reshape of; null for others.
mlir::OpResult getResultOf(ProgramOp first, mlir::Value value);

/// Whether other ops than `second` use `result`, or a reshape of it.
bool hasOtherUses(mlir::OpResult result, ProgramOp second);

/// Where the fused program can be.
struct Place {
  mlir::Operation *before = nullptr;
  /// Ops that need what the first computes, and wait for the fused program.
  llvm::SmallVector<mlir::Operation *> waiting;
};

/// Replaces both by a program that does what they do, which have the same rows;
/// or, with `recomputes`, `second` by one that computes the slices it needs of
/// `first` itself, which stays for others.
ProgramOp fuse(ProgramOp first, ProgramOp second, const Place &place,
               bool recomputes);

} // namespace seednorm::row

#endif // SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_FUSION_H

//===- Rebuild.h - What the rewrites of norm-simplify build -----*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Ops that several rewrites put in the place of others.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_DIALECT_NORM_TRANSFORMS_REBUILD_H
#define SEEDNORM_LIB_DIALECT_NORM_TRANSFORMS_REBUILD_H

#include "mlir/IR/PatternMatch.h"

namespace seednorm::norm {

/// `rows` without the mean of each: computed in f32 (f64), taken away twice, so
/// that a mean far above the deviation leaves nothing.
mlir::Value buildRecentered(mlir::OpBuilder &builder, mlir::Location loc,
                            mlir::Value rows);

/// `rows` plus `columns`, a tensor of rank 1, in each of them.
mlir::Value buildColumnAdd(mlir::OpBuilder &builder, mlir::Location loc,
                           mlir::Value rows, mlir::Value columns);

/// A tensor to be written, with the sizes of `like` but for its `numColumns`.
mlir::Value buildEmptyLike(mlir::OpBuilder &builder, mlir::Location loc,
                           mlir::Value like, int64_t numColumns);

/// Replaces `norm`, whose operand 0 is the input, by `norm.rms_norm` with those
/// of its attributes that both have.
void replaceByRMSNorm(mlir::RewriterBase &rewriter, mlir::Operation *norm,
                      mlir::Value gamma, mlir::Value bias);

} // namespace seednorm::norm

#endif // SEEDNORM_LIB_DIALECT_NORM_TRANSFORMS_REBUILD_H

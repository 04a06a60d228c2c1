//===- Passes.h - Passes of the norm dialect --------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The passes on norms, and their patterns for compilers that run their own
// drivers.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_DIALECT_NORM_TRANSFORMS_PASSES_H
#define SEEDNORM_DIALECT_NORM_TRANSFORMS_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mlir {
class RewritePatternSet;
} // namespace mlir

namespace seednorm::norm {

#define GEN_PASS_DECL
#include "seednorm/Dialect/Norm/Transforms/Passes.h.inc"

/// Adds the patterns of `norm-decompose`: one per operation, each of which
/// always applies.
void populateNormDecomposePatterns(mlir::RewritePatternSet &patterns);

#define GEN_PASS_REGISTRATION
#include "seednorm/Dialect/Norm/Transforms/Passes.h.inc"

} // namespace seednorm::norm

#endif // SEEDNORM_DIALECT_NORM_TRANSFORMS_PASSES_H

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
class Operation;
class RewritePatternSet;
} // namespace mlir

namespace seednorm::norm {

#define GEN_PASS_DECL
#include "seednorm/Dialect/Norm/Transforms/Passes.h.inc"

/// Adds the patterns of `norm-decompose`: one per operation, each of which
/// always applies.
void populateNormDecomposePatterns(mlir::RewritePatternSet &patterns);

/// Adds the patterns of `norm-simplify` on single norms.
void populateNormSimplifyPatterns(mlir::RewritePatternSet &patterns);

/// Adds the patterns that fold constant scales and biases of norms into the
/// constants that their results are multiplied by.
void populateFoldScalePatterns(mlir::RewritePatternSet &patterns);

/// Adds the patterns that drop the normalization of normalized rows. They
/// change results; see `norm-simplify`.
void populateDropRenormalizationPatterns(mlir::RewritePatternSet &patterns);

/// Takes the mean from the rows of each residual stream below `root` that only
/// LayerNorms read.
void centerStreams(mlir::Operation *root);

/// Replaces each LayerNorm below `root` whose rows are known to have mean 0 by
/// RMSNorm.
void replaceLayerNormsOfZeroMean(mlir::Operation *root);

/// Leaves out the last column of each residual stream below `root` whose rows
/// have mean 0 and are only read by RMSNorms without scale. Ops that are no
/// longer used are left.
void compressStreams(mlir::Operation *root);

#define GEN_PASS_REGISTRATION
#include "seednorm/Dialect/Norm/Transforms/Passes.h.inc"

} // namespace seednorm::norm

#endif // SEEDNORM_DIALECT_NORM_TRANSFORMS_PASSES_H

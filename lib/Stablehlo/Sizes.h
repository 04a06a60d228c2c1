//===- Sizes.h - Sizes of tensors in StableHLO ------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// StableHLO computes sizes that are known at run time only in tensors.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_STABLEHLO_SIZES_H
#define SEEDNORM_LIB_STABLEHLO_SIZES_H

#include "mlir/IR/PatternMatch.h"

namespace seednorm {

/// Adds patterns that compute sizes in scalars, which need no memory and no
/// kernel: `get_dimension_size`, and reshapes and concatenations of a few
/// integers.
void populateStablehloSizePatterns(mlir::RewritePatternSet &patterns);

} // namespace seednorm

#endif // SEEDNORM_LIB_STABLEHLO_SIZES_H

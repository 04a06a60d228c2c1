//===- Passes.h - Passes on upstream dialects -------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Creation and registration of passes that belong to no dialect of ours.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_TRANSFORMS_PASSES_H
#define SEEDNORM_TRANSFORMS_PASSES_H

#include "seednorm/Dialect/Row/IR/ArgumentAttributes.h"

#include "mlir/Pass/Pass.h"

namespace mlir {
class RewritePatternSet;
} // namespace mlir

namespace seednorm {

#define GEN_PASS_DECL
#include "seednorm/Transforms/Passes.h.inc"

/// Attributes of a destination argument: the number of the result it takes,
/// and the sizes of that result, each a number or `[argument, dimension]`.
inline constexpr llvm::StringLiteral kResultAttrName = "seednorm.result";
inline constexpr llvm::StringLiteral kShapeAttrName = "seednorm.shape";

/// Attributes of an argument whose leading dimensions have strides of their
/// own: how many of the last dimensions lie without gaps, and the bytes that
/// its address and those strides are multiples of.
using row::kDenseDimsAttrName;
inline constexpr llvm::StringLiteral kAlignmentAttrName = "seednorm.alignment";

/// Adds the patterns of `expand-math`.
void populateExpandMathPatterns(mlir::RewritePatternSet &patterns);

#define GEN_PASS_REGISTRATION
#include "seednorm/Transforms/Passes.h.inc"

} // namespace seednorm

#endif // SEEDNORM_TRANSFORMS_PASSES_H

//===- Passes.h - Conversions between dialects ------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Creation and registration of the conversion passes.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_CONVERSION_PASSES_H
#define SEEDNORM_CONVERSION_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mlir {
class RewritePatternSet;
} // namespace mlir

namespace seednorm {

#define GEN_PASS_DECL
#include "seednorm/Conversion/Passes.h.inc"

/// Adds the patterns of `convert-norm-to-row`: one per operation, each of
/// which always applies.
void populateNormToRowPatterns(mlir::RewritePatternSet &patterns);

#define GEN_PASS_REGISTRATION
#include "seednorm/Conversion/Passes.h.inc"

} // namespace seednorm

#endif // SEEDNORM_CONVERSION_PASSES_H

//===- Stablehlo.h - Graphs of StableHLO ------------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Whether a build reads StableHLO is the choice of who configures it. All that
// depends on it is behind these functions; tools call them either way.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_PIPELINES_STABLEHLO_H
#define SEEDNORM_PIPELINES_STABLEHLO_H

#include "llvm/ADT/StringRef.h"

namespace mlir {
class DialectRegistry;
class OpPassManager;
} // namespace mlir

namespace seednorm {

/// How to get a build that reads StableHLO, as the end of a sentence.
inline constexpr llvm::StringLiteral kEnableStablehlo =
    "which needs a build of seednorm with -DSEEDNORM_ENABLE_STABLEHLO=ON (see "
    "docs/Frontends.md)";

/// Registers StableHLO's dialects. Without them, a stand-in that takes ops in
/// generic form as they are, and says of any other form how to enable it. Not
/// for compilers that register StableHLO themselves.
void registerStablehloDialects(mlir::DialectRegistry &registry);

/// Registers StableHLO's passes, if there are any.
void registerStablehloPasses();

/// From StableHLO to linalg; adds nothing to a build without it.
void buildStablehloToLinalgPipeline(mlir::OpPassManager &pm);

} // namespace seednorm

#endif // SEEDNORM_PIPELINES_STABLEHLO_H

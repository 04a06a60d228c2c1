//===- InitAllDialects.h - Register our dialects ----------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One call for tools that want every dialect of this project. Upstream's are
// registered by `mlir::registerAllDialects`.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_INITALLDIALECTS_H
#define SEEDNORM_INITALLDIALECTS_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace seednorm {

/// Adds the dialects of this project, and the interfaces they implement for
/// others, to `registry`, unless they are there.
void registerAllDialects(mlir::DialectRegistry &registry);

} // namespace seednorm

#endif // SEEDNORM_INITALLDIALECTS_H

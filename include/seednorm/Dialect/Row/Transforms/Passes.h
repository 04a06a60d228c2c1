//===- Passes.h - Passes on row programs ------------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Creation and registration of the passes of the row dialect.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_DIALECT_ROW_TRANSFORMS_PASSES_H
#define SEEDNORM_DIALECT_ROW_TRANSFORMS_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace seednorm::row {

#define GEN_PASS_DECL
#include "seednorm/Dialect/Row/Transforms/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "seednorm/Dialect/Row/Transforms/Passes.h.inc"

} // namespace seednorm::row

#endif // SEEDNORM_DIALECT_ROW_TRANSFORMS_PASSES_H

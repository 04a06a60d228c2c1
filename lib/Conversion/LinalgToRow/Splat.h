//===- Splat.h - Tensors of one value ---------------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which tensors hold the same number everywhere, known when compiled.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_CONVERSION_LINALGTOROW_SPLAT_H
#define SEEDNORM_LIB_CONVERSION_LINALGTOROW_SPLAT_H

#include "mlir/IR/BuiltinAttributeInterfaces.h"
#include "mlir/IR/Value.h"

namespace seednorm {

/// The number that `value` is, or all elements of it are; null if there is
/// none.
mlir::TypedAttr getSplat(mlir::Value value);

} // namespace seednorm

#endif // SEEDNORM_LIB_CONVERSION_LINALGTOROW_SPLAT_H

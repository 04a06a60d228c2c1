//===- Attributes.h - What a rewrite must know of a norm --------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A rewrite lists the attributes it accounts for. Any other, of today or of a
// later version of the operation, must have its default, or nothing is done.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_DIALECT_NORM_TRANSFORMS_ATTRIBUTES_H
#define SEEDNORM_LIB_DIALECT_NORM_TRANSFORMS_ATTRIBUTES_H

#include "mlir/IR/Operation.h"

namespace seednorm::norm {

/// Whether all attributes of `op` but `known` have their defaults.
bool hasDefaultsBut(mlir::Operation *op, llvm::ArrayRef<llvm::StringRef> known);

/// Gives `to` the attributes of `from` that both have, which mean the same.
void carryAttributes(mlir::Operation *from, mlir::Operation *to);

} // namespace seednorm::norm

#endif // SEEDNORM_LIB_DIALECT_NORM_TRANSFORMS_ATTRIBUTES_H

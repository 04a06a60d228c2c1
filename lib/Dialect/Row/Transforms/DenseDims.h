//===- DenseDims.h - Dimensions without gaps --------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How a tensor will lie in memory, as far as its producer says.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_DENSEDIMS_H
#define SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_DENSEDIMS_H

#include "mlir/IR/Value.h"

namespace seednorm::row {

/// How many of the last dimensions of `tensor` lie without gaps: all of them,
/// but in views of others, and in arguments whose callers say so.
int64_t getNumDenseDims(mlir::Value tensor);

} // namespace seednorm::row

#endif // SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_DENSEDIMS_H

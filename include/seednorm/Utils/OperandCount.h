//===- OperandCount.h - How many operands an operation takes ----*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Known before there is an operation, whose accessors would read beyond the
// operands that are missing.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_UTILS_OPERANDCOUNT_H
#define SEEDNORM_UTILS_OPERANDCOUNT_H

#include "mlir/IR/OperationSupport.h"

namespace seednorm {

/// How many operands an operation takes; `most` is 0 if any number.
struct OperandCount {
  int64_t least = 0, most = 0;
};

/// Reads it off the traits of an operation all of whose optional operands are
/// single ones behind the required ones.
OperandCount getOperandCount(mlir::OperationName name);

} // namespace seednorm

#endif // SEEDNORM_UTILS_OPERANDCOUNT_H

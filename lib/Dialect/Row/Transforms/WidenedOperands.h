//===- WidenedOperands.h - Operands of longer rows --------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What becomes of an operand of a program when rows along its last leading
// dimensions become one.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_WIDENEDOPERANDS_H
#define SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_WIDENEDOPERANDS_H

#include "seednorm/Dialect/Row/IR/Row.h"

namespace seednorm::row {

struct WidenedOperand {
  AccessAttr access;
  llvm::SmallVector<int64_t> slice;
  /// Consecutive rows, of those that become one, that have an element in
  /// common: all of them if it is the same in all, 1 if each has its own.
  int64_t share;
};

class OperandWidening {
public:
  OperandWidening(ProgramOp program, unsigned numDims);

  /// The number of rows that become one.
  int64_t getCount() const { return count; }
  /// Nothing if the longer row has no slice of the operand.
  std::optional<WidenedOperand> widen(mlir::Value operand, AccessAttr access,
                                      mlir::Type slice) const;

private:
  std::optional<WidenedOperand>
  widenSlice(mlir::Value operand, AccessAttr access, mlir::Type slice) const;
  std::optional<WidenedOperand> widenCycle(llvm::ArrayRef<int64_t> leading,
                                           llvm::ArrayRef<int64_t> slice,
                                           int64_t period) const;
  std::optional<WidenedOperand> widenGroup(llvm::ArrayRef<int64_t> leading,
                                           llvm::ArrayRef<int64_t> slice,
                                           int64_t period) const;
  AccessAttr getAccess(AccessKind kind, int64_t period = 0) const {
    return AccessAttr::get(context, kind, period);
  }

  mlir::MLIRContext *context;
  llvm::ArrayRef<int64_t> rows; ///< Leading dimensions as they are.
  llvm::ArrayRef<int64_t> dims; ///< Those that become columns.
  int64_t count;
};

} // namespace seednorm::row

#endif // SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_WIDENEDOPERANDS_H

//===- RowFormula.h - Formulas on the columns of a row ----------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Builds the body of a row program so that it reads like the formula: values
// hold one number per column, per head or per row, and operands of an
// element-wise operation are spread to the finer of the two.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_CONVERSION_NORMTOROW_ROWFORMULA_H
#define SEEDNORM_LIB_CONVERSION_NORMTOROW_ROWFORMULA_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/Value.h"

namespace seednorm {

class RowFormula {
public:
  RowFormula(mlir::OpBuilder &builder, mlir::Location loc, int64_t columns)
      : builder(builder), loc(loc), columns(columns) {}

  int64_t getNumColumns() const { return columns; }

  mlir::Value toF32(mlir::Value value);
  /// Rounds, once, to `element`.
  mlir::Value fromF32(mlir::Value value, mlir::Type element);

  mlir::Value constant(double value);
  /// The sum over each of `heads` equal runs of columns: a scalar for one.
  mlir::Value sum(mlir::Value value, int64_t heads = 1);

  mlir::Value add(mlir::Value lhs, mlir::Value rhs);
  mlir::Value mul(mlir::Value lhs, mlir::Value rhs);
  mlir::Value div(mlir::Value lhs, mlir::Value rhs);
  mlir::Value maximum(mlir::Value lhs, mlir::Value rhs);
  mlir::Value minimum(mlir::Value lhs, mlir::Value rhs);
  mlir::Value neg(mlir::Value value);
  mlir::Value abs(mlir::Value value);
  mlir::Value exp(mlir::Value value);
  mlir::Value rsqrt(mlir::Value value);
  mlir::Value tanh(mlir::Value value);

private:
  /// `value` with one element for each element of `like`.
  mlir::Value spread(mlir::Value value, mlir::Type like);
  template <typename Op> mlir::Value binary(mlir::Value lhs, mlir::Value rhs);

  mlir::OpBuilder &builder;
  mlir::Location loc;
  int64_t columns;
};

} // namespace seednorm

#endif // SEEDNORM_LIB_CONVERSION_NORMTOROW_ROWFORMULA_H

//===- Linear.h - Linear functions of rows ----------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Recognizes what is linear in tensors of rows, however it is spelled: sums,
// differences and multiples, products with matrices, sums over the row. A row
// is the last dimension, as everywhere in the dialect.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_DIALECT_NORM_TRANSFORMS_LINEAR_H
#define SEEDNORM_LIB_DIALECT_NORM_TRANSFORMS_LINEAR_H

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Operation.h"

#include <optional>

namespace seednorm::norm {

/// How the elements of an operand belong to the rows of a result.
enum class TermKind {
  Aligned,  ///< The row with the same number.
  Row,      ///< Some row.
  Scalar,   ///< The number of the row with the same number.
  Constant, ///< One number for all rows.
};

/// A summand: a multiple of an operand.
struct LinearTerm {
  mlir::OpOperand *operand;
  TermKind kind;
  double factor;
};

using LinearTerms = llvm::SmallVector<LinearTerm, 2>;

/// The number of columns of a ranked tensor of floats, if it is static and the
/// rank not 0.
std::optional<int64_t> getNumColumns(mlir::Value rows);

/// The single result of `op` as a sum of rows: of `linalg` ops that loop over
/// elements, `arith` ops on tensors, and reshapes that keep the rows. Its
/// number of columns may be dynamic.
std::optional<LinearTerms> matchRowSum(mlir::Operation *op);

/// Sums over the columns of a sum of rows, added to `init`.
struct RowReduction {
  LinearTerms terms;
  mlir::OpOperand *init; ///< One number for each row.
  int64_t numColumns;
};

/// The single result of `op`, one number for each row, as sums over columns.
std::optional<RowReduction> matchReduction(mlir::Operation *op);

/// A contraction that adds, to `init`, products of `rows` and `weight`. Only
/// `weight` has the columns of the result.
struct Product {
  mlir::OpOperand *rows;
  mlir::OpOperand *weight;
  mlir::OpOperand *init;
  /// The dimension of `weight` that runs along the result's columns.
  unsigned columnAxis;
  /// The dimension of `weight` that is summed with the columns of `rows`, if
  /// they are.
  std::optional<unsigned> innerAxis;
};

/// `op` as a product, if it is one.
std::optional<Product> matchProduct(mlir::Operation *op);

} // namespace seednorm::norm

#endif // SEEDNORM_LIB_DIALECT_NORM_TRANSFORMS_LINEAR_H

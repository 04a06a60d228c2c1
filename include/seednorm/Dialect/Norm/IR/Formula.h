//===- Formula.h - Formulas of norms ----------------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A norm's formula is written once, against the abstract builder below, so that
// it reads like the one in docs/Spec.md:
//
//   Term x = f.operand(0), gamma = f.operand(1);
//   return gamma * (x * rsqrt(mean(x * x) + eps));
//
// Whoever lowers norms implements the builder: with vectors for row programs,
// with loops over tensors for `--norm-decompose`.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_DIALECT_NORM_IR_FORMULA_H
#define SEEDNORM_DIALECT_NORM_IR_FORMULA_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Value.h"

namespace seednorm::norm {

class FormulaBuilder;

/// Numbers of a formula: one for each column, for each head, or for the row.
struct Term {
  FormulaBuilder *builder;
  unsigned number; ///< Given by the builder, in order of construction.
};

/// Element-wise functions.
enum class Function {
  Add,
  Sub,
  Mul,
  Div,
  Maximum, ///< NaN for NaN, as Minimum.
  Minimum,
  Neg,
  Abs,
  Exp,
  Log,
  Rsqrt,
  Sqrt,
  Tanh,
  RoundEven, ///< To the nearest integer, ties to even.
  ZeroIfNaN,
};

/// Ways to combine columns.
enum class Reduction { Sum, Maximum };

/// How the numbers of an operand belong to the rows.
enum class OperandKind {
  Rows,     ///< A slice for each row, as the input has.
  Samples,  ///< One slice for all rows that agree in its leading dimensions.
  Columns,  ///< One number for each column; or for each column and each index
            ///< of the last leading dimension.
  Heads,    ///< One number for each index of a row's first dimension; in rows
            ///< of one dimension, for each of as many equal runs of columns.
  Repeated, ///< One number for each index of a row's last dimension.
  Scalar,   ///< One number.
};

/// Where the rows are in the input: they start within dimension `firstDim`,
/// which holds `groups` of them one after the other.
struct RowView {
  unsigned firstDim;
  int64_t groups = 1;
};

/// Everything is computed in one type: f64 for rows of f64, else f32.
mlir::Type getComputeType(mlir::Type element);

/// Builds the terms of one formula.
class FormulaBuilder {
public:
  virtual ~FormulaBuilder();

  virtual int64_t getNumColumns() const = 0;
  /// The operand of that number, in the type everything is computed in.
  virtual Term operand(unsigned index) = 0;
  virtual Term constant(double value) = 0;
  /// Operands with fewer numbers stand for all columns of their head or row.
  virtual Term apply(Function function, llvm::ArrayRef<Term> terms) = 0;
  /// `term` in the first `count` columns, 0 in the others.
  virtual Term keepFirst(Term term, int64_t count) = 0;
  /// Combines each of `numHeads` equal runs of columns.
  virtual Term reduce(Reduction reduction, Term term, int64_t numHeads) = 0;
  /// 0 with the given probability, else its inverse counterpart 1 / (1 -
  /// probability); drawn for each row and column from the seed and the offset
  /// that the operands of those numbers hold.
  virtual Term drawMask(unsigned seed, unsigned offset, double probability) = 0;
  /// `term` rounded to `type`, to nearest even.
  virtual Term round(Term term, mlir::FloatType type) = 0;
};

/// A random word of 32 bits says 0 in a mask if it is below this.
uint32_t getMaskThreshold(double probability);

/// The op that computes `function` of scalars or vectors of one type.
mlir::Value buildFunction(mlir::OpBuilder &builder, mlir::Location loc,
                          Function function, mlir::ValueRange operands);

/// `value`, or its elements, extended or rounded, once, to `element`; to an
/// integer only what is one, and in range.
mlir::Value buildCast(mlir::OpBuilder &builder, mlir::Location loc,
                      mlir::Value value, mlir::Type element);

//===----------------------------------------------------------------------===//
// Notation
//===----------------------------------------------------------------------===//

Term operator+(Term lhs, Term rhs);
Term operator-(Term lhs, Term rhs);
Term operator*(Term lhs, Term rhs);
Term operator/(Term lhs, Term rhs);
Term operator-(Term term);
Term operator+(Term lhs, double rhs);
Term operator*(Term lhs, double rhs);

Term maximum(Term lhs, Term rhs);
Term maximum(Term lhs, double rhs);
Term minimum(Term lhs, double rhs);
Term abs(Term term);
Term exp(Term term);
Term log(Term term);
Term rsqrt(Term term);
Term sqrt(Term term);
Term tanh(Term term);
Term roundEven(Term term);
Term zeroIfNaN(Term term);

/// Over each of `numHeads` equal runs of columns.
Term sum(Term term, int64_t numHeads = 1);
/// Over the row.
Term mean(Term term);
/// The largest number of each of `numHeads` equal runs of columns.
Term reduceMax(Term term, int64_t numHeads = 1);

} // namespace seednorm::norm

#endif // SEEDNORM_DIALECT_NORM_IR_FORMULA_H

//===- Naming.h - Which norm a program is -----------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A norm is proposed, with operands and attributes that are read off the
// program's expression, and accepted if its own formula is that expression. So
// a proposal can be wrong without doing harm, and whoever proposes need not
// check anything.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_CONVERSION_ROWTONORM_NAMING_H
#define SEEDNORM_LIB_CONVERSION_ROWTONORM_NAMING_H

#include "Expression.h"

#include "seednorm/Dialect/Norm/IR/Norm.h"
#include "seednorm/Dialect/Row/IR/Row.h"

#include "mlir/IR/Builders.h"

#include <cmath>

namespace seednorm {

/// An input of the program as an operand of a norm.
struct Parameter {
  unsigned atom;
  mlir::Value value;
};

/// An expression a * n + b, with a and b apart.
struct Affine {
  Expression scale, rest;
};

class Naming {
public:
  /// Takes the last dimensions of a row of `program` as the rows of a norm, of
  /// input number `index`; `numOuter` dimensions before them number rows, too.
  Naming(mlir::OpBuilder &builder, row::ProgramOp program,
         ExpressionTable &table, unsigned index, unsigned numOuter);
  /// Erases what was built for proposals that were not accepted.
  ~Naming();

  /// Reads the program; whether there is anything to propose.
  bool read(int64_t parts);

  /// `op` if it computes what the program does, else null. With `ignoresNaN`
  /// the program may take the largest numbers of what is not NaN.
  mlir::Operation *accept(mlir::Operation *op, bool ignoresNaN = false);

  mlir::OpBuilder &getBuilder() { return builder; }
  mlir::Location getLoc() { return program.getLoc(); }
  ExpressionTable &getTable() { return table; }
  mlir::Value getInput() const { return input; }
  /// Of the norm's result.
  mlir::RankedTensorType getType() const { return type; }
  /// The input's row, and what becomes of it but for the last rounding.
  const Expression &getRow() const { return row; }
  const Expression &getResult() const { return result; }
  /// All atoms that the result consists of.
  llvm::ArrayRef<unsigned> getAtoms() const { return atoms; }

  /// Inputs with a number a column, the same for all rows; with one for all
  /// rows of a sample; with one in all.
  llvm::ArrayRef<Parameter> getColumns() const { return columns; }
  llvm::ArrayRef<Parameter> getSamples() const { return samples; }
  llvm::ArrayRef<Parameter> getScalars() const { return scalars; }

  /// The monomials of the result that have `factors`, without them; the others.
  Affine divide(const Factors &factors);

  /// A parameter of the type of the columns with `value` in each of them, or
  /// with one element.
  mlir::Value buildSplat(double value);
  mlir::Value buildScalar(double value);
  /// Extends parameters to the type computed in, unless they have one type.
  void unify(llvm::MutableArrayRef<mlir::Value> values);
  /// The shortest decimal that could be meant by a computed number.
  llvm::APFloat snap(double value);

private:
  void addParameter(unsigned number, const Expression &expression);
  bool isColumns(unsigned number);
  bool isSamples(unsigned number);
  mlir::Value reshape(mlir::Value value, llvm::ArrayRef<int64_t> shape);
  /// Notes what a value is.
  mlir::Value keep(mlir::Value value, Expression expression);
  void collectAtoms(const Expression &expression);

  mlir::OpBuilder &builder;
  row::ProgramOp program;
  ExpressionTable &table;
  unsigned index, numOuter;
  int64_t parts = 1;

  mlir::Value input;
  mlir::RankedTensorType type;
  Expression row, result, yielded;
  llvm::SmallVector<unsigned> atoms;
  llvm::SmallVector<Parameter> columns, samples, scalars;
  llvm::DenseMap<mlir::Value, Expression> expressions;
  llvm::SmallVector<mlir::Operation *> built;
  llvm::SmallDenseSet<mlir::Value> values;
  unsigned numProposals = 0;
};

/// Proposals, each for a norm or a few that are alike; null if none is it.
mlir::Operation *nameRMSNorm(Naming &naming);
mlir::Operation *nameCRMSNorm(Naming &naming);
mlir::Operation *nameLayerNorm(Naming &naming);
mlir::Operation *nameModulate(Naming &naming);
mlir::Operation *nameSeeDNorm(Naming &naming);
mlir::Operation *nameAdaSeeDNorm(Naming &naming);
mlir::Operation *nameBounded(Naming &naming);
mlir::Operation *nameSoftmax(Naming &naming);
mlir::Operation *nameLength(Naming &naming);

/// 1 / sqrt(k * statistics + c): an atom that may be one, with its numbers.
struct Root {
  unsigned atom;
  double k, c;

  /// If `count` numbers are averaged.
  double getEps(int64_t count) const { return c / (k * count); }
  /// How the root of the mean differs from the atom's.
  double getUnit(int64_t count) const { return std::sqrt(k * count); }
};
llvm::SmallVector<Root> findRoots(Naming &naming);

/// The result as a number of times x / rms(x), which it also is once divided by
/// `unit`.
Affine divideByRMS(Naming &naming, const Root &root);

/// The value of the one parameter that is `monomial`; null if there is none.
mlir::Value findParameter(llvm::ArrayRef<Parameter> parameters,
                          const Monomial &monomial);

} // namespace seednorm

#endif // SEEDNORM_LIB_CONVERSION_ROWTONORM_NAMING_H

//===- Expression.h - What a row program computes ---------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Values of a program in a normal form, so that two ways to write one formula
// are one expression: a sum of monomials, each a number times powers of atoms.
// An atom is what algebra does not look into: an input, a function, a sum over
// columns, a rounding, a power of a sum.
//
// Products of sums are multiplied out, roots and quotients lose their factors,
// sums over columns lose what is the same in all of them. One thing is not
// multiplied out: the sum of what varies along columns and of what is computed
// for a run of them (x - mean). So the mean of (x - mean)^2 stays apart from
// mean(x^2) - mean^2, which is the same number but for the digits it loses.
//
// Casts are no algebra: a rounding is an atom, in the order the program has.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_CONVERSION_ROWTONORM_EXPRESSION_H
#define SEEDNORM_LIB_CONVERSION_ROWTONORM_EXPRESSION_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"

#include <optional>
#include <vector>

namespace seednorm {

/// A power of an atom.
struct Factor {
  unsigned atom;
  double exponent; ///< A multiple of a power of two, so exact.
};
using Factors = std::vector<Factor>; ///< In order of atoms, each once.

/// -1, 0 or 1 as `lhs` comes before, with or after `rhs`.
int compare(const Factors &lhs, const Factors &rhs);

struct Monomial {
  Factors factors;
  double coefficient;
};

/// A sum of monomials in order, no two with the same factors; 0 if empty.
struct Expression {
  std::vector<Monomial> monomials;

  /// The number it is, whatever the row.
  std::optional<double> getConstant() const;
  /// The atom it is.
  std::optional<unsigned> getAtom() const;
};

enum class AtomKind {
  Input,    ///< An operand's slice.
  Sum,      ///< Operand 0, a sum that is not multiplied out.
  Function, ///< Of the operands; `label` says which.
  Reduce,   ///< Operand 0 over each of as many runs as `elements`: its sum, or
            ///< what the label says.
  Round,    ///< Operand 0 in another type, the label.
};

struct Atom {
  AtomKind kind;
  mlir::Attribute label;
  std::vector<Expression> operands;
  int64_t elements; ///< Numbers a row: 1, one for each run, or for each column.
  bool isNonNegative;
  bool isPositive;
  bool isMixed; ///< A sum of what varies along columns and what does not.
};

/// Makes expressions, and remembers the atoms they consist of.
class ExpressionTable {
public:
  /// Numbers are equal if they differ by a few roundings to `computeType`.
  ExpressionTable(int64_t columns, mlir::FloatType computeType);

  int64_t getNumColumns() const { return columns; }
  mlir::FloatType getComputeType() const { return computeType; }
  mlir::MLIRContext *getContext() const { return computeType.getContext(); }
  const Atom &getAtom(unsigned atom) const { return atoms[atom]; }
  /// Whether products became too long; nothing made since can be trusted.
  bool isExhausted() const { return exhausted; }

  Expression constant(double value);
  Expression atom(unsigned atom, double exponent = 1.0);
  /// Slice number `index` of the inputs, of `type`.
  Expression input(unsigned index, mlir::Type type, int64_t elements);
  Expression add(const Expression &lhs, const Expression &rhs);
  Expression scale(const Expression &expression, double factor);
  Expression multiply(const Expression &lhs, const Expression &rhs);
  Expression invert(const Expression &expression);
  Expression squareRoot(const Expression &expression);
  Expression absolute(const Expression &expression);
  Expression extremum(bool isMaximum, const Expression &lhs,
                      const Expression &rhs);
  /// A function that no rule is known for; of `elements` numbers, or as many as
  /// its operands have.
  Expression function(mlir::Attribute label, std::vector<Expression> operands,
                      int64_t elements = 1);
  /// One that rules know by its name.
  Expression function(llvm::StringRef name, std::vector<Expression> operands);
  /// The sum over all columns of each of `runs` equal runs.
  Expression reduceSum(const Expression &expression, int64_t runs);
  /// The largest; of what is not NaN if `ignoresNaN`.
  Expression reduceMaximum(const Expression &expression, int64_t runs,
                           bool ignoresNaN = false);
  Expression round(const Expression &expression, mlir::FloatType type);

  bool equal(double lhs, double rhs) const;
  bool equal(const Expression &lhs, const Expression &rhs) const;

  /// Any order of expressions that does not depend on coefficients.
  bool isBefore(const Expression &lhs, const Expression &rhs) const;

  /// How many numbers a row it has: constant over as many equal runs of
  /// columns.
  int64_t getElements(const Factors &factors) const;
  int64_t getElements(const Expression &expression) const;

  /// Monomials that are a sum become its monomials.
  Expression flatten(const Expression &expression);

private:
  unsigned intern(Atom atom);
  /// An atom that has the sign of its operand.
  Expression internLike(AtomKind kind, mlir::Attribute label,
                        const Expression &operand, int64_t elements);
  unsigned internSum(const Expression &expression);
  bool isNonNegative(const Expression &expression) const;
  bool isPositive(const Expression &expression) const;
  bool isMixed(const Expression &expression) const;
  /// The power of a product, unless that is not the product of powers.
  std::optional<Monomial> raise(const Monomial &monomial,
                                double exponent) const;
  Expression raiseSum(const Expression &expression, double exponent);
  Expression multiply(const Monomial &lhs, const Monomial &rhs);
  Expression reduceSum(const Monomial &monomial, int64_t runs);
  void sortAndMerge(Expression &expression) const;
  /// Sets sums of mixed kind apart, without the factors they share.
  Expression normalize(Expression expression);

  int64_t columns;
  mlir::FloatType computeType;
  double tolerance;
  bool exhausted = false;
  std::vector<Atom> atoms;
  llvm::DenseMap<size_t, llvm::SmallVector<unsigned, 1>> atomsByHash;
};

} // namespace seednorm

#endif // SEEDNORM_LIB_CONVERSION_ROWTONORM_EXPRESSION_H

//===- Expression.cpp - What a row program computes -----------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is equal, and the atoms.
//
//===----------------------------------------------------------------------===//

#include "Expression.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/Hashing.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"

#include <cmath>
#include <numeric>

using namespace mlir;
using namespace seednorm;

std::optional<double> Expression::getConstant() const {
  if (monomials.empty())
    return 0.0;
  if (monomials.size() == 1 && monomials.front().factors.empty())
    return monomials.front().coefficient;
  return std::nullopt;
}

std::optional<unsigned> Expression::getAtom() const {
  if (monomials.size() != 1 || monomials.front().coefficient != 1.0 ||
      monomials.front().factors.size() != 1 ||
      monomials.front().factors.front().exponent != 1.0)
    return std::nullopt;
  return monomials.front().factors.front().atom;
}

ExpressionTable::ExpressionTable(int64_t columns, FloatType computeType)
    : columns(columns), computeType(computeType),
      // Constants such as 1/D and D * eps are rounded, and so are their
      // products; those made here are rounded to f64.
      tolerance(std::max(
          std::ldexp(8.0, -static_cast<int>(computeType.getFPMantissaWidth())),
          0x1p-46)) {}

//===----------------------------------------------------------------------===//
// Equality
//===----------------------------------------------------------------------===//

bool ExpressionTable::equal(double lhs, double rhs) const {
  return std::abs(lhs - rhs) <=
         tolerance * std::max(std::abs(lhs), std::abs(rhs));
}

int seednorm::compare(const Factors &lhs, const Factors &rhs) {
  for (auto [left, right] : llvm::zip(lhs, rhs)) {
    if (left.atom != right.atom)
      return left.atom < right.atom ? -1 : 1;
    if (left.exponent != right.exponent)
      return left.exponent < right.exponent ? -1 : 1;
  }
  if (lhs.size() == rhs.size())
    return 0;
  return lhs.size() < rhs.size() ? -1 : 1;
}

bool ExpressionTable::equal(const Expression &lhs,
                            const Expression &rhs) const {
  return lhs.monomials.size() == rhs.monomials.size() &&
         llvm::all_of(llvm::zip(lhs.monomials, rhs.monomials), [&](auto pair) {
           auto &[left, right] = pair;
           return compare(left.factors, right.factors) == 0 &&
                  equal(left.coefficient, right.coefficient);
         });
}

bool ExpressionTable::isBefore(const Expression &lhs,
                               const Expression &rhs) const {
  for (auto [left, right] : llvm::zip(lhs.monomials, rhs.monomials))
    if (int order = compare(left.factors, right.factors))
      return order < 0;
  return lhs.monomials.size() < rhs.monomials.size();
}

//===----------------------------------------------------------------------===//
// Atoms
//===----------------------------------------------------------------------===//

/// Of all but coefficients, which may differ between equals.
static size_t hashStructure(const Atom &atom) {
  llvm::hash_code hash =
      llvm::hash_combine(static_cast<int>(atom.kind),
                         atom.label.getAsOpaquePointer(), atom.elements);
  for (const Expression &operand : atom.operands)
    for (const Monomial &monomial : operand.monomials) {
      hash = llvm::hash_combine(hash, monomial.factors.size());
      for (const Factor &factor : monomial.factors)
        hash = llvm::hash_combine(hash, factor.atom,
                                  llvm::bit_cast<uint64_t>(factor.exponent));
    }
  return hash;
}

unsigned ExpressionTable::intern(Atom atom) {
  SmallVector<unsigned, 1> &similar = atomsByHash[hashStructure(atom)];
  for (unsigned index : similar) {
    const Atom &other = atoms[index];
    if (other.kind == atom.kind && other.label == atom.label &&
        other.elements == atom.elements &&
        other.operands.size() == atom.operands.size() &&
        llvm::all_of(llvm::zip(other.operands, atom.operands), [&](auto pair) {
          return equal(std::get<0>(pair), std::get<1>(pair));
        }))
      return index;
  }
  similar.push_back(atoms.size());
  atoms.push_back(std::move(atom));
  return atoms.size() - 1;
}

Expression ExpressionTable::internLike(AtomKind kind, Attribute label,
                                       const Expression &operand,
                                       int64_t elements) {
  return atom(intern({kind,
                      label,
                      {operand},
                      elements,
                      isNonNegative(operand),
                      isPositive(operand),
                      /*isMixed=*/false}));
}

unsigned ExpressionTable::internSum(const Expression &expression) {
  return intern({AtomKind::Sum,
                 Attribute(),
                 {expression},
                 getElements(expression),
                 isNonNegative(expression),
                 isPositive(expression),
                 isMixed(expression)});
}

int64_t ExpressionTable::getElements(const Factors &factors) const {
  int64_t elements = 1;
  for (const Factor &factor : factors)
    elements = std::lcm(elements, atoms[factor.atom].elements);
  return elements;
}

int64_t ExpressionTable::getElements(const Expression &expression) const {
  int64_t elements = 1;
  for (const Monomial &monomial : expression.monomials)
    elements = std::lcm(elements, getElements(monomial.factors));
  return elements;
}

bool ExpressionTable::isNonNegative(const Expression &expression) const {
  return llvm::all_of(expression.monomials, [&](const Monomial &monomial) {
    return monomial.coefficient >= 0 &&
           llvm::all_of(monomial.factors, [&](const Factor &factor) {
             return atoms[factor.atom].isNonNegative ||
                    std::fmod(factor.exponent, 2.0) == 0.0;
           });
  });
}

bool ExpressionTable::isPositive(const Expression &expression) const {
  return isNonNegative(expression) &&
         llvm::any_of(expression.monomials, [&](const Monomial &monomial) {
           return llvm::all_of(monomial.factors, [&](const Factor &factor) {
             return atoms[factor.atom].isPositive;
           });
         });
}

bool ExpressionTable::isMixed(const Expression &expression) const {
  int64_t finest = getElements(expression);
  return llvm::any_of(expression.monomials, [&](const Monomial &monomial) {
    return !monomial.factors.empty() && getElements(monomial.factors) != finest;
  });
}

Expression ExpressionTable::constant(double value) {
  if (value == 0.0)
    return {};
  if (std::isfinite(value))
    return {{{{}, value}}};
  // Not a number to calculate with.
  auto label = FloatAttr::get(Float64Type::get(getContext()), value);
  return function(label, {});
}

Expression ExpressionTable::atom(unsigned atom, double exponent) {
  return {{{{{atom, exponent}}, 1.0}}};
}

Expression ExpressionTable::input(unsigned index, Type type, int64_t elements) {
  Builder builder(getContext());
  auto label = builder.getArrayAttr(
      {builder.getI64IntegerAttr(index), TypeAttr::get(type)});
  return atom(intern({AtomKind::Input,
                      label,
                      {},
                      elements,
                      /*isNonNegative=*/false,
                      /*isPositive=*/false,
                      /*isMixed=*/false}));
}

//===- ExpressionAlgebra.cpp - Sums and products of expressions -----------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What keeps expressions in their normal form.
//
//===----------------------------------------------------------------------===//

#include "Expression.h"

#include "llvm/ADT/STLExtras.h"

#include <cmath>

using namespace mlir;
using namespace seednorm;

/// No norm's formula has a fourth as many; expansions end here.
static constexpr size_t kMaxMonomials = 64;

//===----------------------------------------------------------------------===//
// Sums
//===----------------------------------------------------------------------===//

void ExpressionTable::sortAndMerge(Expression &expression) const {
  std::vector<Monomial> &monomials = expression.monomials;
  llvm::sort(monomials, [](const Monomial &lhs, const Monomial &rhs) {
    return compare(lhs.factors, rhs.factors) < 0;
  });
  std::vector<Monomial> merged;
  for (Monomial &monomial : monomials) {
    if (merged.empty() ||
        compare(merged.back().factors, monomial.factors) != 0) {
      merged.push_back(std::move(monomial));
      continue;
    }
    // What is left of equal numbers is their rounding.
    if (equal(merged.back().coefficient, -monomial.coefficient))
      merged.pop_back();
    else
      merged.back().coefficient += monomial.coefficient;
  }
  llvm::erase_if(merged, [](const Monomial &monomial) {
    return monomial.coefficient == 0.0;
  });
  monomials = std::move(merged);
}

/// The powers that all monomials have.
static Factors getCommonFactors(const Expression &expression) {
  Factors common = expression.monomials.front().factors;
  for (const Monomial &monomial : llvm::drop_begin(expression.monomials)) {
    Factors shared;
    for (const Factor &factor : common)
      for (const Factor &other : monomial.factors)
        if (factor.atom == other.atom)
          shared.push_back(
              {factor.atom, std::min(factor.exponent, other.exponent)});
    common = std::move(shared);
  }
  return common;
}

/// Adds `scale` times the exponents of `rhs`.
static Factors combine(const Factors &lhs, const Factors &rhs, double scale) {
  Factors result;
  const auto *left = lhs.data(), *leftEnd = left + lhs.size();
  const auto *right = rhs.data(), *rightEnd = right + rhs.size();
  while (left != leftEnd || right != rightEnd) {
    bool takeLeft =
        right == rightEnd || (left != leftEnd && left->atom <= right->atom);
    bool takeRight =
        left == leftEnd || (right != rightEnd && right->atom <= left->atom);
    Factor factor{takeLeft ? left->atom : right->atom,
                  (takeLeft ? left->exponent : 0.0) +
                      (takeRight ? scale * right->exponent : 0.0)};
    left += takeLeft;
    right += takeRight;
    if (factor.exponent != 0.0)
      result.push_back(factor);
  }
  return result;
}

Expression ExpressionTable::flatten(const Expression &expression) {
  Expression flat;
  for (const Monomial &monomial : expression.monomials) {
    bool isSum = monomial.factors.size() == 1 &&
                 monomial.factors.front().exponent == 1.0 &&
                 atoms[monomial.factors.front().atom].kind == AtomKind::Sum;
    if (!isSum) {
      flat.monomials.push_back(monomial);
      continue;
    }
    for (Monomial part :
         atoms[monomial.factors.front().atom].operands.front().monomials) {
      part.coefficient *= monomial.coefficient;
      flat.monomials.push_back(std::move(part));
    }
  }
  sortAndMerge(flat);
  return flat;
}

Expression ExpressionTable::normalize(Expression expression) {
  sortAndMerge(expression);
  if (expression.monomials.size() < 2)
    return expression;
  Factors common = getCommonFactors(expression);
  for (Monomial &monomial : expression.monomials)
    monomial.factors = combine(monomial.factors, common, -1.0);
  expression = flatten(expression);
  if (expression.monomials.size() > 1 && isMixed(expression)) {
    // What varies along columns comes as it is: x - mean.
    int64_t finest = getElements(expression);
    double lead = 1.0;
    for (const Monomial &monomial : expression.monomials)
      if (getElements(monomial.factors) == finest)
        lead = monomial.coefficient;
    expression = scale(atom(internSum(scale(expression, 1.0 / lead))), lead);
  }
  for (Monomial &monomial : expression.monomials)
    monomial.factors = combine(monomial.factors, common, 1.0);
  sortAndMerge(expression);
  return expression;
}

Expression ExpressionTable::add(const Expression &lhs, const Expression &rhs) {
  Expression sum = lhs;
  llvm::append_range(sum.monomials, rhs.monomials);
  if (sum.monomials.size() > kMaxMonomials) {
    exhausted = true;
    return {};
  }
  return normalize(std::move(sum));
}

Expression ExpressionTable::scale(const Expression &expression, double factor) {
  if (factor == 0.0)
    return {};
  Expression scaled = expression;
  for (Monomial &monomial : scaled.monomials)
    monomial.coefficient *= factor;
  return scaled;
}

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

/// Past this a power is no norm's, and comparing them might not end well.
static constexpr double kMaxExponent = 64.0;

/// Whether a factor cancels that may be 0: 0 / 0 is not 1.
static bool losesPole(ArrayRef<Atom> atoms, const Factors &lhs,
                      const Factors &rhs) {
  return llvm::any_of(lhs, [&](const Factor &left) {
    return !atoms[left.atom].isPositive &&
           llvm::any_of(rhs, [&](const Factor &right) {
             return left.atom == right.atom &&
                    left.exponent * right.exponent < 0;
           });
  });
}

Expression ExpressionTable::multiply(const Monomial &lhs, const Monomial &rhs) {
  if (losesPole(atoms, lhs.factors, rhs.factors))
    return function("multiply", {{{lhs}}, {{rhs}}});
  Monomial product{combine(lhs.factors, rhs.factors, 1.0),
                   lhs.coefficient * rhs.coefficient};
  exhausted |= llvm::any_of(product.factors, [](const Factor &factor) {
    return std::abs(factor.exponent) > kMaxExponent;
  });
  if (exhausted)
    return {};
  // A root of a sum times itself is a sum again.
  auto expandable = llvm::find_if(product.factors, [&](const Factor &factor) {
    const Atom &atom = atoms[factor.atom];
    return atom.kind == AtomKind::Sum && !atom.isMixed &&
           factor.exponent >= 1.0 &&
           std::floor(factor.exponent) == factor.exponent;
  });
  if (expandable == product.factors.end())
    return {{product}};
  Factor factor = *expandable;
  product.factors.erase(expandable);
  Expression expanded{{product}};
  Expression sum = atoms[factor.atom].operands.front();
  for (double k = 0; k < factor.exponent && !exhausted; ++k)
    expanded = multiply(expanded, sum);
  return expanded;
}

Expression ExpressionTable::multiply(const Expression &lhs,
                                     const Expression &rhs) {
  Expression product;
  for (const Monomial &left : lhs.monomials)
    for (const Monomial &right : rhs.monomials) {
      llvm::append_range(product.monomials, multiply(left, right).monomials);
      exhausted |= product.monomials.size() > kMaxMonomials;
      if (exhausted)
        return {};
    }
  return normalize(std::move(product));
}

std::optional<Monomial> ExpressionTable::raise(const Monomial &monomial,
                                               double exponent) const {
  Monomial power = monomial;
  bool isWhole = std::floor(exponent) == exponent;
  if (!isWhole && monomial.coefficient < 0)
    return std::nullopt;
  power.coefficient = std::pow(monomial.coefficient, exponent);
  for (Factor &factor : power.factors) {
    if (!isWhole && !atoms[factor.atom].isNonNegative)
      return std::nullopt;
    factor.exponent *= exponent;
  }
  if (!std::isfinite(power.coefficient) || power.coefficient == 0.0)
    return std::nullopt;
  return power;
}

/// Sums lose a factor, so that multiples have the same root but for a number.
Expression ExpressionTable::raiseSum(const Expression &expression,
                                     double exponent) {
  double lead = expression.monomials.back().coefficient;
  if (exponent != -1.0)
    lead = std::abs(lead);
  return scale(atom(internSum(scale(expression, 1.0 / lead)), exponent),
               std::pow(lead, exponent));
}

Expression ExpressionTable::invert(const Expression &expression) {
  if (expression.monomials.size() > 1)
    return raiseSum(expression, -1.0);
  if (expression.monomials.size() == 1)
    if (std::optional<Monomial> power =
            raise(expression.monomials.front(), -1.0))
      return multiply({{*power}}, constant(1.0));
  return function("invert", {expression});
}

Expression ExpressionTable::squareRoot(const Expression &expression) {
  if (expression.monomials.size() > 1 && isNonNegative(expression))
    return raiseSum(expression, 0.5);
  if (expression.monomials.size() == 1)
    if (std::optional<Monomial> power =
            raise(expression.monomials.front(), 0.5))
      return multiply({{*power}}, constant(1.0));
  return function("sqrt", {expression});
}

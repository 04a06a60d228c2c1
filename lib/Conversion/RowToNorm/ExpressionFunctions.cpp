//===- ExpressionFunctions.cpp - What is not a sum or product -------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Functions, reductions and roundings of expressions, with what is known of
// each.
//
//===----------------------------------------------------------------------===//

#include "Expression.h"

#include "llvm/ADT/APFloat.h"

#include <cmath>
#include <numeric>

using namespace mlir;
using namespace seednorm;

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

Expression ExpressionTable::function(Attribute label,
                                     std::vector<Expression> operands,
                                     int64_t elements) {
  for (const Expression &operand : operands)
    elements = std::lcm(elements, getElements(operand));
  auto name = dyn_cast<StringAttr>(label);
  // What is small enough has an exponential of 0.
  bool isPositive = false;
  bool isNonNegative =
      name && (name == "exp" || name == "abs" || name == "sqrt");
  if (name && name == "maximum")
    for (const Expression &operand : operands) {
      isPositive |= this->isPositive(operand);
      isNonNegative |= this->isNonNegative(operand);
    }
  if (name && name == "select")
    isNonNegative =
        this->isNonNegative(operands[1]) && this->isNonNegative(operands[2]);
  return atom(intern({AtomKind::Function, label, std::move(operands), elements,
                      isNonNegative, isPositive, /*isMixed=*/false}));
}

/// The function of this name of a number, if it is one of a number.
static std::optional<double> evaluate(StringRef name, double value) {
  if (name == "exp")
    return std::exp(value);
  if (name == "log")
    return std::log(value);
  if (name == "tanh")
    return std::tanh(value);
  return std::nullopt;
}

Expression ExpressionTable::function(StringRef name,
                                     std::vector<Expression> operands) {
  if (operands.size() == 1)
    if (std::optional<double> value = operands.front().getConstant())
      if (std::optional<double> number = evaluate(name, *value))
        return constant(*number);
  return function(StringAttr::get(getContext(), name), std::move(operands));
}

Expression ExpressionTable::absolute(const Expression &expression) {
  if (isNonNegative(expression))
    return expression;
  if (expression.monomials.size() != 1)
    return function("abs", {expression});
  double factor = expression.monomials.front().coefficient;
  Expression absolute = function("abs", {scale(expression, 1.0 / factor)});
  return scale(absolute, std::abs(factor));
}

Expression ExpressionTable::extremum(bool isMaximum, const Expression &lhs,
                                     const Expression &rhs) {
  if (equal(lhs, rhs))
    return lhs;
  auto choose = [&](double left, double right) {
    return isMaximum ? std::max(left, right) : std::min(left, right);
  };
  std::optional<double> left = lhs.getConstant(), right = rhs.getConstant();
  if (left && right)
    return constant(choose(*left, *right));
  if (left)
    return extremum(isMaximum, rhs, lhs);
  // Multiples of one number that is not negative.
  if (lhs.monomials.size() == 1 && rhs.monomials.size() == 1 &&
      compare(lhs.monomials.front().factors, rhs.monomials.front().factors) ==
          0) {
    Monomial common = lhs.monomials.front();
    common.coefficient = 1.0;
    if (isNonNegative({{common}}))
      return scale({{common}}, choose(lhs.monomials.front().coefficient,
                                      rhs.monomials.front().coefficient));
  }
  // A number is kept between two others by cutting above first.
  std::optional<unsigned> inner = lhs.getAtom();
  if (!isMaximum && right && inner &&
      atoms[*inner].label == StringAttr::get(getContext(), "maximum")) {
    std::vector<Expression> operands = atoms[*inner].operands;
    std::optional<double> least = operands[1].getConstant();
    if (least && *least <= *right)
      return extremum(true, extremum(false, operands[0], rhs), operands[1]);
  }
  // The order of two that vary does not matter: whichever is known is taken.
  StringRef name = isMaximum ? "maximum" : "minimum";
  bool isOrdered = right || !isBefore(rhs, lhs);
  return isOrdered ? function(name, {lhs, rhs}) : function(name, {rhs, lhs});
}

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

Expression ExpressionTable::reduceSum(const Monomial &monomial, int64_t runs) {
  Monomial same{{}, monomial.coefficient}, varying{{}, 1.0};
  for (const Factor &factor : monomial.factors) {
    bool isSame = runs % atoms[factor.atom].elements == 0;
    (isSame ? same : varying).factors.push_back(factor);
  }
  if (varying.factors.empty())
    return scale({{same}}, static_cast<double>(columns) / runs);
  Expression sum;
  std::optional<unsigned> single = Expression{{varying}}.getAtom();
  if (single && atoms[*single].kind == AtomKind::Sum) {
    Expression parts = atoms[*single].operands.front();
    sum = reduceSum(parts, runs);
  } else if (single && atoms[*single].kind == AtomKind::Reduce &&
             !atoms[*single].label && atoms[*single].elements % runs == 0) {
    // Each sum is met once for each of its columns.
    double times = static_cast<double>(columns) / atoms[*single].elements;
    Expression parts = atoms[*single].operands.front();
    sum = scale(reduceSum(parts, runs), times);
  } else {
    Expression operand{{varying}};
    sum = internLike(AtomKind::Reduce, Attribute(), operand, runs);
  }
  return multiply({{same}}, sum);
}

Expression ExpressionTable::reduceSum(const Expression &expression,
                                      int64_t runs) {
  Expression sum;
  for (const Monomial &monomial : expression.monomials)
    sum = add(sum, reduceSum(monomial, runs));
  return sum;
}

Expression ExpressionTable::reduceMaximum(const Expression &expression,
                                          int64_t runs, bool ignoresNaN) {
  if (runs % getElements(expression) == 0)
    return expression;
  return atom(
      intern({AtomKind::Reduce,
              StringAttr::get(getContext(), ignoresNaN ? "maxnum" : "maximum"),
              {expression},
              runs,
              isNonNegative(expression),
              /*isMixed=*/false}));
}

//===----------------------------------------------------------------------===//
// Roundings
//===----------------------------------------------------------------------===//

/// The type whose numbers the atom is of, if it says so.
static Type getType(const Atom &atom) {
  if (atom.kind == AtomKind::Input)
    return cast<TypeAttr>(cast<ArrayAttr>(atom.label)[1]).getValue();
  if (atom.kind == AtomKind::Round)
    return cast<TypeAttr>(atom.label).getValue();
  return Type();
}

Expression ExpressionTable::round(const Expression &expression,
                                  FloatType type) {
  if (std::optional<double> value = expression.getConstant()) {
    llvm::APFloat rounded(*value);
    bool losesInfo;
    rounded.convert(type.getFloatSemantics(),
                    llvm::APFloat::rmNearestTiesToEven, &losesInfo);
    return constant(rounded.convertToDouble());
  }
  std::optional<unsigned> single = expression.getAtom();
  if (single && getType(atoms[*single]) == type)
    return expression;
  // A positive number may be rounded to 0.
  return atom(intern({AtomKind::Round,
                      TypeAttr::get(type),
                      {expression},
                      getElements(expression),
                      isNonNegative(expression),
                      /*isPositive=*/false,
                      /*isMixed=*/false}));
}

//===- ExpressionFormula.cpp - Formulas of norms as expressions -----------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The builder of formulas whose terms are expressions.
//
//===----------------------------------------------------------------------===//

#include "ExpressionFormula.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace seednorm;
using norm::Function;
using norm::Term;

Expression seednorm::applyFunction(ExpressionTable &table, Function function,
                                   ArrayRef<Expression> operands) {
  const Expression &first = operands.front(), &last = operands.back();
  switch (function) {
  case Function::Add:
    return table.add(first, last);
  case Function::Sub:
    return table.add(first, table.scale(last, -1.0));
  case Function::Mul:
    return table.multiply(first, last);
  case Function::Div:
    return table.multiply(first, table.invert(last));
  case Function::Maximum:
  case Function::Minimum:
    return table.extremum(function == Function::Maximum, first, last);
  case Function::Neg:
    return table.scale(first, -1.0);
  case Function::Abs:
    return table.absolute(first);
  case Function::Exp:
    return table.function("exp", {first});
  case Function::Log:
    return table.function("log", {first});
  case Function::Rsqrt:
    return table.invert(table.squareRoot(first));
  case Function::Sqrt:
    return table.squareRoot(first);
  case Function::Tanh:
    return table.function("tanh", {first});
  case Function::RoundEven:
    return table.function("round_even", {first});
  case Function::ZeroIfNaN:
    return table.function("zero_if_nan", {first});
  }
  llvm_unreachable("every function is handled");
}

Attribute seednorm::getFunctionLabel(OperationName name,
                                     DictionaryAttr attributes, Type element) {
  Builder builder(element.getContext());
  return builder.getArrayAttr(
      {name.getIdentifier(), attributes, TypeAttr::get(element)});
}

Term ExpressionFormula::add(Expression expression) {
  values.push_back(std::move(expression));
  return {this, static_cast<unsigned>(values.size() - 1)};
}

Term ExpressionFormula::operand(unsigned index) { return {this, index}; }

Term ExpressionFormula::constant(double value) {
  return add(table.constant(value));
}

Term ExpressionFormula::apply(Function function, ArrayRef<Term> terms) {
  std::vector<Expression> operands;
  for (Term term : terms)
    operands.push_back(getExpression(term));
  return add(applyFunction(table, function, operands));
}

/// As a program has it: the number of the column is compared with the limit.
Term ExpressionFormula::keepFirst(Term term, int64_t count) {
  MLIRContext *context = table.getContext();
  Builder builder(context);
  auto getLabel = [&](StringRef name, ArrayRef<NamedAttribute> attributes,
                      Type element) {
    return getFunctionLabel(OperationName(name, context),
                            builder.getDictionaryAttr(attributes), element);
  };
  Expression step = table.function(
      getLabel(vector::StepOp::getOperationName(), {}, builder.getIndexType()),
      {}, getNumColumns());
  Expression limit = table.function(builder.getIndexAttr(count), {});
  auto less = builder.getNamedAttr(
      "predicate",
      arith::CmpIPredicateAttr::get(context, arith::CmpIPredicate::ult));
  Expression isKept = table.function(
      getLabel(arith::CmpIOp::getOperationName(), less, builder.getI1Type()),
      {step, limit});
  return add(table.function("select", {isKept, getExpression(term), {}}));
}

Term ExpressionFormula::reduce(norm::Reduction reduction, Term term,
                               int64_t numHeads) {
  return add(
      reduction == norm::Reduction::Sum
          ? table.reduceSum(getExpression(term), numHeads)
          : table.reduceMaximum(getExpression(term), numHeads, ignoresNaN));
}

/// Nothing that is compared draws: a program may compute the words in any way.
Term ExpressionFormula::drawMask(unsigned seed, unsigned offset,
                                 double probability) {
  return add(table.function(
      "mask", {getExpression(operand(seed)), getExpression(operand(offset))}));
}

Term ExpressionFormula::round(Term term, FloatType type) {
  return add(table.round(getExpression(term), type));
}

//===- RowFormula.cpp - Formulas on the columns of a row ------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Operands are spread to a common number of elements before each operation;
// upstream's canonicalisation removes what that repeats.
//
//===----------------------------------------------------------------------===//

#include "RowFormula.h"

#include "seednorm/Dialect/Row/IR/Row.h"
#include "seednorm/Dialect/Row/Transforms/Spread.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

#include <cmath>

using namespace mlir;
using namespace seednorm;
using norm::Term;

RowFormula::RowFormula(OpBuilder &builder, Location loc, int64_t columns,
                       FloatType type, ValueRange arguments)
    : builder(builder), loc(loc), columns(columns), type(type) {
  for (Value argument : arguments) {
    if (isa<FloatType>(getElementTypeOrSelf(argument)))
      argument = norm::buildCast(builder, loc, argument, type);
    values.push_back(flatten(argument));
  }
}

/// Formulas see the columns of a row in one dimension.
Value RowFormula::flatten(Value value) {
  auto vector = dyn_cast<VectorType>(value.getType());
  if (!vector || vector.getRank() == 1)
    return value;
  auto flat =
      VectorType::get({vector.getNumElements()}, vector.getElementType());
  return vector::ShapeCastOp::create(builder, loc, flat, value);
}

Value RowFormula::buildSlice(Term term, Type slice) {
  Value value = getValue(term);
  auto vector = dyn_cast<VectorType>(slice);
  if (vector)
    value = row::buildSpread(builder, loc, value,
                             VectorType::get({vector.getNumElements()}, type));
  value = norm::buildCast(builder, loc, value, getElementTypeOrSelf(slice));
  if (vector && vector.getRank() > 1)
    return vector::ShapeCastOp::create(builder, loc, vector, value);
  return value;
}

Term RowFormula::add(Value value) {
  values.push_back(value);
  return {this, static_cast<unsigned>(values.size() - 1)};
}

Term RowFormula::operand(unsigned index) { return {this, index}; }

Term RowFormula::constant(double value) {
  return add(arith::ConstantOp::create(builder, loc,
                                       builder.getFloatAttr(type, value)));
}

Term RowFormula::apply(norm::Function function, ArrayRef<Term> terms) {
  SmallVector<Value> operands =
      llvm::map_to_vector(terms, [&](Term term) { return getValue(term); });
  // The finest of the types; a vector of one element before a scalar.
  Type finest = operands.front().getType();
  for (Value operand : operands)
    if (isa<VectorType>(operand.getType()) &&
        (!isa<VectorType>(finest) ||
         row::getNumElements(finest) < row::getNumElements(operand.getType())))
      finest = operand.getType();
  for (Value &operand : operands)
    operand = row::buildSpread(builder, loc, operand, finest);
  return add(norm::buildFunction(builder, loc, function, operands));
}

Term RowFormula::keepFirst(Term term, int64_t count) {
  auto slice = VectorType::get({columns}, type);
  auto numbers = slice.clone(builder.getIndexType());
  Value step = vector::StepOp::create(builder, loc, numbers);
  Value limit = arith::ConstantOp::create(
      builder, loc,
      DenseElementsAttr::get(numbers, builder.getIndexAttr(count)));
  Value kept = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult,
                                     step, limit);
  Value zero =
      arith::ConstantOp::create(builder, loc, builder.getZeroAttr(slice));
  return add(arith::SelectOp::create(
      builder, loc, kept, row::buildSpread(builder, loc, getValue(term), slice),
      zero));
}

Term RowFormula::reduce(norm::Reduction reduction, Term term,
                        int64_t numHeads) {
  Value source = getValue(term);
  SmallVector<bool> reduced = {true};
  Type result = type;
  if (numHeads > 1) {
    auto split = VectorType::get({numHeads, columns / numHeads}, type);
    source = vector::ShapeCastOp::create(builder, loc, split, source);
    reduced = {false, true};
    result = VectorType::get({numHeads}, type);
  }
  bool isSum = reduction == norm::Reduction::Sum;
  auto kind =
      isSum ? vector::CombiningKind::ADD : vector::CombiningKind::MAXIMUMF;
  Value identity = getValue(constant(isSum ? 0.0 : -INFINITY));
  if (result != type)
    identity = vector::BroadcastOp::create(builder, loc, result, identity);
  return add(vector::MultiDimReductionOp::create(builder, loc, source, identity,
                                                 reduced, kind));
}

Term RowFormula::round(Term term, FloatType to) {
  Value rounded = norm::buildCast(builder, loc, getValue(term), to);
  return add(norm::buildCast(builder, loc, rounded, type));
}

Term RowFormula::drawMask(unsigned seed, unsigned offset, double probability) {
  auto getScalar = [&](unsigned index) -> Value {
    return vector::ExtractOp::create(builder, loc, values[index], 0);
  };
  auto slice = VectorType::get({columns}, type);
  auto bits = VectorType::get({columns}, builder.getI32Type());
  Value words = row::PhiloxOp::create(builder, loc, bits, getScalar(seed),
                                      getScalar(offset));
  Value threshold = arith::ConstantOp::create(
      builder, loc,
      DenseElementsAttr::get(bits,
                             APInt(32, norm::getMaskThreshold(probability))));
  Value kept = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::uge,
                                     words, threshold);
  Value factor = arith::ConstantOp::create(
      builder, loc,
      DenseElementsAttr::get(slice, cast<Attribute>(builder.getFloatAttr(
                                        type, 1.0 / (1.0 - probability)))));
  Value zero =
      arith::ConstantOp::create(builder, loc, builder.getZeroAttr(slice));
  return add(arith::SelectOp::create(builder, loc, kept, factor, zero));
}

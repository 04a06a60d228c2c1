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

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace seednorm;

static Type withElement(Type type, Type element) {
  auto vector = dyn_cast<VectorType>(type);
  return vector ? Type(vector.clone(element)) : element;
}

Value RowFormula::toF32(Value value) {
  Type f32 = builder.getF32Type();
  if (getElementTypeOrSelf(value) == f32)
    return value;
  return arith::ExtFOp::create(builder, loc, withElement(value.getType(), f32),
                               value);
}

Value RowFormula::fromF32(Value value, Type element) {
  if (getElementTypeOrSelf(value) == element)
    return value;
  return arith::TruncFOp::create(builder, loc,
                                 withElement(value.getType(), element), value);
}

Value RowFormula::constant(double value) {
  return arith::ConstantOp::create(builder, loc,
                                   builder.getF32FloatAttr(value));
}

Value RowFormula::sum(Value value, int64_t heads) {
  Value source = value;
  SmallVector<bool> reduced = {true};
  Type result = builder.getF32Type();
  if (heads > 1) {
    auto split =
        VectorType::get({heads, columns / heads}, builder.getF32Type());
    source = vector::ShapeCastOp::create(builder, loc, split, value);
    reduced = {false, true};
    result = VectorType::get({heads}, builder.getF32Type());
  }
  Value zero =
      arith::ConstantOp::create(builder, loc, builder.getZeroAttr(result));
  return vector::MultiDimReductionOp::create(
      builder, loc, source, zero, reduced, vector::CombiningKind::ADD);
}

Value RowFormula::spread(Value value, Type like) {
  int64_t from = row::getNumElements(value.getType());
  int64_t to = row::getNumElements(like);
  if (from == to && value.getType() == like)
    return value;
  if (!isa<VectorType>(value.getType()))
    return vector::BroadcastOp::create(builder, loc, like, value);
  // One element a head: a column of elements, stretched, read as a row.
  Type element = getElementTypeOrSelf(value);
  auto column = VectorType::get({from, 1}, element);
  auto stretched = VectorType::get({from, to / from}, element);
  value = vector::ShapeCastOp::create(builder, loc, column, value);
  value = vector::BroadcastOp::create(builder, loc, stretched, value);
  return vector::ShapeCastOp::create(builder, loc, like, value);
}

template <typename Op> Value RowFormula::binary(Value lhs, Value rhs) {
  if (!isa<VectorType>(lhs.getType()) ||
      (isa<VectorType>(rhs.getType()) &&
       row::getNumElements(lhs.getType()) < row::getNumElements(rhs.getType())))
    lhs = spread(lhs, rhs.getType());
  else
    rhs = spread(rhs, lhs.getType());
  return Op::create(builder, loc, lhs, rhs);
}

Value RowFormula::add(Value lhs, Value rhs) {
  return binary<arith::AddFOp>(lhs, rhs);
}
Value RowFormula::mul(Value lhs, Value rhs) {
  return binary<arith::MulFOp>(lhs, rhs);
}
Value RowFormula::div(Value lhs, Value rhs) {
  return binary<arith::DivFOp>(lhs, rhs);
}
Value RowFormula::maximum(Value lhs, Value rhs) {
  return binary<arith::MaximumFOp>(lhs, rhs);
}
Value RowFormula::minimum(Value lhs, Value rhs) {
  return binary<arith::MinimumFOp>(lhs, rhs);
}
Value RowFormula::neg(Value value) {
  return arith::NegFOp::create(builder, loc, value);
}
Value RowFormula::abs(Value value) {
  return math::AbsFOp::create(builder, loc, value);
}
Value RowFormula::exp(Value value) {
  return math::ExpOp::create(builder, loc, value);
}
Value RowFormula::rsqrt(Value value) {
  return math::RsqrtOp::create(builder, loc, value);
}
Value RowFormula::tanh(Value value) {
  return math::TanhOp::create(builder, loc, value);
}

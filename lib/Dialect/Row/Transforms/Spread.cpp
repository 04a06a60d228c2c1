//===- Spread.cpp - Values that columns have in common --------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Broadcasts repeat vectors as a whole or elements of a last dimension of one;
// what is to be repeated here becomes such a dimension first.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Dialect/Row/Transforms/Spread.h"
#include "seednorm/Dialect/Row/IR/Row.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace seednorm::row;

Value seednorm::row::getSpreadSource(Value value) {
  Value source = value;
  for (Operation *op = value.getDefiningOp(); op; op = value.getDefiningOp()) {
    std::optional<BodyOpKind> kind = getBodyOpKind(op);
    if (kind != BodyOpKind::Relabel && kind != BodyOpKind::Spread)
      break;
    value = op->getOperand(0);
    if (getNumElements(value.getType()) < getNumElements(source.getType()))
      source = value;
  }
  return source;
}

Value seednorm::row::buildSpread(OpBuilder &builder, Location loc, Value value,
                                 Type like) {
  if (value.getType() == like)
    return value;
  int64_t from = getNumElements(value.getType()), to = getNumElements(like);
  if (from == 1) {
    auto vector = dyn_cast<VectorType>(value.getType());
    auto target = dyn_cast<VectorType>(like);
    if (vector && (!target || vector.getRank() > target.getRank()))
      value = vector::ExtractOp::create(
          builder, loc, value, SmallVector<int64_t>(vector.getRank(), 0));
    if (value.getType() == like)
      return value;
    return vector::BroadcastOp::create(builder, loc, like, value);
  }
  if (from != to) {
    // A column of elements, stretched.
    Type element = cast<VectorType>(like).getElementType();
    value = vector::ShapeCastOp::create(
        builder, loc, VectorType::get({from, 1}, element), value);
    value = vector::BroadcastOp::create(
        builder, loc, VectorType::get({from, to / from}, element), value);
  }
  if (value.getType() == like)
    return value;
  return vector::ShapeCastOp::create(builder, loc, like, value);
}

Value seednorm::row::buildRunSums(OpBuilder &builder, Location loc, Value value,
                                  Type like) {
  auto source = dyn_cast<VectorType>(value.getType());
  int64_t from = getNumElements(value.getType()), to = getNumElements(like);
  if (from == to)
    return buildSpread(builder, loc, value, like);
  Type element = source.getElementType();
  Type summed = to == 1 ? element : VectorType::get({to}, element);
  SmallVector<int64_t> shape = {from};
  if (to != 1)
    shape = {to, from / to};
  auto runs = VectorType::get(shape, element);
  if (source != runs)
    value = vector::ShapeCastOp::create(builder, loc, runs, value);
  Value zero =
      arith::ConstantOp::create(builder, loc, builder.getZeroAttr(summed));
  Value sums = vector::MultiDimReductionOp::create(
      builder, loc, value, zero,
      to == 1 ? ArrayRef<bool>({true}) : ArrayRef<bool>({false, true}),
      vector::CombiningKind::ADD);
  return buildSpread(builder, loc, sums, like);
}

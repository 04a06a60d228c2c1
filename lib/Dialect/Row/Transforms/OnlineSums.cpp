//===- OnlineSums.cpp - A maximum and a sum in one sweep ------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Infinities need care: a difference of two is NaN, where it should weigh a
// part by one or a number by nothing.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Dialect/Row/Transforms/OnlineSums.h"
#include "seednorm/Dialect/Row/Transforms/Slicing.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace seednorm::row;

//===----------------------------------------------------------------------===//
// Recognition
//===----------------------------------------------------------------------===//

/// What `value` shows in another shape, or repeats along columns.
static Value lookThrough(Value value, bool repeats) {
  while (Operation *op = value.getDefiningOp()) {
    std::optional<BodyOpKind> kind = getBodyOpKind(op);
    if (kind != BodyOpKind::Relabel && !(repeats && kind == BodyOpKind::Spread))
      return value;
    value = op->getOperand(0);
  }
  return value;
}

/// A maximum of a whole row with one number a column, and no other beside them.
static bool isMaximumOfRow(const ProgramAnalysis &analysis, const Sum &sum) {
  return sum.kind == vector::CombiningKind::MAXIMUMF && sum.sourceRun == 1 &&
         sum.resultRun == analysis.getNumColumns() &&
         (!sum.init || matchPattern(sum.init, m_NegInfFloat()));
}

/// Whether `sum` is one of exp(v - maximum) over a row of numbers v.
static bool isSumOver(const ProgramAnalysis &analysis, const Sum &sum,
                      const Sum &maximum) {
  if (sum.kind != vector::CombiningKind::ADD || sum.sourceRun != 1 ||
      sum.resultRun != analysis.getNumColumns())
    return false;
  auto exponential =
      lookThrough(sum.source, /*repeats=*/false).getDefiningOp<math::ExpOp>();
  if (!exponential)
    return false;
  auto difference = lookThrough(exponential.getOperand(), /*repeats=*/false)
                        .getDefiningOp<arith::SubFOp>();
  return difference &&
         lookThrough(difference.getLhs(), /*repeats=*/false) ==
             lookThrough(maximum.source, /*repeats=*/false) &&
         lookThrough(difference.getRhs(), /*repeats=*/true) ==
             maximum.op->getResult(0);
}

SmallVector<OnlineSum>
seednorm::row::findOnlineSums(const ProgramAnalysis &analysis, unsigned level) {
  SmallVector<OnlineSum> pairs;
  if (level >= analysis.getNumLevels())
    return pairs;
  for (const Sum &maximum : analysis.getSums(level))
    if (isMaximumOfRow(analysis, maximum))
      for (const Sum &sum : analysis.getSums(level + 1))
        if (isSumOver(analysis, sum, maximum))
          pairs.push_back({&maximum, &sum});
  return pairs;
}

//===----------------------------------------------------------------------===//
// Combination
//===----------------------------------------------------------------------===//

static Value buildConstantLike(OpBuilder &builder, Location loc, Value like,
                               const APFloat &value) {
  auto element = cast<FloatType>(getElementTypeOrSelf(like));
  TypedAttr attribute = FloatAttr::get(element, value);
  if (auto vector = dyn_cast<VectorType>(like.getType()))
    attribute = DenseElementsAttr::get(vector, attribute);
  return arith::ConstantOp::create(builder, loc, attribute);
}

static const llvm::fltSemantics &getSemantics(Value value) {
  return cast<FloatType>(getElementTypeOrSelf(value)).getFloatSemantics();
}

/// exp(`from` - `to`), the weight of a part with maximum `from` in a whole; 1
/// where both are the same infinity.
static Value buildWeight(OpBuilder &builder, Location loc, Value from,
                         Value to) {
  Value same =
      arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OEQ, from, to);
  Value weight = math::ExpOp::create(
      builder, loc, arith::SubFOp::create(builder, loc, from, to));
  return arith::SelectOp::create(
      builder, loc, same,
      buildConstantLike(builder, loc, from,
                        APFloat::getOne(getSemantics(from))),
      weight);
}

static Value buildIsLeast(OpBuilder &builder, Location loc, Value value) {
  return arith::CmpFOp::create(
      builder, loc, arith::CmpFPredicate::OEQ, value,
      buildConstantLike(
          builder, loc, value,
          APFloat::getInf(getSemantics(value), /*Negative=*/true)));
}

OnlinePair seednorm::row::buildOnlineStep(OpBuilder &builder, Location loc,
                                          OnlinePair pair, Value summand) {
  Value maximum =
      arith::MaximumFOp::create(builder, loc, pair.maximum, summand);
  Value before = arith::MulFOp::create(
      builder, loc, pair.sum, buildWeight(builder, loc, pair.maximum, maximum));
  Value added = math::ExpOp::create(
      builder, loc, arith::SubFOp::create(builder, loc, summand, maximum));
  added = arith::SelectOp::create(
      builder, loc, buildIsLeast(builder, loc, summand),
      buildConstantLike(builder, loc, summand,
                        APFloat::getZero(getSemantics(summand))),
      added);
  return {maximum, arith::AddFOp::create(builder, loc, before, added)};
}

OnlinePair seednorm::row::buildOnlineCombine(OpBuilder &builder, Location loc,
                                             OnlinePair lhs, OnlinePair rhs) {
  Value maximum =
      arith::MaximumFOp::create(builder, loc, lhs.maximum, rhs.maximum);
  auto weigh = [&](OnlinePair pair) {
    return arith::MulFOp::create(
        builder, loc, pair.sum,
        buildWeight(builder, loc, pair.maximum, maximum));
  };
  Value left = weigh(lhs);
  return {maximum, arith::AddFOp::create(builder, loc, left, weigh(rhs))};
}

OnlinePair seednorm::row::buildOnlineReduction(OpBuilder &builder, Location loc,
                                               OnlinePair pair) {
  Value maximum = buildReduction(builder, loc, vector::CombiningKind::MAXIMUMF,
                                 pair.maximum);
  Value spread = vector::BroadcastOp::create(builder, loc,
                                             pair.maximum.getType(), maximum);
  Value weighed = arith::MulFOp::create(
      builder, loc, pair.sum, buildWeight(builder, loc, pair.maximum, spread));
  Value sum = buildReduction(builder, loc, vector::CombiningKind::ADD, weighed);
  sum = arith::SelectOp::create(
      builder, loc, buildIsLeast(builder, loc, maximum),
      buildConstantLike(builder, loc, sum, APFloat::getNaN(getSemantics(sum))),
      sum);
  return {maximum, sum};
}

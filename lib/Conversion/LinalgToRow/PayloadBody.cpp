//===- PayloadBody.cpp - A linalg op's payload on all columns -------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Ops keep their names, attributes and order; only their types get columns.
//
//===----------------------------------------------------------------------===//

#include "PayloadBody.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace seednorm;

Type PayloadBody::getType(Type element, unsigned numLoops) const {
  if (numLoops == 0)
    return element;
  return VectorType::get(view.getColumns().take_front(numLoops), element);
}

Value PayloadBody::spread(Columns columns, unsigned numLoops) {
  auto [value, has] = columns;
  if (has == numLoops)
    return value;
  Location loc = op.getLoc();
  Type element = getElementTypeOrSelf(value.getType());
  auto target = cast<VectorType>(getType(element, numLoops));
  if (has != 0) {
    SmallVector<int64_t> aligned(target.getShape());
    std::fill(aligned.begin() + has, aligned.end(), 1);
    value = vector::ShapeCastOp::create(
        builder, loc, VectorType::get(aligned, element), value);
  }
  return vector::BroadcastOp::create(builder, loc, target, value);
}

/// Only columns can be counted. With several loops over them, an index is what
/// is left of the number of an element when those of the loops before are taken
/// off.
bool PayloadBody::buildIndex(linalg::IndexOp index, std::string &reason) {
  Location loc = index.getLoc();
  std::optional<unsigned> position = view.getPosition(index.getDim());
  if (!position) {
    values[index] = {arith::ConstantIndexOp::create(builder, loc, 0), 0};
    return true;
  }
  unsigned numLeading = view.getLeading().size();
  if (*position < numLeading) {
    reason = "it counts indices of a dimension that is not one of its columns";
    return false;
  }
  unsigned before = *position - numLeading;
  Value number = buildNumber(before + 1);
  values[index] = {number, before + 1};
  if (before == 0)
    return true;
  auto type = cast<VectorType>(number.getType());
  Value size = arith::ConstantOp::create(
      builder, loc,
      DenseElementsAttr::get(type,
                             builder.getIndexAttr(view.getColumns()[before])));
  Value taken = arith::MulIOp::create(
      builder, loc, spread({buildNumber(before), before}, before + 1), size);
  values[index].value = arith::SubIOp::create(builder, loc, number, taken);
  return true;
}

/// The numbers of the indices of the first `numLoops` loops, in their order.
Value PayloadBody::buildNumber(unsigned numLoops) {
  auto type = cast<VectorType>(getType(builder.getIndexType(), numLoops));
  Value step = vector::StepOp::create(
      builder, op.getLoc(),
      VectorType::get({type.getNumElements()}, type.getElementType()));
  if (numLoops == 1)
    return step;
  return vector::ShapeCastOp::create(builder, op.getLoc(), type, step);
}

/// Has what is computed outside of the payload computed inside, if it follows
/// from constants.
bool PayloadBody::findOperand(Value operand, std::string &reason) {
  if (values.contains(operand))
    return true;
  Operation *outside = operand.getDefiningOp();
  if (outside && outside->getBlock() != op.getBlock())
    return buildOp(*outside, reason);
  reason = "it uses a scalar that does not follow from constants";
  return false;
}

bool PayloadBody::buildOp(Operation &payload, std::string &reason) {
  if (auto assertion = dyn_cast<cf::AssertOp>(payload)) {
    reason =
        llvm::formatv("it asserts '{0}', at which no row program can stop; "
                      "with 'drop-asserts' none is asked to",
                      assertion.getMsg());
    return false;
  }
  if (auto index = dyn_cast<linalg::IndexOp>(payload))
    return buildIndex(index, reason);
  if (payload.getNumResults() != 1 || payload.getNumRegions() != 0 ||
      !row::getBodyOpKind(&payload) ||
      isa<ShapedType>(payload.getResult(0).getType())) {
    reason = llvm::formatv("it computes '{0}', which is no element-wise "
                           "operation of row programs",
                           payload.getName());
    return false;
  }
  unsigned numLoops = 0;
  for (Value operand : payload.getOperands()) {
    if (!findOperand(operand, reason))
      return false;
    numLoops = std::max(numLoops, values[operand].numLoops);
  }
  OperationState state(payload.getLoc(), payload.getName());
  for (Value operand : payload.getOperands())
    state.addOperands(spread(values[operand], numLoops));
  state.addTypes(getType(payload.getResult(0).getType(), numLoops));
  state.addAttributes(llvm::to_vector(payload.getDiscardableAttrs()));
  state.propertiesAttr = payload.getPropertiesAsAttribute();
  Operation *built = builder.create(state);
  // Rounding to nearest even is what all casts do.
  auto rounding = dyn_cast<arith::ArithRoundingModeInterface>(built);
  if (rounding && rounding.getRoundingModeAttr() &&
      rounding.getRoundingModeAttr().getValue() ==
          arith::RoundingMode::to_nearest_even)
    built->removeAttr(rounding.getRoundingModeAttrName());
  values[payload.getResult(0)] = {built->getResult(0), numLoops};
  return true;
}

std::optional<Value> PayloadBody::buildSummand(const Summand &summand,
                                               std::string &reason) {
  if (!findOperand(summand.value, reason) ||
      (summand.factor && !findOperand(summand.factor, reason)))
    return std::nullopt;
  Columns &value = values[summand.value];
  if (!summand.factor)
    return spread(value, getNumLoops());
  Columns &factor = values[summand.factor];
  unsigned numLoops = std::max(value.numLoops, factor.numLoops);
  Value product = arith::MulFOp::create(
      builder, op.getLoc(), spread(value, numLoops), spread(factor, numLoops));
  return spread({product, numLoops}, getNumLoops());
}

/// What is combined, on all columns.
std::optional<Value> PayloadBody::buildSummands(const Combination &combination,
                                                std::string &reason) {
  Location loc = op.getLoc();
  Value total;
  for (const Summand &summand : combination.summands) {
    std::optional<Value> value = buildSummand(summand, reason);
    if (!value)
      return std::nullopt;
    if (!total)
      total = summand.isNegative ? arith::NegFOp::create(builder, loc, *value)
                                 : *value;
    else if (summand.isNegative)
      total = arith::SubFOp::create(builder, loc, total, *value);
    else
      total = arith::AddFOp::create(builder, loc, total, *value);
  }
  return total;
}

/// The slice of result `index`: all columns, or what is left of their sums.
std::optional<Value> PayloadBody::buildResult(unsigned index,
                                              std::string &reason) {
  if (view.getNumReduced() == 0) {
    Value yielded = op.getBlock()->getTerminator()->getOperand(index);
    if (!findOperand(yielded, reason))
      return std::nullopt;
    return spread(values[yielded], getNumLoops());
  }
  unsigned kept = getNumLoops() - view.getNumReduced();
  Combination combination = *findCombination(op, index);
  std::optional<Value> summands = buildSummands(combination, reason);
  if (!summands)
    return std::nullopt;
  SmallVector<bool> mask(getNumLoops(), true);
  std::fill(mask.begin(), mask.begin() + kept, false);
  Value partial = op.getRegionOutputArgs()[index];
  return vector::MultiDimReductionOp::create(builder, op.getLoc(), *summands,
                                             spread(values[partial], kept),
                                             mask, combination.kind);
}

std::optional<SmallVector<Value>> PayloadBody::build(std::string &reason) {
  llvm::DenseSet<Value> partial;
  if (view.getNumReduced() != 0)
    partial = findPartial(op);
  for (Operation &payload : op.getBlock()->without_terminator()) {
    bool combines = llvm::any_of(payload.getResults(), [&](Value result) {
      return partial.contains(result);
    });
    if (!combines && !buildOp(payload, reason))
      return std::nullopt;
  }
  SmallVector<Value> results;
  for (unsigned index = 0; index < op->getNumResults(); ++index) {
    std::optional<Value> result = buildResult(index, reason);
    if (!result)
      return std::nullopt;
    results.push_back(*result);
  }
  return results;
}

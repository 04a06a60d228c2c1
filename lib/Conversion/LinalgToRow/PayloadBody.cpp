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
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace seednorm;
using vector::CombiningKind;

std::optional<Combination> seednorm::findCombination(linalg::LinalgOp op,
                                                     unsigned index) {
  Block *block = op.getBlock();
  BlockArgument partial = block->getArgument(op.getNumDpsInputs() + index);
  Operation *combiner =
      block->getTerminator()->getOperand(index).getDefiningOp();
  if (!combiner || combiner->getBlock() != block || !partial.hasOneUse() ||
      combiner->getNumOperands() != 2)
    return std::nullopt;
  auto kind =
      llvm::TypeSwitch<Operation *, std::optional<CombiningKind>>(combiner)
          .Case<arith::AddFOp>([](auto) { return CombiningKind::ADD; })
          .Case<arith::MulFOp>([](auto) { return CombiningKind::MUL; })
          .Case<arith::MaximumFOp>([](auto) { return CombiningKind::MAXIMUMF; })
          .Case<arith::MinimumFOp>([](auto) { return CombiningKind::MINIMUMF; })
          .Case<arith::MaxNumFOp>([](auto) { return CombiningKind::MAXNUMF; })
          .Case<arith::MinNumFOp>([](auto) { return CombiningKind::MINNUMF; })
          .Default([](auto) { return std::nullopt; });
  if (!kind)
    return std::nullopt;
  for (unsigned side : {0u, 1u})
    if (combiner->getOperand(side) == partial)
      return Combination{*kind, combiner->getOperand(1 - side)};
  return std::nullopt;
}

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

/// Only the columns can be counted, as long as one loop runs over them.
bool PayloadBody::buildIndex(linalg::IndexOp index, std::string &reason) {
  Location loc = index.getLoc();
  if (!view.getPosition(index.getDim())) {
    values[index] = {arith::ConstantIndexOp::create(builder, loc, 0), 0};
    return true;
  }
  if (getNumLoops() != 1) {
    reason = "it counts indices of a dimension that is not that of its columns";
    return false;
  }
  auto type = cast<VectorType>(getType(builder.getIndexType(), 1));
  values[index] = {vector::StepOp::create(builder, loc, type), 1};
  return true;
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

/// The slice of result `index`: all columns, or what is left of their sums.
Value PayloadBody::buildResult(unsigned index) {
  unsigned kept = getNumLoops() - view.getNumReduced();
  Value yielded = op.getBlock()->getTerminator()->getOperand(index);
  if (view.getNumReduced() == 0)
    return spread(values[yielded], getNumLoops());
  Combination combination = *findCombination(op, index);
  SmallVector<bool> mask(getNumLoops(), true);
  std::fill(mask.begin(), mask.begin() + kept, false);
  Value partial = op.getBlock()->getArgument(op.getNumDpsInputs() + index);
  return vector::MultiDimReductionOp::create(
      builder, op.getLoc(), spread(values[combination.term], getNumLoops()),
      spread(values[partial], kept), mask, combination.kind);
}

std::optional<SmallVector<Value>> PayloadBody::build(std::string &reason) {
  Operation *terminator = op.getBlock()->getTerminator();
  llvm::SmallPtrSet<Operation *, 2> combiners;
  if (view.getNumReduced() != 0)
    for (Value yielded : terminator->getOperands())
      combiners.insert(yielded.getDefiningOp());
  for (Operation &payload : op.getBlock()->without_terminator())
    if (!combiners.contains(&payload) && !buildOp(payload, reason))
      return std::nullopt;
  SmallVector<Value> results;
  for (unsigned index = 0; index < terminator->getNumOperands(); ++index) {
    Value needed = view.getNumReduced() != 0 ? findCombination(op, index)->term
                                             : terminator->getOperand(index);
    if (!findOperand(needed, reason))
      return std::nullopt;
    results.push_back(buildResult(index));
  }
  return results;
}

//===- Combination.cpp - How a payload reduces ----------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sums are read off their ops. What selects one of two values is evaluated, for
// each way in which two numbers may relate: whether that is a minimum or
// maximum, and whose, says the outcome and not the ops.
//
//===----------------------------------------------------------------------===//

#include "Combination.h"

#include "Splat.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace seednorm;
using vector::CombiningKind;

llvm::DenseSet<Value> seednorm::findPartial(linalg::LinalgOp op) {
  llvm::DenseSet<Value> partial;
  partial.insert_range(op.getRegionOutputArgs());
  for (Operation &payload : *op.getBlock())
    if (llvm::any_of(payload.getOperands(),
                     [&](Value operand) { return partial.contains(operand); }))
      partial.insert_range(payload.getResults());
  return partial;
}

namespace {

class CombinationFinder {
public:
  CombinationFinder(linalg::LinalgOp op, unsigned index)
      : partialValues(findPartial(op)),
        partial(op.getRegionOutputArgs()[index]),
        yielded(op.getBlock()->getTerminator()->getOperand(index)),
        init(op.getDpsInits()[index]) {}
  std::optional<Combination> find();

private:
  std::optional<Combination> findSum() const;
  std::optional<Combination> findSelection();
  std::optional<CombiningKind> classifySelection();
  std::optional<bool> takesOther(APFloat otherNumber, APFloat partialNumber);
  Value select(Value value);
  std::optional<bool> evaluate(Value condition);
  std::optional<APFloat> getNumber(Value value);

  llvm::DenseSet<Value> partialValues;
  Value partial, yielded, init;
  /// What selections compare with the partial result, and what both are.
  Value other;
  std::optional<APFloat> partialNumber, otherNumber;
};

} // namespace

//===----------------------------------------------------------------------===//
// Sums
//===----------------------------------------------------------------------===//

std::optional<Combination> CombinationFinder::findSum() const {
  Combination sum{CombiningKind::ADD, {}};
  Value rest = yielded;
  while (rest != partial) {
    Operation *op = rest.getDefiningOp();
    SmallVector<Value, 3> operands;
    if (isa_and_present<arith::AddFOp, arith::SubFOp, math::FmaOp>(op))
      operands.assign(op->operand_begin(), op->operand_end());
    SmallVector<Value, 1> sums = llvm::filter_to_vector<1>(
        operands, [&](Value value) { return partialValues.contains(value); });
    // Another reader would see a sum that is not complete.
    if (sums.size() != 1 || !rest.hasOneUse())
      return std::nullopt;
    rest = sums.front();
    if (isa<math::FmaOp>(op) && rest == operands[2])
      sum.summands.push_back({operands[0], operands[1]});
    else if (isa<arith::SubFOp>(op) && rest == operands[0])
      sum.summands.push_back({operands[1], Value(), /*isNegative=*/true});
    else if (isa<arith::AddFOp>(op))
      sum.summands.push_back({operands[rest == operands[0]], Value()});
    else
      return std::nullopt;
  }
  if (sum.summands.empty() || !partial.hasOneUse())
    return std::nullopt;
  return sum;
}

//===----------------------------------------------------------------------===//
// Selections
//===----------------------------------------------------------------------===//

/// The number that `value` is in the case at hand. The first one that is not
/// the partial result is the other.
std::optional<APFloat> CombinationFinder::getNumber(Value value) {
  if (value == partial)
    return partialNumber;
  if (!other && !partialValues.contains(value))
    other = value;
  return value == other ? otherNumber : std::nullopt;
}

std::optional<bool> CombinationFinder::evaluate(Value condition) {
  Operation *op = condition.getDefiningOp();
  if (auto compare = dyn_cast_if_present<arith::CmpFOp>(op)) {
    std::optional<APFloat> lhs = getNumber(compare.getLhs());
    std::optional<APFloat> rhs = getNumber(compare.getRhs());
    if (!lhs || !rhs)
      return std::nullopt;
    return arith::applyCmpPredicate(compare.getPredicate(), *lhs, *rhs);
  }
  if (!isa_and_present<arith::AndIOp, arith::OrIOp>(op))
    return std::nullopt;
  std::optional<bool> lhs = evaluate(op->getOperand(0));
  std::optional<bool> rhs = evaluate(op->getOperand(1));
  if (!lhs || !rhs)
    return std::nullopt;
  return isa<arith::AndIOp>(op) ? *lhs && *rhs : *lhs || *rhs;
}

/// Which of the two values `value` is in the case at hand; null if neither.
Value CombinationFinder::select(Value value) {
  auto op = value.getDefiningOp<arith::SelectOp>();
  if (!op || !partialValues.contains(value))
    return getNumber(value) ? value : Value();
  std::optional<bool> condition = evaluate(op.getCondition());
  if (!condition)
    return Value();
  return select(*condition ? op.getTrueValue() : op.getFalseValue());
}

std::optional<bool> CombinationFinder::takesOther(APFloat theOther,
                                                  APFloat thePartial) {
  otherNumber = std::move(theOther);
  partialNumber = std::move(thePartial);
  Value taken = select(yielded);
  if (!taken)
    return std::nullopt;
  return taken == other;
}

std::optional<CombiningKind> CombinationFinder::classifySelection() {
  APFloat one(1.0f), two(2.0f), nan = APFloat::getQNaN(one.getSemantics());
  std::optional<bool> greater = takesOther(two, one);
  std::optional<bool> less = takesOther(one, two);
  std::optional<bool> equal = takesOther(one, one);
  std::optional<bool> otherIsNaN = takesOther(nan, one);
  std::optional<bool> partialIsNaN = takesOther(one, nan);
  std::optional<bool> bothAreNaN = takesOther(nan, nan);
  if (!greater || !less || !equal || !otherIsNaN || !partialIsNaN ||
      !bothAreNaN || *greater == *less)
    return std::nullopt;
  if (*otherIsNaN && !*partialIsNaN)
    return *greater ? CombiningKind::MAXIMUMF : CombiningKind::MINIMUMF;
  // NaN is passed over, so that the partial result is one only from the start;
  // what then happens would depend on the order.
  auto start = dyn_cast_if_present<FloatAttr>(getSplat(init));
  if (*otherIsNaN || !start || start.getValue().isNaN())
    return std::nullopt;
  return *greater ? CombiningKind::MAXNUMF : CombiningKind::MINNUMF;
}

std::optional<Combination> CombinationFinder::findSelection() {
  if (!yielded.getDefiningOp<arith::SelectOp>() ||
      !isa<FloatType>(yielded.getType()))
    return std::nullopt;
  std::optional<CombiningKind> kind = classifySelection();
  if (!kind)
    return std::nullopt;
  return Combination{*kind, {{other, Value()}}};
}

//===----------------------------------------------------------------------===//
// Combinations
//===----------------------------------------------------------------------===//

std::optional<Combination> CombinationFinder::find() {
  if (std::optional<Combination> sum = findSum())
    return sum;
  if (std::optional<Combination> selection = findSelection())
    return selection;
  Operation *op = yielded.getDefiningOp();
  if (!op || op->getNumOperands() != 2)
    return std::nullopt;
  auto kind =
      llvm::TypeSwitch<Operation *, std::optional<CombiningKind>>(op)
          .Case<arith::MulFOp>([](auto) { return CombiningKind::MUL; })
          .Case<arith::MaximumFOp>([](auto) { return CombiningKind::MAXIMUMF; })
          .Case<arith::MinimumFOp>([](auto) { return CombiningKind::MINIMUMF; })
          .Case<arith::MaxNumFOp>([](auto) { return CombiningKind::MAXNUMF; })
          .Case<arith::MinNumFOp>([](auto) { return CombiningKind::MINNUMF; })
          .Default([](auto) { return std::nullopt; });
  for (unsigned side : {0u, 1u})
    if (Value value = op->getOperand(1 - side);
        kind && op->getOperand(side) == partial && partial.hasOneUse() &&
        !partialValues.contains(value))
      return Combination{*kind, {{value, Value()}}};
  return std::nullopt;
}

std::optional<Combination> seednorm::findCombination(linalg::LinalgOp op,
                                                     unsigned index) {
  return CombinationFinder(op, index).find();
}

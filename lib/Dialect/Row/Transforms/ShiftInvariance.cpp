//===- ShiftInvariance.cpp - Values that make no difference ---------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// With d added to the value in question, others are what they were, or have
// k d added to them, or are multiplied by exp(k d); of the rest nothing is
// known. One walk over the body says which.
//
//===----------------------------------------------------------------------===//

#include "ShiftInvariance.h"

#include "seednorm/Dialect/Row/Analysis/ProgramAnalysis.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>
#include <optional>

using namespace mlir;
using namespace seednorm::row;

namespace {

/// How a value changes: v + shift d, or v exp(scale d); both 0 if it does not.
struct Change {
  double shift = 0, scale = 0;

  bool isNone() const { return shift == 0 && scale == 0; }
};

static bool isSame(double lhs, double rhs) {
  return std::abs(lhs - rhs) <= 1e-12 * std::max(std::abs(lhs), std::abs(rhs));
}

static std::optional<Change> makeShift(double shift) {
  return Change{isSame(shift, 0) ? 0 : shift, 0};
}
static std::optional<Change> makeScale(double scale) {
  return Change{0, isSame(scale, 0) ? 0 : scale};
}

/// Follows one value through a program.
class ShiftTracer {
public:
  ShiftTracer(ProgramOp program, Value shifted)
      : columns(program.getNumColumns()), run(getRun(shifted)) {
    changes[shifted] = Change{1, 0};
    for (Operation &op : program.getBodyBlock().without_terminator())
      for (Value result : op.getResults())
        if (result != shifted)
          changes[result] = trace(&op);
  }

  /// Nothing if it is not known.
  std::optional<Change> get(Value value) const {
    auto known = changes.find(value);
    return known == changes.end() ? Change() : known->second;
  }

private:
  using Maybe = std::optional<Change>;
  Maybe trace(Operation *op) const;
  Maybe traceArith(Operation *op) const;
  Maybe traceFunction(Operation *op) const;
  Maybe traceReduce(Operation *op) const;
  Maybe add(Maybe lhs, Maybe rhs, double sign) const;
  Maybe multiply(Maybe lhs, Maybe rhs, double power) const;
  Maybe multiply(Value lhs, Value rhs) const;
  int64_t getRun(Value value) const {
    return columns / getNumElements(value.getType());
  }

  int64_t columns, run;
  llvm::DenseMap<Value, Maybe> changes;
};

} // namespace

static std::optional<double> getConstant(Value value) {
  FloatAttr number;
  DenseFPElementsAttr numbers;
  if (matchPattern(value, m_Constant(&number)))
    return number.getValueAsDouble();
  if (matchPattern(value, m_Constant(&numbers)) && numbers.isSplat())
    return numbers.getSplatValue<FloatAttr>().getValueAsDouble();
  return std::nullopt;
}

/// Shifts add up; of products a common factor stays.
std::optional<Change> ShiftTracer::add(Maybe lhs, Maybe rhs,
                                       double sign) const {
  if (lhs->scale == 0 && rhs->scale == 0)
    return makeShift(lhs->shift + sign * rhs->shift);
  if (lhs->shift == 0 && rhs->shift == 0 && isSame(lhs->scale, rhs->scale))
    return lhs;
  return std::nullopt;
}

std::optional<Change> ShiftTracer::multiply(Maybe lhs, Maybe rhs,
                                            double power) const {
  if (lhs->shift == 0 && rhs->shift == 0)
    return makeScale(lhs->scale + power * rhs->scale);
  return std::nullopt;
}

std::optional<Change> ShiftTracer::multiply(Value lhs, Value rhs) const {
  Maybe left = get(lhs), right = get(rhs);
  if (std::optional<double> factor = getConstant(rhs); factor && left->shift)
    return makeShift(left->shift * *factor);
  if (std::optional<double> factor = getConstant(lhs); factor && right->shift)
    return makeShift(right->shift * *factor);
  return multiply(left, right, 1);
}

std::optional<Change> ShiftTracer::traceArith(Operation *op) const {
  Value lhs = op->getOperand(0);
  Value rhs = op->getNumOperands() > 1 ? op->getOperand(1) : lhs;
  if (isa<arith::AddFOp>(op))
    return add(get(lhs), get(rhs), 1);
  if (isa<arith::SubFOp>(op))
    return add(get(lhs), get(rhs), -1);
  if (isa<arith::MulFOp>(op))
    return multiply(lhs, rhs);
  if (isa<math::FmaOp>(op)) {
    Maybe product = multiply(lhs, rhs);
    return product ? add(product, get(op->getOperand(2)), 1) : std::nullopt;
  }
  if (isa<arith::DivFOp>(op)) {
    if (std::optional<double> divisor = getConstant(rhs);
        divisor && get(lhs)->shift)
      return makeShift(get(lhs)->shift / *divisor);
    return multiply(get(lhs), get(rhs), -1);
  }
  if (isa<arith::NegFOp>(op))
    return Change{-get(lhs)->shift, get(lhs)->scale};
  // What is equally far apart, or in the same proportion.
  if (isa<arith::MaximumFOp, arith::MinimumFOp, arith::MaxNumFOp,
          arith::MinNumFOp, arith::CmpFOp>(op)) {
    Maybe left = get(lhs), right = get(rhs);
    if (!isSame(left->shift, right->shift) ||
        !isSame(left->scale, right->scale))
      return std::nullopt;
    return isa<arith::CmpFOp>(op) ? Change() : left;
  }
  if (isa<arith::ExtFOp, arith::TruncFOp>(op))
    return get(lhs);
  return std::nullopt;
}

std::optional<Change> ShiftTracer::traceFunction(Operation *op) const {
  Change change = *get(op->getOperand(0));
  bool isShift = change.scale == 0, isScale = change.shift == 0;
  if (isa<math::ExpOp>(op) && isShift)
    return makeScale(change.shift);
  if (isa<math::Exp2Op>(op) && isShift)
    return makeScale(change.shift * llvm::numbers::ln2);
  if (isa<math::LogOp>(op) && isScale)
    return makeShift(change.scale);
  if (isa<math::Log2Op>(op) && isScale)
    return makeShift(change.scale / llvm::numbers::ln2);
  if (isa<math::SqrtOp>(op) && isScale)
    return makeScale(change.scale / 2);
  if (isa<math::RsqrtOp>(op) && isScale)
    return makeScale(-change.scale / 2);
  return std::nullopt;
}

/// A reduction over columns that change alike.
std::optional<Change> ShiftTracer::traceReduce(Operation *op) const {
  std::optional<Sum> sum = getSumOf(op, columns);
  Change change = *get(op->getOperand(0));
  if (!sum || sum->resultRun > run)
    return std::nullopt;
  // What is combined with the total has to change as it does.
  if (sum->init) {
    std::optional<double> start = getConstant(sum->init);
    bool isNeutral =
        start && (sum->kind == vector::CombiningKind::ADD ? *start == 0
                                                          : std::isinf(*start));
    if (!isNeutral)
      return std::nullopt;
  }
  switch (sum->kind) {
  case vector::CombiningKind::ADD:
    return Change{change.shift * double(sum->getNumSummands()), change.scale};
  case vector::CombiningKind::MUL:
    return std::nullopt;
  default:
    return change;
  }
}

std::optional<Change> ShiftTracer::trace(Operation *op) const {
  bool isNone = true;
  for (Value operand : op->getOperands()) {
    Maybe change = get(operand);
    if (!change)
      return std::nullopt;
    isNone &= change->isNone();
  }
  if (isNone)
    return Change();
  switch (*getBodyOpKind(op)) {
  case BodyOpKind::Relabel:
  case BodyOpKind::Spread:
    return get(op->getOperand(0));
  case BodyOpKind::Reduce:
    return traceReduce(op);
  case BodyOpKind::ElementWise:
    if (auto select = dyn_cast<arith::SelectOp>(op)) {
      Change left = *get(select.getTrueValue());
      Change right = *get(select.getFalseValue());
      return get(select.getCondition())->isNone() &&
                     isSame(left.shift, right.shift) &&
                     isSame(left.scale, right.scale)
                 ? Maybe(left)
                 : std::nullopt;
    }
    if (Maybe change = traceArith(op))
      return change;
    return traceFunction(op);
  case BodyOpKind::Constant:
  case BodyOpKind::Step:
  case BodyOpKind::Random:
    break;
  }
  return std::nullopt;
}

llvm::DenseSet<Operation *> seednorm::row::findShifts(ProgramOp program,
                                                      ValueRange results) {
  llvm::DenseSet<Operation *> shifts;
  for (Operation &op : program.getBodyBlock().without_terminator()) {
    std::optional<Sum> sum = getSumOf(&op, program.getNumColumns());
    if (!sum || sum->kind == vector::CombiningKind::ADD ||
        sum->kind == vector::CombiningKind::MUL)
      continue;
    ShiftTracer tracer(program, op.getResult(0));
    if (llvm::all_of(results, [&](Value result) {
          std::optional<Change> change = tracer.get(result);
          return change && change->isNone();
        }))
      shifts.insert(&op);
  }
  return shifts;
}

//===- AdjointRules.cpp - Derivatives of element-wise ops -----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One entry for each op of the closed list that takes floats. Where a function
// has no derivative the subgradient is this: 0 at a kink of |x| and of sqrt at
// 0, and at the steps of roundings; half for each operand of a maximum or
// minimum whose operands are equal. A cast between floats has derivative 1.
//
//===----------------------------------------------------------------------===//

#include "BodyAdjoint.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>

using namespace mlir;
using namespace seednorm::row;
using arith::AddFOp;
using arith::CmpFPredicate;
using arith::DivFOp;
using arith::MulFOp;
using arith::NegFOp;
using arith::SubFOp;

namespace {

/// The rule for one op: forward values of operands and result, and what the
/// adjoint of the result is.
class Rule {
public:
  Rule(BodyAdjoint &adjoints, Operation *op, Value gradient)
      : adjoints(adjoints), op(op), gradient(gradient) {}

  LogicalResult apply();

private:
  Value operand(unsigned index) {
    return adjoints.getForward(op->getOperand(index));
  }
  Value result() { return adjoints.getForward(op->getResult(0)); }
  Value constant(double value) {
    return adjoints.buildConstant(value, gradient);
  }
  bool wants(unsigned index) {
    return adjoints.isActive(op->getOperand(index));
  }
  template <typename Op> Value build(Value lhs, Value rhs) {
    return adjoints.build<Op>(lhs, rhs);
  }
  template <typename Op> Value build(Value operand) {
    return adjoints.build<Op>(operand);
  }
  /// Adds gradient * `derivative` to the adjoint of the first operand.
  LogicalResult chain(Value derivative) {
    adjoints.addProduct(op->getOperand(0), gradient, derivative);
    return success();
  }
  /// The same of gradient / `divisor`.
  LogicalResult chainQuotient(Value divisor) {
    adjoints.add(op->getOperand(0), build<DivFOp>(gradient, divisor));
    return success();
  }
  Value buildSign(Value value);

  bool applySum();
  LogicalResult applyCast();
  LogicalResult applySelect();
  LogicalResult applyMul(Value lhs, Value rhs);
  LogicalResult applyDiv();
  LogicalResult applyExtremum();
  LogicalResult applyPower();
  LogicalResult applyFma();
  LogicalResult applyFunction();

  BodyAdjoint &adjoints;
  Operation *op;
  Value gradient;
};

} // namespace

/// 1, -1, or 0 for zeros and NaNs.
Value Rule::buildSign(Value value) {
  Value zero = constant(0.0);
  Value isNegative = adjoints.buildCompare(CmpFPredicate::OLT, value, zero);
  Value isPositive = adjoints.buildCompare(CmpFPredicate::OGT, value, zero);
  return adjoints.buildSelect(
      isPositive, constant(1.0),
      adjoints.buildSelect(isNegative, constant(-1.0), zero));
}

/// Of narrower and wider floats the adjoints are f32 and f32, or f32 and f64.
LogicalResult Rule::applyCast() {
  Type to = getAdjointType(op->getOperand(0).getType());
  Value cast = gradient;
  if (getElementTypeOrSelf(to).isF64() &&
      !getElementTypeOrSelf(gradient.getType()).isF64())
    cast = arith::ExtFOp::create(adjoints.builder, adjoints.loc, to, gradient);
  else if (cast.getType() != to)
    cast =
        arith::TruncFOp::create(adjoints.builder, adjoints.loc, to, gradient);
  adjoints.add(op->getOperand(0), cast);
  return success();
}

LogicalResult Rule::applySelect() {
  Value condition = operand(0), zero = constant(0.0);
  if (wants(1))
    adjoints.add(op->getOperand(1),
                 adjoints.buildSelect(condition, gradient, zero));
  if (wants(2))
    adjoints.add(op->getOperand(2),
                 adjoints.buildSelect(condition, zero, gradient));
  return success();
}

LogicalResult Rule::applyMul(Value lhs, Value rhs) {
  if (lhs == rhs) {
    adjoints.addProduct(lhs, build<MulFOp>(gradient, constant(2.0)),
                        adjoints.getForward(lhs));
    return success();
  }
  adjoints.addProduct(lhs, gradient, adjoints.getForward(rhs));
  adjoints.addProduct(rhs, gradient, adjoints.getForward(lhs));
  return success();
}

/// q = a / b: da = g / b, db = -da q.
LogicalResult Rule::applyDiv() {
  Value quotient = build<DivFOp>(gradient, operand(1));
  adjoints.add(op->getOperand(0), quotient);
  if (wants(1))
    adjoints.addProduct(op->getOperand(1), build<NegFOp>(quotient), result());
  return success();
}

/// The operand that is the result has the gradient, or half of it each.
LogicalResult Rule::applyExtremum() {
  Value isFirst =
      adjoints.buildCompare(CmpFPredicate::OEQ, operand(0), result());
  Value isSecond =
      adjoints.buildCompare(CmpFPredicate::OEQ, operand(1), result());
  auto add = [&](unsigned index, Value isThis, Value isOther) {
    if (!wants(index))
      return;
    Value share = adjoints.buildSelect(isOther, constant(0.5), constant(1.0));
    adjoints.addProduct(op->getOperand(index), gradient,
                        adjoints.buildSelect(isThis, share, constant(0.0)));
  };
  add(0, isFirst, isSecond);
  add(1, isSecond, isFirst);
  return success();
}

/// p = a^b: da = g b a^(b - 1), 0 where b is 0; db = g p log(a), 0 where a is.
LogicalResult Rule::applyPower() {
  Value base = operand(0), exponent = operand(1), zero = constant(0.0);
  if (wants(0)) {
    Value lower =
        build<math::PowFOp>(base, build<SubFOp>(exponent, constant(1.0)));
    Value slope = build<MulFOp>(exponent, lower);
    Value isConstant =
        adjoints.buildCompare(CmpFPredicate::OEQ, exponent, zero);
    (void)chain(adjoints.buildSelect(isConstant, zero, slope));
  }
  if (wants(1)) {
    Value isZero = adjoints.buildCompare(CmpFPredicate::OEQ, base, zero);
    Value slope = build<MulFOp>(result(), build<math::LogOp>(base));
    adjoints.addProduct(op->getOperand(1), gradient,
                        adjoints.buildSelect(isZero, zero, slope));
  }
  return success();
}

LogicalResult Rule::applyFma() {
  (void)applyMul(op->getOperand(0), op->getOperand(1));
  adjoints.add(op->getOperand(2), gradient);
  return success();
}

/// Functions of one value x, or of the value r that they give.
LogicalResult Rule::applyFunction() {
  auto exp = [&](Value value) { return build<math::ExpOp>(value); };
  auto isZero = [&](Value value) {
    return adjoints.buildCompare(CmpFPredicate::OEQ, value, constant(0.0));
  };
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](math::ExpOp) { return chain(result()); })
      .Case([&](math::Exp2Op) {
        return chain(build<MulFOp>(result(), constant(llvm::numbers::ln2)));
      })
      .Case([&](math::ExpM1Op) {
        return chain(build<AddFOp>(result(), constant(1.0)));
      })
      .Case([&](math::LogOp) { return chainQuotient(operand(0)); })
      .Case([&](math::Log2Op) {
        return chainQuotient(
            build<MulFOp>(operand(0), constant(llvm::numbers::ln2)));
      })
      .Case([&](math::Log10Op) {
        return chainQuotient(
            build<MulFOp>(operand(0), constant(llvm::numbers::ln10)));
      })
      .Case([&](math::Log1pOp) {
        return chainQuotient(build<AddFOp>(operand(0), constant(1.0)));
      })
      .Case([&](math::SinOp) { return chain(build<math::CosOp>(operand(0))); })
      .Case([&](math::CosOp) {
        return chain(build<NegFOp>(build<math::SinOp>(operand(0))));
      })
      .Case([&](math::TanhOp) {
        return chain(
            build<SubFOp>(constant(1.0), build<MulFOp>(result(), result())));
      })
      .Case([&](math::ErfOp) { // 2 / sqrt(pi) exp(-x^2)
        Value square = build<MulFOp>(operand(0), operand(0));
        return chain(build<MulFOp>(constant(2.0 * llvm::numbers::inv_sqrtpi),
                                   exp(build<NegFOp>(square))));
      })
      .Case([&](math::RsqrtOp) { // -r^3 / 2
        return chain(build<MulFOp>(build<MulFOp>(result(), constant(-0.5)),
                                   build<MulFOp>(result(), result())));
      })
      .Case([&](math::SqrtOp) { // 1 / (2 r)
        Value slope = build<DivFOp>(constant(0.5), result());
        return chain(
            adjoints.buildSelect(isZero(result()), constant(0.0), slope));
      })
      .Case([&](math::AbsFOp) { return chain(buildSign(operand(0))); })
      .Case([&](math::CopySignOp) {
        Value sign = build<math::CopySignOp>(constant(1.0), operand(1));
        return chain(build<MulFOp>(buildSign(operand(0)), sign));
      })
      .Case<math::CeilOp, math::FloorOp, math::RoundEvenOp, math::TruncOp>(
          [&](auto) { return success(); })
      .Default([](Operation *unknown) {
        return unknown->emitOpError("has no adjoint");
      });
}

/// Whether the op is a sum, difference or negation.
bool Rule::applySum() {
  if (!isa<AddFOp, SubFOp, NegFOp>(op))
    return false;
  Value first = op->getOperand(0), last = op->getOperands().back();
  if (!isa<NegFOp>(op))
    adjoints.add(first, gradient);
  if (isa<AddFOp>(op))
    adjoints.add(last, gradient);
  else
    adjoints.subtract(last, gradient);
  return true;
}

LogicalResult Rule::apply() {
  // Of integers, which are constant wherever they have a derivative.
  if (isa<arith::SIToFPOp, arith::UIToFPOp>(op))
    return success();
  if (applySum())
    return success();
  if (isa<MulFOp>(op))
    return applyMul(op->getOperand(0), op->getOperand(1));
  if (isa<DivFOp>(op))
    return applyDiv();
  if (isa<math::FmaOp>(op))
    return applyFma();
  if (isa<math::PowFOp>(op))
    return applyPower();
  if (isa<arith::MaximumFOp, arith::MinimumFOp, arith::MaxNumFOp,
          arith::MinNumFOp>(op))
    return applyExtremum();
  if (isa<arith::ExtFOp, arith::TruncFOp>(op))
    return applyCast();
  if (isa<arith::SelectOp>(op))
    return applySelect();
  return applyFunction();
}

LogicalResult seednorm::row::addElementWise(BodyAdjoint &adjoints,
                                            Operation *op, Value gradient) {
  return Rule(adjoints, op, gradient).apply();
}

//===- BodyAdjoint.cpp - Gradients of the values of a body ----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What depends on what, and the sums of what ops add to adjoints.
//
//===----------------------------------------------------------------------===//

#include "BodyAdjoint.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace seednorm::row;

Type seednorm::row::getAdjointType(Type type) {
  Type element = getElementTypeOrSelf(type);
  assert(isa<FloatType>(element) && "only floats have adjoints");
  if (!element.isF64())
    element = Float32Type::get(type.getContext());
  if (auto vector = dyn_cast<VectorType>(type))
    return vector.clone(element);
  return element;
}

static bool isFloat(Value value) {
  return isa<FloatType>(getElementTypeOrSelf(value.getType()));
}

BodyAdjoint::BodyAdjoint(OpBuilder &builder, ProgramOp program,
                         ValueRange inputs, const IRMapping &forward)
    : builder(builder), loc(program.getLoc()), program(program),
      forward(forward) {
  findActive(inputs);
}

/// Floats that depend on `inputs` through floats, and the bits of such floats.
/// What becomes an integer otherwise is constant almost everywhere.
void BodyAdjoint::findActive(ValueRange inputs) {
  active.insert(inputs.begin(), inputs.end());
  auto isAny = [](Operation &op, const llvm::DenseSet<Value> &values) {
    return llvm::any_of(op.getOperands(), [&](Value operand) {
      return values.contains(operand);
    });
  };
  for (Operation &op : program.getBodyBlock().without_terminator()) {
    bool takesActive = isAny(op, active), takesBits = isAny(op, bits);
    bool isBitcast = isa<arith::BitcastOp>(op);
    for (Value result : op.getResults()) {
      if (isFloat(result) ? takesActive || (isBitcast && takesBits) : false)
        active.insert(result);
      if (!isFloat(result) && ((isBitcast && takesActive) || takesBits))
        bits.insert(result);
    }
  }
}

Value BodyAdjoint::getForward(Value value) {
  Value copy = forward.lookup(value);
  if (!isFloat(value))
    return copy;
  Type type = getAdjointType(value.getType());
  if (copy.getType() == type)
    return copy;
  Value &wide = widened[value];
  if (!wide)
    wide = arith::ExtFOp::create(builder, loc, type, copy);
  return wide;
}

void BodyAdjoint::add(Value value, Value term) {
  if (!isActive(value))
    return;
  assert(term.getType() == getAdjointType(value.getType()));
  Value &adjoint = adjoints[value];
  adjoint = adjoint ? build<arith::AddFOp>(adjoint, term) : term;
}

void BodyAdjoint::subtract(Value value, Value term) {
  if (!isActive(value))
    return;
  Value &adjoint = adjoints[value];
  adjoint = adjoint ? build<arith::SubFOp>(adjoint, term)
                    : build<arith::NegFOp>(term);
}

void BodyAdjoint::addProduct(Value value, Value lhs, Value rhs) {
  if (!isActive(value))
    return;
  assert(lhs.getType() == getAdjointType(value.getType()));
  // Which product is rounded with a sum is said here, so that it is the same
  // for programs that differ elsewhere.
  Value &adjoint = adjoints[value];
  adjoint = adjoint ? math::FmaOp::create(builder, loc, lhs, rhs, adjoint,
                                          arith::FastMathFlags::reassoc)
                          .getResult()
                    : build<arith::MulFOp>(lhs, rhs);
}

Value BodyAdjoint::buildConstant(double value, Value like) {
  Type type = like.getType();
  TypedAttr attribute = builder.getFloatAttr(getElementTypeOrSelf(type), value);
  if (auto vector = dyn_cast<VectorType>(type))
    attribute = DenseElementsAttr::get(vector, attribute);
  return arith::ConstantOp::create(builder, loc, attribute);
}

Value BodyAdjoint::buildCompare(arith::CmpFPredicate predicate, Value lhs,
                                Value rhs) {
  return arith::CmpFOp::create(builder, loc, predicate, lhs, rhs);
}

Value BodyAdjoint::buildSelect(Value condition, Value ifTrue, Value ifFalse) {
  return arith::SelectOp::create(builder, loc, condition, ifTrue, ifFalse);
}

/// What is computed from the bits of a float is no function of it that has a
/// derivative.
LogicalResult BodyAdjoint::checkBits(Operation *op) const {
  if (!llvm::any_of(op->getOperands(),
                    [&](Value operand) { return bits.contains(operand); }))
    return success();
  return op->emitOpError("has no adjoint: it takes bits of a float that a "
                         "gradient is wanted of");
}

LogicalResult
BodyAdjoint::propagate(const llvm::DenseSet<Operation *> &isShift) {
  for (Operation &op :
       llvm::reverse(program.getBodyBlock().without_terminator())) {
    Value gradient;
    if (op.getNumResults() == 1 && isActive(op.getResult(0)))
      gradient = get(op.getResult(0));
    if (!gradient || isShift.contains(&op))
      continue;
    loc = op.getLoc();
    switch (*getBodyOpKind(&op)) {
    case BodyOpKind::ElementWise:
      if (failed(checkBits(&op)) ||
          failed(addElementWise(*this, &op, gradient)))
        return failure();
      break;
    case BodyOpKind::Relabel:
    case BodyOpKind::Spread:
      addSpread(*this, &op, gradient);
      break;
    case BodyOpKind::Reduce:
      if (failed(addReduce(*this, &op, gradient)))
        return failure();
      break;
    case BodyOpKind::Constant:
    case BodyOpKind::Step:
    case BodyOpKind::Random:
      break;
    }
  }
  return success();
}

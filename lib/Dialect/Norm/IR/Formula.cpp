//===- Formula.cpp - Formulas of norms ------------------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The notation of formulas, and the ops that stand for its functions.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Dialect/Norm/IR/Formula.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace seednorm::norm;

FormulaBuilder::~FormulaBuilder() = default;

Type seednorm::norm::getComputeType(Type element) {
  return element.isF64() ? element : Float32Type::get(element.getContext());
}

uint32_t seednorm::norm::getMaskThreshold(double probability) {
  return static_cast<uint32_t>(probability * 0x1p32);
}

template <typename Op>
static Value create(OpBuilder &builder, Location loc, ValueRange operands) {
  return Op::create(builder, loc, TypeRange(operands.front().getType()),
                    operands)
      ->getResult(0);
}

Value seednorm::norm::buildFunction(OpBuilder &builder, Location loc,
                                    Function function, ValueRange operands) {
  switch (function) {
  case Function::Add:
    return create<arith::AddFOp>(builder, loc, operands);
  case Function::Sub:
    return create<arith::SubFOp>(builder, loc, operands);
  case Function::Mul:
    return create<arith::MulFOp>(builder, loc, operands);
  case Function::Div:
    return create<arith::DivFOp>(builder, loc, operands);
  // Unlike maxnumf and minnumf, these return NaN for NaN.
  case Function::Maximum:
    return create<arith::MaximumFOp>(builder, loc, operands);
  case Function::Minimum:
    return create<arith::MinimumFOp>(builder, loc, operands);
  case Function::Neg:
    return create<arith::NegFOp>(builder, loc, operands);
  case Function::Abs:
    return create<math::AbsFOp>(builder, loc, operands);
  case Function::Exp:
    return create<math::ExpOp>(builder, loc, operands);
  case Function::Log:
    return create<math::LogOp>(builder, loc, operands);
  case Function::Rsqrt:
    return create<math::RsqrtOp>(builder, loc, operands);
  case Function::Sqrt:
    return create<math::SqrtOp>(builder, loc, operands);
  case Function::Tanh:
    return create<math::TanhOp>(builder, loc, operands);
  case Function::RoundEven:
    return create<math::RoundEvenOp>(builder, loc, operands);
  case Function::ZeroIfNaN: {
    Value value = operands.front();
    Value isNaN = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::UNO,
                                        value, value);
    Value zero = arith::ConstantOp::create(
        builder, loc, builder.getZeroAttr(value.getType()));
    return arith::SelectOp::create(builder, loc, isNaN, zero, value);
  }
  }
  llvm_unreachable("every function is handled");
}

Value seednorm::norm::buildCast(OpBuilder &builder, Location loc, Value value,
                                Type element) {
  Type from = getElementTypeOrSelf(value), to = element;
  if (from == element)
    return value;
  if (auto shaped = dyn_cast<ShapedType>(value.getType()))
    to = shaped.clone(element);
  if (isa<IntegerType>(element))
    return arith::FPToSIOp::create(builder, loc, to, value);
  if (from.getIntOrFloatBitWidth() < element.getIntOrFloatBitWidth())
    return arith::ExtFOp::create(builder, loc, to, value);
  return arith::TruncFOp::create(builder, loc, to, value);
}

//===----------------------------------------------------------------------===//
// Notation
//===----------------------------------------------------------------------===//

static Term apply(Function function, ArrayRef<Term> terms) {
  return terms.front().builder->apply(function, terms);
}
static Term constantLike(Term term, double value) {
  return term.builder->constant(value);
}

Term seednorm::norm::operator+(Term lhs, Term rhs) {
  return apply(Function::Add, {lhs, rhs});
}
Term seednorm::norm::operator-(Term lhs, Term rhs) {
  return apply(Function::Sub, {lhs, rhs});
}
Term seednorm::norm::operator*(Term lhs, Term rhs) {
  return apply(Function::Mul, {lhs, rhs});
}
Term seednorm::norm::operator/(Term lhs, Term rhs) {
  return apply(Function::Div, {lhs, rhs});
}
Term seednorm::norm::operator-(Term term) {
  return apply(Function::Neg, {term});
}
Term seednorm::norm::operator+(Term lhs, double rhs) {
  return lhs + constantLike(lhs, rhs);
}
Term seednorm::norm::operator*(Term lhs, double rhs) {
  return lhs * constantLike(lhs, rhs);
}

Term seednorm::norm::maximum(Term lhs, Term rhs) {
  return apply(Function::Maximum, {lhs, rhs});
}
Term seednorm::norm::maximum(Term lhs, double rhs) {
  return maximum(lhs, constantLike(lhs, rhs));
}
Term seednorm::norm::minimum(Term lhs, double rhs) {
  return apply(Function::Minimum, {lhs, constantLike(lhs, rhs)});
}
Term seednorm::norm::abs(Term term) { return apply(Function::Abs, {term}); }
Term seednorm::norm::exp(Term term) { return apply(Function::Exp, {term}); }
Term seednorm::norm::log(Term term) { return apply(Function::Log, {term}); }
Term seednorm::norm::rsqrt(Term term) { return apply(Function::Rsqrt, {term}); }
Term seednorm::norm::sqrt(Term term) { return apply(Function::Sqrt, {term}); }
Term seednorm::norm::tanh(Term term) { return apply(Function::Tanh, {term}); }
Term seednorm::norm::roundEven(Term term) {
  return apply(Function::RoundEven, {term});
}
Term seednorm::norm::zeroIfNaN(Term term) {
  return apply(Function::ZeroIfNaN, {term});
}

Term seednorm::norm::sum(Term term, int64_t numHeads) {
  return term.builder->reduce(Reduction::Sum, term, numHeads);
}
Term seednorm::norm::mean(Term term) {
  return sum(term) * (1.0 / term.builder->getNumColumns());
}
Term seednorm::norm::reduceMax(Term term, int64_t numHeads) {
  return term.builder->reduce(Reduction::Maximum, term, numHeads);
}

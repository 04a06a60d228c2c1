//===- F32Builder.h - Arithmetic on f32 -------------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What approximations of functions are written with, for scalars and vectors
// alike.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_TRANSFORMS_F32BUILDER_H
#define SEEDNORM_TRANSFORMS_F32BUILDER_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

namespace seednorm {

/// Arithmetic on f32, or on vectors of it with the shape of one value.
class F32Builder {
public:
  F32Builder(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value shape)
      : builder(builder), loc(loc),
        floats(withElement(shape.getType(), builder.getF32Type())),
        ints(withElement(shape.getType(), builder.getI32Type())),
        longs(withElement(shape.getType(), builder.getI64Type())) {}

  mlir::Value number(double value) {
    return constant(floats, builder.getF32FloatAttr(value));
  }
  mlir::Value integer(int32_t value) {
    return constant(ints, builder.getI32IntegerAttr(value));
  }
  mlir::Value longInteger(int64_t value) {
    return constant(longs, builder.getI64IntegerAttr(value));
  }
  mlir::Value add(mlir::Value lhs, mlir::Value rhs) {
    return mlir::arith::AddFOp::create(builder, loc, lhs, rhs, kContract);
  }
  mlir::Value sub(mlir::Value lhs, mlir::Value rhs) {
    return mlir::arith::SubFOp::create(builder, loc, lhs, rhs, kContract);
  }
  mlir::Value mul(mlir::Value lhs, mlir::Value rhs) {
    return mlir::arith::MulFOp::create(builder, loc, lhs, rhs, kContract);
  }
  mlir::Value mulAdd(mlir::Value lhs, mlir::Value rhs, mlir::Value summand) {
    return add(mul(lhs, rhs), summand);
  }
  mlir::Value div(mlir::Value lhs, mlir::Value rhs) {
    return mlir::arith::DivFOp::create(builder, loc, lhs, rhs);
  }
  mlir::Value neg(mlir::Value value) {
    return mlir::arith::NegFOp::create(builder, loc, value);
  }
  /// Rounded once, for what a sum that may or may not contract would not be.
  mlir::Value fma(mlir::Value lhs, mlir::Value rhs, mlir::Value summand) {
    return mlir::math::FmaOp::create(builder, loc, lhs, rhs, summand);
  }
  mlir::Value trunc(mlir::Value value) {
    return mlir::math::TruncOp::create(builder, loc, value);
  }
  mlir::Value abs(mlir::Value value) {
    return mlir::math::AbsFOp::create(builder, loc, value);
  }
  mlir::Value copySign(mlir::Value magnitude, mlir::Value sign) {
    return mlir::math::CopySignOp::create(builder, loc, magnitude, sign);
  }
  /// The polynomial in `x` with `coefficients` from the highest power down.
  mlir::Value polynomial(mlir::Value x, llvm::ArrayRef<double> coefficients) {
    mlir::Value result = number(coefficients.front());
    for (double coefficient : coefficients.drop_front())
      result = mulAdd(result, x, number(coefficient));
    return result;
  }
  mlir::Value compare(mlir::arith::CmpFPredicate predicate, mlir::Value lhs,
                      mlir::Value rhs) {
    return mlir::arith::CmpFOp::create(builder, loc, predicate, lhs, rhs);
  }
  mlir::Value compare(mlir::arith::CmpIPredicate predicate, mlir::Value lhs,
                      mlir::Value rhs) {
    return mlir::arith::CmpIOp::create(builder, loc, predicate, lhs, rhs);
  }
  mlir::Value select(mlir::Value condition, mlir::Value ifTrue,
                     mlir::Value ifFalse) {
    return mlir::arith::SelectOp::create(builder, loc, condition, ifTrue,
                                         ifFalse);
  }
  /// `value` but at most `limit`; NaN stays.
  mlir::Value atMost(mlir::Value value, double limit) {
    mlir::Value bound = number(limit);
    return select(compare(mlir::arith::CmpFPredicate::OGT, value, bound), bound,
                  value);
  }
  /// `value` but at least `limit`; NaN stays.
  mlir::Value atLeast(mlir::Value value, double limit) {
    mlir::Value bound = number(limit);
    return select(compare(mlir::arith::CmpFPredicate::OLT, value, bound), bound,
                  value);
  }
  template <typename Op>
  mlir::Value integers(mlir::Value lhs, mlir::Value rhs) {
    return Op::create(builder, loc, lhs, rhs);
  }
  mlir::Value toBits(mlir::Value value) {
    return mlir::arith::BitcastOp::create(builder, loc, ints, value);
  }
  mlir::Value fromBits(mlir::Value bits) {
    return mlir::arith::BitcastOp::create(builder, loc, floats, bits);
  }
  mlir::Value toFloat(mlir::Value value) {
    return mlir::arith::SIToFPOp::create(builder, loc, floats, value);
  }
  mlir::Value toLong(mlir::Value value) {
    return mlir::arith::ExtUIOp::create(builder, loc, longs, value);
  }
  mlir::Value toInt(mlir::Value value) {
    return mlir::arith::TruncIOp::create(builder, loc, ints, value);
  }
  /// 2 to the power of an integer from -126 to 127.
  mlir::Value powerOfTwo(mlir::Value exponent) {
    mlir::Value biased = integers<mlir::arith::AddIOp>(exponent, integer(127));
    return fromBits(integers<mlir::arith::ShLIOp>(biased, integer(23)));
  }

  static mlir::Type withElement(mlir::Type shape, mlir::Type element) {
    auto vector = mlir::dyn_cast<mlir::VectorType>(shape);
    return vector ? vector.clone(element) : element;
  }

private:
  static constexpr mlir::arith::FastMathFlags kContract =
      mlir::arith::FastMathFlags::contract;

  mlir::Value constant(mlir::Type type, mlir::TypedAttr value) {
    if (auto vector = mlir::dyn_cast<mlir::VectorType>(type))
      value = mlir::DenseElementsAttr::get(vector, value);
    return mlir::arith::ConstantOp::create(builder, loc, value);
  }

  mlir::OpBuilder &builder;
  mlir::Location loc;
  mlir::Type floats, ints, longs;
};

} // namespace seednorm

#endif // SEEDNORM_TRANSFORMS_F32BUILDER_H

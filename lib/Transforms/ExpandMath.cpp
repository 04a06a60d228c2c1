//===- ExpandMath.cpp - Elementary functions from arithmetic --------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// f32 approximations for scalars and vectors alike, right for every input.
// Upstream's lose subnormals and saturate early, so these are our own: exp and
// log with Cephes' polynomials, tanh with Eigen's rational function, erf after
// N. Juffa. Multiplications and additions may contract; nothing else may
// change.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace seednorm {
#define GEN_PASS_DEF_EXPANDMATHPASS
#include "seednorm/Transforms/Passes.h.inc"
} // namespace seednorm

using namespace mlir;
using arith::CmpFPredicate;

namespace {

/// Arithmetic on f32, or on vectors of it with the shape of one value.
class F32Builder {
public:
  F32Builder(OpBuilder &builder, Location loc, Value shape)
      : builder(builder), loc(loc),
        floats(withElement(shape.getType(), builder.getF32Type())),
        ints(withElement(shape.getType(), builder.getI32Type())) {}

  Value number(double value) {
    return constant(floats, builder.getF32FloatAttr(value));
  }
  Value integer(int32_t value) {
    return constant(ints, builder.getI32IntegerAttr(value));
  }
  Value add(Value lhs, Value rhs) {
    return arith::AddFOp::create(builder, loc, lhs, rhs, kContract);
  }
  Value sub(Value lhs, Value rhs) {
    return arith::SubFOp::create(builder, loc, lhs, rhs, kContract);
  }
  Value mul(Value lhs, Value rhs) {
    return arith::MulFOp::create(builder, loc, lhs, rhs, kContract);
  }
  Value mulAdd(Value lhs, Value rhs, Value summand) {
    return add(mul(lhs, rhs), summand);
  }
  Value div(Value lhs, Value rhs) {
    return arith::DivFOp::create(builder, loc, lhs, rhs);
  }
  Value abs(Value value) { return math::AbsFOp::create(builder, loc, value); }
  Value copySign(Value magnitude, Value sign) {
    return math::CopySignOp::create(builder, loc, magnitude, sign);
  }
  /// The polynomial in `x` with `coefficients` from the highest power down.
  Value polynomial(Value x, ArrayRef<double> coefficients) {
    Value result = number(coefficients.front());
    for (double coefficient : coefficients.drop_front())
      result = mulAdd(result, x, number(coefficient));
    return result;
  }
  Value compare(CmpFPredicate predicate, Value lhs, Value rhs) {
    return arith::CmpFOp::create(builder, loc, predicate, lhs, rhs);
  }
  Value select(Value condition, Value ifTrue, Value ifFalse) {
    return arith::SelectOp::create(builder, loc, condition, ifTrue, ifFalse);
  }
  /// `value` but at most `limit`; NaN stays.
  Value atMost(Value value, double limit) {
    Value bound = number(limit);
    return select(compare(CmpFPredicate::OGT, value, bound), bound, value);
  }
  /// `value` but at least `limit`; NaN stays.
  Value atLeast(Value value, double limit) {
    Value bound = number(limit);
    return select(compare(CmpFPredicate::OLT, value, bound), bound, value);
  }
  template <typename Op> Value integers(Value lhs, Value rhs) {
    return Op::create(builder, loc, lhs, rhs);
  }
  Value toBits(Value value) {
    return arith::BitcastOp::create(builder, loc, ints, value);
  }
  Value fromBits(Value bits) {
    return arith::BitcastOp::create(builder, loc, floats, bits);
  }
  Value toFloat(Value value) {
    return arith::SIToFPOp::create(builder, loc, floats, value);
  }
  /// 2 to the power of an integer from -126 to 127.
  Value powerOfTwo(Value exponent) {
    Value biased = integers<arith::AddIOp>(exponent, integer(127));
    return fromBits(integers<arith::ShLIOp>(biased, integer(23)));
  }

  static Type withElement(Type shape, Type element) {
    auto vector = dyn_cast<VectorType>(shape);
    return vector ? vector.clone(element) : element;
  }

private:
  static constexpr arith::FastMathFlags kContract =
      arith::FastMathFlags::contract;

  Value constant(Type type, TypedAttr value) {
    if (auto vector = dyn_cast<VectorType>(type))
      value = DenseElementsAttr::get(vector, value);
    return arith::ConstantOp::create(builder, loc, value);
  }

  OpBuilder &builder;
  Location loc;
  Type floats, ints;
};

} // namespace

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

static Value buildExp(F32Builder &b, Value x) {
  // Beyond, the result is 0 or infinity anyway.
  x = b.atLeast(b.atMost(x, 89.0), -104.0);
  // x = n * log(2) + r. Adding 1.5 * 2^23 rounds to an integer that stands in
  // the low bits, and, unlike a conversion, is defined for NaN.
  Value magic = b.number(12582912.0);
  Value shifted = b.mulAdd(x, b.number(1.44269504088896341), magic);
  Value n = b.integers<arith::SubIOp>(b.toBits(shifted), b.toBits(magic));
  Value whole = b.sub(shifted, magic);
  Value r = b.mulAdd(whole, b.number(-0.693359375), x);
  r = b.mulAdd(whole, b.number(2.12194440e-4), r);
  Value p =
      b.polynomial(r, {1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3,
                       4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1});
  Value y = b.add(b.mulAdd(p, b.mul(r, r), r), b.number(1.0));
  // Two factors, as 2^n may be subnormal or beyond the range where y * 2^n is
  // not.
  Value half = b.integers<arith::ShRSIOp>(n, b.integer(1));
  Value rest = b.integers<arith::SubIOp>(n, half);
  return b.mul(b.mul(y, b.powerOfTwo(half)), b.powerOfTwo(rest));
}

static Value buildLog(F32Builder &b, Value x) {
  // x = 2^e * m with m from sqrt(1/2) to sqrt(2).
  Value subnormal = b.compare(CmpFPredicate::OLT, x, b.number(0x1p-126));
  Value scaled = b.select(subnormal, b.mul(x, b.number(0x1p23)), x);
  Value bits = b.toBits(scaled);
  Value exponent = b.toFloat(b.integers<arith::SubIOp>(
      b.integers<arith::ShRUIOp>(bits, b.integer(23)), b.integer(126)));
  Value e = b.sub(exponent, b.select(subnormal, b.number(23.0), b.number(0.0)));
  Value m = b.fromBits(b.integers<arith::OrIOp>(
      b.integers<arith::AndIOp>(bits, b.integer(0x007fffff)),
      b.integer(0x3f000000)));
  Value low = b.compare(CmpFPredicate::OLT, m, b.number(0.707106781186547524));
  e = b.select(low, b.sub(e, b.number(1.0)), e);
  Value f = b.sub(b.select(low, b.add(m, m), m), b.number(1.0));

  Value square = b.mul(f, f);
  Value p =
      b.polynomial(f, {7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1,
                       -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
                       2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1});
  Value y = b.mul(b.mul(p, f), square);
  y = b.mulAdd(e, b.number(-2.12194440e-4), y);
  y = b.mulAdd(square, b.number(-0.5), y);
  y = b.mulAdd(e, b.number(0.693359375), b.add(f, y));

  Value zero = b.number(0.0), infinity = b.number(INFINITY);
  y = b.select(b.compare(CmpFPredicate::OEQ, x, infinity), infinity, y);
  y = b.select(b.compare(CmpFPredicate::OEQ, x, zero), b.number(-INFINITY), y);
  return b.select(b.compare(CmpFPredicate::ULT, x, zero), b.number(NAN), y);
}

static Value buildTanh(F32Builder &b, Value x) {
  Value magnitude = b.abs(x);
  Value bounded =
      b.atLeast(b.atMost(x, 7.99881172180175781), -7.99881172180175781);
  Value square = b.mul(bounded, bounded);
  Value numerator =
      b.polynomial(square, {-2.76076847742355e-16, 2.00018790482477e-13,
                            -8.60467152213735e-11, 5.12229709037114e-08,
                            1.48572235717979e-05, 6.37261928935436e-04,
                            4.89352455891786e-03});
  Value denominator =
      b.polynomial(square, {1.19825839466702e-06, 1.18534705686654e-04,
                            2.26843463243900e-03, 4.89352518554385e-03});
  Value y = b.div(b.mul(bounded, numerator), denominator);
  // tanh(x) rounds to 1 from here on.
  Value one = b.copySign(b.number(1.0), x);
  y = b.select(b.compare(CmpFPredicate::OGE, magnitude, b.number(9.011)), one,
               y);
  // Here tanh(x) rounds to x, whose sign and subnormals the quotient loses.
  return b.select(b.compare(CmpFPredicate::OLT, magnitude, b.number(0.0004)), x,
                  y);
}

static Value buildErf(F32Builder &b, Value x) {
  Value magnitude = b.abs(x);
  // Beyond 4, erf(x) rounds to 1, and so does this.
  Value t = b.atMost(magnitude, 4.0);
  Value s = b.mul(t, t);
  Value high = b.mulAdd(b.number(-1.72853470e-5), t, b.number(3.83197126e-4));
  Value low = b.mulAdd(b.number(-3.88396438e-3), t, b.number(2.42546219e-2));
  Value r = b.mulAdd(high, s, low);
  r = b.mulAdd(r, t, b.number(-1.06777877e-1));
  r = b.mulAdd(r, t, b.number(-6.34846687e-1));
  r = b.mulAdd(r, t, b.number(-1.28717512e-1));
  r = b.sub(b.mul(r, t), t);
  Value outer = b.copySign(b.sub(b.number(1.0), buildExp(b, r)), x);

  Value square = b.mul(x, x);
  Value p =
      b.polynomial(square, {-5.96761703e-4, 4.99119423e-3, -2.67681349e-2,
                            1.12819925e-1, -3.76125336e-1, 1.28379166e-1});
  Value inner = b.mulAdd(p, x, x);
  return b.select(
      b.compare(CmpFPredicate::OGT, magnitude, b.number(0.927734375)), outer,
      inner);
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

namespace {

template <typename Op, Value (*build)(F32Builder &, Value)>
struct ExpandFunction : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op,
                                PatternRewriter &rewriter) const override {
    Type type = op.getType();
    Type element = getElementTypeOrSelf(type);
    if (!isa<FloatType, VectorType>(type) ||
        !(element.isF32() || element.isF16() || element.isBF16()))
      return rewriter.notifyMatchFailure(op, "is not on f32, f16 or bf16");
    Value x = op.getOperand();
    if (!element.isF32())
      x = arith::ExtFOp::create(
          rewriter, op.getLoc(),
          F32Builder::withElement(type, rewriter.getF32Type()), x);
    F32Builder builder(rewriter, op.getLoc(), x);
    Value result = build(builder, x);
    if (!element.isF32())
      result = arith::TruncFOp::create(rewriter, op.getLoc(), type, result);
    rewriter.replaceOp(op, result);
    return success();
  }
};

struct ExpandMath : seednorm::impl::ExpandMathPassBase<ExpandMath> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    seednorm::populateExpandMathPatterns(patterns);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace

void seednorm::populateExpandMathPatterns(RewritePatternSet &patterns) {
  patterns.add<ExpandFunction<math::ExpOp, buildExp>,
               ExpandFunction<math::LogOp, buildLog>,
               ExpandFunction<math::TanhOp, buildTanh>,
               ExpandFunction<math::ErfOp, buildErf>>(patterns.getContext());
}

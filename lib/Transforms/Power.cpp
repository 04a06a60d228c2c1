//===- Power.cpp - Powers -------------------------------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// exp(y * log(|x|)) with a logarithm of two f32, after N. Juffa; then what C
// says of zeros, infinities and signs. `fma` is where a product must be exact.
//
//===----------------------------------------------------------------------===//

#include "MathFunctions.h"

using namespace mlir;
using namespace seednorm;
using arith::CmpFPredicate;

namespace {
/// A number as a sum that is not rounded.
struct Sum {
  Value high, low;
};
} // namespace

/// (m - 1) / (m + 1).
static Sum buildQuotient(F32Builder &b, Value m) {
  Value f = b.sub(m, b.number(1.0));
  Value reciprocal = b.div(b.number(1.0), b.add(m, b.number(1.0)));
  Value high = b.mul(f, reciprocal);
  Value rest = b.fma(high, b.neg(f), b.fma(high, b.number(-2.0), f));
  return {high, b.mul(rest, reciprocal)};
}

/// atanh(q) - q for |q| up to 0.1716.
static Value buildAtanhRest(F32Builder &b, Sum q) {
  Value square = b.mul(q.high, q.high);
  Value p = b.polynomial(
      square, {0.1293334961, 0.1419928074, 0.2000148296, 0.3333332539});
  Value squareLow =
      b.fma(q.high, b.add(q.low, q.low), b.fma(q.high, q.high, b.neg(square)));
  Value cube = b.mul(square, q.high);
  Value cubeLow =
      b.fma(square, q.low,
            b.fma(squareLow, q.high, b.fma(square, q.high, b.neg(cube))));
  return b.fma(p, cube, b.fma(p, cubeLow, q.low));
}

/// log(x) for a finite x above 0, with 40 bits or so.
static Sum buildPreciseLog(F32Builder &b, Value x) {
  Value isSubnormal = b.compare(CmpFPredicate::OLT, x, b.number(0x1p-126));
  Value scaled = b.select(isSubnormal, b.mul(x, b.number(0x1p23)), x);
  // scaled = 2^e * m with m from sqrt(1/2) to sqrt(2).
  Value exponent = b.integers<arith::AndIOp>(
      b.integers<arith::SubIOp>(b.toBits(scaled),
                                b.toBits(b.number(0.70710678))),
      b.integer(static_cast<int32_t>(0xff800000)));
  Value m = b.fromBits(b.integers<arith::SubIOp>(b.toBits(scaled), exponent));
  Value e =
      b.add(b.toFloat(b.integers<arith::ShRSIOp>(exponent, b.integer(23))),
            b.select(isSubnormal, b.number(-23.0), b.number(0.0)));
  Sum q = buildQuotient(b, m);
  // e * log(2) + 2 * atanh(q), the largest terms first.
  Value twice = b.add(q.high, q.high);
  Value logTwo = b.number(0x1.62e430p-1);
  Value high = b.fma(logTwo, e, twice);
  Value lost = b.sub(twice, b.fma(b.neg(logTwo), e, high));
  Value low = b.fma(b.number(2.0), buildAtanhRest(b, q), lost);
  low = b.fma(b.number(-0x1.05c610p-29), e, low);
  Value sum = b.add(high, low);
  return {sum, b.add(b.sub(high, sum), low)};
}

/// |x|^y where both are finite and x is not 0.
static Value buildFinite(F32Builder &b, Value magnitude, Value y) {
  Sum log = buildPreciseLog(b, magnitude);
  Value product = b.mul(log.high, y);
  Value low = b.fma(log.low, y, b.fma(log.high, y, b.neg(product)));
  // Beyond, the result is 0 or infinity, and the rest of an infinite product
  // no number. The bound also keeps the product from contracting below.
  Value isFar = b.compare(CmpFPredicate::UGT, b.abs(product), b.number(104.0));
  low = b.select(isFar, b.number(0.0), low);
  Value high = b.atLeast(b.atMost(product, 200.0), -200.0);
  Value sum = b.add(high, low);
  return buildExpOfSum(b, sum, b.add(b.sub(high, sum), low));
}

/// Infinity if `grows`, else 0.
static Value buildLimit(F32Builder &b, Value grows) {
  return b.select(grows, b.number(INFINITY), b.number(0.0));
}

Value seednorm::buildPow(F32Builder &b, Value x, Value y) {
  using Predicate = CmpFPredicate;
  Value zero = b.number(0.0), one = b.number(1.0), nan = b.number(NAN);
  Value infinity = b.number(INFINITY), magnitude = b.abs(x);
  auto equal = [&](Value lhs, Value rhs) {
    return b.compare(Predicate::OEQ, lhs, rhs);
  };
  auto both = [&](Value lhs, Value rhs) {
    return b.integers<arith::AndIOp>(lhs, rhs);
  };
  auto differ = [&](Value lhs, Value rhs) {
    return b.integers<arith::XOrIOp>(lhs, rhs);
  };
  Value result = buildFinite(b, magnitude, y);
  Value isInfinite = equal(magnitude, infinity);
  Value shrinks = b.compare(Predicate::OLE, y, zero);
  Value isEdge = b.integers<arith::OrIOp>(isInfinite, equal(magnitude, zero));
  result = b.select(isEdge, buildLimit(b, differ(isInfinite, shrinks)), result);
  Value isAbove = b.compare(Predicate::OGT, magnitude, one);
  Value limit = b.select(equal(magnitude, one), one,
                         buildLimit(b, differ(isAbove, shrinks)));
  result = b.select(equal(b.abs(y), infinity), limit, result);

  Value whole = b.trunc(y), half = b.mul(y, b.number(0.5));
  Value isOdd =
      both(equal(whole, y), b.compare(Predicate::UNE, b.trunc(half), half));
  result = b.select(isOdd, b.copySign(result, x), result);
  // A fractional power of a finite number below 0.
  Value isComplex = both(both(b.compare(Predicate::OLT, x, zero),
                              b.compare(Predicate::UNE, whole, y)),
                         b.compare(Predicate::UNE, magnitude, infinity));
  result = b.select(isComplex, nan, result);
  result = b.select(b.compare(Predicate::UNO, x, y), nan, result);
  Value isOne = b.integers<arith::OrIOp>(equal(x, one), equal(y, zero));
  return b.select(isOne, one, result);
}

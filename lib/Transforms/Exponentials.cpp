//===- Exponentials.cpp - exp, and functions that saturate ----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// exp with Cephes' polynomial, tanh with Eigen's rational function, erf after
// N. Juffa. Multiplications and additions may contract; nothing else may
// change.
//
//===----------------------------------------------------------------------===//

#include "MathFunctions.h"

using namespace mlir;
using namespace seednorm;
using arith::CmpFPredicate;

namespace {
/// x = exponent * log(2) + rest, with a rest of at most log(2) / 2.
struct Reduced {
  Value exponent, rest;
};
} // namespace

/// Adding 1.5 * 2^23 rounds to an integer that stands in the low bits, and,
/// unlike a conversion, is defined for NaN.
static constexpr double kMagic = 12582912.0;

static Reduced reduce(F32Builder &b, Value x) {
  Value magic = b.number(kMagic);
  Value shifted = b.mulAdd(x, b.number(1.44269504088896341), magic);
  Value exponent =
      b.integers<arith::SubIOp>(b.toBits(shifted), b.toBits(magic));
  Value whole = b.sub(shifted, magic);
  Value rest = b.mulAdd(whole, b.number(-0.693359375), x);
  return {exponent, b.mulAdd(whole, b.number(2.12194440e-4), rest)};
}

/// exp(r) - 1 for a rest.
static Value buildRest(F32Builder &b, Value r) {
  Value p =
      b.polynomial(r, {1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3,
                       4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1});
  return b.mulAdd(p, b.mul(r, r), r);
}

/// y * 2^n. Two factors, as 2^n may be subnormal or beyond the range where
/// y * 2^n is not.
static Value scale(F32Builder &b, Value y, Value n) {
  Value half = b.integers<arith::ShRSIOp>(n, b.integer(1));
  Value rest = b.integers<arith::SubIOp>(n, half);
  return b.mul(b.mul(y, b.powerOfTwo(half)), b.powerOfTwo(rest));
}

Value seednorm::buildExp(F32Builder &b, Value x) {
  // Beyond, the result is 0 or infinity anyway.
  Reduced reduced = reduce(b, b.atLeast(b.atMost(x, 89.0), -104.0));
  Value y = b.add(buildRest(b, reduced.rest), b.number(1.0));
  return scale(b, y, reduced.exponent);
}

Value seednorm::buildExpOfSum(F32Builder &b, Value high, Value low) {
  Reduced reduced = reduce(b, b.atLeast(b.atMost(high, 89.0), -104.0));
  Value y = b.add(buildRest(b, b.add(reduced.rest, low)), b.number(1.0));
  return scale(b, y, reduced.exponent);
}

Value seednorm::buildExp2(F32Builder &b, Value x) {
  x = b.atLeast(b.atMost(x, 129.0), -151.0);
  Value magic = b.number(kMagic);
  Value shifted = b.add(x, magic);
  Value n = b.integers<arith::SubIOp>(b.toBits(shifted), b.toBits(magic));
  Value r = b.sub(x, b.sub(shifted, magic));
  // Minimax for (2^r - 1) / r, with a relative error of 2^-29 in 2^r.
  Value p =
      b.polynomial(r, {1.5353360641e-04, 1.3398874867e-03, 9.6184373664e-03,
                       5.5503324697e-02, 2.4022647913e-01, 6.9314720286e-01});
  return scale(b, b.mulAdd(p, r, b.number(1.0)), n);
}

Value seednorm::buildExpM1(F32Builder &b, Value x) {
  // Below, the result rounds to -1.
  Reduced reduced = reduce(b, b.atLeast(b.atMost(x, 89.0), -20.0));
  // 2^n * (exp(r) - 1) + (2^n - 1), halved as 2^n may be beyond the range where
  // the result is not.
  Value half =
      b.powerOfTwo(b.integers<arith::SubIOp>(reduced.exponent, b.integer(1)));
  Value y =
      b.mulAdd(buildRest(b, reduced.rest), half, b.sub(half, b.number(0.5)));
  // Where it rounds to x, whose sign and subnormals the sum loses.
  return b.select(b.compare(CmpFPredicate::OLT, b.abs(x), b.number(0x1p-25)), x,
                  b.add(y, y));
}

Value seednorm::buildTanh(F32Builder &b, Value x) {
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

Value seednorm::buildErf(F32Builder &b, Value x) {
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

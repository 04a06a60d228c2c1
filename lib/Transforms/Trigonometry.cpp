//===- Trigonometry.cpp - sin and cos -------------------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// After M. Payne and R. Hanek: what matters of x * 2 / pi is multiplied in
// integers, so that angles of any size are right. With Cephes' polynomials.
// Multiplications and additions may contract; nothing else may change.
//
//===----------------------------------------------------------------------===//

#include "MathFunctions.h"

using namespace mlir;
using namespace seednorm;
using arith::CmpFPredicate;

/// The bits of 2 / pi in words, behind one for what is shifted in front of the
/// point.
static constexpr uint64_t kTwoOverPi[] = {0,          0xA2F9836E, 0x4E441529,
                                          0xFC2757D1, 0xF534DDC0, 0xDB629599,
                                          0x3C439041, 0xFE5163AB};

namespace {
/// |x| = quarters * pi / 2 + rest, but for multiples of 2 pi, with a rest of at
/// most pi / 4.
struct Angle {
  Value quarters, rest;
};
} // namespace

/// The 32 bits of 2 / pi * 2^shift that are 2^31 to 2^0 for `word` 0, 2^-1 to
/// 2^-32 for 1, and so on, for a shift of 0 to 128.
static Value buildWord(F32Builder &b, Value shift, unsigned word) {
  auto pair = [&](unsigned i) {
    return b.longInteger(kTwoOverPi[i] << 32 | kTwoOverPi[i + 1]);
  };
  Value number = b.integers<arith::ShRUIOp>(shift, b.integer(5));
  Value bits = pair(word);
  for (unsigned i = 1; i <= 4; ++i)
    bits = b.select(b.compare(arith::CmpIPredicate::eq, number, b.integer(i)),
                    pair(word + i), bits);
  Value inside = b.toLong(b.integers<arith::AndIOp>(shift, b.integer(31)));
  return b.integers<arith::ShRUIOp>(b.integers<arith::ShLIOp>(bits, inside),
                                    b.longInteger(32));
}

static Angle reduce(F32Builder &b, Value x) {
  Value bits = b.toBits(b.abs(x));
  // |x| = 2^-32 * mantissa * 2^shift with 32 bits of mantissa, from 0.5 on.
  Value shift = b.integers<arith::SubIOp>(
      b.integers<arith::ShRUIOp>(bits, b.integer(23)), b.integer(126));
  Value isSmall = b.compare(arith::CmpIPredicate::slt, shift, b.integer(0));
  // NaN and infinity are as good as anything.
  shift = b.integers<arith::MinSIOp>(
      b.integers<arith::MaxSIOp>(shift, b.integer(0)), b.integer(128));
  Value mantissa = b.integers<arith::ShLIOp>(
      b.toLong(b.integers<arith::OrIOp>(
          b.integers<arith::AndIOp>(bits, b.integer(0x007fffff)),
          b.integer(0x00800000))),
      b.longInteger(8));
  auto product = [&](unsigned word) {
    return b.integers<arith::MulIOp>(mantissa, buildWord(b, shift, word));
  };
  // The product modulo 4, in units of 2^-62: two bits of quarters lead.
  Value low = b.integers<arith::AddIOp>(
      product(1), b.integers<arith::ShRUIOp>(product(2), b.longInteger(32)));
  Value fixed = b.integers<arith::AddIOp>(
      b.integers<arith::ShLIOp>(product(0), b.longInteger(30)),
      b.integers<arith::ShRUIOp>(low, b.longInteger(2)));
  Value rounded = b.integers<arith::AddIOp>(fixed, b.longInteger(1ll << 61));
  Value quarters = b.integers<arith::ShRUIOp>(rounded, b.longInteger(62));
  Value rest = b.integers<arith::SubIOp>(
      fixed, b.integers<arith::ShLIOp>(quarters, b.longInteger(62)));
  Value radians =
      b.mul(b.toFloat(rest), b.number(1.57079632679489662 * 0x1p-62));
  return {b.select(isSmall, b.integer(0), b.toInt(quarters)),
          b.select(isSmall, b.abs(x), radians)};
}

/// sin(rest + quarters * pi / 2).
static Value buildQuarter(F32Builder &b, Angle angle) {
  Value r = angle.rest, square = b.mul(r, r);
  Value sine = b.mulAdd(b.polynomial(square, {-1.9515295891e-4, 8.3321608736e-3,
                                              -1.6666654611e-1}),
                        b.mul(square, r), r);
  Value cosine = b.mulAdd(
      b.polynomial(square, {2.443315711809948e-5, -1.388731625493765e-3,
                            4.166664568298827e-2}),
      b.mul(square, square), b.mulAdd(square, b.number(-0.5), b.number(1.0)));
  Value isOdd = b.compare(
      arith::CmpIPredicate::ne,
      b.integers<arith::AndIOp>(angle.quarters, b.integer(1)), b.integer(0));
  Value sign = b.integers<arith::ShLIOp>(
      b.integers<arith::AndIOp>(angle.quarters, b.integer(2)), b.integer(30));
  return b.fromBits(
      b.integers<arith::XOrIOp>(b.toBits(b.select(isOdd, cosine, sine)), sign));
}

static Value fixSpecial(F32Builder &b, Value x, Value y) {
  Value isFinite = b.compare(CmpFPredicate::OLT, b.abs(x), b.number(INFINITY));
  return b.select(isFinite, y, b.number(NAN));
}

Value seednorm::buildSin(F32Builder &b, Value x) {
  Value y = buildQuarter(b, reduce(b, x));
  Value sign = b.integers<arith::AndIOp>(b.toBits(x), b.integer(INT32_MIN));
  y = b.fromBits(b.integers<arith::XOrIOp>(b.toBits(y), sign));
  // Where it rounds to x, whose subnormals the polynomial may lose.
  y = b.select(b.compare(CmpFPredicate::OLT, b.abs(x), b.number(2e-4)), x, y);
  return fixSpecial(b, x, y);
}

Value seednorm::buildCos(F32Builder &b, Value x) {
  Angle angle = reduce(b, x);
  angle.quarters = b.integers<arith::AddIOp>(angle.quarters, b.integer(1));
  return fixSpecial(b, x, buildQuarter(b, angle));
}

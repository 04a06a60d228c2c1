//===- Logarithms.cpp - Logarithms ----------------------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// With Cephes' polynomial. Multiplications and additions may contract; nothing
// else may change.
//
//===----------------------------------------------------------------------===//

#include "MathFunctions.h"

using namespace mlir;
using namespace seednorm;
using arith::CmpFPredicate;

namespace {
/// log(x) = exponent * log(2) + f - square / 2 + rest, where f = m - 1 for an m
/// from sqrt(1/2) to sqrt(2).
struct Parts {
  Value exponent, f, square, rest;
};
} // namespace

static Parts split(F32Builder &b, Value x) {
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
  return {e, f, square, b.mul(b.mul(p, f), square)};
}

/// `y`, but for arguments that are no positive number.
static Value fixSpecial(F32Builder &b, Value x, Value y) {
  Value zero = b.number(0.0), infinity = b.number(INFINITY);
  y = b.select(b.compare(CmpFPredicate::OEQ, x, infinity), infinity, y);
  y = b.select(b.compare(CmpFPredicate::OEQ, x, zero), b.number(-INFINITY), y);
  return b.select(b.compare(CmpFPredicate::ULT, x, zero), b.number(NAN), y);
}

Value seednorm::buildLog(F32Builder &b, Value x) {
  Parts parts = split(b, x);
  Value y = b.mulAdd(parts.exponent, b.number(-2.12194440e-4), parts.rest);
  y = b.mulAdd(parts.square, b.number(-0.5), y);
  y = b.mulAdd(parts.exponent, b.number(0.693359375), b.add(parts.f, y));
  return fixSpecial(b, x, y);
}

Value seednorm::buildLog2(F32Builder &b, Value x) {
  Parts parts = split(b, x);
  // log2(e) as 1 and the rest, so that f is added last and exactly.
  Value factor = b.number(0.44269504088896340736);
  Value y = b.mulAdd(parts.square, b.number(-0.5), parts.rest);
  Value sum = b.mulAdd(parts.f, factor, b.mul(y, factor));
  sum = b.add(b.add(sum, y), parts.f);
  return fixSpecial(b, x, b.add(sum, parts.exponent));
}

Value seednorm::buildLog10(F32Builder &b, Value x) {
  Parts parts = split(b, x);
  // log10(e) and log10(2) as a few bits and the rest.
  Value y = b.mulAdd(parts.square, b.number(-0.5), parts.rest);
  Value sum = b.mul(b.add(parts.f, y), b.number(7.00731903251827651129e-4));
  sum = b.mulAdd(y, b.number(4.3359375e-1), sum);
  sum = b.mulAdd(parts.f, b.number(4.3359375e-1), sum);
  sum = b.mulAdd(parts.exponent, b.number(2.48745663981195213739e-4), sum);
  sum = b.mulAdd(parts.exponent, b.number(3.0078125e-1), sum);
  return fixSpecial(b, x, sum);
}

Value seednorm::buildLog1P(F32Builder &b, Value x) {
  // With u = 1 + x rounded, log(u) / (u - 1) hardly differs from what it is
  // without rounding, and u - 1 is exact.
  Value one = b.number(1.0), infinity = b.number(INFINITY);
  Value u = b.add(one, x);
  Value y = b.mul(buildLog(b, u), b.div(x, b.sub(u, one)));
  y = b.select(b.compare(CmpFPredicate::OEQ, x, infinity), infinity, y);
  y = b.select(b.compare(CmpFPredicate::ULT, x, b.number(-1.0)), b.number(NAN),
               y);
  // Where it rounds to x, whose sign and subnormals u loses.
  return b.select(b.compare(CmpFPredicate::OEQ, u, one), x, y);
}

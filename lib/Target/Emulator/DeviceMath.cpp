//===- DeviceMath.cpp - Mathematics of PTX --------------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// f32 functions computed in f64 and rounded once, which is closer than PTX
// promises; `_ftz` forms flush subnormal operands and results to zero. tanh,
// of which PTX promises little, is as bad as that allows.
//
//===----------------------------------------------------------------------===//

#include "DeviceFunctions.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/bit.h"

#include <cmath>

using namespace llvm;
using namespace seednorm::emulator;

static float flush(float value) {
  return std::fpclassify(value) == FP_SUBNORMAL ? std::copysign(0.0f, value)
                                                : value;
}

template <double (*function)(double)> static float apply(float operand) {
  return static_cast<float>(function(operand));
}

template <double (*function)(double)> static float applyFlushed(float operand) {
  return flush(apply<function>(flush(operand)));
}

static double rsqrt(double operand) { return 1.0 / std::sqrt(operand); }
static double reciprocal(double operand) { return 1.0 / operand; }

/// tanh.approx.f32 at the ends of what PTX allows it, 2^-11 of the value above
/// or below, so that a kernel in need of more is wrong here. Which end, a hash
/// of the operand says: the same for equal operands, unrelated for neighbours.
/// Zeros and subnormal numbers stay what they are, and infinities become 1.
static float tanhApproximate(float operand) {
  double exact = std::tanh(static_cast<double>(operand));
  if (!std::isnormal(operand))
    return static_cast<float>(exact);
  double bound = std::ldexp(exact, -11);
  bool isAbove = bit_cast<uint32_t>(operand) * 0x9E3779B9u >> 31;
  float result = static_cast<float>(isAbove ? exact + bound : exact - bound);
  if (std::abs(result - exact) <= std::abs(bound))
    return result;
  return std::nextafter(result, static_cast<float>(exact));
}

static float divide(float numerator, float denominator) {
  return numerator / denominator;
}

static float divideFlushed(float numerator, float denominator) {
  return flush(divide(flush(numerator), flush(denominator)));
}

static float fmaFlushed(float a, float b, float c) {
  return flush(std::fma(flush(a), flush(b), flush(c)));
}

//===----------------------------------------------------------------------===//
// Conversions
//===----------------------------------------------------------------------===//

// A 16-bit float travels in the low half of an f32 register, both on x86-64
// and on AArch64, so these signatures need no compiler that knows the type.
static float packHalfWord(const APFloat &value) {
  return bit_cast<float>(
      static_cast<uint32_t>(value.bitcastToAPInt().getZExtValue()));
}

static APFloat rounded(APFloat value, const fltSemantics &semantics) {
  bool losesInfo;
  value.convert(semantics, APFloat::rmNearestTiesToEven, &losesInfo);
  return value;
}

static float f32ToBFloat(float value) {
  return packHalfWord(rounded(APFloat(value), APFloat::BFloat()));
}

static float f64ToBFloat(double value) {
  return packHalfWord(rounded(APFloat(value), APFloat::BFloat()));
}

static float f32ToHalf(float value) {
  return packHalfWord(rounded(APFloat(value), APFloat::IEEEhalf()));
}

static float f64ToHalf(double value) {
  return packHalfWord(rounded(APFloat(value), APFloat::IEEEhalf()));
}

static float halfToF32(float packed) {
  APInt bits(16, bit_cast<uint32_t>(packed) & 0xffff);
  return rounded(APFloat(APFloat::IEEEhalf(), bits), APFloat::IEEEsingle())
      .convertToFloat();
}

//===----------------------------------------------------------------------===//
// Table
//===----------------------------------------------------------------------===//

template <typename Function> static void *addressOf(Function *function) {
  return reinterpret_cast<void *>(function);
}

ArrayRef<DeviceFunction> seednorm::emulator::getMathFunctions() {
  static const DeviceFunction functions[] = {
      {"seednorm.rsqrt", addressOf(apply<rsqrt>)},
      {"seednorm.rsqrt_ftz", addressOf(applyFlushed<rsqrt>)},
      {"seednorm.sqrt", addressOf(apply<std::sqrt>)},
      {"seednorm.sqrt_ftz", addressOf(applyFlushed<std::sqrt>)},
      {"seednorm.exp2", addressOf(apply<std::exp2>)},
      {"seednorm.exp2_ftz", addressOf(applyFlushed<std::exp2>)},
      {"seednorm.log2", addressOf(apply<std::log2>)},
      {"seednorm.log2_ftz", addressOf(applyFlushed<std::log2>)},
      {"seednorm.sin", addressOf(apply<std::sin>)},
      {"seednorm.sin_ftz", addressOf(applyFlushed<std::sin>)},
      {"seednorm.cos", addressOf(apply<std::cos>)},
      {"seednorm.cos_ftz", addressOf(applyFlushed<std::cos>)},
      {"seednorm.rcp", addressOf(apply<reciprocal>)},
      {"seednorm.rcp_ftz", addressOf(applyFlushed<reciprocal>)},
      {"seednorm.div", addressOf(divide)},
      {"seednorm.div_ftz", addressOf(divideFlushed)},
      {"seednorm.fma_ftz", addressOf(fmaFlushed)},
      {"seednorm.tanh_approx", addressOf(tanhApproximate)},
      {"__truncsfbf2", addressOf(f32ToBFloat)},
      {"__truncdfbf2", addressOf(f64ToBFloat)},
      {"__truncsfhf2", addressOf(f32ToHalf)},
      {"__truncdfhf2", addressOf(f64ToHalf)},
      {"__extendhfsf2", addressOf(halfToF32)},
  };
  return functions;
}

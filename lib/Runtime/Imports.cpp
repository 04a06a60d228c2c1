//===- Imports.cpp - Functions that compiled code may call ----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A closed list, so that a package says when it is loaded, not when it runs,
// that this library is too old for it.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Runtime/CPUImage.h"
#include "seednorm/Runtime/KeptMemory.h"
#include "seednorm/Runtime/ThreadPool.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>

using namespace seednorm::runtime;

//===----------------------------------------------------------------------===//
// Narrow floats
//===----------------------------------------------------------------------===//

/// `value` rounded once, to nearest even, to a float of 16 bits.
static uint16_t narrow(double value, int mantissaBits) {
  int exponentBits = 15 - mantissaBits;
  int infinity = ((1 << exponentBits) - 1) << mantissaBits;
  int sign = std::signbit(value) ? 1 << 15 : 0;
  if (std::isnan(value)) {
    // Quiet, with what there is room for of its payload.
    uint64_t bits;
    std::memcpy(&bits, &value, sizeof(bits));
    int payload = (bits >> (52 - mantissaBits)) & ((1 << mantissaBits) - 1);
    return sign | infinity | payload | 1 << (mantissaBits - 1);
  }
  if (value == 0 || std::isinf(value))
    return sign | (value == 0 ? 0 : infinity);
  int least = 2 - (1 << (exponentBits - 1));
  int exponent = std::max(std::ilogb(value), least);
  if (exponent - least >= 1 << exponentBits)
    return sign | infinity;
  auto steps = static_cast<int>(
      std::rint(std::scalbn(std::fabs(value), mantissaBits - exponent)));
  // The leading one of a normal number adds one to the exponent.
  return sign |
         std::min(((exponent - least) << mantissaBits) + steps, infinity);
}

/// In the register that returns a float: its low half.
static float returnNarrow(uint16_t bits) {
  uint32_t word = bits;
  float result;
  std::memcpy(&result, &word, sizeof(result));
  return result;
}

// LLVM calls these for sums of bf16 and conversions from f64 on machines
// without bf16; libgcc has them from version 13 on.
static float truncateFloat(float value) {
  return returnNarrow(narrow(value, 7));
}
static float truncateDouble(double value) {
  return returnNarrow(narrow(value, 7));
}

// And these on machines without f16, which libgcc has in a static library only.
static float truncateDoubleToHalf(double value) {
  return returnNarrow(narrow(value, 10));
}
static float truncateFloatToHalf(float value) {
  return returnNarrow(narrow(value, 10));
}

/// The f16 in the low half of a register, which a float has otherwise.
static float extendHalf(float low) {
  uint32_t word;
  std::memcpy(&word, &low, sizeof(word));
  uint32_t sign = (word & 0x8000) << 16;
  uint32_t magnitude = word & 0x7fff;
  if (magnitude >= 0x7c00) {
    // Infinity, or NaN, which is quiet then.
    uint32_t quiet = magnitude > 0x7c00 ? 1 << 22 : 0;
    word = sign | 0x7f800000 | (magnitude & 0x3ff) << 13 | quiet;
    std::memcpy(&low, &word, sizeof(low));
    return low;
  }
  // The exponents' biases differ by 112, also for subnormals.
  uint32_t bits = magnitude << 13;
  std::memcpy(&low, &bits, sizeof(low));
  return std::copysign(low * 0x1p112f, sign ? -1.0f : 1.0f);
}

//===----------------------------------------------------------------------===//
// Maths
//===----------------------------------------------------------------------===//

// LLVM calls these for a sine and a cosine of one number, where C libraries
// have them.
template <typename Float>
static void computeSineAndCosine(Float angle, Float *sine, Float *cosine) {
  *sine = std::sin(angle);
  *cosine = std::cos(angle);
}

// And these for powers whose exponent is an integer; libgcc has them in a
// static library only.
static double raiseDouble(double base, int exponent) {
  return __builtin_powi(base, exponent);
}
static float raiseFloat(float base, int exponent) {
  return __builtin_powif(base, exponent);
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

// By the names of the C library, whose functions code uses that is linked
// without this one.
static void *allocate(size_t bytes) {
  return allocateKept(bytes, alignof(std::max_align_t));
}
static void *allocateAligned(size_t alignment, size_t bytes) {
  return allocateKept(bytes, alignment);
}

//===----------------------------------------------------------------------===//
// The list
//===----------------------------------------------------------------------===//

namespace {
struct Import {
  const char *name;
  void *function;
};
} // namespace

template <typename Function> static void *toPointer(Function *function) {
  return reinterpret_cast<void *>(function);
}

void *seednorm::runtime::findImport(std::string_view name) {
#define SEEDNORM_MATHS(name)                                                   \
  {#name, toPointer<double(double)>(::name)},                                  \
      {#name "f", toPointer<float(float)>(::name##f)}
#define SEEDNORM_MATHS_OF_TWO(name)                                            \
  {#name, toPointer<double(double, double)>(::name)}, {                        \
    #name "f", toPointer<float(float, float)>(::name##f)                       \
  }
  static const Import imports[] = {
      {"seednorm_parallel_for", toPointer(&seednorm_parallel_for)},
      {"__truncsfbf2", toPointer(&truncateFloat)},
      {"__truncdfbf2", toPointer(&truncateDouble)},
      {"__truncdfhf2", toPointer(&truncateDoubleToHalf)},
      {"__truncsfhf2", toPointer(&truncateFloatToHalf)},
      {"__extendhfsf2", toPointer(&extendHalf)},
      {"sincos", toPointer(&computeSineAndCosine<double>)},
      {"sincosf", toPointer(&computeSineAndCosine<float>)},
      {"__powidf2", toPointer(&raiseDouble)},
      {"__powisf2", toPointer(&raiseFloat)},
      {"fma", toPointer<double(double, double, double)>(::fma)},
      {"fmaf", toPointer<float(float, float, float)>(::fmaf)},
      {"malloc", toPointer(&allocate)},
      {"free", toPointer(&releaseKept)},
      {"aligned_alloc", toPointer(&allocateAligned)},
      {"memcpy", toPointer<void *(void *, const void *, size_t)>(std::memcpy)},
      {"memmove",
       toPointer<void *(void *, const void *, size_t)>(std::memmove)},
      {"memset", toPointer<void *(void *, int, size_t)>(std::memset)},
      SEEDNORM_MATHS(acos),
      SEEDNORM_MATHS(acosh),
      SEEDNORM_MATHS(asin),
      SEEDNORM_MATHS(asinh),
      SEEDNORM_MATHS(atan),
      SEEDNORM_MATHS(atanh),
      SEEDNORM_MATHS(cbrt),
      SEEDNORM_MATHS(ceil),
      SEEDNORM_MATHS(cos),
      SEEDNORM_MATHS(cosh),
      SEEDNORM_MATHS(erf),
      SEEDNORM_MATHS(erfc),
      SEEDNORM_MATHS(exp),
      SEEDNORM_MATHS(exp2),
      SEEDNORM_MATHS(expm1),
      SEEDNORM_MATHS(floor),
      SEEDNORM_MATHS(log),
      SEEDNORM_MATHS(log10),
      SEEDNORM_MATHS(log1p),
      SEEDNORM_MATHS(log2),
      SEEDNORM_MATHS(nearbyint),
      SEEDNORM_MATHS(rint),
      SEEDNORM_MATHS(round),
      SEEDNORM_MATHS(sin),
      SEEDNORM_MATHS(sinh),
      SEEDNORM_MATHS(sqrt),
      SEEDNORM_MATHS(tan),
      SEEDNORM_MATHS(tanh),
      SEEDNORM_MATHS(trunc),
      SEEDNORM_MATHS_OF_TWO(atan2),
      SEEDNORM_MATHS_OF_TWO(copysign),
      SEEDNORM_MATHS_OF_TWO(fmax),
      SEEDNORM_MATHS_OF_TWO(fmin),
      SEEDNORM_MATHS_OF_TWO(fmod),
      SEEDNORM_MATHS_OF_TWO(hypot),
      SEEDNORM_MATHS_OF_TWO(pow),
      SEEDNORM_MATHS_OF_TWO(remainder),
  };
#undef SEEDNORM_MATHS
#undef SEEDNORM_MATHS_OF_TWO
  for (const Import &import : imports)
    if (name == import.name)
      return import.function;
  return nullptr;
}

//===- CPUFeatures.cpp - What a processor can do --------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The same question as LLVM's to the processor, without LLVM.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Runtime/CPUFeatures.h"

#if defined(__x86_64__)
#include <cpuid.h>
#elif defined(__aarch64__)
#include <sys/auxv.h>
#else
#error "expects an x86-64 or an AArch64 processor"
#endif

using namespace seednorm::runtime;

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

namespace {
namespace x86 {
/// Registers that the system has to save for a feature to be of use.
enum class State { Scalar, AVX, AVX512 };

struct Feature {
  const char *name;
  unsigned leaf, subleaf;
  int word; ///< eax, ebx, ecx, edx.
  int bit;
  State state;
};

// Intel's manual, volume 2A, CPUID; AMD's, volume 3, appendix E.
constexpr Feature features[] = {
    {"sse3", 1, 0, 2, 0, State::Scalar},
    {"ssse3", 1, 0, 2, 9, State::Scalar},
    {"sse4.1", 1, 0, 2, 19, State::Scalar},
    {"sse4.2", 1, 0, 2, 20, State::Scalar},
    {"movbe", 1, 0, 2, 22, State::Scalar},
    {"popcnt", 1, 0, 2, 23, State::Scalar},
    {"avx", 1, 0, 2, 28, State::AVX},
    {"fma", 1, 0, 2, 12, State::AVX},
    {"f16c", 1, 0, 2, 29, State::AVX},
    {"avx2", 7, 0, 1, 5, State::AVX},
    {"bmi", 7, 0, 1, 3, State::Scalar},
    {"bmi2", 7, 0, 1, 8, State::Scalar},
    {"adx", 7, 0, 1, 19, State::Scalar},
    {"avx512f", 7, 0, 1, 16, State::AVX512},
    {"avx512dq", 7, 0, 1, 17, State::AVX512},
    {"avx512ifma", 7, 0, 1, 21, State::AVX512},
    {"avx512cd", 7, 0, 1, 28, State::AVX512},
    {"avx512bw", 7, 0, 1, 30, State::AVX512},
    {"avx512vl", 7, 0, 1, 31, State::AVX512},
    {"avx512vbmi", 7, 0, 2, 1, State::AVX512},
    {"avx512vbmi2", 7, 0, 2, 6, State::AVX512},
    {"gfni", 7, 0, 2, 8, State::Scalar},
    {"vaes", 7, 0, 2, 9, State::AVX},
    {"vpclmulqdq", 7, 0, 2, 10, State::AVX},
    {"avx512vnni", 7, 0, 2, 11, State::AVX512},
    {"avx512bitalg", 7, 0, 2, 12, State::AVX512},
    {"avx512vpopcntdq", 7, 0, 2, 14, State::AVX512},
    {"avx512vp2intersect", 7, 0, 3, 8, State::AVX512},
    {"avx512fp16", 7, 0, 3, 23, State::AVX512},
    {"avxvnni", 7, 1, 0, 4, State::AVX},
    {"avx512bf16", 7, 1, 0, 5, State::AVX512},
    {"avxifma", 7, 1, 0, 23, State::AVX},
    {"avxvnniint8", 7, 1, 3, 4, State::AVX},
    {"avxneconvert", 7, 1, 3, 5, State::AVX},
    {"avxvnniint16", 7, 1, 3, 10, State::AVX},
    {"lzcnt", 0x80000001, 0, 2, 5, State::Scalar},
    {"sse4a", 0x80000001, 0, 2, 6, State::Scalar},
    {"prfchw", 0x80000001, 0, 2, 8, State::Scalar},
    {"xop", 0x80000001, 0, 2, 11, State::AVX},
    {"fma4", 0x80000001, 0, 2, 16, State::AVX},
    {"tbm", 0x80000001, 0, 2, 21, State::Scalar},
};
} // namespace x86

namespace aarch64 {
/// AT_HWCAP and AT_HWCAP2.
enum class Word { First, Second };

struct Feature {
  const char *name;
  Word word;
  int bit;
};

// Linux's arch/arm64/include/uapi/asm/hwcap.h.
constexpr Feature features[] = {
    {"fp-armv8", Word::First, 0}, {"neon", Word::First, 1},
    {"lse", Word::First, 8},      {"fullfp16", Word::First, 10},
    {"rdm", Word::First, 12},     {"dotprod", Word::First, 20},
    {"fp16fml", Word::First, 23}, {"sve", Word::First, 22},
    {"sve2", Word::Second, 1},    {"i8mm", Word::Second, 13},
    {"bf16", Word::Second, 14},
};
} // namespace aarch64
} // namespace

//===----------------------------------------------------------------------===//
// This machine
//===----------------------------------------------------------------------===//

#if defined(__x86_64__)

namespace own = x86;
using x86::State;

const char *seednorm::runtime::getCPUArchitecture() { return "x86_64"; }

/// Whether the system saves these registers.
static bool saves(State state) {
  unsigned words[4];
  if (state == State::Scalar)
    return true;
  constexpr unsigned osxsave = 1u << 27;
  if (!__get_cpuid(1, &words[0], &words[1], &words[2], &words[3]) ||
      !(words[2] & osxsave))
    return false;
  unsigned low, high;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  // xmm, ymm; with the masks and zmm.
  unsigned needed = state == State::AVX ? 0x06 : 0xe6;
  return (low & needed) == needed;
}

static bool has(const own::Feature &feature) {
  unsigned words[4];
  if (!__get_cpuid_count(feature.leaf, feature.subleaf, &words[0], &words[1],
                         &words[2], &words[3]))
    return false;
  return (words[feature.word] >> feature.bit & 1) && saves(feature.state);
}

#else

namespace own = aarch64;

const char *seednorm::runtime::getCPUArchitecture() { return "aarch64"; }

static bool has(const own::Feature &feature) {
  bool isFirst = feature.word == aarch64::Word::First;
  return getauxval(isFirst ? AT_HWCAP : AT_HWCAP2) >> feature.bit & 1;
}

#endif

//===----------------------------------------------------------------------===//
// Questions
//===----------------------------------------------------------------------===//

template <typename Features>
static std::vector<std::string> getNames(const Features &features) {
  std::vector<std::string> names;
  for (const auto &feature : features)
    names.emplace_back(feature.name);
  return names;
}

std::vector<std::string>
seednorm::runtime::getKnownCPUFeatures(std::string_view architecture) {
  if (architecture == "x86_64")
    return getNames(x86::features);
  if (architecture == "aarch64")
    return getNames(aarch64::features);
  return {};
}

bool seednorm::runtime::hasCPUFeature(std::string_view name) {
  for (const own::Feature &feature : own::features)
    if (name == feature.name)
      return has(feature);
  return false;
}

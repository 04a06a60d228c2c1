//===- MathAccuracyTest.cpp - Errors of expand-math -----------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every 4099th f32, special values among them, and every bf16, against the
// C library in f64. The bounds are those of the pass's description.
//
//===----------------------------------------------------------------------===//

#include "CompileForCPU.h"

#include "llvm/ADT/bit.h"
#include "llvm/Support/FormatVariadic.h"
#include "gtest/gtest.h"

#include <cfloat>
#include <cmath>

namespace {

struct Function {
  const char *name;
  double (*reference)(double);
  double ulps;
  double ulpsWithoutFMA = ulps;
};

class MathAccuracy : public testing::TestWithParam<Function> {};

/// Vectors as wide as this pass ever gets.
constexpr int64_t kColumns = 64;

template <typename T>
std::vector<T> run(llvm::StringRef name, llvm::StringRef element,
                   std::vector<T> input, int64_t columns,
                   bool nativeFMA = true) {
  input.resize((input.size() + columns - 1) / columns * columns);
  std::string text = llvm::formatv(R"mlir(
    func.func @main(%x: tensor<?x{0}x{1}>) -> tensor<?x{0}x{1}> {{
      %c0 = arith.constant 0 : index
      %n = tensor.dim %x, %c0 : tensor<?x{0}x{1}>
      %e = tensor.empty(%n) : tensor<?x{0}x{1}>
      %y = row.program ins(%x : tensor<?x{0}x{1}> by row)
          outs(%e : tensor<?x{0}x{1}> by row) {{
      ^bb0(%v: vector<{0}x{1}>):
        %r = math.{2} %v : vector<{0}x{1}>
        row.yield %r : vector<{0}x{1}>
      }
      return %y : tensor<?x{0}x{1}>
    })mlir",
                                   columns, element, name);
  auto jit = compileForCPU(text, 32, false, nativeFMA);
  EXPECT_TRUE(bool(jit)) << llvm::toString(jit.takeError());
  std::vector<T> output(input.size());
  if (!jit)
    return output;
  auto function = (*jit)->lookup("_mlir_ciface_main");
  EXPECT_TRUE(bool(function)) << llvm::toString(function.takeError());
  Matrix<T> x(input, columns), y(output, columns);
  reinterpret_cast<void (*)(Matrix<T> *, Matrix<T> *)>(*function)(&x, &y);
  return output;
}

std::vector<float> getInputs() {
  std::vector<float> inputs = {
      0.0f,       -0.0f,      INFINITY,          -INFINITY, NAN,
      0x1p-149f,  -0x1p-149f, 0x1p-126f,         0x1p-127f, FLT_MAX,
      -FLT_MAX,   88.72283f,  88.7229f,          -87.3366f, -103.9720f,
      -104.0f,    9.010913f,  7.99881f,          4.0f,      3.9f,
      0.9277344f, 0.0004f,    0.7071068f,        1.0f,      -1.0f,
      128.0f,     -126.0f,    -149.5f,           -150.0f,   -17.4f,
      0x1p-24f,   -0x1p-25f,  16367173 * 0x1p72f};
  for (uint64_t bits = 0; bits <= UINT32_MAX; bits += 4099)
    inputs.push_back(llvm::bit_cast<float>(uint32_t(bits)));
  for (int i = -200000; i < 200000; ++i)
    inputs.push_back(i * 0x1p-14f); // Where none of the functions is flat.
  return inputs;
}

/// The distance of `actual` from `exact` in units of the last place of f32.
double getUlps(float actual, double exact) {
  float rounded = float(exact);
  if (std::isnan(exact) || std::isinf(rounded) || rounded == 0.0f) {
    bool equal = std::isnan(exact)
                     ? std::isnan(actual)
                     : actual == rounded &&
                           std::signbit(actual) == std::signbit(rounded);
    if (exact == 0.0 && actual == 0.0f && !equal)
      return INFINITY; // The other zero.
    // Half an ulp around the largest f32 and around 0 may go either way.
    return equal ? 0.0
           : !std::isnan(exact) && std::isfinite(actual)
               ? std::abs(actual - exact) /
                     (std::isinf(rounded) ? 0x1p104 : 0x1p-149)
               : INFINITY;
  }
  float magnitude = std::abs(rounded);
  double ulp = std::max<double>(
      std::nextafter(magnitude, INFINITY) - double(magnitude), 0x1p-149);
  return std::abs(actual - exact) / ulp;
}

void checkF32(const Function &function, bool nativeFMA, double ulps) {
  std::vector<float> inputs = getInputs();
  std::vector<float> outputs =
      run(function.name, "f32", inputs, kColumns, nativeFMA);
  double worst = 0.0;
  float where = 0.0f;
  for (size_t i = 0; i < inputs.size(); ++i) {
    double error = getUlps(outputs[i], function.reference(inputs[i]));
    if (error > worst) {
      worst = error;
      where = inputs[i];
    }
  }
  EXPECT_LE(worst, ulps) << "at " << where;
}

TEST_P(MathAccuracy, OfF32) { checkF32(GetParam(), true, GetParam().ulps); }

TEST_P(MathAccuracy, OfF32WithoutFMA) {
  checkF32(GetParam(), false, GetParam().ulpsWithoutFMA);
}

TEST_P(MathAccuracy, OfScalars) {
  Function function = GetParam();
  std::vector<float> inputs = getInputs();
  inputs.resize(20000);
  std::vector<float> vectors = run(function.name, "f32", inputs, kColumns);
  std::vector<float> scalars = run(function.name, "f32", inputs, 1);
  for (size_t i = 0; i < inputs.size(); ++i)
    EXPECT_EQ(llvm::bit_cast<uint32_t>(vectors[i]),
              llvm::bit_cast<uint32_t>(scalars[i]))
        << "at " << inputs[i];
}

TEST_P(MathAccuracy, OfBFloat16) {
  Function function = GetParam();
  std::vector<uint16_t> inputs(65536);
  for (unsigned bits = 0; bits < 65536; ++bits)
    inputs[bits] = bits;
  std::vector<uint16_t> outputs = run(function.name, "bf16", inputs, kColumns);
  for (size_t i = 0; i < inputs.size(); ++i) {
    double exact =
        function.reference(llvm::bit_cast<float>(uint32_t(inputs[i]) << 16));
    float actual = llvm::bit_cast<float>(uint32_t(outputs[i]) << 16);
    if (std::isnan(exact)) {
      EXPECT_TRUE(std::isnan(actual)) << "at input " << i;
      continue;
    }
    uint32_t bits = llvm::bit_cast<uint32_t>(float(exact));
    uint32_t nearest = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
    // Rounding the f32 result can tip a near tie.
    EXPECT_LE(std::abs(int(outputs[i]) - int(nearest)), 1) << "at input " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, MathAccuracy,
    testing::Values(
        Function{"exp", std::exp, 2.0}, Function{"exp2", std::exp2, 2.0},
        Function{"expm1", std::expm1, 2.0}, Function{"log", std::log, 2.0},
        Function{"log2", std::log2, 2.0}, Function{"log10", std::log10, 2.0},
        Function{"log1p", std::log1p, 3.0}, Function{"erf", std::erf, 2.0},
        Function{"sin", std::sin, 3.0}, Function{"cos", std::cos, 3.0},
        Function{"tanh", std::tanh, 5.0, 7.0}),
    [](const auto &info) { return std::string(info.param.name); });

} // namespace

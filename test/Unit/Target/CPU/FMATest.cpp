//===- FMATest.cpp - Tests of multiplying and adding without FMA ----------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Bit for bit what the C library's function gives, which rounds once.
//
//===----------------------------------------------------------------------===//

#include "CompileForCPU.h"

#include "llvm/ADT/bit.h"
#include "gtest/gtest.h"

#include <cmath>
#include <random>

namespace {

constexpr int64_t kColumns = 8;

std::vector<float> run(std::vector<float> &a, std::vector<float> &b,
                       std::vector<float> &c) {
  std::vector<float> output(a.size());
  auto jit = compileForCPU(R"mlir(
    func.func @main(%a: tensor<?x8xf32>, %b: tensor<?x8xf32>,
                    %c: tensor<?x8xf32>) -> tensor<?x8xf32> {
      %c0 = arith.constant 0 : index
      %n = tensor.dim %a, %c0 : tensor<?x8xf32>
      %e = tensor.empty(%n) : tensor<?x8xf32>
      %y = row.program ins(%a : tensor<?x8xf32> by row,
                           %b : tensor<?x8xf32> by row,
                           %c : tensor<?x8xf32> by row)
          outs(%e : tensor<?x8xf32> by row) {
      ^bb0(%u: vector<8xf32>, %v: vector<8xf32>, %w: vector<8xf32>):
        %r = math.fma %u, %v, %w : vector<8xf32>
        row.yield %r : vector<8xf32>
      }
      return %y : tensor<?x8xf32>
    })mlir",
                           32, false, /*nativeFMA=*/false);
  EXPECT_TRUE(bool(jit)) << llvm::toString(jit.takeError());
  if (!jit)
    return output;
  auto function = (*jit)->lookup("_mlir_ciface_main");
  EXPECT_TRUE(bool(function)) << llvm::toString(function.takeError());
  Matrix<float> as(a, kColumns), bs(b, kColumns), cs(c, kColumns),
      ys(output, kColumns);
  reinterpret_cast<void (*)(Matrix<float> *, Matrix<float> *, Matrix<float> *,
                            Matrix<float> *)>(*function)(&as, &bs, &cs, &ys);
  return output;
}

// Any bits; summands near the product, half a unit of whose last place decides;
// few digits, so that there are ties; and the ends of the range.
TEST(FMA, RoundsOnceWithoutTheInstruction) {
  std::mt19937 random(1);
  const float special[] = {0.0f,     -0.0f,     INFINITY,  -INFINITY,
                           NAN,      0x1p-149f, 0x1p-126f, -0x1p-149f,
                           0x1p127f, 1.0f,      -1.0f,     0x1.fffffep127f};
  std::vector<float> a, b, c;
  auto getAny = [&] { return llvm::bit_cast<float>(uint32_t(random())); };
  auto getShort = [&] {
    uint32_t bits = random() & (~0u << (11 + random() % 12));
    uint32_t exponent = 100 + random() % 50;
    return llvm::bit_cast<float>((bits & 0x807fffff) | exponent << 23);
  };
  for (int trial = 0; trial < 1 << 20; ++trial) {
    bool isShort = trial % 2;
    a.push_back(isShort ? getShort() : getAny());
    b.push_back(isShort ? getShort() : getAny());
    float product = a.back() * b.back();
    float offset = std::ldexp(1.0f, int(random() % 52) - 26);
    c.push_back(trial % 3 == 0   ? getAny()
                : trial % 3 == 1 ? product * (random() % 2 ? offset : -offset)
                                 : std::nextafter(-product, getAny()));
  }
  for (float x : special)
    for (float y : special)
      for (float z : special) {
        a.push_back(x);
        b.push_back(y);
        c.push_back(z);
      }
  ASSERT_EQ(a.size() % kColumns, 0u);
  std::vector<float> outputs = run(a, b, c);
  for (size_t i = 0; i < a.size(); ++i) {
    float exact = std::fma(a[i], b[i], c[i]);
    if (std::isnan(exact)) {
      ASSERT_TRUE(std::isnan(outputs[i]));
      continue;
    }
    ASSERT_EQ(llvm::bit_cast<uint32_t>(outputs[i]),
              llvm::bit_cast<uint32_t>(exact))
        << a[i] << " * " << b[i] << " + " << c[i];
  }
}

} // namespace

//===- BFloat16Test.cpp - Tests of rounding without an instruction --------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every sign, exponent and result, and what decides how it is rounded to.
//
//===----------------------------------------------------------------------===//

#include "CompileForCPU.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/bit.h"
#include "gtest/gtest.h"

namespace {

constexpr int64_t kColumns = 16;

TEST(BFloat16, RoundsAsLLVM) {
  std::vector<float> inputs;
  for (uint32_t high = 0; high < 65536; ++high)
    for (uint32_t low : {0x0, 0x1, 0x7fff, 0x8000, 0x8001, 0xffff})
      inputs.push_back(llvm::bit_cast<float>(high << 16 | low));
  std::vector<uint16_t> outputs(inputs.size());
  auto jit = compileForCPU(R"mlir(
    func.func @main(%x: tensor<?x16xf32>) -> tensor<?x16xbf16> {
      %c0 = arith.constant 0 : index
      %n = tensor.dim %x, %c0 : tensor<?x16xf32>
      %e = tensor.empty(%n) : tensor<?x16xbf16>
      %y = row.program ins(%x : tensor<?x16xf32> by row)
          outs(%e : tensor<?x16xbf16> by row) {
      ^bb0(%v: vector<16xf32>):
        %r = arith.truncf %v : vector<16xf32> to vector<16xbf16>
        row.yield %r : vector<16xbf16>
      }
      return %y : tensor<?x16xbf16>
    })mlir");
  ASSERT_TRUE(bool(jit)) << llvm::toString(jit.takeError());
  auto function = (*jit)->lookup("_mlir_ciface_main");
  ASSERT_TRUE(bool(function)) << llvm::toString(function.takeError());
  Matrix<float> x(inputs, kColumns);
  Matrix<uint16_t> y(outputs, kColumns);
  reinterpret_cast<void (*)(Matrix<float> *, Matrix<uint16_t> *)>(*function)(
      &x, &y);
  for (size_t i = 0; i < inputs.size(); ++i) {
    llvm::APFloat exact(inputs[i]);
    bool inexact;
    exact.convert(llvm::APFloat::BFloat(), llvm::APFloat::rmNearestTiesToEven,
                  &inexact);
    if (exact.isNaN()) {
      ASSERT_GT(outputs[i] & 0x7fff, 0x7f80) << "at " << i;
      ASSERT_TRUE(outputs[i] & 0x40) << "signals, at " << i;
      continue;
    }
    ASSERT_EQ(outputs[i], exact.bitcastToAPInt().getZExtValue()) << "at " << i;
  }
}

} // namespace

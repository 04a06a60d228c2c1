//===- RowValuesTest.cpp - Values of row programs on this machine ---------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One program with a sum over the row, sums over heads, and a sum over those,
// at lengths and vector widths that exercise every loop and tail.
//
//===----------------------------------------------------------------------===//

#include "CompileForCPU.h"

#include "seednorm/Runtime/ThreadPool.h"

#include "llvm/Support/FormatVariadic.h"
#include "gtest/gtest.h"

#include <cmath>

namespace {

using Kernel = void (*)(Matrix<float> *, Matrix<float> *, Matrix<float> *);

/// y = x * (sum of the head) / rms(x), and the head sums with the sum of their
/// squares as one more column.
std::string getProgram(int64_t columns, int64_t heads) {
  return llvm::formatv(R"mlir(
    func.func @main(%x: tensor<?x{0}xf32>)
        -> (tensor<?x{0}xf32>, tensor<?x{1}xf32>) {{
      %c0 = arith.constant 0 : index
      %n = tensor.dim %x, %c0 : tensor<?x{0}xf32>
      %e = tensor.empty(%n) : tensor<?x{0}xf32>
      %f = tensor.empty(%n) : tensor<?x{1}xf32>
      %y, %t = row.program ins(%x : tensor<?x{0}xf32> by row)
          outs(%e : tensor<?x{0}xf32> by row, %f : tensor<?x{1}xf32> by row) {{
      ^bb0(%v: vector<{0}xf32>):
        %zeros = arith.constant dense<0.0> : vector<{1}xf32>
        %size = arith.constant {0}.0 : f32
        %sq = arith.mulf %v, %v : vector<{0}xf32>
        %ss = vector.reduction <add>, %sq : vector<{0}xf32> into f32
        %ms = arith.divf %ss, %size : f32
        %r = math.rsqrt %ms : f32
        %h = vector.shape_cast %v : vector<{0}xf32> to vector<{1}x{2}xf32>
        %s = vector.multi_reduction <add>, %h, %zeros [1]
            : vector<{1}x{2}xf32> to vector<{1}xf32>
        %s2 = arith.mulf %s, %s : vector<{1}xf32>
        %total = vector.reduction <add>, %s2 : vector<{1}xf32> into f32
        %rv = vector.broadcast %r : f32 to vector<{1}xf32>
        %sr = arith.mulf %s, %rv : vector<{1}xf32>
        %c = vector.shape_cast %sr : vector<{1}xf32> to vector<{1}x1xf32>
        %b = vector.broadcast %c : vector<{1}x1xf32> to vector<{1}x{2}xf32>
        %o = arith.mulf %h, %b : vector<{1}x{2}xf32>
        %flat = vector.shape_cast %o : vector<{1}x{2}xf32> to vector<{0}xf32>
        %tv = vector.broadcast %total : f32 to vector<{1}xf32>
        %st = arith.addf %s, %tv : vector<{1}xf32>
        row.yield %flat, %st : vector<{0}xf32>, vector<{1}xf32>
      }
      return %y, %t : tensor<?x{0}xf32>, tensor<?x{1}xf32>
    })mlir",
                       columns, heads, columns / heads);
}

std::vector<float> getInput(int64_t count) {
  std::vector<float> values(count);
  uint32_t state = 1;
  for (float &value : values) {
    state = state * 1664525u + 1013904223u;
    value = float(int32_t(state)) * 0x1p-30f;
  }
  return values;
}

void checkRow(const float *x, const float *y, const float *t, int64_t columns,
              int64_t heads) {
  double squares = 0.0, total = 0.0;
  std::vector<double> sums(heads);
  for (int64_t i = 0; i < columns; ++i) {
    squares += double(x[i]) * x[i];
    sums[i / (columns / heads)] += x[i];
  }
  for (double sum : sums)
    total += sum * sum;
  double scale = 1.0 / std::sqrt(squares / columns);
  // Rounding of sums of up to 1024 numbers of magnitude up to 2, cancellation
  // included.
  constexpr double kTolerance = 1e-4;
  for (int64_t i = 0; i < columns; ++i)
    ASSERT_NEAR(y[i], x[i] * sums[i / (columns / heads)] * scale,
                kTolerance * (1 + std::abs(y[i])));
  for (int64_t head = 0; head < heads; ++head)
    ASSERT_NEAR(t[head], sums[head] + total, kTolerance * (1 + total));
}

struct Shape {
  int64_t columns, heads, vectorBytes;
};

class RowValues : public testing::TestWithParam<Shape> {};

TEST_P(RowValues, MatchTheFormula) {
  auto [columns, heads, vectorBytes] = GetParam();
  auto jit = compileForCPU(getProgram(columns, heads), vectorBytes);
  ASSERT_TRUE(bool(jit)) << llvm::toString(jit.takeError());
  auto function = (*jit)->lookup("_mlir_ciface_main");
  ASSERT_TRUE(bool(function)) << llvm::toString(function.takeError());
  auto kernel = reinterpret_cast<Kernel>(*function);

  constexpr int64_t kRows = 5;
  std::vector<float> x = getInput(kRows * columns);
  std::vector<float> y(kRows * columns), t(kRows * heads);
  Matrix<float> xs(x, columns), ys(y, columns), ts(t, heads);
  kernel(&xs, &ys, &ts);
  for (int64_t row = 0; row < kRows; ++row)
    checkRow(&x[row * columns], &y[row * columns], &t[row * heads], columns,
             heads);
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, RowValues,
    testing::Values(Shape{1, 1, 32}, Shape{3, 1, 64}, Shape{3, 3, 64},
                    Shape{8, 2, 16}, Shape{64, 1, 64}, Shape{64, 4, 64},
                    Shape{96, 8, 32}, Shape{128, 1, 64}, Shape{1000, 8, 32},
                    Shape{1002, 2, 64}, Shape{1003, 1, 64}, Shape{1003, 17, 16},
                    Shape{1024, 1, 64}, Shape{1024, 16, 64}));

// Not by the number of rows, nor by that of the threads, nor by where a row
// stands.
TEST(RowValues, DependOnTheRowAlone) {
  constexpr int64_t kColumns = 1003, kHeads = 17, kRows = 300;
  auto jit = compileForCPU(getProgram(kColumns, kHeads), 64);
  ASSERT_TRUE(bool(jit)) << llvm::toString(jit.takeError());
  auto function = (*jit)->lookup("_mlir_ciface_main");
  ASSERT_TRUE(bool(function)) << llvm::toString(function.takeError());
  auto kernel = reinterpret_cast<Kernel>(*function);

  std::vector<float> x = getInput(kRows * kColumns);
  std::vector<float> y(x.size()), t(kRows * kHeads);
  auto run = [&](int threads) {
    seednorm::runtime::setNumThreads(threads);
    Matrix<float> xs(x, kColumns), ys(y, kColumns), ts(t, kHeads);
    kernel(&xs, &ys, &ts);
  };
  run(1);
  std::vector<float> first = y;
  run(3);
  EXPECT_EQ(y, first);
  for (int64_t rows : {0, 1, 7}) {
    std::vector<float> tail(x.end() - rows * kColumns, x.end());
    std::vector<float> ty(tail.size()), tt(rows * kHeads);
    Matrix<float> xs(tail, kColumns), ys(ty, kColumns), ts(tt, kHeads);
    kernel(&xs, &ys, &ts);
    EXPECT_TRUE(std::equal(ty.begin(), ty.end(), first.end() - ty.size()));
  }
}

} // namespace

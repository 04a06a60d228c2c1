//===- call-rms-norm.cpp - Call what the compiler compiled ----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compares the function of rms-norm.o with the formula in double precision.
// A function takes the descriptors of its arguments, then those of the memory
// that its results go to.
//
//===----------------------------------------------------------------------===//

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <vector>

namespace {
/// MLIR's descriptor of a memref.
template <int rank> struct MemRef {
  float *allocated, *aligned;
  int64_t offset, sizes[rank], strides[rank];
};

/// Memory with its descriptor; 64 bytes are more than any vector asks for.
struct Rows {
  Rows(int64_t numRows, int64_t numColumns)
      : memory(numRows * numColumns + 16), view{} {
    auto address = reinterpret_cast<uintptr_t>(memory.data());
    float *data = reinterpret_cast<float *>((address + 63) / 64 * 64);
    view = {data, data, 0, {numRows, numColumns}, {numColumns, 1}};
  }
  float *operator[](int64_t row) { return view.aligned + row * view.sizes[1]; }

  std::vector<float> memory;
  MemRef<2> view;
};
} // namespace

extern "C" void _mlir_ciface_add_rms_norm(MemRef<2> *x, MemRef<2> *residual,
                                          MemRef<1> *gamma, MemRef<2> *y,
                                          MemRef<2> *h);

/// The largest error of `y` and `h` against the formula.
static double getError(Rows &x, Rows &residual, Rows &gamma, Rows &y, Rows &h) {
  double error = 0;
  int64_t columns = x.view.sizes[1];
  for (int64_t row = 0; row < x.view.sizes[0]; ++row) {
    double sum = 0;
    for (int64_t i = 0; i < columns; ++i)
      sum += std::pow(double(x[row][i]) + residual[row][i], 2);
    double scale = 1 / std::sqrt(sum / columns + 1e-6);
    for (int64_t i = 0; i < columns; ++i) {
      double added = double(x[row][i]) + residual[row][i];
      error = std::max({error, std::abs(h[row][i] - added),
                        std::abs(y[row][i] - added * scale * gamma[0][i])});
    }
  }
  return error;
}

int main() {
  const int64_t rows = 100, columns = 1024;
  Rows x(rows, columns), residual(rows, columns), gamma(1, columns);
  Rows y(rows, columns), h(rows, columns);
  for (int64_t i = 0; i < columns; ++i) {
    gamma[0][i] = 1 + i / 1024.f;
    for (int64_t row = 0; row < rows; ++row) {
      x[row][i] = std::sin(float(row * columns + i));
      residual[row][i] = std::cos(3.f * (row + i));
    }
  }
  MemRef<1> weights = {gamma[0], gamma[0], 0, {columns}, {1}};
  _mlir_ciface_add_rms_norm(&x.view, &residual.view, &weights, &y.view,
                            &h.view);
  double error = getError(x, residual, gamma, y, h);
  std::printf("%s: largest error below 1e-5 in %d rows\n",
              error < 1e-5 ? "ok" : "wrong", int(rows));
  return error < 1e-5 ? 0 : 1;
}

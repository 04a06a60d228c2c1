//===- Tensor.cpp - Tensors at the boundary of a kernel -------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Names, sizes and strides.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Runtime/Tensor.h"

using namespace seednorm::runtime;

const char *seednorm::runtime::getTypeName(ElementType type) {
  static constexpr const char *names[numElementTypes] = {
      "f64", "f32", "f16", "bf16", "f8E4M3FN", "f8E5M2", "i8", "i32", "i64"};
  return names[static_cast<int>(type)];
}

int64_t seednorm::runtime::getByteWidth(ElementType type) {
  static constexpr int64_t widths[numElementTypes] = {8, 4, 2, 2, 1,
                                                      1, 1, 4, 8};
  return widths[static_cast<int>(type)];
}

int64_t seednorm::runtime::getStride(const TensorView &view, size_t dim) {
  if (!view.strides.empty())
    return view.strides[dim];
  int64_t stride = 1;
  for (size_t inner = view.shape.size(); --inner > dim;)
    stride *= view.shape[inner];
  return stride;
}

int64_t seednorm::runtime::getExtent(const TensorView &view) {
  int64_t last = 0;
  for (size_t dim = 0; dim < view.shape.size(); ++dim) {
    if (view.shape[dim] == 0)
      return 0;
    last += (view.shape[dim] - 1) * getStride(view, dim);
  }
  return (last + 1) * getByteWidth(view.type);
}

//===- Tensors.cpp - Tensors of the C APIs --------------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Numbers from C may be anything.
//
//===----------------------------------------------------------------------===//

#include "seednorm/RuntimeCAPI/Tensors.h"

using namespace seednorm::runtime;

static_assert(static_cast<int>(ElementType::F64) == SEEDNORM_F64 &&
                  static_cast<int>(ElementType::F32) == SEEDNORM_F32 &&
                  static_cast<int>(ElementType::F16) == SEEDNORM_F16 &&
                  static_cast<int>(ElementType::BF16) == SEEDNORM_BF16 &&
                  static_cast<int>(ElementType::F8E4M3FN) ==
                      SEEDNORM_F8E4M3FN &&
                  static_cast<int>(ElementType::F8E5M2) == SEEDNORM_F8E5M2 &&
                  static_cast<int>(ElementType::I8) == SEEDNORM_I8 &&
                  static_cast<int>(ElementType::I32) == SEEDNORM_I32 &&
                  static_cast<int>(ElementType::I64) == SEEDNORM_I64 &&
                  numElementTypes == SEEDNORM_I64 + 1,
              "element types have the same numbers in C");

Result<std::vector<TensorView>>
seednorm::runtime::readTensors(const SeednormTensor *tensors, int64_t count) {
  std::vector<TensorView> views;
  views.reserve(count);
  for (int64_t index = 0; index < count; ++index) {
    const SeednormTensor &tensor = tensors[index];
    if (tensor.type < SEEDNORM_F64 || tensor.type > SEEDNORM_I64)
      return Failure{"expects an element type, but got number " +
                     std::to_string(static_cast<int>(tensor.type))};
    if (tensor.rank < 0 || tensor.rank > SEEDNORM_MAX_RANK)
      return Failure{"expects a rank between 0 and " +
                     std::to_string(SEEDNORM_MAX_RANK) + ", but got " +
                     std::to_string(tensor.rank)};
    size_t rank = tensor.rank;
    views.push_back({tensor.data, static_cast<ElementType>(tensor.type),
                     Span(tensor.shape, rank),
                     Span(tensor.strides, tensor.strides ? rank : 0)});
  }
  return views;
}

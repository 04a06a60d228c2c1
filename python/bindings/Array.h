//===- Array.h - Memory of a framework's array ------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Arrays of NumPy, PyTorch and others meet here: a pointer, a type, a shape,
// and whatever keeps the memory alive. Nothing is copied.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_PYTHON_BINDINGS_ARRAY_H
#define SEEDNORM_PYTHON_BINDINGS_ARRAY_H

#include "DLPack.h"

#include <pybind11/pybind11.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace seednorm {

/// How memory is laid out: how many of the last dimensions lie without gaps,
/// and the bytes that the address and the strides of the others are multiples
/// of.
struct Layout {
  int64_t numDense, alignment;
};

/// The layout of elements at `address`; null strides are those of dense ones.
/// Nothing if the elements of a row are not next to each other, or a stride is
/// negative.
std::optional<Layout> getLayout(uintptr_t address, int64_t rank,
                                const int64_t *shape, const int64_t *strides,
                                int64_t elementBytes);

/// Bytes of an element type of kernels, and DLPack's name for it.
struct ElementType {
  int64_t bytes;
  dlpack::DLDataType type;
};
ElementType getElementType(const std::string &name);

/// A reference to somebody's array.
struct Array {
  void *data = nullptr;
  std::string
      dtype; ///< "f32", "bf16", "i8", ...; "uint8" and the like for others.
  std::vector<int64_t> shape;
  dlpack::DLDevice device = {dlpack::kDLCPU, 0};
  bool readOnly = false;
  std::vector<int64_t> strides; ///< In elements; none if row-major and dense.
  std::shared_ptr<void> owner;  ///< Keeps the memory alive.

  /// Memory that `object` owns.
  static Array fromMemory(uintptr_t pointer, std::string dtype,
                          std::vector<int64_t> shape, bool readOnly,
                          pybind11::object object,
                          std::vector<int64_t> strides);

  /// Takes over a capsule "dltensor" or "dltensor_versioned".
  static Array fromCapsule(pybind11::object capsule);

  /// As `seednorm::getLayout`; of an array that kernels take.
  std::optional<Layout> getLayout() const;

  /// A new capsule for the same memory, versioned if the consumer knows
  /// `maxVersion` to be 1.0 or more.
  pybind11::capsule
  toCapsule(std::optional<std::pair<int, int>> maxVersion) const;
};

} // namespace seednorm

#endif // SEEDNORM_PYTHON_BINDINGS_ARRAY_H

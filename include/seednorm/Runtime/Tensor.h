//===- Tensor.h - Tensors at the boundary of a kernel -----------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a compiled graph takes and returns, as the compiler and the run-time
// library know it.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_RUNTIME_TENSOR_H
#define SEEDNORM_RUNTIME_TENSOR_H

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace seednorm::runtime {

/// Element types of tensors at the boundary of a graph. Packages hold these
/// numbers, so new ones go to the end.
enum class ElementType { F64, F32, F16, BF16, F8E4M3FN, F8E5M2, I8, I32, I64 };
inline constexpr int numElementTypes = 9;

const char *getTypeName(ElementType type); ///< As in MLIR: "f8E4M3FN", "i8".
int64_t getByteWidth(ElementType type);

/// One dimension of an argument or result.
struct Dimension {
  int64_t size = -1; ///< -1 if it is known at run time only.
  /// For a dynamic dimension of a result: the argument and its dimension that
  /// it equals.
  int argument = -1, argumentDimension = -1;
};

/// An argument or result of the entry function.
struct TensorSpec {
  std::string name; ///< The `seednorm.name` attribute, or "arg0", "result0".
  ElementType type = ElementType::F32;
  std::vector<Dimension> shape;
  /// Alignment, in bytes, that the generated accesses rely on.
  int64_t alignment = 1;
  /// How many of the last dimensions lie without gaps; -1 for all of them. The
  /// strides of others are the caller's, multiples of `alignment`, too.
  int64_t numDense = -1;
};

/// Elements of somebody else, one after the other.
template <typename T> class Span {
public:
  Span() = default;
  Span(const T *first, size_t count) : first(first), count(count) {}
  Span(const std::vector<T> &elements)
      : first(elements.data()), count(elements.size()) {}

  const T *begin() const { return first; }
  const T *end() const { return first + count; }
  size_t size() const { return count; }
  bool empty() const { return count == 0; }
  const T &operator[](size_t index) const { return first[index]; }

private:
  const T *first = nullptr;
  size_t count = 0;
};

/// Whether elements are equal.
template <typename T> bool operator==(Span<T> lhs, Span<T> rhs) {
  return std::equal(lhs.begin(), lhs.end(), rhs.begin(), rhs.end());
}

/// Memory of the caller, who has its shape and strides as well.
struct TensorView {
  void *data = nullptr;
  ElementType type = ElementType::F32;
  Span<int64_t> shape;
  Span<int64_t> strides = {}; ///< In elements; none if row-major, dense.
};

/// The stride of a dimension of `view`, in elements.
int64_t getStride(const TensorView &view, size_t dim);

/// Bytes from the first to behind the last element of a checked `view`.
int64_t getExtent(const TensorView &view);

/// A result that is written over an argument, which has its type and layout.
struct SharedMemory {
  int64_t result = 0, argument = 0;
};

} // namespace seednorm::runtime

#endif // SEEDNORM_RUNTIME_TENSOR_H

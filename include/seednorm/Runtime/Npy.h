//===- Npy.h - Arrays in NumPy's file format --------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads and writes .npy files. A file comes from anywhere, so nothing in it is
// believed: the header is parsed, never evaluated, and no memory is reserved
// that the file does not fill.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_RUNTIME_NPY_H
#define SEEDNORM_RUNTIME_NPY_H

#include "seednorm/Runtime/Result.h"

#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <vector>

namespace seednorm::runtime {

/// Element types of a file. NumPy has no bf16 of its own: two opaque bytes
/// (`V2`), which is how ml_dtypes saves it, are BF16; bits saved as `u2` are
/// U16, and the reader must know what they mean. So it must of one opaque byte
/// (`V1`), V8, which is how ml_dtypes saves f8E4M3FN. Of f8E5M2 it makes `f1`,
/// which NumPy itself does not load.
enum class NpyType {
  F16,
  F32,
  F64,
  BF16,
  V8,
  F8E5M2,
  I8,
  I16,
  I32,
  I64,
  U8,
  U16,
  U32,
  U64,
  Bool
};

/// "f32", "bf16", "i64", "bool", ...
const char *getName(NpyType type);
/// Bytes of an element.
int64_t getByteWidth(NpyType type);

/// Memory that starts on a cache line, as vector loads like it.
template <typename T> struct CacheLineAllocator {
  using value_type = T;
  static constexpr std::align_val_t alignment{64};

  CacheLineAllocator() = default;
  template <typename U> CacheLineAllocator(const CacheLineAllocator<U> &) {}

  T *allocate(size_t count) {
    return static_cast<T *>(::operator new(count * sizeof(T), alignment));
  }
  void deallocate(T *memory, size_t) { ::operator delete(memory, alignment); }

  friend bool operator==(CacheLineAllocator, CacheLineAllocator) {
    return true;
  }
  friend bool operator!=(CacheLineAllocator, CacheLineAllocator) {
    return false;
  }
};

/// A dense, row-major, little-endian array.
struct NpyArray {
  NpyType type = NpyType::F32;
  std::vector<int64_t> shape; ///< Empty: one number.
  std::vector<char, CacheLineAllocator<char>> bytes;

  int64_t getNumElements() const;
};

/// Reads the array of a file of version 1.0, 2.0 or 3.0.
Result<NpyArray> readNpy(const std::string &path);

/// Writes an array that lies at `data`. BF16 is written as `V2`.
Status writeNpy(const std::string &path, NpyType type,
                const std::vector<int64_t> &shape, const void *data);

/// The same.
Status writeNpy(const std::string &path, const NpyArray &array);

} // namespace seednorm::runtime

#endif // SEEDNORM_RUNTIME_NPY_H

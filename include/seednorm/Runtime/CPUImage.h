//===- CPUImage.h - Machine code for a CPU, as data -------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Code that was linked when it was compiled, but for the address it will have
// and the few functions it calls. So loading it takes no linker, no file and
// some microseconds, and every number in it is checked against its size.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_RUNTIME_CPUIMAGE_H
#define SEEDNORM_RUNTIME_CPUIMAGE_H

#include "seednorm/Runtime/Result.h"
#include "seednorm/Runtime/Tensor.h"

#include <string_view>

namespace seednorm::runtime {

/// What memory may be used for.
enum class Access { Read, ReadExecute, ReadWrite };
inline constexpr int numAccesses = 3;

/// Consecutive pages of an image.
struct ImageSegment {
  int64_t offset = 0; ///< From the start of the image, a multiple of its pages.
  int64_t size = 0;   ///< Of memory; behind `bytes` it is zero.
  Access access = Access::Read;
  std::string bytes;
};

/// A name and the place that belongs to it.
struct ImageSymbol {
  std::string name;
  int64_t offset = 0;
};

/// Machine code for one kind of processor.
struct CPUImage {
  int64_t pageBytes = 4096; ///< A power of two.
  int64_t size = 0;         ///< Of memory, a multiple of `pageBytes`.
  std::vector<ImageSegment> segments;
  /// Where 64 bits hold an offset, to which the address of the image is added.
  std::vector<int64_t> pointers;
  /// Where 64 bits take the address of a function of the run-time library.
  std::vector<ImageSymbol> imports;
  std::vector<ImageSymbol> exports;
};

/// An image in executable memory. Lookups, and calls of what they return, may
/// run in several threads at once.
class LoadedImage {
public:
  /// The error names what is wrong with the image, or the import that is not
  /// there.
  static Result<LoadedImage> load(const CPUImage &image);
  LoadedImage(LoadedImage &&other) noexcept;
  LoadedImage &operator=(LoadedImage &&other) noexcept;
  ~LoadedImage();

  /// The address of an export.
  Result<void *> lookup(std::string_view name) const;

private:
  LoadedImage() = default;
  char *memory = nullptr;
  size_t size = 0;
  std::vector<ImageSymbol> exports;
};

/// Checks that all offsets of an image are inside it.
Status checkImage(const CPUImage &image);

/// The function of the run-time library that images know by this name, or null.
void *findImport(std::string_view name);

/// A compiled function that takes the address of each argument.
using PackedFunction = void (*)(void **arguments);

/// Calls a function of memrefs on checked `buffers`, results behind arguments.
void callOnMemRefs(PackedFunction function, Span<TensorView> buffers);

} // namespace seednorm::runtime

#endif // SEEDNORM_RUNTIME_CPUIMAGE_H

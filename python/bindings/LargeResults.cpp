//===- LargeResults.cpp - Fresh memory of large results -------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Advice to the system, and arrays that start on lines.
//
//===----------------------------------------------------------------------===//

#include "LargeResults.h"

#include <sys/mman.h>
#include <unistd.h>

namespace py = pybind11;
using namespace seednorm;

static constexpr uintptr_t kLineBytes = 64;

static size_t getNumBytes(const TakenArray &array, size_t elementBytes) {
  size_t bytes = elementBytes;
  for (int64_t dim = 0; dim < array.tensor.rank; ++dim)
    bytes *= static_cast<size_t>(array.tensor.shape[dim]);
  return bytes;
}

void seednorm::adviseHugePages(const std::vector<TakenArray> &results,
                               const std::vector<ArraySpec> &specs) {
#ifdef MADV_HUGEPAGE
  static const uintptr_t page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  for (size_t index = 0; index < results.size(); ++index) {
    const TakenArray &result = results[index];
    size_t bytes = getNumBytes(result, specs[index].element.bytes);
    if (bytes < kLargeResultBytes)
      continue;
    // Whole pages only: what lies beside the result is somebody else's.
    uintptr_t begin = reinterpret_cast<uintptr_t>(result.tensor.data);
    uintptr_t end = (begin + bytes) / page * page;
    begin = (begin + page - 1) / page * page;
    madvise(reinterpret_cast<void *>(begin), end - begin, MADV_HUGEPAGE);
  }
#endif
}

py::array seednorm::allocateLargeArray(const py::dtype &type,
                                       const std::vector<int64_t> &shape,
                                       size_t bytes) {
  py::array_t<uint8_t> memory(static_cast<py::ssize_t>(bytes + kLineBytes));
  uintptr_t start = reinterpret_cast<uintptr_t>(memory.data());
  uintptr_t line = (start + kLineBytes - 1) / kLineBytes * kLineBytes;
  return py::array(type, shape, memory.mutable_data() + (line - start), memory);
}

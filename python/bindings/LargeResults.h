//===- LargeResults.h - Fresh memory of large results -----------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A large result is memory that the system gives page by page when it is first
// written, and takes back when the result goes: pages of 4 KiB take several
// times as long as a kernel.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_PYTHON_BINDINGS_LARGERESULTS_H
#define SEEDNORM_PYTHON_BINDINGS_LARGERESULTS_H

#include "Taken.h"

#include <pybind11/numpy.h>

namespace seednorm {

/// Bytes from which on a result is large: below, memory is mostly used again.
inline constexpr size_t kLargeResultBytes = size_t(4) << 20;

/// Asks the system for huge pages for those of `results` that are large, as
/// NumPy does for its arrays; `specs` are theirs. Where it has none, or does
/// not want to, that does nothing.
void adviseHugePages(const std::vector<TakenArray> &results,
                     const std::vector<ArraySpec> &specs);

/// A new array of NumPy that starts on a line of memory, for kernels to write
/// past the caches.
pybind11::array allocateLargeArray(const pybind11::dtype &type,
                                   const std::vector<int64_t> &shape,
                                   size_t bytes);

} // namespace seednorm

#endif // SEEDNORM_PYTHON_BINDINGS_LARGERESULTS_H

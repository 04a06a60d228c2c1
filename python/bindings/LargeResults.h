//===- LargeResults.h - Memory of large results -----------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The system gives the memory of a large result page by page when it is first
// written, which takes as long as a kernel or several times that. So it comes
// from what the run-time library keeps, and goes back there when nobody holds
// the result any more.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_PYTHON_BINDINGS_LARGERESULTS_H
#define SEEDNORM_PYTHON_BINDINGS_LARGERESULTS_H

#include "Taken.h"

#include <pybind11/numpy.h>

namespace seednorm {

/// Bytes from which on a result is large: malloc may ask the system for these
/// in each call, which takes 8 us for 256 KiB. Below, it uses memory again.
inline constexpr size_t kLargeResultBytes = size_t(128) << 10;

/// Bytes of an array of this shape, whose elements have so many.
size_t getNumBytes(const std::vector<int64_t> &shape, size_t elementBytes);

/// A new array of NumPy. Its memory starts on a line, for kernels to write past
/// the caches.
pybind11::array allocateLargeArray(const pybind11::dtype &type,
                                   const std::vector<int64_t> &shape,
                                   size_t bytes);

/// A new array of the framework that `api` is of, in the same way. Its memory
/// cannot grow. Null, and no error is set, if the framework refuses it.
pybind11::object allocateLargeArray(const dlpack::DLPackExchangeAPI &api,
                                    const dlpack::DLDataType &type,
                                    const std::vector<int64_t> &shape,
                                    size_t bytes);

} // namespace seednorm

#endif // SEEDNORM_PYTHON_BINDINGS_LARGERESULTS_H

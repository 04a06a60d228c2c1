//===- KeptMemory.h - Memory kept from call to call -------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The system gives large memory page by page when it is first written, and
// clears it: that takes as long as a kernel, or several times that. So what one
// call is done with is kept for the next: partial sums and whatever else
// kernels allocate, and large results once nobody holds them any more.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_RUNTIME_KEPTMEMORY_H
#define SEEDNORM_RUNTIME_KEPTMEMORY_H

#include <cstddef>
#include <cstdint>

namespace seednorm::runtime {

/// Bytes from which on memory is kept; less is malloc's affair.
constexpr size_t minKeptBytes = size_t(64) << 10;

/// Memory of at least `bytes` that starts at a multiple of `alignment`, which
/// is a power of two up to `maxKeptAlignment`, and of a cache line. Its
/// contents are anything. Null if there is none left.
void *allocateKept(size_t bytes, size_t alignment);
constexpr size_t maxKeptAlignment = 4096;

/// Gives back what `allocateKept` gave, for the next that asks; null is
/// nothing. Any thread may do that, at any time.
void releaseKept(void *memory);

/// Memory that is kept and not in use, in bytes.
size_t getKeptBytes();

/// Sets the most that is kept, and gives the system what is more than that. If
/// it is not called, that is SEEDNORM_KEPT_MIB in MiB, or 256.
void setMaxKeptBytes(size_t bytes);

/// Gives the system all that is kept and not in use.
void dropKept();

} // namespace seednorm::runtime

#endif // SEEDNORM_RUNTIME_KEPTMEMORY_H

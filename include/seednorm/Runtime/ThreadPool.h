//===- ThreadPool.h - Loops over rows on all cores --------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One pool for the whole process. A row loop can be as short as a few
// microseconds, less than it takes to wake a sleeping thread, so idle threads
// spin for a while before they sleep and the caller works along: what a thread
// wakes too late for, the caller has done. A short loop wakes nobody, unless
// another one ended just before it.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_RUNTIME_THREADPOOL_H
#define SEEDNORM_RUNTIME_THREADPOOL_H

#include <cstdint>
#include <memory>
#include <type_traits>

namespace seednorm::runtime {

/// Does the iterations [begin, end) of a loop. Must not throw or fork.
using LoopBody = void (*)(void *context, int64_t begin, int64_t end);

/// Runs `body` over [0, count) in contiguous chunks, each a multiple of `grain`
/// long except the last, and returns when all are done. Iterations must be
/// independent; then the result doesn't depend on the number of threads. All
/// run with the floating-point environment of the caller.
///
/// Runs in the calling thread alone if count <= grain, if called from a body,
/// or while another thread uses the pool. Thus it never waits for a thread that
/// waits for it.
void parallelFor(int64_t count, int64_t grain, LoopBody body, void *context);

/// The same for a callable: `parallelFor(n, 1, [&](int64_t b, int64_t e) {})`.
template <typename Body>
void parallelFor(int64_t count, int64_t grain, Body &&body) {
  using Callable = std::remove_reference_t<Body>;
  LoopBody call = [](void *context, int64_t begin, int64_t end) {
    (*static_cast<Callable *>(context))(begin, end);
  };
  parallelFor(
      count, grain, call,
      const_cast<void *>(static_cast<const void *>(std::addressof(body))));
}

/// More are not to be had.
constexpr int maxThreads = 4096;

/// How many threads share a loop that this thread starts, itself included: what
/// was set by `setNumThreads`, else SEEDNORM_NUM_THREADS, else what was set by
/// `setNumThreadsOfCaller` but at most `getNumProcessors()`, else
/// OMP_NUM_THREADS, else `getNumProcessors()`.
int getNumThreads();

/// Sets the number of threads of the loops that start from now on, in any
/// thread. Values below 1 mean 1, those above `maxThreads` that.
void setNumThreads(int count);

/// Sets what the framework that calls from this thread wants; 0 if it does not
/// say.
void setNumThreadsOfCaller(int count);

/// The processors this process may use, as of the first call: affinity mask and
/// container quota count.
int getNumProcessors();

} // namespace seednorm::runtime

extern "C" {
/// `parallelFor` for generated code.
__attribute__((visibility("default"))) void
seednorm_parallel_for(void (*body)(void *context, int64_t begin, int64_t end),
                      void *context, int64_t count, int64_t grain);
}

#endif // SEEDNORM_RUNTIME_THREADPOOL_H

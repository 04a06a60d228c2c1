//===- NumThreads.cpp - How many threads share a loop ---------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Who may say it, from the first who does: the program, the user, the framework
// that calls, OpenMP's variable, the machine.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Runtime/ThreadPool.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>

using namespace seednorm::runtime;

// 0 where nobody has said it.
static std::atomic<int> numThreads{0};
static thread_local int numThreadsOfCaller = 0;

// The number that an environment variable asks for, or 0. OpenMP's may be a
// list, one number for every level of nesting.
static int readNumThreads(const char *variable, bool isList) {
  const char *text = std::getenv(variable);
  if (!text || !*text)
    return 0;
  char *end = nullptr;
  long value = std::strtol(text, &end, 10);
  bool ended = *end == '\0' || (isList && *end == ',');
  if (end != text && ended && value >= 1 && value <= maxThreads)
    return static_cast<int>(value);
  std::fprintf(stderr,
               "seednorm: expects %s to be a number from 1 to %d, but got "
               "'%s'; it is ignored\n",
               variable, maxThreads, text);
  return 0;
}

static int chooseDefault() {
  int count = readNumThreads("OMP_NUM_THREADS", /*isList=*/true);
  return count ? count : getNumProcessors();
}

int seednorm::runtime::getNumThreads() {
  if (int count = numThreads.load(std::memory_order_relaxed))
    return count;
  static const int ofUser =
      readNumThreads("SEEDNORM_NUM_THREADS", /*isList=*/false);
  if (ofUser)
    return ofUser;
  // A framework may not know what a container is allowed.
  if (numThreadsOfCaller)
    return std::min(numThreadsOfCaller, getNumProcessors());
  static const int ofMachine = chooseDefault();
  return ofMachine;
}

void seednorm::runtime::setNumThreads(int count) {
  numThreads.store(std::clamp(count, 1, maxThreads));
}

void seednorm::runtime::setNumThreadsOfCaller(int count) {
  numThreadsOfCaller = std::max(0, count);
}

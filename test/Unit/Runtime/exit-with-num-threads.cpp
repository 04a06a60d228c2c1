//===- exit-with-num-threads.cpp - The number of threads as exit code -----===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "seednorm/Runtime/ThreadPool.h"

#include <cstdlib>

using namespace seednorm::runtime;

// The argument, if there is one, is what a framework wants.
int main(int argc, char **argv) {
  if (argc > 1)
    setNumThreadsOfCaller(std::atoi(argv[1]));
  return getNumThreads();
}

//===- exit-with-num-threads.cpp - The number of threads as exit code -----===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "seednorm/Runtime/ThreadPool.h"

int main() { return seednorm::runtime::getNumThreads(); }

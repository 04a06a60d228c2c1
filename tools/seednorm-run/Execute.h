//===- Execute.h - Run a compiled graph on host tensors ---------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// On a GPU, tensors travel to the device and back.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_TOOLS_SEEDNORM_RUN_EXECUTE_H
#define SEEDNORM_TOOLS_SEEDNORM_RUN_EXECUTE_H

#include "HostTensor.h"

namespace seednorm {

/// What a run gave.
struct Execution {
  std::vector<HostTensor> results;
  double bestMilliseconds = 0; ///< Of one call, without copies.
};

/// Calls `graph` `repeat` times, at least once.
llvm::Expected<Execution> execute(const CompiledGraph &graph,
                                  std::vector<HostTensor> &arguments,
                                  uint64_t seed, unsigned repeat);

} // namespace seednorm

#endif // SEEDNORM_TOOLS_SEEDNORM_RUN_EXECUTE_H

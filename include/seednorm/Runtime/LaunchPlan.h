//===- LaunchPlan.h - The host's side of a graph as data --------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a function of launches does on the host is little: sizes from the shapes
// of its arguments, temporaries, launches in order. As data it runs without a
// compiler in the process and costs next to nothing per call.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_RUNTIME_LAUNCHPLAN_H
#define SEEDNORM_RUNTIME_LAUNCHPLAN_H

#include "seednorm/Runtime/Signature.h"

namespace seednorm::runtime {

/// A buffer the host allocates for the time of a call.
struct Temporary {
  int64_t bytes = 0; ///< Node of the plan's sizes.
};

/// Memory with the elements of a constant, for all calls.
struct ConstantBuffer {
  std::string bytes;
};

struct KernelLaunch {
  std::string kernel;
  /// Numbers of buffers: arguments of the function (results included) first,
  /// temporaries behind them, then constants.
  std::vector<int64_t> buffers;
  /// Nodes of the sizes: what the kernel takes behind the buffers, parts of
  /// addresses and, as the last one, the number of rows.
  std::vector<int64_t> numbers;
  int64_t blocks = 0, threads = 0; ///< Nodes of the sizes.
  int64_t dynamicSharedBytes = 0;
  int64_t cluster = 1; ///< Blocks of a cluster.
  /// Whether the kernel waits itself for the one before it in its stream.
  bool dependent = false;
};

struct LaunchPlan {
  int64_t numArguments = 0;
  std::vector<SizeExpr> sizes;
  std::vector<Temporary> temporaries;
  std::vector<ConstantBuffer> constants;
  std::vector<KernelLaunch> launches;
};

/// The sizes of a plan for a checked call; an error if more blocks are needed
/// than a grid has.
Result<std::vector<int64_t>> evaluatePlan(const LaunchPlan &plan,
                                          Span<TensorView> buffers);

} // namespace seednorm::runtime

#endif // SEEDNORM_RUNTIME_LAUNCHPLAN_H

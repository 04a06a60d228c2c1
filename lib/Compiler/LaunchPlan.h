//===- LaunchPlan.h - The host's side of a graph as data --------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a function of launches does on the host is little: sizes from the
// shapes of its arguments, temporaries, launches in order. As data it runs
// without a compiler in the process and costs next to nothing per call.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_COMPILER_LAUNCHPLAN_H
#define SEEDNORM_LIB_COMPILER_LAUNCHPLAN_H

#include "Sizes.h"

#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mlir::func {
class FuncOp;
} // namespace mlir::func

namespace seednorm {

/// A buffer the host allocates for the time of a call.
struct Temporary {
  int64_t bytes; ///< Node of `sizes`.
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
  /// Nodes of `sizes`: what the kernel takes behind the buffers, parts of
  /// addresses and, as the last one, the number of rows.
  std::vector<int64_t> numbers;
  int64_t blocks = 0, threads = 0; ///< Nodes of `sizes`.
  int64_t dynamicSharedBytes = 0;
  int64_t cluster = 1; ///< Blocks of a cluster.
  /// Whether the kernel waits itself for the one before it in its stream.
  bool dependent = false;
};

struct LaunchPlan {
  int64_t numArguments = 0;
  SizeTable sizes;
  std::vector<Temporary> temporaries;
  std::vector<ConstantBuffer> constants;
  std::vector<KernelLaunch> launches;
};

/// Reads the plan from `function`, the host's side of a graph after
/// convert-row-to-gpu. The error names the op that has no place in a plan.
llvm::Expected<LaunchPlan> buildLaunchPlan(mlir::func::FuncOp function);

/// The plan as JSON, for programs that launch the kernels of a cubin
/// themselves; docs/Benchmarks.md has the format. `ranks` are those of the
/// arguments.
std::string formatLaunchPlan(const LaunchPlan &plan,
                             llvm::ArrayRef<int64_t> ranks);

} // namespace seednorm

#endif // SEEDNORM_LIB_COMPILER_LAUNCHPLAN_H

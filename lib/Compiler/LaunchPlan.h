//===- LaunchPlan.h - The host's side of a graph as data --------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads the plan that the run-time library has the kernels launched by, and
// prints it.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_COMPILER_LAUNCHPLAN_H
#define SEEDNORM_LIB_COMPILER_LAUNCHPLAN_H

#include "seednorm/Runtime/LaunchPlan.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

namespace mlir::func {
class FuncOp;
} // namespace mlir::func

namespace seednorm {

using runtime::LaunchPlan;

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

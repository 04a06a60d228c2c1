//===- GPUKernels.h - A launch plan with its code on a device ---*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a call of a GPU kernel does, for the compiler and for packages alike.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_RUNTIME_GPUKERNELS_H
#define SEEDNORM_RUNTIME_GPUKERNELS_H

#include "seednorm/Runtime/CudaDriver.h"
#include "seednorm/Runtime/LaunchPlan.h"

namespace seednorm::runtime {

/// The kernels of a plan in the context that was current when they were loaded.
/// Calls may run in several threads at once.
class GPUKernels {
public:
  /// Loads a cubin or PTX, and the constants of `plan`.
  static Result<GPUKernels> load(CudaDriver &driver, std::string_view image,
                                 const LaunchPlan &plan);

  /// Enqueues the launches of `plan`, the one that was loaded, for checked
  /// buffers, results behind arguments. `sizes` are those of `evaluatePlan`.
  /// Temporaries are allocated and freed in the order of the stream, so nothing
  /// is waited for and a graph can capture the call.
  Status run(const LaunchPlan &plan, const std::vector<int64_t> &sizes,
             Span<TensorView> buffers, CudaStream stream) const;

private:
  GPUKernels(CudaDriver &driver, CudaModule module)
      : driver(&driver), module(std::move(module)) {}
  Status loadConstants(const LaunchPlan &plan);

  CudaDriver *driver;
  CudaModule module;
  std::vector<CudaFunction> functions; ///< One for each launch.
  std::vector<CudaBuffer> constants;
};

} // namespace seednorm::runtime

#endif // SEEDNORM_RUNTIME_GPUKERNELS_H

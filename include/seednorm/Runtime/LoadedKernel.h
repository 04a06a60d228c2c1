//===- LoadedKernel.h - A packaged kernel, ready to be called ---*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Chooses the code for the device at hand, loads it, and calls it.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_RUNTIME_LOADEDKERNEL_H
#define SEEDNORM_RUNTIME_LOADEDKERNEL_H

#include "seednorm/Runtime/GPUKernels.h"
#include "seednorm/Runtime/Package.h"

namespace seednorm::runtime {

enum class Device {
  CPU,
  CUDA, ///< The device of the current context, or else the first one.
};

/// The kernel of `package` for `entry` that suits a processor best; the error
/// says what it lacks.
Result<const PackagedKernel *> chooseForCPU(const Package &package,
                                            std::string_view entry);

/// The same for a device of compute capability `chip`, as "sm_90", of which a
/// block has `sharedBytes` of shared memory. Machine code for the chip comes
/// first, then that for an earlier one of its generation, then PTX.
Result<const PackagedKernel *> chooseForGPU(const Package &package,
                                            std::string_view entry,
                                            std::string_view chip,
                                            int64_t sharedBytes);

/// Whether a GPU of this chip takes the machine code of a kernel, rather than
/// the PTX.
bool takesCubin(const GPUCode &code, std::string_view chip);

/// A kernel of a package on a device. Calls may run in several threads at once.
class LoadedKernel {
public:
  /// Copies of `package` all it needs.
  static Result<LoadedKernel> load(const Package &package,
                                   std::string_view entry, Device device);

  const PackagedKernel &getKernel() const { return kernel; }

  /// Runs on checked arguments and results. On a GPU data are device pointers,
  /// and the call returns once the work is enqueued on `stream`.
  Status run(Span<TensorView> arguments, Span<TensorView> results,
             CudaStream stream = nullptr) const;

private:
  LoadedKernel() = default;
  Status loadCPU();
  Status loadGPU(CudaDriver &driver, std::string_view chip);

  PackagedKernel kernel; ///< Without the bytes of its code.
  std::optional<LoadedImage> image;
  PackedFunction function = nullptr;
  std::optional<GPUKernels> gpu;
};

} // namespace seednorm::runtime

#endif // SEEDNORM_RUNTIME_LOADEDKERNEL_H

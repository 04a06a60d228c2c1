//===- CudaDriver.h - The CUDA driver, opened at run time -------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A program that links this library starts on a machine without a GPU: the
// driver is looked for when it is first needed, and its absence is an error
// like any other. The few types of cuda.h that we need are declared here.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_RUNTIME_CUDADRIVER_H
#define SEEDNORM_RUNTIME_CUDADRIVER_H

#include "seednorm/Runtime/Result.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace seednorm::runtime {

/// Types of the driver's interface, all opaque to us.
using CudaDevicePointer = unsigned long long;
using CudaContext = struct CUctx_st *;
using CudaStream = struct CUstream_st *; ///< Null is the default stream.
using CudaFunction = struct CUfunc_st *;
using CudaModuleHandle = struct CUmod_st *;

/// Numbers of the driver's CUdevice_attribute.
enum class CudaAttribute : int {
  MaxSharedBytesPerBlock = 97, ///< With cuFuncSetAttribute's opt-in.
  NumMultiprocessors = 16,
  ComputeCapabilityMajor = 75,
  ComputeCapabilityMinor = 76,
};

/// The driver of this process. All members may be called from any thread.
class CudaDriver {
public:
  /// The driver with at least one device, or why there is none. Opened at the
  /// first call and never closed.
  static Result<CudaDriver *> get();

  /// Opens the driver from a library of another name; for tests.
  static Result<std::unique_ptr<CudaDriver>> open(const std::string &library);
  ~CudaDriver();

  int getNumDevices() const;
  Result<int> getAttribute(CudaAttribute attribute, int device = 0) const;
  /// "sm_90" for a device of compute capability 9.0.
  Result<std::string> getChip(int device = 0) const;

  /// Makes sure that the calling thread has a context: its current one, which a
  /// framework may have set, or else the primary one of `device`.
  Status ensureContext(int device = 0);

  /// The device of the calling thread's context, which it must have.
  Result<int> getCurrentDevice() const;

  /// Waits for a stream.
  Status synchronize(CudaStream stream);
  /// Waits for everything in the current context.
  Status synchronize();

  /// The function table, for CudaModule and CudaBuffer.
  struct Functions;
  const Functions &getFunctions() const { return *functions; }

private:
  CudaDriver();
  Status initialize(const std::string &library);

  std::unique_ptr<Functions> functions;
  int numDevices = 0;
};

/// How a kernel is launched.
struct CudaLaunch {
  std::array<unsigned, 3> grid = {1, 1, 1};
  std::array<unsigned, 3> block = {1, 1, 1};
  unsigned sharedBytes = 0; ///< Dynamic shared memory.
  unsigned cluster = 1;     ///< Blocks of a cluster, as the kernel has it.
  /// Lets the kernel start before the one ahead of it in the stream has ended,
  /// which it waits for itself.
  bool dependent = false;
  CudaStream stream = nullptr;
};

/// Code on a device. Unloaded when destroyed; its kernels must have finished.
class CudaModule {
public:
  /// Loads a cubin, a fat binary or PTX text into the current context.
  static Result<CudaModule> load(CudaDriver &driver, std::string_view image);
  CudaModule(CudaModule &&other) noexcept;
  CudaModule &operator=(CudaModule &&other) noexcept;
  ~CudaModule();

  /// The kernel of this name; lives as long as the module.
  Result<CudaFunction> getFunction(const std::string &name) const;

  /// Enqueues a kernel. `arguments[i]` points to the value of parameter i; the
  /// values are copied before this returns.
  Status launch(CudaFunction function, const CudaLaunch &launch,
                void **arguments) const;

private:
  CudaModule(CudaDriver &driver, CudaModuleHandle handle)
      : driver(&driver), handle(handle) {}

  CudaDriver *driver;
  CudaModuleHandle handle;
};

/// Memory on a device. Freed when destroyed.
class CudaBuffer {
public:
  /// Allocates in the current context.
  static Result<CudaBuffer> allocate(CudaDriver &driver, size_t bytes);
  /// Allocates and, when destroyed, frees in the order of a stream.
  static Result<CudaBuffer> allocate(CudaDriver &driver, size_t bytes,
                                     CudaStream stream);
  CudaBuffer(CudaBuffer &&other) noexcept;
  CudaBuffer &operator=(CudaBuffer &&other) noexcept;
  ~CudaBuffer();

  CudaDevicePointer getPointer() const { return pointer; }
  size_t getSize() const { return size; }

  /// Copies the first `bytes` bytes and waits for it.
  Status copyFromHost(const void *source, size_t bytes);
  Status copyToHost(void *target, size_t bytes) const;
  /// Enqueue the copy; the host memory must live until the stream gets there.
  Status copyFromHost(const void *source, size_t bytes, CudaStream stream);
  Status copyToHost(void *target, size_t bytes, CudaStream stream) const;

private:
  CudaBuffer(CudaDriver &driver, CudaDevicePointer pointer, size_t size)
      : driver(&driver), pointer(pointer), size(size) {}
  Status checkSize(size_t bytes) const;

  CudaDriver *driver;
  CudaDevicePointer pointer;
  size_t size;
  bool isOrdered = false; ///< Whether it is freed in the order of `stream`.
  CudaStream stream = nullptr;
};

} // namespace seednorm::runtime

#endif // SEEDNORM_RUNTIME_CUDADRIVER_H

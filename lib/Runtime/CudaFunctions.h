//===- CudaFunctions.h - The functions of the CUDA driver we call *- C++
//-*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Declared by hand, so that neither cuda.h nor libcuda is needed to build.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_RUNTIME_CUDAFUNCTIONS_H
#define SEEDNORM_LIB_RUNTIME_CUDAFUNCTIONS_H

#include "seednorm/Runtime/CudaDriver.h"

namespace seednorm::runtime {

using CudaStatus = int;
using CudaDevice = int;

constexpr CudaStatus cudaSuccess = 0;

/// The driver's CUlaunchAttribute: a number of what it is, and 64 bytes of a
/// value of which a flag takes the first int.
struct CudaLaunchAttribute {
  int id = 0;
  int padding = 0;
  int value[16] = {};
};
static_assert(sizeof(CudaLaunchAttribute) == 72, "as in cuda.h");

/// The driver's CUlaunchConfig.
struct CudaLaunchConfig {
  unsigned grid[3], block[3];
  unsigned sharedBytes;
  CudaStream stream;
  CudaLaunchAttribute *attributes;
  unsigned numAttributes;
};

// X(name here, symbol in the library, parameters...). The suffix _v2 marks
// functions whose sizes became 64 bits wide; the old ones keep the plain name.
#define SEEDNORM_CUDA_FUNCTIONS(X)                                             \
  X(init, "cuInit", unsigned)                                                  \
  X(getErrorName, "cuGetErrorName", CudaStatus, const char **)                 \
  X(getErrorString, "cuGetErrorString", CudaStatus, const char **)             \
  X(deviceGet, "cuDeviceGet", CudaDevice *, int)                               \
  X(deviceGetCount, "cuDeviceGetCount", int *)                                 \
  X(deviceGetAttribute, "cuDeviceGetAttribute", int *, int, CudaDevice)        \
  X(primaryContextRetain, "cuDevicePrimaryCtxRetain", CudaContext *,           \
    CudaDevice)                                                                \
  X(contextSetCurrent, "cuCtxSetCurrent", CudaContext)                         \
  X(contextGetCurrent, "cuCtxGetCurrent", CudaContext *)                       \
  X(contextGetDevice, "cuCtxGetDevice", CudaDevice *)                          \
  X(contextSynchronize, "cuCtxSynchronize", )                                  \
  X(streamSynchronize, "cuStreamSynchronize", CudaStream)                      \
  X(moduleLoadData, "cuModuleLoadDataEx", CudaModuleHandle *, const void *,    \
    unsigned, int *, void **)                                                  \
  X(moduleUnload, "cuModuleUnload", CudaModuleHandle)                          \
  X(moduleGetFunction, "cuModuleGetFunction", CudaFunction *,                  \
    CudaModuleHandle, const char *)                                            \
  X(functionSetAttribute, "cuFuncSetAttribute", CudaFunction, int, int)        \
  X(launchKernel, "cuLaunchKernel", CudaFunction, unsigned, unsigned,          \
    unsigned, unsigned, unsigned, unsigned, unsigned, CudaStream, void **,     \
    void **)                                                                   \
  X(launchKernelExtended, "cuLaunchKernelEx", const CudaLaunchConfig *,        \
    CudaFunction, void **, void **)                                            \
  X(allocate, "cuMemAlloc_v2", CudaDevicePointer *, size_t)                    \
  X(free, "cuMemFree_v2", CudaDevicePointer)                                   \
  X(allocateAsync, "cuMemAllocAsync", CudaDevicePointer *, size_t, CudaStream) \
  X(freeAsync, "cuMemFreeAsync", CudaDevicePointer, CudaStream)                \
  X(copyToDevice, "cuMemcpyHtoD_v2", CudaDevicePointer, const void *, size_t)  \
  X(copyToHost, "cuMemcpyDtoH_v2", void *, CudaDevicePointer, size_t)          \
  X(copyToDeviceAsync, "cuMemcpyHtoDAsync_v2", CudaDevicePointer,              \
    const void *, size_t, CudaStream)                                          \
  X(copyToHostAsync, "cuMemcpyDtoHAsync_v2", void *, CudaDevicePointer,        \
    size_t, CudaStream)

struct CudaDriver::Functions {
#define SEEDNORM_DECLARE(name, symbol, ...)                                    \
  CudaStatus (*name)(__VA_ARGS__) = nullptr;
  SEEDNORM_CUDA_FUNCTIONS(SEEDNORM_DECLARE)
#undef SEEDNORM_DECLARE

  /// Turns what `call` returned into a status; `detail` adds what else is
  /// known, such as the assembler's words.
  Status check(CudaStatus status, const char *call,
               const std::string &detail = "") const;
};

} // namespace seednorm::runtime

#endif // SEEDNORM_LIB_RUNTIME_CUDAFUNCTIONS_H

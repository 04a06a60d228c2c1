//===- CudaDriver.cpp - The CUDA driver, opened at run time ---------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CudaFunctions.h"

#include <dlfcn.h>

using namespace seednorm::runtime;

Status CudaDriver::Functions::check(CudaStatus status, const char *call,
                                    const std::string &detail) const {
  if (status == cudaSuccess)
    return Success{};
  const char *name = nullptr, *words = nullptr;
  std::string message = std::string(call) + " failed with ";
  if (getErrorName(status, &name) == cudaSuccess && name)
    message += name;
  else
    message += "error " + std::to_string(status);
  if (!detail.empty())
    message += ": " + detail;
  else if (getErrorString(status, &words) == cudaSuccess && words)
    message += std::string(": ") + words;
  return Failure{std::move(message)};
}

CudaDriver::CudaDriver() : functions(std::make_unique<Functions>()) {}
CudaDriver::~CudaDriver() = default;

Status CudaDriver::initialize(const std::string &library) {
  // Never closed: the driver keeps threads and handlers of its own.
  void *handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle)
    return Failure{"expects an NVIDIA driver on this machine, but " +
                   std::string(dlerror())};
#define SEEDNORM_LOAD(name, symbol, ...)                                       \
  functions->name =                                                            \
      reinterpret_cast<decltype(functions->name)>(dlsym(handle, symbol));      \
  if (!functions->name)                                                        \
    return Failure{"expects '" + library +                                     \
                   "' to have " symbol ", but it doesn't; "                    \
                   "is the driver too old?"};
  SEEDNORM_CUDA_FUNCTIONS(SEEDNORM_LOAD)
#undef SEEDNORM_LOAD
  if (Status status = functions->check(functions->init(0), "cuInit"); !status)
    return status;
  Status status = functions->check(functions->deviceGetCount(&numDevices),
                                   "cuDeviceGetCount");
  if (status && numDevices == 0)
    return Failure{"expects a CUDA device, but the driver finds none"};
  return status;
}

Result<std::unique_ptr<CudaDriver>>
CudaDriver::open(const std::string &library) {
  std::unique_ptr<CudaDriver> driver(new CudaDriver);
  if (Status status = driver->initialize(library); !status)
    return status.failure();
  return Result<std::unique_ptr<CudaDriver>>(std::move(driver));
}

Result<CudaDriver *> CudaDriver::get() {
  // Leaked on purpose: buffers and modules of other static objects may outlive
  // anything that is destroyed at exit.
  static auto *opened =
      new Result<std::unique_ptr<CudaDriver>>(open("libcuda.so.1"));
  if (!*opened)
    return opened->failure();
  return (*opened)->get();
}

int CudaDriver::getNumDevices() const { return numDevices; }

Result<int> CudaDriver::getAttribute(CudaAttribute attribute,
                                     int device) const {
  CudaDevice handle = 0;
  Status status =
      functions->check(functions->deviceGet(&handle, device), "cuDeviceGet");
  if (!status)
    return status.failure();
  int value = 0;
  status = functions->check(functions->deviceGetAttribute(
                                &value, static_cast<int>(attribute), handle),
                            "cuDeviceGetAttribute");
  if (!status)
    return status.failure();
  return value;
}

Result<std::string> CudaDriver::getChip(int device) const {
  auto major = getAttribute(CudaAttribute::ComputeCapabilityMajor, device);
  if (!major)
    return major.failure();
  auto minor = getAttribute(CudaAttribute::ComputeCapabilityMinor, device);
  if (!minor)
    return minor.failure();
  return "sm_" + std::to_string(*major) + std::to_string(*minor);
}

Status CudaDriver::ensureContext(int device) {
  CudaContext context = nullptr;
  Status status = functions->check(functions->contextGetCurrent(&context),
                                   "cuCtxGetCurrent");
  if (!status || context)
    return status;
  CudaDevice handle = 0;
  status =
      functions->check(functions->deviceGet(&handle, device), "cuDeviceGet");
  if (!status)
    return status;
  // Never released: the context is the one that frameworks share.
  status = functions->check(functions->primaryContextRetain(&context, handle),
                            "cuDevicePrimaryCtxRetain");
  if (!status)
    return status;
  return functions->check(functions->contextSetCurrent(context),
                          "cuCtxSetCurrent");
}

Result<int> CudaDriver::getCurrentDevice() const {
  CudaDevice device = 0;
  Status status =
      functions->check(functions->contextGetDevice(&device), "cuCtxGetDevice");
  if (!status)
    return status.failure();
  return device;
}

Status CudaDriver::synchronize(CudaStream stream) {
  return functions->check(functions->streamSynchronize(stream),
                          "cuStreamSynchronize");
}

Status CudaDriver::synchronize() {
  return functions->check(functions->contextSynchronize(), "cuCtxSynchronize");
}

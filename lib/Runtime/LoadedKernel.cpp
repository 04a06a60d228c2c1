//===- LoadedKernel.cpp - A packaged kernel, ready to be called -----------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a caller gets is checked before, as the compiler's own calls are.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Runtime/LoadedKernel.h"

using namespace seednorm::runtime;

Status LoadedKernel::loadCPU() {
  Result<LoadedImage> loaded = LoadedImage::load(kernel.cpu->image);
  if (!loaded)
    return loaded.failure();
  image = std::move(*loaded);
  Result<void *> found = image->lookup(kernel.cpu->function);
  if (!found)
    return found.failure();
  function = reinterpret_cast<PackedFunction>(*found);
  kernel.cpu->image = {};
  return Success{};
}

Status LoadedKernel::loadGPU(CudaDriver &driver, std::string_view chip) {
  GPUCode &code = *kernel.gpu;
  Result<GPUKernels> loaded = GPUKernels::load(
      driver, takesCubin(code, chip) ? code.cubin : code.ptx, code.plan);
  if (!loaded)
    return loaded.failure();
  gpu = std::move(*loaded);
  code.cubin.clear();
  code.ptx.clear();
  return Success{};
}

/// The driver, and what of the current device decides.
static Result<const PackagedKernel *> chooseForDevice(const Package &package,
                                                      std::string_view entry,
                                                      CudaDriver &driver,
                                                      std::string &chip) {
  Result<int> device = driver.getCurrentDevice();
  if (!device)
    return device.failure();
  Result<std::string> name = driver.getChip(*device);
  if (!name)
    return name.failure();
  Result<int> sharedBytes =
      driver.getAttribute(CudaAttribute::MaxSharedBytesPerBlock, *device);
  if (!sharedBytes)
    return sharedBytes.failure();
  chip = *name;
  return chooseForGPU(package, entry, chip, *sharedBytes);
}

Result<LoadedKernel> LoadedKernel::load(const Package &package,
                                        std::string_view entry, Device device) {
  LoadedKernel loaded;
  if (device == Device::CPU) {
    Result<const PackagedKernel *> chosen = chooseForCPU(package, entry);
    if (!chosen)
      return chosen.failure();
    loaded.kernel = **chosen;
    if (Status status = loaded.loadCPU(); !status)
      return status.failure();
    return loaded;
  }
  Result<CudaDriver *> driver = CudaDriver::get();
  if (!driver)
    return driver.failure();
  if (Status status = (*driver)->ensureContext(); !status)
    return status.failure();
  std::string chip;
  Result<const PackagedKernel *> chosen =
      chooseForDevice(package, entry, **driver, chip);
  if (!chosen)
    return chosen.failure();
  loaded.kernel = **chosen;
  if (Status status = loaded.loadGPU(**driver, chip); !status)
    return status.failure();
  return loaded;
}

Status LoadedKernel::run(Span<TensorView> arguments, Span<TensorView> results,
                         CudaStream stream) const {
  std::vector<TensorView> buffers(arguments.begin(), arguments.end());
  buffers.insert(buffers.end(), results.begin(), results.end());
  if (function) {
    callOnMemRefs(function, buffers);
    return Success{};
  }
  Result<std::vector<int64_t>> sizes = evaluatePlan(kernel.gpu->plan, buffers);
  if (!sizes)
    return sizes.failure();
  return gpu->run(kernel.gpu->plan, *sizes, buffers, stream);
}

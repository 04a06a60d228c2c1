//===- GPUDevice.cpp - Launches through the CUDA driver -------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The driver is opened at the first run; the machine code is the cubin where
// there is an assembler, else the driver compiles the PTX.
//
//===----------------------------------------------------------------------===//

#include "GPUBackend.h"

#include "seednorm/Runtime/CudaDriver.h"
#include "seednorm/Runtime/Package.h"

#include "llvm/ADT/StringExtras.h"

using namespace seednorm;
namespace cuda = seednorm::runtime;

GPUBackend::GPUBackend(BackendInput input,
                       const NVPTXArchitecture &architecture,
                       std::vector<KernelReport> programs)
    : input(std::move(input)), architecture(architecture),
      programs(std::move(programs)) {}

GPUBackend::~GPUBackend() = default;

static llvm::Error toError(const std::string &message) {
  return llvm::createStringError(message);
}

/// Machine code if there is an assembler; else PTX, which the driver compiles.
llvm::Expected<std::string> GPUBackend::getImage() const {
  llvm::Expected<std::string> tool = findCUDATool("ptxas", input.options.ptxas);
  if (!tool) {
    llvm::consumeError(tool.takeError());
    return getPTX();
  }
  llvm::Expected<Cubin> binary = getCubin();
  if (!binary)
    return binary.takeError();
  return binary->bytes;
}

/// Later chips cannot take the PTX of an architecture with a letter.
llvm::Error GPUBackend::addCode(runtime::PackagedKernel &kernel) const {
  llvm::Expected<Cubin> binary = getCubin();
  if (!binary)
    return binary.takeError();
  llvm::Expected<std::string> text = getPTX();
  if (!text)
    return text.takeError();
  bool isGeneric = llvm::isDigit(architecture.chip.back());
  kernel.gpu = runtime::GPUCode{architecture.chip.str(), binary->bytes,
                                isGeneric ? *text : "", plan};
  return llvm::Error::success();
}

llvm::Error GPUBackend::runOnDevice(llvm::ArrayRef<TensorView> buffers,
                                    llvm::ArrayRef<int64_t> sizes,
                                    const RunOptions &options) const {
  auto driver = cuda::CudaDriver::get();
  if (!driver)
    return toError(driver.message());
  if (cuda::Status status = (*driver)->ensureContext(); !status)
    return toError(status.message());
  llvm::Expected<std::string> image = getImage();
  if (!image)
    return image.takeError();
  std::lock_guard<std::mutex> lock(mutex);
  if (!device) {
    auto kernels = cuda::GPUKernels::load(**driver, *image, plan);
    if (!kernels)
      return toError(kernels.message());
    device = std::move(*kernels);
  }
  cuda::Status status =
      device->run(plan, sizes.vec(), cuda::Span(buffers.data(), buffers.size()),
                  static_cast<cuda::CudaStream>(options.stream));
  return status ? llvm::Error::success() : toError(status.message());
}

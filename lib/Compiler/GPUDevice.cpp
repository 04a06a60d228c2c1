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

using namespace seednorm;
namespace cuda = seednorm::runtime;

/// The kernels as they are loaded on the device.
struct GPUBackend::Device {
  cuda::CudaDriver *driver;
  cuda::CudaModule module;
  std::vector<cuda::CudaFunction> kernels; ///< One for each launch.
  std::vector<cuda::CudaBuffer> constants;
};

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

llvm::Error GPUBackend::loadConstants() const {
  for (const ConstantBuffer &constant : plan.constants) {
    size_t bytes = constant.bytes.size();
    auto memory =
        cuda::CudaBuffer::allocate(*device->driver, std::max<size_t>(bytes, 1));
    if (!memory)
      return toError(memory.message());
    if (cuda::Status status =
            memory->copyFromHost(constant.bytes.data(), bytes);
        !status)
      return toError(status.message());
    device->constants.push_back(std::move(*memory));
  }
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
    auto module = cuda::CudaModule::load(**driver, *image);
    if (!module)
      return toError(module.message());
    device.reset(new Device{*driver, std::move(*module), {}, {}});
    for (const KernelLaunch &launch : plan.launches) {
      auto kernel = device->module.getFunction(launch.kernel);
      if (!kernel)
        return toError(kernel.message());
      device->kernels.push_back(*kernel);
    }
    if (llvm::Error error = loadConstants()) {
      device.reset();
      return error;
    }
  }
  std::vector<cuda::CudaBuffer> temporaries;
  std::vector<void *> pointers;
  for (const TensorView &buffer : buffers)
    pointers.push_back(buffer.data);
  for (const Temporary &temporary : plan.temporaries) {
    auto memory = cuda::CudaBuffer::allocate(
        **driver, std::max<int64_t>(sizes[temporary.bytes], 1));
    if (!memory)
      return toError(memory.message());
    pointers.push_back(reinterpret_cast<void *>(memory->getPointer()));
    temporaries.push_back(std::move(*memory));
  }
  for (const cuda::CudaBuffer &constant : device->constants)
    pointers.push_back(reinterpret_cast<void *>(constant.getPointer()));
  for (auto [step, kernel] : llvm::zip_equal(plan.launches, device->kernels)) {
    std::vector<void *> arguments;
    for (int64_t buffer : step.buffers)
      arguments.push_back(&pointers[buffer]);
    for (int64_t number : step.numbers)
      arguments.push_back(const_cast<int64_t *>(&sizes[number]));
    cuda::CudaLaunch launch;
    launch.grid[0] = sizes[step.blocks];
    launch.block[0] = sizes[step.threads];
    launch.sharedBytes = step.dynamicSharedBytes;
    launch.cluster = step.cluster;
    launch.dependent = step.dependent;
    launch.stream = static_cast<cuda::CudaStream>(options.stream);
    if (cuda::Status status =
            device->module.launch(kernel, launch, arguments.data());
        !status)
      return toError(status.message());
  }
  // Temporaries are freed on return, so the kernels must be done with them.
  if (!temporaries.empty())
    if (cuda::Status status = (*driver)->synchronize(
            static_cast<cuda::CudaStream>(options.stream));
        !status)
      return toError(status.message());
  return llvm::Error::success();
}

//===- GPUKernels.cpp - A launch plan with its code on a device -----------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Kernels take the addresses of buffers, then numbers of 64 bits.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Runtime/GPUKernels.h"

#include <algorithm>

using namespace seednorm::runtime;

Status GPUKernels::loadConstants(const LaunchPlan &plan) {
  for (const ConstantBuffer &constant : plan.constants) {
    size_t bytes = constant.bytes.size();
    Result<CudaBuffer> memory =
        CudaBuffer::allocate(*driver, std::max<size_t>(bytes, 1));
    if (!memory)
      return memory.failure();
    if (Status status = memory->copyFromHost(constant.bytes.data(), bytes);
        !status)
      return status;
    constants.push_back(std::move(*memory));
  }
  return Success{};
}

Result<GPUKernels> GPUKernels::load(CudaDriver &driver, std::string_view image,
                                    const LaunchPlan &plan) {
  Result<CudaModule> module = CudaModule::load(driver, image);
  if (!module)
    return module.failure();
  GPUKernels kernels(driver, std::move(*module));
  for (const KernelLaunch &launch : plan.launches) {
    Result<CudaFunction> function = kernels.module.getFunction(launch.kernel);
    if (!function)
      return function.failure();
    kernels.functions.push_back(*function);
  }
  if (Status status = kernels.loadConstants(plan); !status)
    return status.failure();
  return kernels;
}

Status GPUKernels::run(const LaunchPlan &plan,
                       const std::vector<int64_t> &sizes,
                       Span<TensorView> buffers, CudaStream stream) const {
  std::vector<CudaBuffer> temporaries;
  std::vector<void *> pointers;
  for (const TensorView &buffer : buffers)
    pointers.push_back(buffer.data);
  for (const Temporary &temporary : plan.temporaries) {
    Result<CudaBuffer> memory = CudaBuffer::allocate(
        *driver, std::max<int64_t>(sizes[temporary.bytes], 1), stream);
    if (!memory)
      return memory.failure();
    pointers.push_back(reinterpret_cast<void *>(memory->getPointer()));
    temporaries.push_back(std::move(*memory));
  }
  for (const CudaBuffer &constant : constants)
    pointers.push_back(reinterpret_cast<void *>(constant.getPointer()));
  for (size_t index = 0; index < plan.launches.size(); ++index) {
    const KernelLaunch &step = plan.launches[index];
    std::vector<void *> arguments;
    for (int64_t buffer : step.buffers)
      arguments.push_back(&pointers[buffer]);
    for (int64_t number : step.numbers)
      arguments.push_back(const_cast<int64_t *>(&sizes[number]));
    CudaLaunch launch;
    launch.grid[0] = sizes[step.blocks];
    launch.block[0] = sizes[step.threads];
    launch.sharedBytes = step.dynamicSharedBytes;
    launch.cluster = step.cluster;
    launch.dependent = step.dependent;
    launch.stream = stream;
    // The driver takes no empty grid.
    if (launch.grid[0] == 0)
      continue;
    if (Status status =
            module.launch(functions[index], launch, arguments.data());
        !status)
      return status;
  }
  return Success{};
}

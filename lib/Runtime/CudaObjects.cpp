//===- CudaObjects.cpp - Modules and buffers on a CUDA device -------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CudaFunctions.h"

using namespace seednorm::runtime;

// Numbers of the driver's CUjit_option and CUfunction_attribute.
static constexpr int jitErrorLogBuffer = 5;
static constexpr int jitErrorLogBufferSize = 6;
static constexpr int maxDynamicSharedBytes = 8;
static constexpr int nonPortableClusterSizeAllowed = 14;
// Of its CUlaunchAttributeID.
static constexpr int programmaticStreamSerialization = 6;

// Dynamic shared memory beyond this must be asked for, on every architecture.
static constexpr unsigned defaultSharedBytes = 48 * 1024;

// Clusters of more blocks must be allowed, where the chip has them.
static constexpr unsigned portableCluster = 8;

//===----------------------------------------------------------------------===//
// CudaModule
//===----------------------------------------------------------------------===//

Result<CudaModule> CudaModule::load(CudaDriver &driver,
                                    std::string_view image) {
  // The driver reads PTX up to a zero byte, which a view need not have.
  std::string terminated(image);
  char log[4096] = "";
  int options[] = {jitErrorLogBuffer, jitErrorLogBufferSize};
  void *values[] = {log, reinterpret_cast<void *>(sizeof(log))};
  CudaModuleHandle handle = nullptr;
  const auto &functions = driver.getFunctions();
  CudaStatus code =
      functions.moduleLoadData(&handle, terminated.c_str(), 2, options, values);
  log[sizeof(log) - 1] = '\0';
  std::string words(log);
  while (!words.empty() && (words.back() == '\n' || words.back() == ' '))
    words.pop_back();
  Status status = functions.check(code, "cuModuleLoadDataEx", words);
  if (!status)
    return status.failure();
  return CudaModule(driver, handle);
}

CudaModule::CudaModule(CudaModule &&other) noexcept
    : driver(other.driver), handle(std::exchange(other.handle, nullptr)) {}

CudaModule &CudaModule::operator=(CudaModule &&other) noexcept {
  std::swap(driver, other.driver);
  std::swap(handle, other.handle);
  return *this;
}

CudaModule::~CudaModule() {
  // Fails harmlessly when the process ends and the driver went first.
  if (handle)
    driver->getFunctions().moduleUnload(handle);
}

Result<CudaFunction> CudaModule::getFunction(const std::string &name) const {
  CudaFunction function = nullptr;
  const auto &functions = driver->getFunctions();
  Status status = functions.check(
      functions.moduleGetFunction(&function, handle, name.c_str()),
      "cuModuleGetFunction", "the module must hold the kernel '" + name + "'");
  if (!status)
    return status.failure();
  return function;
}

/// Asks for what a kernel does not have by default.
static Status prepare(const CudaDriver::Functions &functions,
                      CudaFunction function, const CudaLaunch &launch) {
  if (launch.sharedBytes > defaultSharedBytes) {
    CudaStatus code = functions.functionSetAttribute(
        function, maxDynamicSharedBytes, static_cast<int>(launch.sharedBytes));
    Status status = functions.check(code, "cuFuncSetAttribute",
                                    "the kernel needs " +
                                        std::to_string(launch.sharedBytes) +
                                        " bytes of shared memory");
    if (!status)
      return status;
  }
  if (launch.cluster <= portableCluster)
    return Success{};
  CudaStatus code = functions.functionSetAttribute(
      function, nonPortableClusterSizeAllowed, 1);
  return functions.check(code, "cuFuncSetAttribute",
                         "the kernel needs clusters of " +
                             std::to_string(launch.cluster) + " blocks");
}

// The size of a cluster is part of the kernel.
Status CudaModule::launch(CudaFunction function, const CudaLaunch &launch,
                          void **arguments) const {
  const auto &functions = driver->getFunctions();
  if (Status status = prepare(functions, function, launch); !status)
    return status;
  if (!launch.dependent) {
    CudaStatus code = functions.launchKernel(
        function, launch.grid[0], launch.grid[1], launch.grid[2],
        launch.block[0], launch.block[1], launch.block[2], launch.sharedBytes,
        launch.stream, arguments, nullptr);
    return functions.check(code, "cuLaunchKernel");
  }
  CudaLaunchAttribute attribute;
  attribute.id = programmaticStreamSerialization;
  attribute.value[0] = 1;
  CudaLaunchConfig config = {
      {launch.grid[0], launch.grid[1], launch.grid[2]},
      {launch.block[0], launch.block[1], launch.block[2]},
      launch.sharedBytes,
      launch.stream,
      &attribute,
      1};
  CudaStatus code =
      functions.launchKernelExtended(&config, function, arguments, nullptr);
  return functions.check(code, "cuLaunchKernelEx");
}

//===----------------------------------------------------------------------===//
// CudaBuffer
//===----------------------------------------------------------------------===//

Result<CudaBuffer> CudaBuffer::allocate(CudaDriver &driver, size_t bytes) {
  // The driver refuses to allocate nothing.
  if (bytes == 0)
    return CudaBuffer(driver, 0, 0);
  CudaDevicePointer pointer = 0;
  const auto &functions = driver.getFunctions();
  CudaStatus code = functions.allocate(&pointer, bytes);
  Status status = functions.check(
      code, "cuMemAlloc", "asked for " + std::to_string(bytes) + " bytes");
  if (!status)
    return status.failure();
  return CudaBuffer(driver, pointer, bytes);
}

Result<CudaBuffer> CudaBuffer::allocate(CudaDriver &driver, size_t bytes,
                                        CudaStream stream) {
  CudaDevicePointer pointer = 0;
  const auto &functions = driver.getFunctions();
  CudaStatus code = functions.allocateAsync(&pointer, bytes, stream);
  Status status = functions.check(
      code, "cuMemAllocAsync", "asked for " + std::to_string(bytes) + " bytes");
  if (!status)
    return status.failure();
  CudaBuffer buffer(driver, pointer, bytes);
  buffer.isOrdered = true;
  buffer.stream = stream;
  return buffer;
}

CudaBuffer::CudaBuffer(CudaBuffer &&other) noexcept
    : driver(other.driver), pointer(std::exchange(other.pointer, 0)),
      size(std::exchange(other.size, 0)), isOrdered(other.isOrdered),
      stream(other.stream) {}

CudaBuffer &CudaBuffer::operator=(CudaBuffer &&other) noexcept {
  std::swap(driver, other.driver);
  std::swap(pointer, other.pointer);
  std::swap(size, other.size);
  std::swap(isOrdered, other.isOrdered);
  std::swap(stream, other.stream);
  return *this;
}

CudaBuffer::~CudaBuffer() {
  if (pointer && isOrdered)
    driver->getFunctions().freeAsync(pointer, stream);
  else if (pointer)
    driver->getFunctions().free(pointer);
}

Status CudaBuffer::checkSize(size_t bytes) const {
  if (bytes <= size)
    return Success{};
  return Failure{"expects a copy of at most " + std::to_string(size) +
                 " bytes, the size of the device buffer, but got " +
                 std::to_string(bytes)};
}

Status CudaBuffer::copyFromHost(const void *source, size_t bytes) {
  Status status = checkSize(bytes);
  if (!status || bytes == 0)
    return status;
  const auto &functions = driver->getFunctions();
  return functions.check(functions.copyToDevice(pointer, source, bytes),
                         "cuMemcpyHtoD");
}

Status CudaBuffer::copyToHost(void *target, size_t bytes) const {
  Status status = checkSize(bytes);
  if (!status || bytes == 0)
    return status;
  const auto &functions = driver->getFunctions();
  return functions.check(functions.copyToHost(target, pointer, bytes),
                         "cuMemcpyDtoH");
}

Status CudaBuffer::copyFromHost(const void *source, size_t bytes,
                                CudaStream stream) {
  Status status = checkSize(bytes);
  if (!status || bytes == 0)
    return status;
  const auto &functions = driver->getFunctions();
  return functions.check(
      functions.copyToDeviceAsync(pointer, source, bytes, stream),
      "cuMemcpyHtoDAsync");
}

Status CudaBuffer::copyToHost(void *target, size_t bytes,
                              CudaStream stream) const {
  Status status = checkSize(bytes);
  if (!status || bytes == 0)
    return status;
  const auto &functions = driver->getFunctions();
  return functions.check(
      functions.copyToHostAsync(target, pointer, bytes, stream),
      "cuMemcpyDtoHAsync");
}

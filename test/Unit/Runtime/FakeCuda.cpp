//===- FakeCuda.cpp - A CUDA driver without a device ----------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Device memory is host memory, a module is its text, and a launch copies one
// byte from its first buffer to its second. Whatever the text or the size says
// makes a call fail as the real driver would. With FAKE_CUDA_LOG, the path of a
// file, any module has any kernel, and launches are written there instead.
//
//===----------------------------------------------------------------------===//

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

constexpr int invalidValue = 1, outOfMemory = 2, noDevice = 100,
              invalidDevice = 101, invalidContext = 201, noBinary = 209,
              notFound = 500;

struct FakeModule {
  std::string text;
};

// What an image of a real module starts with, for the log.
std::string kind;

int context;
bool hasContext = false;
unsigned maxShared = 48 * 1024;
static bool allowsLargeClusters = false;

} // namespace

extern "C" {

int cuInit(unsigned) { return getenv("FAKE_CUDA_EMPTY") ? noDevice : 0; }

int cuGetErrorName(int code, const char **name) {
  switch (code) {
  case invalidValue:
    *name = "CUDA_ERROR_INVALID_VALUE";
    return 0;
  case outOfMemory:
    *name = "CUDA_ERROR_OUT_OF_MEMORY";
    return 0;
  case noDevice:
    *name = "CUDA_ERROR_NO_DEVICE";
    return 0;
  case invalidDevice:
    *name = "CUDA_ERROR_INVALID_DEVICE";
    return 0;
  case noBinary:
    *name = "CUDA_ERROR_NO_BINARY_FOR_GPU";
    return 0;
  case notFound:
    *name = "CUDA_ERROR_NOT_FOUND";
    return 0;
  }
  return invalidValue;
}

int cuGetErrorString(int code, const char **words) {
  *words = code == noDevice ? "no CUDA-capable device is detected" : nullptr;
  return *words ? 0 : invalidValue;
}

int cuDeviceGetCount(int *count) {
  *count = 1;
  return 0;
}

int cuDeviceGet(int *device, int ordinal) {
  *device = 0;
  return ordinal == 0 ? 0 : invalidDevice;
}

int cuDeviceGetAttribute(int *value, int attribute, int) {
  // FAKE_CUDA_CHIP is compute capability times ten.
  const char *chip = getenv("FAKE_CUDA_CHIP");
  int number = chip ? atoi(chip) : 90;
  *value = attribute == 75   ? number / 10
           : attribute == 76 ? number % 10
           : attribute == 97 ? 227 * 1024
                             : 0;
  return 0;
}

int cuDevicePrimaryCtxRetain(int **result, int) {
  *result = &context;
  return 0;
}

int cuCtxSetCurrent(int *) {
  hasContext = true;
  return 0;
}

int cuCtxGetCurrent(int **result) {
  *result = hasContext ? &context : nullptr;
  return 0;
}

int cuCtxGetDevice(int *device) {
  *device = 0;
  return hasContext ? 0 : invalidContext;
}

int cuCtxSynchronize() { return 0; }
int cuStreamSynchronize(void *) { return 0; }

int cuModuleLoadDataEx(FakeModule **module, const void *image, unsigned, int *,
                       void **values) {
  std::string text(static_cast<const char *>(image));
  if (text == "wrong arch")
    return noBinary;
  if (text == "bad ptx") {
    snprintf(static_cast<char *>(values[0]), (size_t)values[1],
             "ptxas application ptx input, line 1; fatal: no PTX\n");
    return noBinary;
  }
  kind = text.substr(0, 4) == "\x7f"
                              "ELF"
             ? "cubin"
             : "PTX";
  *module = new FakeModule{text};
  return 0;
}

int cuModuleUnload(FakeModule *module) {
  delete module;
  return 0;
}

int cuModuleGetFunction(void **function, FakeModule *module, const char *name) {
  if (getenv("FAKE_CUDA_LOG")) {
    *function = new FakeModule{name};
    return 0;
  }
  if (module->text != name)
    return notFound;
  *function = module;
  return 0;
}

namespace {
/// Adds a line for a launch that is not run, with its first argument.
void noteLaunch(const char *path, const FakeModule &kernel, unsigned blocks,
                unsigned threads, unsigned sharedBytes, void *stream,
                void **arguments) {
  FILE *file = fopen(path, "a");
  fprintf(file, "%s %s blocks %u threads %u shared %u stream %zu first %zx\n",
          kind.c_str(), kernel.text.c_str(), blocks, threads, sharedBytes,
          reinterpret_cast<size_t>(stream),
          *static_cast<size_t *>(arguments[0]));
  fclose(file);
}
} // namespace

// Attribute 14 allows clusters of more than 8 blocks.
int cuFuncSetAttribute(void *, int attribute, int value) {
  if (attribute == 14) {
    allowsLargeClusters = value == 1;
    return 0;
  }
  maxShared = value;
  return value <= 227 * 1024 ? 0 : invalidValue;
}

int cuLaunchKernel(void *function, unsigned gridX, unsigned, unsigned,
                   unsigned blockX, unsigned, unsigned, unsigned sharedBytes,
                   void *stream, void **arguments, void **) {
  if (const char *path = getenv("FAKE_CUDA_LOG")) {
    noteLaunch(path, *static_cast<FakeModule *>(function), gridX, blockX,
               sharedBytes, stream, arguments);
    return 0;
  }
  if (gridX == 0 || sharedBytes > maxShared)
    return invalidValue;
  auto *source = *static_cast<char **>(arguments[0]);
  auto *target = *static_cast<char **>(arguments[1]);
  *target = *source;
  return 0;
}

namespace {
struct Config {
  unsigned grid[3], block[3], sharedBytes;
  void *stream;
  const int *attributes; // The first of 72 bytes is the id, the third a flag.
  unsigned numAttributes;
};
} // namespace

// Runs only what may start before the kernel ahead of it has ended, with an
// answer of its own.
int cuLaunchKernelEx(const Config *config, void *function, void **arguments,
                     void **extra) {
  if (config->numAttributes != 1 || config->attributes[0] != 6 ||
      config->attributes[2] != 1)
    return invalidValue;
  int status = cuLaunchKernel(
      function, config->grid[0], config->grid[1], config->grid[2],
      config->block[0], config->block[1], config->block[2], config->sharedBytes,
      config->stream, arguments, extra);
  if (status == 0 && !getenv("FAKE_CUDA_LOG"))
    ++**static_cast<char **>(arguments[1]);
  return status;
}

// What the last kernel was allowed, for the tests.
int seednormAllowsLargeClusters() { return allowsLargeClusters; }

int cuMemAlloc_v2(uint64_t *pointer, size_t bytes) {
  if (bytes > size_t(1) << 40)
    return outOfMemory;
  *pointer = reinterpret_cast<uint64_t>(malloc(bytes));
  return 0;
}

int cuMemAllocAsync(uint64_t *pointer, size_t bytes, void *) {
  return cuMemAlloc_v2(pointer, bytes);
}

int cuMemFreeAsync(uint64_t pointer, void *) {
  free(reinterpret_cast<void *>(pointer));
  return 0;
}

int cuMemFree_v2(uint64_t pointer) {
  free(reinterpret_cast<void *>(pointer));
  return 0;
}

int cuMemcpyHtoD_v2(uint64_t target, const void *source, size_t bytes) {
  memcpy(reinterpret_cast<void *>(target), source, bytes);
  return 0;
}

int cuMemcpyDtoH_v2(void *target, uint64_t source, size_t bytes) {
  memcpy(target, reinterpret_cast<void *>(source), bytes);
  return 0;
}

int cuMemcpyHtoDAsync_v2(uint64_t target, const void *source, size_t bytes,
                         void *) {
  return cuMemcpyHtoD_v2(target, source, bytes);
}

int cuMemcpyDtoHAsync_v2(void *target, uint64_t source, size_t bytes, void *) {
  return cuMemcpyDtoH_v2(target, source, bytes);
}

} // extern "C"

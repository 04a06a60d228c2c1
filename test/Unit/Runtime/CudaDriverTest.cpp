//===- CudaDriverTest.cpp - Tests of the CUDA driver's front --------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Without a driver everything must end in a message; with a stand-in for the
// driver, every call and every failure is seen.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Runtime/CudaDriver.h"

#include <cstdlib>
#include <gtest/gtest.h>
#include <vector>

#include <dlfcn.h>

using namespace seednorm::runtime;

namespace {

TEST(CudaDriverTest, MissingDriverIsAMessage) {
  auto driver = CudaDriver::open("libno-such-driver.so.1");
  ASSERT_FALSE(driver);
  EXPECT_EQ(driver.message().find(
                "expects an NVIDIA driver on this machine, but "
                "libno-such-driver.so.1: cannot open shared object file"),
            0u)
      << driver.message();
}

TEST(CudaDriverTest, ForeignLibraryIsAMessage) {
  auto driver = CudaDriver::open("libm.so.6");
  ASSERT_FALSE(driver);
  EXPECT_EQ(driver.message(),
            "expects 'libm.so.6' to have cuInit, but it doesn't; is the driver "
            "too old?");
}

TEST(CudaDriverTest, GetIsTheSameEveryTime) {
  auto first = CudaDriver::get(), second = CudaDriver::get();
  ASSERT_EQ(bool(first), bool(second));
  if (first)
    EXPECT_EQ(*first, *second);
  else
    EXPECT_EQ(first.message(), second.message());
}

TEST(CudaDriverTest, NoDeviceIsAMessage) {
  setenv("FAKE_CUDA_EMPTY", "1", 1);
  auto driver = CudaDriver::open(FAKE_CUDA);
  unsetenv("FAKE_CUDA_EMPTY");
  ASSERT_FALSE(driver);
  EXPECT_EQ(driver.message(), "cuInit failed with CUDA_ERROR_NO_DEVICE: no "
                              "CUDA-capable device is detected");
}

class FakeCudaTest : public testing::Test {
protected:
  void SetUp() override {
    auto opened = CudaDriver::open(FAKE_CUDA);
    ASSERT_TRUE(opened) << opened.message();
    driver = std::move(*opened);
    ASSERT_TRUE(driver->ensureContext());
    ASSERT_TRUE(driver->ensureContext());
  }

  std::unique_ptr<CudaDriver> driver;
};

TEST_F(FakeCudaTest, Devices) {
  EXPECT_EQ(driver->getNumDevices(), 1);
  auto chip = driver->getChip();
  ASSERT_TRUE(chip);
  EXPECT_EQ(*chip, "sm_90");
  EXPECT_EQ(driver->getChip(7).message(),
            "cuDeviceGet failed with CUDA_ERROR_INVALID_DEVICE");
  EXPECT_TRUE(driver->synchronize());
  EXPECT_TRUE(driver->synchronize(nullptr));
}

TEST_F(FakeCudaTest, BuffersRoundTrip) {
  std::vector<char> out = {1, 2, 3, 4}, in(4);
  auto buffer = CudaBuffer::allocate(*driver, 4);
  ASSERT_TRUE(buffer) << buffer.message();
  EXPECT_TRUE(buffer->copyFromHost(out.data(), 4));
  CudaBuffer moved = std::move(*buffer);
  EXPECT_EQ(buffer->getPointer(), 0u);
  EXPECT_TRUE(moved.copyToHost(in.data(), 4, /*stream=*/nullptr));
  EXPECT_EQ(in, out);
  EXPECT_EQ(moved.copyFromHost(out.data(), 5).message(),
            "expects a copy of at most 4 bytes, the size of the device buffer, "
            "but got 5");
}

TEST_F(FakeCudaTest, EmptyBufferNeedsNoMemory) {
  auto buffer = CudaBuffer::allocate(*driver, 0);
  ASSERT_TRUE(buffer);
  EXPECT_TRUE(buffer->copyFromHost(nullptr, 0));
}

TEST_F(FakeCudaTest, OutOfMemoryNamesTheSize) {
  auto buffer = CudaBuffer::allocate(*driver, size_t(1) << 41);
  ASSERT_FALSE(buffer);
  EXPECT_EQ(buffer.message(), "cuMemAlloc failed with CUDA_ERROR_OUT_OF_MEMORY:"
                              " asked for 2199023255552 bytes");
}

TEST_F(FakeCudaTest, LaunchReadsItsArguments) {
  char value = 42;
  auto source = CudaBuffer::allocate(*driver, 1);
  auto target = CudaBuffer::allocate(*driver, 1);
  ASSERT_TRUE(source && target);
  ASSERT_TRUE(source->copyFromHost(&value, 1));
  // A view without a final zero, as a slice of a package is.
  auto module =
      CudaModule::load(*driver, std::string_view("kernel_of_rows", 6));
  ASSERT_TRUE(module) << module.message();
  auto function = module->getFunction("kernel");
  ASSERT_TRUE(function) << function.message();
  CudaDevicePointer pointers[] = {source->getPointer(), target->getPointer()};
  void *arguments[] = {&pointers[0], &pointers[1]};
  CudaLaunch launch;
  launch.sharedBytes = 100 * 1024;
  Status status = module->launch(*function, launch, arguments);
  ASSERT_TRUE(status) << status.message();
  value = 0;
  EXPECT_TRUE(target->copyToHost(&value, 1));
  EXPECT_EQ(value, 42);
}

TEST_F(FakeCudaTest, DependentLaunchSaysSo) {
  char value = 42;
  auto source = CudaBuffer::allocate(*driver, 1);
  auto target = CudaBuffer::allocate(*driver, 1);
  ASSERT_TRUE(source && target);
  ASSERT_TRUE(source->copyFromHost(&value, 1));
  auto module = CudaModule::load(*driver, "kernel");
  ASSERT_TRUE(module);
  auto function = module->getFunction("kernel");
  ASSERT_TRUE(function);
  CudaDevicePointer pointers[] = {source->getPointer(), target->getPointer()};
  void *arguments[] = {&pointers[0], &pointers[1]};
  CudaLaunch launch;
  launch.dependent = true;
  ASSERT_TRUE(module->launch(*function, launch, arguments));
  EXPECT_TRUE(target->copyToHost(&value, 1));
  EXPECT_EQ(value, 43);
  launch.grid[0] = 0;
  EXPECT_EQ(module->launch(*function, launch, arguments).message(),
            "cuLaunchKernelEx failed with CUDA_ERROR_INVALID_VALUE");
}

TEST_F(FakeCudaTest, LargeClustersAreAskedFor) {
  void *library = dlopen(FAKE_CUDA, RTLD_NOW | RTLD_NOLOAD);
  ASSERT_NE(library, nullptr);
  auto allows = reinterpret_cast<int (*)()>(
      dlsym(library, "seednormAllowsLargeClusters"));
  ASSERT_NE(allows, nullptr);
  char value = 42;
  auto buffer = CudaBuffer::allocate(*driver, 1);
  ASSERT_TRUE(buffer && buffer->copyFromHost(&value, 1));
  auto module = CudaModule::load(*driver, "kernel");
  ASSERT_TRUE(module);
  auto function = module->getFunction("kernel");
  ASSERT_TRUE(function);
  CudaDevicePointer pointer = buffer->getPointer();
  void *arguments[] = {&pointer, &pointer};
  CudaLaunch launch;
  launch.cluster = 8;
  ASSERT_TRUE(module->launch(*function, launch, arguments));
  EXPECT_FALSE(allows());
  launch.cluster = 16;
  ASSERT_TRUE(module->launch(*function, launch, arguments));
  EXPECT_TRUE(allows());
  dlclose(library);
}

TEST_F(FakeCudaTest, LaunchFailuresAreMessages) {
  auto module = CudaModule::load(*driver, "kernel");
  ASSERT_TRUE(module);
  auto function = module->getFunction("kernel");
  ASSERT_TRUE(function);
  CudaLaunch launch;
  launch.sharedBytes = 300 * 1024;
  EXPECT_EQ(module->launch(*function, launch, nullptr).message(),
            "cuFuncSetAttribute failed with CUDA_ERROR_INVALID_VALUE: the "
            "kernel needs 307200 bytes of shared memory");
  launch.sharedBytes = 0;
  launch.grid[0] = 0;
  EXPECT_EQ(module->launch(*function, launch, nullptr).message(),
            "cuLaunchKernel failed with CUDA_ERROR_INVALID_VALUE");
}

TEST_F(FakeCudaTest, ModuleFailuresAreMessages) {
  EXPECT_EQ(CudaModule::load(*driver, "wrong arch").message(),
            "cuModuleLoadDataEx failed with CUDA_ERROR_NO_BINARY_FOR_GPU");
  EXPECT_EQ(CudaModule::load(*driver, "bad ptx").message(),
            "cuModuleLoadDataEx failed with CUDA_ERROR_NO_BINARY_FOR_GPU: "
            "ptxas application ptx input, line 1; fatal: no PTX");
  auto module = CudaModule::load(*driver, "kernel");
  ASSERT_TRUE(module);
  EXPECT_EQ(module->getFunction("other").message(),
            "cuModuleGetFunction failed with CUDA_ERROR_NOT_FOUND: the module "
            "must hold the kernel 'other'");
}

} // namespace

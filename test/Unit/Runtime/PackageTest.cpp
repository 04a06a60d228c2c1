//===- PackageTest.cpp - Tests of packages as bytes -----------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A package whose numbers are written down here, damaged in every way that one
// byte, or a missing end, allows.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Runtime/Package.h"

#include "seednorm/Runtime/CPUFeatures.h"
#include "seednorm/Runtime/Checksum.h"
#include "seednorm/Runtime/LoadedKernel.h"

#include <gtest/gtest.h>

using namespace seednorm::runtime;

namespace {

/// Code that returns at once, with a pointer to itself and to free().
CPUCode makeCode() {
#if defined(__x86_64__)
  std::string code("\xc3", 1);
#else
  std::string code("\xc0\x03\x5f\xd6", 4);
#endif
  CPUCode result;
  result.architecture = getCPUArchitecture();
  result.function = "run";
  result.image.pageBytes = 1 << 16;
  result.image.size = 2 << 16;
  result.image.segments = {
      {0, 16, Access::ReadExecute, code},
      {1 << 16, 24, Access::ReadWrite, std::string(16, '\0')}};
  result.image.pointers = {1 << 16};
  result.image.imports = {{"free", (1 << 16) + 8}};
  result.image.exports = {{"run", 0}};
  result.numLoops = 1;
  return result;
}

Signature makeSignature() {
  Signature signature;
  signature.arguments = {{"x", ElementType::BF16, {{-1}, {8}}, 16, 1},
                         {"z", ElementType::BF16, {{-1}, {8}}, 2}};
  signature.results = {{"y", ElementType::F32, {{-1, 0, 0}, {8}}, 4}};
  signature.shared = {{0, 1}};
  signature.sizes = {{SizeExpr::Kind::ArgumentDim, 0, 0},
                     {SizeExpr::Kind::ArgumentDim, 1, 0}};
  signature.constraints = {{1, 0, SizeConstraint::Relation::Equal,
                            "dimension 0 of 'z' to have size ", ""}};
  return signature;
}

GPUCode makeGPUCode(const std::string &chip, const std::string &ptx = "") {
  GPUCode code;
  code.chip = chip;
  code.cubin = "cubin";
  code.ptx = ptx;
  code.plan.numArguments = 3;
  code.plan.sizes = {{SizeExpr::Kind::ArgumentDim, 0, 0},
                     {SizeExpr::Kind::Constant, 128},
                     {SizeExpr::Kind::CeilDiv, 0, 1}};
  code.plan.temporaries = {{0}};
  code.plan.constants = {{"abcd"}};
  code.plan.launches = {{"rows", {0, 1, 2, 3, 4}, {0}, 2, 1, 1024, 2, true}};
  return code;
}

Package makePackage() {
  Package package;
  package.madeBy = "seednorm";
  package.kernels.push_back(
      {"main", makeSignature(), makeCode(), std::nullopt});
  package.kernels.push_back(
      {"main", makeSignature(), std::nullopt, makeGPUCode("sm_90a")});
  return package;
}

/// The bytes with the checksum they should have.
std::string correct(std::string bytes) {
  uint32_t sum = computeCRC32C(std::string_view(bytes).substr(0, 12));
  sum = computeCRC32C(std::string_view(bytes).substr(16), sum);
  for (int index = 0; index < 4; ++index)
    bytes[12 + index] = static_cast<char>(sum >> 8 * index);
  return bytes;
}

std::string readFailure(const std::string &bytes) {
  Result<Package> package = readPackage(bytes);
  return package ? "" : package.message();
}

TEST(ChecksumTest, IsCRC32C) {
  // The check value of the catalogue of CRCs, and one number over two parts.
  EXPECT_EQ(computeCRC32C("123456789"), 0xe3069283u);
  EXPECT_EQ(computeCRC32C("6789", computeCRC32C("12345")), 0xe3069283u);
  // RFC 3720, B.4: 32 bytes of zeros, and of ones.
  EXPECT_EQ(computeCRC32C(std::string(32, '\0')), 0x8a9136aau);
  EXPECT_EQ(computeCRC32C(std::string(32, '\xff')), 0x62a8ab43u);
}

TEST(PackageTest, IsReadAsItWasWritten) {
  std::string bytes = writePackage(makePackage());
  Result<Package> package = readPackage(bytes);
  ASSERT_TRUE(package) << package.message();
  EXPECT_EQ(writePackage(*package), bytes);
  EXPECT_EQ(formatManifest(*package), formatManifest(makePackage()));
  ASSERT_EQ(package->kernels.size(), 2u);
  EXPECT_EQ(package->kernels[0].signature.arguments[0].numDense, 1);
  EXPECT_EQ(package->kernels[1].gpu->plan.launches[0].cluster, 2);
  EXPECT_EQ(package->kernels[1].getTarget(), "sm_90a");
}

/// The bytes with the length and the checksum they should have.
std::string resize(std::string bytes) {
  for (size_t index = 0; index < 8; ++index)
    bytes[16 + index] = static_cast<char>(bytes.size() >> 8 * index);
  return correct(bytes);
}

// What version 2 has more stands at the end of the code for a processor, before
// the flag that says that there is none for a GPU.
TEST(PackageTest, ReadsEarlierVersions) {
  Package package = makePackage();
  package.kernels.pop_back();
  std::string bytes = writePackage(package);
  EXPECT_EQ(readPackage(bytes)->kernels[0].cpu->numLoops, 1);
  bytes.erase(bytes.size() - 16, 8);
  bytes[8] = 1;
  Result<Package> read = readPackage(resize(bytes));
  ASSERT_TRUE(read) << read.message();
  EXPECT_EQ(read->kernels[0].cpu->numLoops, -1);
  EXPECT_EQ(read->kernels[0].cpu->function, "run");
  bytes[8] = 2;
  EXPECT_NE(readFailure(resize(bytes)), "");
}

TEST(PackageTest, RefusesEachChangedByte) {
  const std::string bytes = writePackage(makePackage());
  for (size_t index = 0; index < bytes.size(); ++index)
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = bytes;
      changed[index] = static_cast<char>(changed[index] ^ 1 << bit);
      EXPECT_NE(readFailure(changed), "") << index << ' ' << bit;
    }
}

TEST(PackageTest, RefusesEachLength) {
  const std::string bytes = writePackage(makePackage());
  for (size_t size = 0; size < bytes.size(); ++size)
    EXPECT_NE(readFailure(bytes.substr(0, size)), "") << size;
  EXPECT_NE(readFailure(bytes + '\0'), "");
}

// Whoever makes a package can give it any numbers; it is refused or it can be
// loaded and, as far as no code runs, called.
TEST(PackageTest, BelievesNoNumber) {
  const std::string bytes = writePackage(makePackage());
  size_t accepted = 0, refused = 0;
  const std::vector<int64_t> shape = {3, 8};
  for (size_t index = 24; index < bytes.size(); ++index)
    for (int change : {0x01, 0x40, 0x80, 0xff}) {
      std::string changed = bytes;
      changed[index] = static_cast<char>(changed[index] ^ change);
      Result<Package> package = readPackage(correct(changed));
      if (!package) {
        ++refused;
        continue;
      }
      ++accepted;
      formatManifest(*package);
      (void)LoadedKernel::load(*package, "main", Device::CPU);
      std::vector<TensorView> views(3, {nullptr, ElementType::BF16, shape});
      for (const PackagedKernel &kernel : package->kernels) {
        evaluateSizes(kernel.signature.sizes, views);
        (void)kernel.signature.check({views.data(), 2}, {views.data() + 2, 1});
      }
    }
  // Changes of names and alignments are no errors; those of counts are.
  EXPECT_GT(accepted, 100u);
  EXPECT_GT(refused, 1000u);
}

TEST(PackageTest, RefusesEachLengthWithItsChecksum) {
  const std::string bytes = writePackage(makePackage());
  for (size_t size = 24; size < bytes.size(); ++size) {
    EXPECT_NE(readFailure(resize(bytes.substr(0, size))).find("expects"),
              std::string::npos);
  }
}

TEST(PackageTest, NamesTheRule) {
  std::string bytes = writePackage(makePackage());
  EXPECT_EQ(readFailure("text"),
            "expects a package, which starts with the bytes 89 53 4e 50 0d 0a "
            "1a 0a, but got something else");
  EXPECT_EQ(readFailure(bytes.substr(0, 20)),
            "expects a package of at least 24 bytes, but it ends after 20");
  std::string later = bytes;
  later[8] = 3;
  EXPECT_EQ(readFailure(correct(later)),
            "expects a package of version 1 to 2, but got version 3; use a "
            "library as new as it");
  bytes.back() ^= 1;
  EXPECT_EQ(readFailure(bytes),
            "expects the bytes of a package to have the checksum that it says, "
            "but they were changed; copy it anew");
}

TEST(PackageTest, ChecksWhatNumbersReferTo) {
  auto check = [](auto change) {
    PackagedKernel kernel{"main", makeSignature(), std::nullopt,
                          makeGPUCode("sm_90a")};
    change(kernel);
    Status status = checkKernel(kernel);
    return status ? "" : status.message();
  };
  EXPECT_EQ(check([](PackagedKernel &) {}), "");
  EXPECT_EQ(check([](PackagedKernel &kernel) {
              kernel.gpu->plan.launches[0].buffers[4] = 5;
            }),
            "expects a package to launch kernels on buffers that it has, but "
            "it does not");
  EXPECT_EQ(check([](PackagedKernel &kernel) {
              kernel.signature.arguments[0].alignment = 0;
            }).find("expects a package to align tensors to powers of two"),
            0u);
  EXPECT_EQ(
      check([](PackagedKernel &kernel) { kernel.gpu->plan.sizes[2].lhs = 2; }),
      "expects a package to compute sizes from arguments and earlier "
      "sizes, but it does not");
  EXPECT_EQ(check([](PackagedKernel &kernel) { kernel.gpu.reset(); }),
            "expects a package to have code for one target for each kernel, "
            "but it does not");
}

//===----------------------------------------------------------------------===//
// Devices
//===----------------------------------------------------------------------===//

std::string choose(const Package &package, const char *chip,
                   int64_t sharedBytes = 227 * 1024) {
  auto kernel = chooseForGPU(package, "main", chip, sharedBytes);
  if (!kernel)
    return kernel.message();
  const GPUCode &code = *(*kernel)->gpu;
  return code.chip + (takesCubin(code, chip) ? " cubin" : " PTX");
}

TEST(LoadedKernelTest, ChoosesTheNearestCode) {
  Package package;
  for (const char *chip : {"sm_80", "sm_90", "sm_90a", "sm_100a"})
    package.kernels.push_back(
        {"main", makeSignature(), std::nullopt,
         makeGPUCode(chip, std::string(chip).back() == 'a' ? "" : "PTX")});
  EXPECT_EQ(choose(package, "sm_80"), "sm_80 cubin");
  EXPECT_EQ(choose(package, "sm_89"), "sm_80 cubin");
  EXPECT_EQ(choose(package, "sm_90"), "sm_90a cubin");
  EXPECT_EQ(choose(package, "sm_100"), "sm_100a cubin");
  // Another chip of a generation takes no code for a specific one.
  EXPECT_EQ(choose(package, "sm_103"), "sm_90 PTX");
  EXPECT_EQ(choose(package, "sm_120"), "sm_90 PTX");
  EXPECT_EQ(choose(package, "sm_75"),
            "expects a package with code for sm_75, but this one has code for "
            "sm_80, sm_90, sm_90a, sm_100a");
  EXPECT_EQ(choose(package, "sm_80", 512),
            "expects a device with 1024 bytes of shared memory for a block, "
            "but this one, sm_80, has 512");
}

TEST(LoadedKernelTest, RunsOnThisProcessor) {
  Package package = makePackage();
  package.kernels[0].signature.shared.clear();
  Result<LoadedKernel> kernel =
      LoadedKernel::load(package, "main", Device::CPU);
  ASSERT_TRUE(kernel) << kernel.message();
  std::vector<int64_t> shape = {0, 8};
  std::vector<TensorView> views(3, {nullptr, ElementType::BF16, shape});
  EXPECT_TRUE(kernel->run({views.data(), 2}, {views.data() + 2, 1}));
}

TEST(LoadedKernelTest, NamesWhatAProcessorLacks) {
  Package package = makePackage();
  package.kernels[0].cpu->features = {"teleportation", "mind-reading"};
  Result<LoadedKernel> kernel =
      LoadedKernel::load(package, "main", Device::CPU);
  EXPECT_EQ(kernel.message(),
            "expects a processor with the features the code was compiled for, "
            "but this one lacks teleportation, mind-reading");
  package.kernels[0].cpu->architecture = "s390x";
  kernel = LoadedKernel::load(package, "main", Device::CPU);
  EXPECT_EQ(kernel.message(), std::string("expects a package with code for ") +
                                  getCPUArchitecture() +
                                  ", but this one has code for s390x, sm_90a");
  kernel = LoadedKernel::load(package, "other", Device::CPU);
  EXPECT_EQ(kernel.message(), "expects an entry among main, but got 'other'");
}

TEST(LoadedKernelTest, NamesAnImportThatIsNotThere) {
  Package package = makePackage();
  package.kernels[0].cpu->image.imports[0].name = "system";
  Result<LoadedKernel> kernel =
      LoadedKernel::load(package, "main", Device::CPU);
  EXPECT_EQ(kernel.message(),
            "expects compiled code to call functions of the run-time library, "
            "but it calls 'system', which it does not have");
}

// The stand-in for the driver copies a byte from the first buffer to the
// second.
TEST(GPUKernelsTest, LaunchesWhatThePlanSays) {
  auto driver = CudaDriver::open(FAKE_CUDA);
  ASSERT_TRUE(driver) << driver.message();
  LaunchPlan plan = makeGPUCode("sm_90a").plan;
  // From the constant to the temporary, and from there to the result.
  plan.launches = {{"copy", {4, 3}, {0}, 2, 1}, {"copy", {3, 2}, {0}, 2, 1}};
  auto kernels = GPUKernels::load(**driver, "copy", plan);
  ASSERT_TRUE(kernels) << kernels.message();
  char result = 0;
  std::vector<int64_t> shape = {3, 8};
  std::vector<TensorView> views(3, {nullptr, ElementType::I8, shape});
  views[2].data = &result;
  Result<std::vector<int64_t>> sizes = evaluatePlan(plan, views);
  ASSERT_TRUE(sizes) << sizes.message();
  Status status = kernels->run(plan, *sizes, views, nullptr);
  EXPECT_TRUE(status) << status.message();
  EXPECT_EQ(result, 'a');
  plan.launches[0].kernel = "other";
  EXPECT_NE(GPUKernels::load(**driver, "copy", plan)
                .message()
                .find("the module must hold the kernel 'other'"),
            std::string::npos);
}

} // namespace

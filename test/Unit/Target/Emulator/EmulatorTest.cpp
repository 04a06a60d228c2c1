//===- EmulatorTest.cpp - What the emulator promises its callers ----------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Kernels themselves are tested by lit; here is what takes a program: several
// threads, and launches after one that failed.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Target/Emulator/Emulator.h"

#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/SourceMgr.h"

#include "gtest/gtest.h"

#include <atomic>
#include <numeric>
#include <thread>

using namespace llvm;
using namespace seednorm::emulator;

// Writes x[i] + x[127 - i] of a block to y[i], through shared memory.
static constexpr const char *mirrorSource = R"(
@slots = internal addrspace(3) global [128 x i32] undef, align 4

define ptx_kernel void @mirror(ptr addrspace(1) %x, ptr addrspace(1) %y) {
  %tid = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %block = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
  %first = mul i32 %block, 128
  %index = add i32 %first, %tid
  %from = getelementptr i32, ptr addrspace(1) %x, i32 %index
  %v = load i32, ptr addrspace(1) %from, align 4
  %slot = getelementptr i32, ptr addrspace(3) @slots, i32 %tid
  store i32 %v, ptr addrspace(3) %slot, align 4
  call void @llvm.nvvm.barrier.cta.sync.aligned.all(i32 0)
  %other = sub i32 127, %tid
  %mirrored = getelementptr i32, ptr addrspace(3) @slots, i32 %other
  %w = load i32, ptr addrspace(3) %mirrored, align 4
  %sum = add i32 %v, %w
  %to = getelementptr i32, ptr addrspace(1) %y, i32 %index
  store i32 %sum, ptr addrspace(1) %to, align 4
  ret void
}
)";

static constexpr unsigned blocks = 8, lanes = 128;

static Expected<std::unique_ptr<Emulator>> createEmulator(const char *source) {
  auto context = std::make_unique<LLVMContext>();
  SMDiagnostic diagnostic;
  std::unique_ptr<Module> module =
      parseAssemblyString(source, diagnostic, *context);
  if (!module)
    return createStringError(diagnostic.getMessage());
  return Emulator::create(std::move(module), std::move(context));
}

static std::unique_ptr<Emulator> createMirror() {
  Expected<std::unique_ptr<Emulator>> emulator = createEmulator(mirrorSource);
  EXPECT_TRUE(bool(emulator)) << toString(emulator.takeError());
  return emulator ? std::move(*emulator) : nullptr;
}

namespace {
/// Buffers for `mirror`, and what they should hold after it.
struct MirrorLaunch {
  explicit MirrorLaunch(uint64_t seed) : x(blocks * lanes), y(x.size(), -1) {
    std::iota(x.begin(), x.end(), static_cast<int32_t>(seed));
    launch.kernel = "mirror";
    launch.grid[0] = blocks;
    launch.block[0] = lanes;
    launch.seed = seed;
    launch.arguments = {&xPointer, &yPointer};
    launch.regions = {{"x", xPointer, x.size() * 4, false},
                      {"y", yPointer, y.size() * 4, true}};
  }

  bool isRight() const {
    for (unsigned i = 0; i < x.size(); ++i) {
      unsigned other = i / lanes * lanes + (lanes - 1 - i % lanes);
      if (y[i] != x[i] + x[other])
        return false;
    }
    return true;
  }

  std::vector<int32_t> x, y;
  void *xPointer = x.data(), *yPointer = y.data();
  Launch launch;
};
} // namespace

static bool runsRight(Emulator &emulator, uint64_t seed) {
  MirrorLaunch mirror(seed);
  Expected<Counters> counters = emulator.launch(mirror.launch);
  if (!counters) {
    consumeError(counters.takeError());
    return false;
  }
  return mirror.isRight() && counters->blockBarriers == blocks;
}

TEST(EmulatorTest, LaunchesFromSeveralThreads) {
  std::unique_ptr<Emulator> common = createMirror();
  ASSERT_TRUE(common);
  std::atomic<unsigned> failures = 0;
  std::vector<std::thread> threads;
  for (unsigned thread = 0; thread < 4; ++thread)
    threads.emplace_back([&, thread] {
      std::unique_ptr<Emulator> own = createMirror();
      for (unsigned round = 0; round < 10; ++round)
        failures += !runsRight(round % 2 ? *own : *common, thread * 10 + round);
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(failures, 0u);
}

TEST(EmulatorTest, WorksAfterAFailedLaunch) {
  std::unique_ptr<Emulator> emulator = createMirror();
  ASSERT_TRUE(emulator);
  for (uint64_t seed = 0; seed < 3; ++seed) {
    MirrorLaunch beyond(seed);
    beyond.launch.grid[0] = blocks + 1;
    Expected<Counters> counters = emulator->launch(beyond.launch);
    ASSERT_FALSE(bool(counters));
    std::string message = toString(counters.takeError());
    EXPECT_NE(message.find("block (8, 0, 0)"), std::string::npos) << message;
    EXPECT_TRUE(runsRight(*emulator, seed));
  }
}

TEST(EmulatorTest, RefusesANullArgument) {
  std::unique_ptr<Emulator> emulator = createMirror();
  ASSERT_TRUE(emulator);
  MirrorLaunch mirror(0);
  mirror.launch.arguments[1] = nullptr;
  Expected<Counters> counters = emulator->launch(mirror.launch);
  ASSERT_FALSE(bool(counters));
  EXPECT_EQ(toString(counters.takeError()),
            "kernel 'mirror' expects pointers to its arguments, but argument 1 "
            "is null");
}

// The module and its context are owned by the call, also when it fails.
TEST(EmulatorTest, ReleasesARefusedModule) {
  Expected<std::unique_ptr<Emulator>> emulator = createEmulator(R"(
    define ptx_kernel void @late() {
      call void asm sideeffect "exit;", ""()
      ret void
    })");
  ASSERT_FALSE(bool(emulator));
  EXPECT_EQ(toString(emulator.takeError()),
            "the emulator does not support inline assembly 'exit;' with "
            "constraints ''");
}

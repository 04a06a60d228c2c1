//===- Emulator.cpp - Run a GPU kernel's LLVM IR on the CPU ---------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiles a rewritten module and launches its kernels.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Target/Emulator/Emulator.h"

#include "ClusterScheduler.h"
#include "CompileForHost.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"

#include <mutex>
#include <optional>

using namespace llvm;
using namespace seednorm::emulator;

// For frames of compiled code with many spilled vectors, and for the device
// functions on top of them.
static constexpr uint64_t baseStackBytes = 64 << 10;

struct Emulator::Impl {
  Impl(HostProgram program, std::unique_ptr<CompiledModule> code)
      : program(std::move(program)), code(std::move(code)) {}

  Expected<const Kernel *> findKernel(StringRef name) const;
  Error checkLaunch(const Launch &launch, const Kernel &kernel) const;
  Expected<Counters> run(const Launch &launch, const Kernel &kernel);

  HostProgram program;
  std::unique_ptr<CompiledModule> code;
  std::mutex launching;
};

//===----------------------------------------------------------------------===//
// Creation
//===----------------------------------------------------------------------===//

Emulator::Emulator(std::unique_ptr<Impl> impl) : impl(std::move(impl)) {}

Emulator::~Emulator() = default;

// What is below relies on it, and aborts where it does not hold. Debug
// information that is broken is not: nothing here needs it.
static Error verify(Module &module) {
  std::string message;
  raw_string_ostream stream(message);
  bool hasBrokenDebugInfo = false;
  if (!verifyModule(module, &stream, &hasBrokenDebugInfo)) {
    if (hasBrokenDebugInfo)
      StripDebugInfo(module);
    return Error::success();
  }
  // The rule, and the instruction that breaks it; more may follow.
  auto [rule, rest] = StringRef(message).trim().split('\n');
  StringRef fact = rest.split('\n').first.trim();
  return createStringError("expects valid LLVM IR, but the verifier says: " +
                           rule + (fact.empty() ? "" : " ") + fact);
}

Expected<std::unique_ptr<Emulator>>
Emulator::create(std::unique_ptr<Module> module,
                 std::unique_ptr<LLVMContext> context) {
  // A module must go before its context, which parameters do not promise.
  orc::ThreadSafeModule owner(std::move(module), std::move(context));
  Module &kernels = *owner.getModuleUnlocked();
  if (Error error = verify(kernels))
    return std::move(error);
  if (Error error = checkSupported(kernels))
    return std::move(error);
  Expected<HostProgram> program = rewriteForHost(kernels);
  if (!program)
    return program.takeError();
  Expected<std::unique_ptr<CompiledModule>> code =
      compileForHost(std::move(owner), *program);
  if (!code)
    return code.takeError();
  return std::unique_ptr<Emulator>(new Emulator(
      std::make_unique<Impl>(std::move(*program), std::move(*code))));
}

//===----------------------------------------------------------------------===//
// Launching
//===----------------------------------------------------------------------===//

Expected<const Kernel *> Emulator::Impl::findKernel(StringRef name) const {
  for (const Kernel &kernel : program.kernels)
    if (kernel.name == name)
      return &kernel;
  if (program.kernels.empty())
    return createStringError("the module has no kernels, but '" + name +
                             "' was launched");
  auto quoted = map_range(program.kernels, [](const Kernel &kernel) {
    return "'" + kernel.name + "'";
  });
  return createStringError("unknown kernel '" + name + "'; the module has " +
                           join(quoted, ", "));
}

static std::string formatSize(const uint32_t *size) {
  return (Twine(size[0]) + "x" + Twine(size[1]) + "x" + Twine(size[2])).str();
}

static Error checkBlock(const Launch &launch, const Kernel &kernel) {
  uint64_t threads = 1;
  for (uint32_t size : launch.block) {
    if (size == 0 || size > kernel.maxThreads)
      threads = 0;
    threads *= size;
  }
  if (threads == 0 || threads > kernel.maxThreads)
    return createStringError("kernel '" + kernel.name +
                             "' expects blocks of 1 to " +
                             Twine(kernel.maxThreads) + " lanes, but got " +
                             formatSize(launch.block));
  for (auto [size, required] : zip(launch.block, kernel.requiredBlock))
    if (size != required)
      return createStringError(
          "kernel '" + kernel.name + "' expects blocks of " +
          join(map_range(kernel.requiredBlock,
                         [](uint32_t size) { return utostr(size); }),
               "x") +
          " lanes, but got " + formatSize(launch.block));
  return Error::success();
}

// What every GPU from sm_80 on can start; shared memory is that of sm_90.
static Error checkLimits(const Launch &launch, const Kernel &kernel,
                         const SharedLayout &shared) {
  constexpr uint64_t maxGrid[] = {0x7fffffff, 0xffff, 0xffff};
  for (auto [dimension, size, limit] : enumerate(launch.grid, maxGrid))
    if (size > limit)
      return createStringError("kernel '" + kernel.name + "' expects at most " +
                               Twine(limit) + " blocks in dimension " +
                               Twine(dimension) + ", but got " + Twine(size));
  constexpr uint64_t maxSharedBytes = 227 << 10;
  uint64_t sharedBytes = shared.usedBytes + launch.sharedBytes;
  if (sharedBytes > maxSharedBytes)
    return createStringError("kernel '" + kernel.name + "' expects at most " +
                             Twine(maxSharedBytes) +
                             " bytes of shared memory, but got " +
                             Twine(sharedBytes));
  return Error::success();
}

static Error checkCluster(const Launch &launch, const Kernel &kernel) {
  uint64_t blocks = 1, limit = launch.allowNonPortableCluster ? 16 : 8;
  for (uint32_t size : kernel.cluster)
    blocks = size == 0 || size > limit ? limit + 1 : blocks * size;
  if (blocks > limit)
    return createStringError("kernel '" + kernel.name +
                             "' expects clusters of 1 to " + Twine(limit) +
                             " blocks, but has " + formatSize(kernel.cluster));
  for (auto [dimension, size] : enumerate(launch.grid))
    if (size % kernel.cluster[dimension] != 0)
      return createStringError(
          "kernel '" + kernel.name + "' expects a multiple of " +
          Twine(kernel.cluster[dimension]) + " blocks in dimension " +
          Twine(dimension) + ", the size of its clusters, but got " +
          Twine(size));
  return Error::success();
}

Error Emulator::Impl::checkLaunch(const Launch &launch,
                                  const Kernel &kernel) const {
  if (launch.arguments.size() != kernel.numParameters)
    return createStringError(
        "kernel '" + kernel.name + "' expects " + Twine(kernel.numParameters) +
        " arguments, but got " + Twine(launch.arguments.size()));
  for (auto [index, argument] : enumerate(launch.arguments))
    if (!argument)
      return createStringError("kernel '" + kernel.name +
                               "' expects pointers to its arguments, but "
                               "argument " +
                               Twine(index) + " is null");
  if (Error error = checkBlock(launch, kernel))
    return error;
  if (Error error = checkCluster(launch, kernel))
    return error;
  return checkLimits(launch, kernel, program.shared);
}

/// Stacks of `bytes` at least. All kernels that a thread runs share them: of
/// those with a guard page a process can map some ten thousand only.
static StackPool &getStacks(uint64_t bytes) {
  static thread_local std::optional<StackPool> stacks;
  if (!stacks || stacks->getStackBytes() < bytes)
    stacks.emplace(bytes);
  return *stacks;
}

Expected<Counters> Emulator::Impl::run(const Launch &launch,
                                       const Kernel &kernel) {
  Counters counters;
  ClusterShape shape(launch, kernel);
  StackPool &stacks = getStacks(baseStackBytes + program.localBytes);
  if (Error error = stacks.reserve(shape.getNumSlots()))
    return std::move(error);
  MemoryChecker memory(program, launch, shape, counters);
  ClusterScheduler scheduler(program, kernel, launch, stacks, memory, counters);
  const uint32_t *step = kernel.cluster;
  for (uint64_t z = 0; z < launch.grid[2]; z += step[2])
    for (uint64_t y = 0; y < launch.grid[1]; y += step[1])
      for (uint64_t x = 0; x < launch.grid[0]; x += step[0])
        if (!scheduler.runCluster(x, y, z))
          return createStringError(scheduler.getFailure());
  memory.finish();
  return counters;
}

Expected<Counters> Emulator::launch(const Launch &launch) {
  Expected<const Kernel *> kernel = impl->findKernel(launch.kernel);
  if (!kernel)
    return kernel.takeError();
  if (Error error = impl->checkLaunch(launch, **kernel))
    return std::move(error);
  std::lock_guard<std::mutex> lock(impl->launching);
  return impl->run(launch, **kernel);
}

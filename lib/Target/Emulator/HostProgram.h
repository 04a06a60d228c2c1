//===- HostProgram.h - A GPU module rewritten for this machine --*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the rewrite of a module leaves behind for the launch: the kernels and
// their limits, where shared variables lie, and one site for every instruction
// that the run-time functions may have to name.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_TARGET_EMULATOR_HOSTPROGRAM_H
#define SEEDNORM_LIB_TARGET_EMULATOR_HOSTPROGRAM_H

#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>
#include <vector>

namespace llvm {
class Module;
} // namespace llvm

namespace seednorm::emulator {

/// Lanes of a warp, on every NVIDIA GPU so far.
constexpr uint32_t warpSize = 32;

/// The address spaces of NVPTX.
enum class MemorySpace : uint8_t {
  Generic = 0,
  Global = 1,
  Shared = 3,
  Constant = 4,
  Local = 5,
  SharedCluster = 7, ///< Of any block of the cluster.
};

/// One instruction that the run time checks or waits at.
struct Site {
  std::string text; ///< The instruction as the input had it.
  MemorySpace space = MemorySpace::Generic;
  uint64_t alignment = 1;
  bool reads = false, writes = false;
  bool isAtomic = false;
  bool viaProxy = false; ///< Reads what lanes wrote through the async proxy.
};

/// A shared variable and its place in a block's shared memory.
struct SharedVariable {
  std::string name;
  uint64_t offset = 0, bytes = 0;
};

/// The shared memory of one block. Variables lie apart, each aligned as it
/// claims and no better, so that a kernel cannot rely on luck.
struct SharedLayout {
  std::vector<SharedVariable> variables;
  uint64_t usedBytes = 0; ///< Sum over the variables, as a GPU would count.
  uint64_t bytes = 0;     ///< Extent of the fixed part.
  bool hasDynamic = false;
  uint64_t dynamicOffset = 0;
};

/// A kernel, and what its attributes demand of a launch.
struct Kernel {
  using Entry = void (*)(void *const *arguments);

  std::string name;
  std::string entrySymbol;
  unsigned numParameters = 0;
  uint64_t maxThreads = 1024;
  std::vector<uint32_t> requiredBlock; ///< Up to three sizes; empty: any.
  uint32_t cluster[3] = {1, 1, 1};     ///< Blocks of a cluster.
  bool hasCluster = false;             ///< Whether an attribute says so.
  Entry entry = nullptr;               ///< Set once compiled.
};

/// A variable of the module in global or constant memory.
struct ModuleVariable {
  std::string name;
  uint64_t bytes = 0;
  bool writable = false;
  void *address = nullptr; ///< Set once compiled.
};

/// Everything known about a module after its rewrite.
struct HostProgram {
  std::vector<Site> sites;
  SharedLayout shared;
  std::vector<Kernel> kernels;
  std::vector<ModuleVariable> variables;
  bool usesProxy = false;  ///< Some site does so through the async proxy.
  uint64_t localBytes = 0; ///< Bound on the stack variables of a lane.
};

/// Fails, naming it, on whatever the emulator has no function for.
llvm::Error checkSupported(const llvm::Module &module);

/// Turns a checked module for NVPTX into one for the host, in which memory
/// accesses and what lanes do together are calls to the device functions.
llvm::Expected<HostProgram> rewriteForHost(llvm::Module &module);

} // namespace seednorm::emulator

#endif // SEEDNORM_LIB_TARGET_EMULATOR_HOSTPROGRAM_H

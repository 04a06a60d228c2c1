//===- Emulator.h - Run a GPU kernel's LLVM IR on the CPU -------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The very LLVM IR that goes to the NVPTX back end, executed lane by lane on
// the CPU: every lane of a block is a fiber, scheduled in a seeded shuffled
// order. It proves a kernel right without a GPU, finds what a GPU would leave
// undefined (divergent barriers, stray accesses, unwritten shared memory) and
// counts what decides its speed: bytes, sectors and barriers.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_TARGET_EMULATOR_EMULATOR_H
#define SEEDNORM_TARGET_EMULATOR_EMULATOR_H

#include "llvm/Support/Error.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace llvm {
class LLVMContext;
class Module;
} // namespace llvm

namespace seednorm::emulator {

/// A range of memory that kernels may touch. Any other global access stops
/// the launch with a report. Where regions overlap, an access belongs to the
/// first one that allows it.
struct Region {
  std::string name;
  void *base = nullptr;
  uint64_t bytes = 0;
  bool writable = false;
  /// Whether the grid before may still read or write it: in a dependent launch
  /// no lane may touch it before `griddepcontrol.wait`.
  bool fromPredecessor = false;
};

/// What the lanes of a launch did to one region. A request is one memory
/// instruction of one warp; a sector is 32 aligned bytes, counted once a
/// request, like a byte that several lanes access. Lanes share a request when
/// they execute an instruction for the same time since they last converged. An
/// atomic is a read and a write.
struct RegionCounters {
  std::string name;
  uint64_t bytesRead = 0, bytesWritten = 0;
  uint64_t readRequests = 0, writeRequests = 0;
  uint64_t readSectors = 0, writeSectors = 0;
};

/// Loads or stores of warps to the shared memory of their own block; an atomic
/// is both. A wavefront serves one word of each of the 32 banks.
struct SharedRequests {
  uint64_t requests = 0, wavefronts = 0;
  uint64_t excess = 0; ///< Wavefronts more than without bank conflicts.
};

/// Sums over all blocks of a launch.
struct Counters {
  /// Those of the launch in their order, then the module's own variables.
  std::vector<RegionCounters> regions;
  uint64_t blocks = 0;
  uint64_t blockBarriers = 0;   ///< Block-wide barriers completed.
  uint64_t warpBarriers = 0;    ///< Warp-wide barriers completed.
  uint64_t shuffles = 0;        ///< Warp shuffles completed.
  uint64_t clusterBarriers = 0; ///< Cluster-wide barriers completed.
  /// By lanes of the block whose shared memory it is; what asynchronous copies
  /// write is among it.
  uint64_t sharedBytesRead = 0, sharedBytesWritten = 0;
  SharedRequests sharedReads, sharedWrites;
  /// In the shared memory of other blocks of the cluster.
  uint64_t distributedBytesRead = 0, distributedBytesWritten = 0;
};

/// One kernel launch, with the arguments as `cuLaunchKernel` takes them:
/// `arguments[i]` points to the value of parameter i.
struct Launch {
  std::string kernel;
  uint64_t grid[3] = {1, 1, 1};
  uint32_t block[3] = {1, 1, 1};
  uint32_t sharedBytes = 0; ///< Dynamic shared memory of a block.
  /// Allows clusters of up to 16 blocks, which a GPU may refuse, instead of 8.
  bool allowNonPortableCluster = false;
  /// Whether the kernel may start before the grid before it has ended, as with
  /// programmatic stream serialization.
  bool dependent = false;
  std::vector<void *> arguments;
  std::vector<Region> regions;
  /// Orders the lanes; results of a correct kernel do not depend on it.
  uint64_t seed = 0;
};

/// The kernels of one LLVM module, compiled for this machine. Threads may
/// launch at once; launches of one emulator wait for each other.
class Emulator {
public:
  /// Takes a module as the NVPTX back end would get it. Fails, naming it, on
  /// an intrinsic or inline assembly the emulator has no function for.
  static llvm::Expected<std::unique_ptr<Emulator>>
  create(std::unique_ptr<llvm::Module> module,
         std::unique_ptr<llvm::LLVMContext> context);
  ~Emulator();

  /// Runs one kernel to its end, or to the first thing a GPU would leave
  /// undefined, which is returned as an error naming the kernel, the block,
  /// the lane and the instruction.
  llvm::Expected<Counters> launch(const Launch &launch);

private:
  struct Impl;
  explicit Emulator(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl;
};

} // namespace seednorm::emulator

#endif // SEEDNORM_TARGET_EMULATOR_EMULATOR_H

//===- Architecture.h - NVIDIA architectures we compile for -----*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LLVM aborts on a chip or PTX version it does not know, so names are checked
// against this table before anything reaches it.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_TARGET_NVPTX_ARCHITECTURE_H
#define SEEDNORM_TARGET_NVPTX_ARCHITECTURE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace seednorm {

/// What the compiler has to know of a chip. The limits per multiprocessor are
/// those of the CUDA C++ Programming Guide, "Compute Capabilities".
struct NVPTXArchitecture {
  llvm::StringLiteral chip;     ///< "sm_90a".
  llvm::StringLiteral features; ///< Lowest PTX version with all we emit.
  int maxThreadsPerSM, maxBlocksPerSM;
  int registersPerSM;
  int sharedBytesPerSM, sharedBytesPerBlock;
  /// Most blocks of a cluster, beyond the portable 8 where the chip allows it;
  /// 1 if it has no clusters.
  int blocksPerCluster;
  /// Of the chip's common product: how many persistent blocks share the rows.
  int multiprocessors;

  /// Whether a kernel may start before the one ahead of it ends; like clusters,
  /// from compute capability 9.0 on.
  bool hasDependentLaunches() const { return blocksPerCluster > 1; }
  /// Whether one instruction copies many bytes to shared memory; the same.
  bool hasBulkCopies() const { return blocksPerCluster > 1; }
};

/// All architectures, oldest first.
llvm::ArrayRef<NVPTXArchitecture> getNVPTXArchitectures();

/// The entry for `chip`; the error lists all chips.
llvm::Expected<const NVPTXArchitecture *>
lookupNVPTXArchitecture(llvm::StringRef chip);

/// Blocks that fit one multiprocessor at once, and what allows no more:
/// "threads", "blocks", "registers" or "shared memory", joined by " and " where
/// several do.
struct Occupancy {
  int64_t blocksPerSM = 0;
  std::string limit;
};
Occupancy getOccupancy(const NVPTXArchitecture &architecture, int64_t threads,
                       int64_t registersPerThread, int64_t sharedBytes);

} // namespace seednorm

#endif // SEEDNORM_TARGET_NVPTX_ARCHITECTURE_H

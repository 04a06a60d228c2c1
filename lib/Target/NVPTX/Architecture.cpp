//===- Architecture.cpp - NVIDIA architectures we compile for -------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The table of chips, and occupancy by its limits.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Target/NVPTX/Architecture.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace seednorm;

static constexpr int KiB = 1024;

/// The last column: A100, RTX 3090 class, RTX 4090, H100 SXM, B200, RTX 5090.
static constexpr NVPTXArchitecture kArchitectures[] = {
    {"sm_80", "+ptx78", 2048, 32, 64 * KiB, 164 * KiB, 163 * KiB, 1, 108},
    {"sm_86", "+ptx78", 1536, 16, 64 * KiB, 100 * KiB, 99 * KiB, 1, 84},
    {"sm_89", "+ptx78", 1536, 24, 64 * KiB, 100 * KiB, 99 * KiB, 1, 128},
    {"sm_90", "+ptx86", 2048, 32, 64 * KiB, 228 * KiB, 227 * KiB, 16, 132},
    {"sm_90a", "+ptx86", 2048, 32, 64 * KiB, 228 * KiB, 227 * KiB, 16, 132},
    {"sm_100", "+ptx86", 2048, 32, 64 * KiB, 228 * KiB, 227 * KiB, 16, 148},
    {"sm_100a", "+ptx86", 2048, 32, 64 * KiB, 228 * KiB, 227 * KiB, 16, 148},
    {"sm_120", "+ptx87", 1536, 24, 64 * KiB, 100 * KiB, 99 * KiB, 8, 170},
};

ArrayRef<NVPTXArchitecture> seednorm::getNVPTXArchitectures() {
  return kArchitectures;
}

Expected<const NVPTXArchitecture *>
seednorm::lookupNVPTXArchitecture(StringRef chip) {
  for (const NVPTXArchitecture &architecture : kArchitectures)
    if (architecture.chip == chip)
      return &architecture;
  std::string known =
      join(map_range(kArchitectures,
                     [](const NVPTXArchitecture &entry) { return entry.chip; }),
           ", ");
  return createStringError("expects an architecture among " + known +
                           ", but got '" + chip.str() + "'");
}

Occupancy seednorm::getOccupancy(const NVPTXArchitecture &architecture,
                                 int64_t threads, int64_t registersPerThread,
                                 int64_t sharedBytes) {
  // Registers are handed out to warps in units of 256, shared memory to blocks
  // in units of 128 bytes plus 1 KiB for the system.
  int64_t warps = divideCeil(threads, 32);
  int64_t registers =
      warps * alignTo(std::max<int64_t>(registersPerThread, 1) * 32, 256);
  int64_t shared = alignTo(sharedBytes, 128) + KiB;
  const std::pair<StringRef, int64_t> limits[] = {
      {"threads", architecture.maxThreadsPerSM / (warps * 32)},
      {"blocks", architecture.maxBlocksPerSM},
      {"registers", architecture.registersPerSM / registers},
      {"shared memory", architecture.sharedBytesPerSM / shared}};
  Occupancy occupancy;
  occupancy.blocksPerSM = llvm::min_element(limits, less_second())->second;
  ListSeparator separator(" and ");
  for (auto [name, blocks] : limits)
    if (blocks == occupancy.blocksPerSM)
      occupancy.limit += (StringRef(separator) + name).str();
  return occupancy;
}

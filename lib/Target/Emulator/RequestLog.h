//===- RequestLog.h - Count requests and sectors ----------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lanes run one after another, but a GPU's warp executes an instruction for
// all of them at once. The log gathers what belongs together and counts it
// when the warp converges.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_TARGET_EMULATOR_REQUESTLOG_H
#define SEEDNORM_LIB_TARGET_EMULATOR_REQUESTLOG_H

#include "BankConflicts.h"
#include "HostProgram.h"
#include "seednorm/Target/Emulator/Emulator.h"

#include "llvm/ADT/BitVector.h"

namespace seednorm::emulator {

/// Counts the requests of a launch.
class RequestLog {
public:
  RequestLog(const HostProgram &program, const std::vector<Region> &regions,
             unsigned lanes);

  /// Adds one access of one lane.
  void record(unsigned lane, uint32_t site, uint32_t region, uint64_t address,
              uint64_t bytes);

  /// Adds one access of one lane to the shared memory of its block.
  void recordShared(unsigned lane, uint32_t site, uint64_t address,
                    uint64_t bytes);

  /// Counts what a warp did; its lanes are about to continue together.
  void converge(unsigned warp);

  /// Moves what was counted to the counters of the launch.
  void finish(Counters &total);

private:
  /// One sector touched by one lane.
  struct Entry {
    uint32_t site;
    uint32_t instance; ///< How often the lane has executed the site.
    uint32_t region;
    uint64_t sector;
    uint32_t bytes; ///< Of the sector, a bit each.
  };

  struct SharedEntry {
    uint32_t site, instance;
    SharedAccess access;
  };

  struct Warp {
    std::vector<Entry> entries;
    std::vector<SharedEntry> sharedEntries;
    std::vector<uint32_t> instances; ///< By site, then lane.
    llvm::BitVector touched;         ///< Sites with an instance above zero.
  };

  uint32_t nextInstance(unsigned lane, uint32_t site);
  void count(std::vector<Entry> &entries);
  void countShared(std::vector<SharedEntry> &entries);

  const std::vector<Site> &sites;
  std::vector<RegionCounters> counters;
  SharedRequests sharedReads, sharedWrites;
  std::vector<Warp> warps;
};

} // namespace seednorm::emulator

#endif // SEEDNORM_LIB_TARGET_EMULATOR_REQUESTLOG_H

//===- AsyncCopies.h - Copies beside the lanes ------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The copies that lanes start with `cp.async`. The destination is pending from
// the start of a copy to the wait that completes its group; in between, at a
// moment drawn from the seed, the source is read.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_TARGET_EMULATOR_ASYNCCOPIES_H
#define SEEDNORM_LIB_TARGET_EMULATOR_ASYNCCOPIES_H

#include "ClusterShape.h"

#include <random>

namespace seednorm::emulator {

class MemoryChecker;

/// A copy from global to shared memory; what the source does not fill is zero.
struct AsyncCopy {
  uint64_t destination = 0, source = 0;
  uint32_t bytes = 0, sourceBytes = 0;
  uint32_t slot = 0, site = 0;
  uint64_t group = 0;     ///< Counted for each lane.
  uint32_t turnsLeft = 0; ///< Until the source is read, if no wait is sooner.
  bool isPerformed = false;
};

/// The copies under way in one cluster.
class AsyncCopies {
public:
  AsyncCopies(MemoryChecker &memory, const ClusterShape &shape, uint64_t seed);

  /// Starts a copy, or says why a GPU would leave it undefined.
  std::string start(const AsyncCopy &copy);

  /// Ends the open group of a lane.
  void commit(uint32_t slot);

  /// Completes all committed groups of a lane but the last `groupsLeft`.
  void wait(uint32_t slot, uint64_t groupsLeft);

  /// Lets time pass for the copies of a lane.
  void advance(uint32_t slot);

  /// A lane ends. Returns a copy that no wait could have completed, or null.
  const AsyncCopy *finishLane(uint32_t slot);

  /// The copy that makes a byte of a range pending, or null.
  const AsyncCopy *find(uint64_t address, uint64_t bytes) const;

private:
  void perform(AsyncCopy &copy);
  void complete(AsyncCopy &copy);

  MemoryChecker &memory;
  std::vector<std::vector<AsyncCopy>> copies; ///< By slot.
  std::vector<uint64_t> openGroups;           ///< By slot.
  std::mt19937_64 random;
};

} // namespace seednorm::emulator

#endif // SEEDNORM_LIB_TARGET_EMULATOR_ASYNCCOPIES_H

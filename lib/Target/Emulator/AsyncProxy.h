//===- AsyncProxy.h - Bulk copies and asynchronous stores -------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the async proxy of PTX does beside the lanes: bulk loads to shared
// memory and remote stores, which count at an mbarrier, and bulk stores to
// global memory, in groups of the lane. Each happens at a moment drawn from
// the seed, the last one possible among them.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_TARGET_EMULATOR_ASYNCPROXY_H
#define SEEDNORM_LIB_TARGET_EMULATOR_ASYNCPROXY_H

#include "ClusterShape.h"

#include "llvm/ADT/STLExtras.h"

#include <random>

namespace seednorm::emulator {

class MemoryChecker;

/// A transfer under way.
struct BulkCopy {
  enum Kind : uint8_t { Load, RemoteStore, Store };

  Kind kind = Load;
  uint64_t destination = 0, source = 0;
  uint64_t bytes = 0;
  uint64_t barrier = 0; ///< Where a load or remote store counts.
  uint32_t value = 0;   ///< Of a remote store.
  uint32_t slot = 0, site = 0;
  uint64_t group = 0; ///< Of a store; counted for each lane.
  uint32_t roundsLeft = 0;
  bool hasRead = false; ///< A store no longer needs its source.
  bool isPerformed = false;
  bool isNext = false;    ///< To be performed in this round.
  std::vector<char> data; ///< Of a store that has read.
};

/// The transfers of one cluster.
class AsyncProxy {
public:
  AsyncProxy(MemoryChecker &memory, const ClusterShape &shape, uint64_t seed);

  void startCluster();

  /// Those below return what is wrong; an empty text is nothing.
  /// For a remote store, `source` is the value.
  std::string start(BulkCopy::Kind kind, uint64_t destination, uint64_t source,
                    uint64_t bytes, uint64_t barrier, uint32_t slot,
                    uint32_t site);
  /// Lets a round pass, or if `isStalled`, performs one transfer at least.
  /// `failed` takes the lane and instruction of what went wrong.
  std::string advance(bool isStalled, std::pair<uint32_t, uint32_t> &failed);
  /// A lane ends: none of its stores may still need shared memory.
  std::string finishLane(uint32_t slot, uint32_t &site);
  /// The lanes of a cluster have ended: stores are performed, and no load may
  /// still be under way.
  std::string finishCluster(std::pair<uint32_t, uint32_t> &failed);

  void commit(uint32_t slot) { ++openGroups[slot]; }
  /// Completes, or if `onlyRead` ends the reading of, all committed groups of
  /// a lane but the last `groupsLeft`.
  void wait(uint32_t slot, uint64_t groupsLeft, bool onlyRead);

  /// What is under way can still happen.
  bool canAdvance() const;

  /// Ends the loads that have counted at a barrier whose phase completes.
  template <typename Action> void finishPhase(uint64_t barrier, Action finish) {
    llvm::erase_if(copies, [&](BulkCopy &copy) {
      if (copy.barrier != barrier || !copy.isPerformed)
        return false;
      finish(copy);
      return true;
    });
  }

  /// The transfer that writes or, for `isRead`, reads a byte of a range.
  const BulkCopy *find(uint64_t address, uint64_t bytes, bool isRead) const;

private:
  std::string perform(BulkCopy &copy);
  void readSource(BulkCopy &copy);

  MemoryChecker &memory;
  std::vector<BulkCopy> copies;
  std::vector<uint64_t> openGroups; ///< By slot.
  std::mt19937_64 random;
};

} // namespace seednorm::emulator

#endif // SEEDNORM_LIB_TARGET_EMULATOR_ASYNCPROXY_H

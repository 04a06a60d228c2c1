//===- MBarriers.h - Barrier objects in shared memory -----------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The `mbarrier` objects of PTX. A phase completes when the arrivals that it
// expects have come and no bytes of asynchronous copies are outstanding.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_TARGET_EMULATOR_MBARRIERS_H
#define SEEDNORM_LIB_TARGET_EMULATOR_MBARRIERS_H

#include "RaceDetector.h"

#include <map>

namespace seednorm::emulator {

class MemoryChecker;

/// One barrier object.
struct MBarrier {
  uint32_t expected = 0;    ///< Arrivals of a phase.
  uint32_t pending = 0;     ///< Arrivals the phase still waits for.
  int64_t transactions = 0; ///< Bytes expected less those that came.
  uint64_t phase = 0;
  /// Orders what asynchronous copies wrote, and relaxed arrivals, like a lane.
  uint32_t slot = 0;
  AccessRecord init;
  bool isFenced = false; ///< Other blocks and copies may use it.
  KnowledgeSum arriving;
  Knowledge completed; ///< Of the last phase.
};

/// How a lane arrives; bits.
enum ArrivalFlags : uint32_t {
  ArriveRelaxed = 1,
  ArriveDrop = 2,
  ArriveNoComplete = 4,
};

/// Who uses a barrier.
enum class BarrierUse {
  Lane,
  /// Is itself ordered before those that see it, but nothing of the lane is.
  RelaxedArrival,
  Copy,
};

/// The barriers of one cluster, by address.
class MBarriers {
public:
  static constexpr uint64_t objectBytes = 8;

  /// Numbers from `firstSlot` on order what copies write.
  MBarriers(MemoryChecker &memory, const ClusterShape &shape,
            uint32_t firstSlot)
      : memory(memory), shape(shape), firstSlot(firstSlot) {}

  void startCluster() {
    barriers.clear();
    completed.clear();
    nextSlot = firstSlot;
  }

  /// Those below return what is wrong; an empty text is nothing.
  std::string init(uint32_t slot, uint64_t address, uint64_t count,
                   uint32_t site);
  std::string invalidate(uint32_t slot, uint64_t address, uint32_t site);
  std::string arrive(uint32_t slot, uint64_t address, uint64_t count,
                     uint32_t flags, uint32_t site);
  /// Adds bytes, or takes those away that have come if negative.
  std::string transact(uint32_t slot, uint64_t address, int64_t bytes,
                       uint32_t site);
  /// Whether a lane may use a barrier: it is one, and known to be.
  std::string check(uint32_t slot, uint64_t address, BarrierUse use,
                    uint32_t site);
  /// Bytes of a copy have come.
  std::string completeForCopy(uint64_t address, uint64_t bytes);

  const MBarrier *find(uint64_t address) const;

  /// The initialisations of a lane so far are visible to all of the cluster.
  void fenceInits(uint32_t slot);

  /// Takes the next barrier of which a phase has completed; 0 if none.
  uint64_t takeCompleted();

  std::string describe(uint64_t address) const;

private:
  void arriveRelaxed(uint32_t slot, uint64_t address, MBarrier &barrier,
                     uint32_t site);
  std::string applyTransaction(MBarrier &barrier, int64_t bytes);
  void tryComplete(uint64_t address, MBarrier &barrier);

  MemoryChecker &memory;
  ClusterShape shape;
  std::map<uint64_t, MBarrier> barriers;
  std::vector<uint64_t> completed;
  uint32_t firstSlot, nextSlot = 0;
};

} // namespace seednorm::emulator

#endif // SEEDNORM_LIB_TARGET_EMULATOR_MBARRIERS_H

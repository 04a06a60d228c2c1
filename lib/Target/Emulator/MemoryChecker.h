//===- MemoryChecker.h - Judge and count each access ------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every access of a launch that is not to a lane's own stack comes by here.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_TARGET_EMULATOR_MEMORYCHECKER_H
#define SEEDNORM_LIB_TARGET_EMULATOR_MEMORYCHECKER_H

#include "AsyncCopies.h"
#include "AsyncProxy.h"
#include "BlockLifetimes.h"
#include "ClusterShape.h"
#include "GlobalMemory.h"
#include "MBarriers.h"
#include "RequestLog.h"
#include "SharedMemory.h"

namespace seednorm::emulator {

/// The memory of one launch. Lanes are named by their slot.
class MemoryChecker {
public:
  MemoryChecker(const HostProgram &program, const Launch &launch,
                const ClusterShape &shape, Counters &counters);

  /// Forgets what the last cluster left in shared memory.
  void startCluster();

  /// Counts an access. Returns false if a GPU would leave it undefined.
  bool access(uint32_t slot, uint64_t address, uint64_t bytes, uint32_t site);

  /// Why `access` gave false.
  std::string explain(uint32_t slot, uint64_t address, uint64_t bytes,
                      uint32_t site) const;

  /// Counts a copy and makes its destination pending, or says what is wrong.
  std::string startCopyFromGlobal(const AsyncCopy &copy);

  /// The destination of a copy that has been performed may be used.
  void finishCopyToShared(const AsyncCopy &copy);

  /// The same for a transfer of the async proxy.
  std::string startBulkCopy(const BulkCopy &copy);

  /// A bulk store has read its source.
  void finishBulkRead(const BulkCopy &copy);

  /// A phase completes: what copies wrote before may be used.
  void finishPhase(uint64_t address, MBarrier &barrier);

  /// Makes bytes of a lane's block a barrier object, or ends it.
  std::string claimBarrier(uint32_t slot, uint64_t address, uint32_t site);
  void releaseBarrier(uint64_t address);

  /// Where an address is in the shared memory of some block.
  std::string locateShared(uint64_t address) const;

  MBarriers &getBarriers() { return barriers; }
  AsyncProxy &getProxy() { return proxy; }

  /// The order of the accesses so far.
  HappensBefore &getOrder() { return order; }

  /// The lanes of a warp are about to continue together.
  void converge(unsigned warp) { requests.converge(warp); }

  /// Moves what was counted by requests to the counters of the launch.
  void finish() { requests.finish(counters); }

  /// A lane has waited for the grid before its own.
  void waitForPredecessor(uint32_t slot) { hasWaited[slot] = true; }

  /// The rank of the block whose shared memory an address is in, or `nowhere`.
  uint32_t findBlock(uint64_t address) const;
  static constexpr uint32_t nowhere = ~0u;

  /// How reports name a lane other than the one that failed.
  std::string nameLane(uint32_t slot) const;

  BlockLifetimes &getLifetimes() { return lifetimes; }
  SharedMemory &getShared(uint32_t rank) { return shared[rank]; }
  AsyncCopies &getCopies() { return copies; }

private:
  uint32_t findBlock(uint32_t slot, uint64_t address, const Site &site) const;
  bool accessShared(uint32_t slot, uint32_t rank, uint64_t address,
                    uint64_t bytes, uint32_t site);
  std::string explainMisalignment(uint64_t address, uint64_t bytes,
                                  uint64_t alignment, bool writes,
                                  const std::string &place) const;
  std::string explainShared(uint32_t rank, uint64_t address, uint64_t bytes,
                            bool writes) const;
  std::string explainPending(uint32_t rank, uint64_t address, uint64_t bytes,
                             bool writes) const;
  std::string explainBeingRead(uint32_t rank, uint64_t address,
                               uint64_t bytes) const;
  std::string describeCopy(uint32_t slot, uint32_t site) const;
  std::string checkBulkOperands(const BulkCopy &copy) const;
  std::string accessGlobalInBulk(const BulkCopy &copy, uint64_t address,
                                 bool writes);
  std::string checkProxy(SharedMemory &memory, const BulkCopy &copy,
                         uint64_t address);
  std::string startBulkStore(const BulkCopy &copy);
  std::string startBulkLoad(const BulkCopy &copy);
  bool isTooEarly(uint32_t slot, uint32_t region) const {
    return isDependent && !hasWaited[slot] &&
           global.getRegions()[region].fromPredecessor;
  }
  std::string explainGlobal(uint32_t slot, uint64_t address, uint64_t bytes,
                            bool writes) const;
  std::string explainRace(const SharedMemory &memory, uint64_t address,
                          uint64_t bytes, bool writes) const;

  const std::vector<Site> &sites;
  ClusterShape shape;
  HappensBefore order;
  GlobalMemory global;
  std::vector<SharedMemory> shared; ///< By rank.
  BlockLifetimes lifetimes;
  std::string wrongLifetime; ///< Of the last access that gave false.
  AsyncCopies copies;
  MBarriers barriers;
  AsyncProxy proxy;
  RequestLog requests;
  bool isDependent;
  std::vector<uint8_t> hasWaited; ///< By slot, for the predecessor.
  Counters &counters;
};

} // namespace seednorm::emulator

#endif // SEEDNORM_LIB_TARGET_EMULATOR_MEMORYCHECKER_H

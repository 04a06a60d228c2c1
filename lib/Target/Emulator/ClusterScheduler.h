//===- ClusterScheduler.h - Run the lanes of a cluster ----------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lanes are fibers on one thread; those of all blocks of a cluster run at once,
// and a kernel without clusters has clusters of one block. In each round every
// lane that can run does so once, in a new shuffled order, until it waits, ends
// or has run for long enough to let others pass; with an odd seed one warp is
// left behind. A round without such a lane is the end: of the cluster, or of
// the launch with an account of who waits where.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_TARGET_EMULATOR_CLUSTERSCHEDULER_H
#define SEEDNORM_LIB_TARGET_EMULATOR_CLUSTERSCHEDULER_H

#include "DeviceFunctions.h"
#include "Fiber.h"
#include "MemoryChecker.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <optional>
#include <random>

namespace seednorm::emulator {

/// What a lane waits for.
enum class WaitKind : uint8_t {
  Nothing,
  BlockBarrier,
  WarpBarrier,
  Shuffle,
  ClusterBarrier,
  MBarrier,
};

/// The operands of a shuffle, named as in PTX.
struct ShuffleOperands {
  ShuffleMode mode = ShuffleMode::Up;
  uint32_t value = 0, b = 0, c = 0;
};

/// Runs the clusters of one launch one after another.
class ClusterScheduler {
public:
  ClusterScheduler(const HostProgram &program, const Kernel &kernel,
                   const Launch &launch, const StackPool &stacks,
                   MemoryChecker &memory, Counters &counters);

  /// Runs all lanes of the cluster whose first block is given to their end.
  /// False after a failure.
  bool runCluster(uint32_t x, uint32_t y, uint32_t z);

  /// What went wrong; empty if nothing did.
  const std::string &getFailure() const { return failure; }

  /// The functions below act on the running lane and are called on its stack,
  /// which is abandoned after a failure: nothing that needs destruction may
  /// live there while they switch away.
  void access(uint64_t address, uint64_t bytes, uint32_t site);
  void waitForBlock(uint32_t barrier, uint32_t site);
  void waitForWarp(uint32_t mask, uint32_t site);
  uint64_t shuffle(uint32_t mask, const ShuffleOperands &operands,
                   uint32_t site);
  uint64_t perform(const OperationCall &call);
  uint32_t readRegister(SpecialRegister which) const;
  void *getSharedMemory() const;

  /// The scheduler whose lanes run on this thread.
  static ClusterScheduler &getCurrent();

private:
  struct Lane {
    void *stackPointer = nullptr;
    bool hasExited = false;
    WaitKind wait = WaitKind::Nothing;
    uint32_t site = 0;
    uint32_t mask = 0; ///< The barrier's number for a block barrier.
    uint32_t untilYield = 0;
    ShuffleOperands operands;
    uint64_t received = 0;
    bool hasArrived = false; ///< At the cluster's barrier, and not waited.
    uint64_t arrivedGeneration = 0;
    uint32_t arriveSite = 0;
    uint64_t waitAddress = 0; ///< Of a barrier object.
    bool waitIsRelaxed = false;
    uint32_t failedTests = 0; ///< Of barrier objects, since the last success.
  };

  /// Lanes as bits; lanes that a partial warp lacks are in neither.
  struct Warp {
    uint32_t alive = 0, waiting = 0;
  };

  struct Block {
    uint32_t index[3] = {0, 0, 0}; ///< In the grid.
    uint32_t atBarrier = 0, firstAtBarrier = 0;
  };

  struct ClusterBarrier {
    uint64_t generation = 1;
    uint32_t missing = 0, arrived = 0; ///< Lanes of this generation.
    KnowledgeSum arriving;             ///< Of the lanes that have arrived.
    Knowledge completed;               ///< Of the last generation.
  };

  [[noreturn]] static void runLane();
  void startBlocks(uint32_t x, uint32_t y, uint32_t z);
  void startLanes();
  bool runRounds();
  void findRunnable();
  bool spins(uint32_t slot) const;
  void shuffleOrder();
  void resume(uint32_t slot);
  void switchToScheduler();
  void maybeYield();
  bool isOnStack(uint64_t address) const;

  void startClusterBarrier();
  void arriveAtCluster(bool isRelaxed, bool aligned, uint32_t site);
  void waitForCluster(bool aligned, uint32_t site);
  void tryCompleteCluster();
  void leaveClusterBarrier(uint32_t slot);
  bool
  isAligned(uint32_t site,
            llvm::function_ref<std::optional<uint32_t>(const Lane &)> place);
  uint32_t readClusterRegister(SpecialRegister which) const;
  uint64_t performBarrier(const OperationCall &call);
  uint64_t performBulk(const OperationCall &call);
  uint64_t arrive(const OperationCall &call, uint64_t count, uint64_t bytes,
                  uint32_t flags);
  void acquirePhase(uint32_t slot, const Knowledge &completed);
  uint64_t testBarrier(const OperationCall &call, bool blocks, bool mayGiveUp,
                       bool isRelaxed);
  int64_t findPhase(const OperationCall &call);
  void wakeWaiting();
  void startBulk(BulkCopy::Kind kind, uint64_t destination, uint64_t source,
                 uint64_t bytes, uint64_t barrier, uint32_t site);
  void advanceCopies(bool isStalled);
  void finishCopies();
  uint64_t mapShared(uint64_t address, uint64_t rank, uint32_t site);
  uint64_t getRank(uint64_t address, uint32_t site);

  void startCopy(const OperationCall &call, uint64_t read, uint64_t written);
  void suspend(WaitKind kind, uint32_t mask, uint32_t site);
  void release(uint32_t slot);
  void exitLane();
  void tryCompleteBlock();
  void tryCompleteWarp(uint32_t slot);
  void checkMask(uint32_t mask, uint32_t site);
  void exchange(uint32_t slot, uint32_t sources);

  void recordFailure(uint32_t rank, const llvm::Twine &reason);
  void recordLaneFailure(uint32_t slot, const llvm::Twine &reason,
                         uint32_t site);
  /// Records what is wrong with the running lane, if anything; then it must
  /// switch away.
  bool isWrong(const std::string &reason, uint32_t site);
  std::string describeBlock(uint32_t rank) const;
  std::string describeWaiting(uint32_t rank) const;
  void reportStall();

  const HostProgram &program;
  const Kernel &kernel;
  const Launch &launch;
  const StackPool &stacks;
  MemoryChecker &memory;
  Counters &counters;
  ClusterShape shape;
  std::mt19937_64 random;

  std::vector<Lane> lanes; ///< By slot.
  std::vector<Warp> warps;
  std::vector<Block> blocks;
  ClusterBarrier clusterBarrier;
  std::vector<uint32_t> order;
  uint32_t heldWarp = 0; ///< Runs only when no other can.
  uint32_t running = 0;  ///< A slot.
  void *schedulerStackPointer = nullptr;
  std::string failure;
};

} // namespace seednorm::emulator

#endif // SEEDNORM_LIB_TARGET_EMULATOR_CLUSTERSCHEDULER_H

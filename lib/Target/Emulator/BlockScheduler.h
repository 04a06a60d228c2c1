//===- BlockScheduler.h - Run the lanes of a block --------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lanes are fibers on one thread. In each round every lane that can run does
// so once, in a new shuffled order, until it waits, ends or has run for long
// enough to let others pass; with an odd seed one warp is left behind. A round
// without such a lane is the end: of the block, or of the launch with an
// account of who waits where.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_TARGET_EMULATOR_BLOCKSCHEDULER_H
#define SEEDNORM_LIB_TARGET_EMULATOR_BLOCKSCHEDULER_H

#include "DeviceFunctions.h"
#include "Fiber.h"
#include "MemoryChecker.h"

#include <random>

namespace seednorm::emulator {

/// What a lane waits for.
enum class WaitKind : uint8_t { Nothing, BlockBarrier, WarpBarrier, Shuffle };

/// The operands of a shuffle, named as in PTX.
struct ShuffleOperands {
  ShuffleMode mode = ShuffleMode::Up;
  uint32_t value = 0, b = 0, c = 0;
};

/// Runs the blocks of one launch one after another.
class BlockScheduler {
public:
  BlockScheduler(const HostProgram &program, const Kernel &kernel,
                 const Launch &launch, const StackPool &stacks,
                 MemoryChecker &memory, Counters &counters);

  /// Runs all lanes of a block to their end. False after a failure.
  bool runBlock(uint32_t x, uint32_t y, uint32_t z);

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
  uint32_t readRegister(SpecialRegister which) const;
  void *getSharedMemory() const { return memory.getShared().getBase(); }

  /// The scheduler whose lanes run on this thread.
  static BlockScheduler &getCurrent();

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
  };

  /// Lanes as bits; lanes that a partial warp lacks are in neither.
  struct Warp {
    uint32_t alive = 0, waiting = 0;
  };

  [[noreturn]] static void runLane();
  void startLanes();
  bool runRounds();
  void findRunnable();
  void shuffleOrder();
  void resume(uint32_t lane);
  void switchToScheduler();
  void maybeYield();
  bool isOnStack(uint64_t address) const;

  void suspend(WaitKind kind, uint32_t mask, uint32_t site);
  void release(uint32_t lane);
  void exitLane();
  void tryCompleteBlock();
  void tryCompleteWarp(uint32_t lane);
  void checkMask(uint32_t mask, uint32_t site);
  void exchange(uint32_t lane, uint32_t sources);

  void recordFailure(const llvm::Twine &reason);
  void recordLaneFailure(uint32_t lane, const llvm::Twine &reason,
                         uint32_t site);
  std::string describeBlock() const;
  std::string describeWaiting() const;
  void reportStall();

  const HostProgram &program;
  const Kernel &kernel;
  const Launch &launch;
  const StackPool &stacks;
  MemoryChecker &memory;
  Counters &counters;
  std::mt19937_64 random;

  std::vector<Lane> lanes;
  std::vector<Warp> warps;
  std::vector<uint32_t> order;
  uint32_t heldWarp = 0; ///< Runs only when no other can.
  uint32_t block[3] = {0, 0, 0};
  uint32_t running = 0;
  uint32_t atBarrier = 0, firstAtBarrier = 0;
  void *schedulerStackPointer = nullptr;
  std::string failure;
};

} // namespace seednorm::emulator

#endif // SEEDNORM_LIB_TARGET_EMULATOR_BLOCKSCHEDULER_H

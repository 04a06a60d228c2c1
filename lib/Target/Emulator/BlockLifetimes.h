//===- BlockLifetimes.h - When a block may be accessed ----------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The shared memory of another block of the cluster may be accessed from when
// that block is known to have started, until it ends; and it may end only when
// all such accesses are known, by some of its lanes, to be over.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_TARGET_EMULATOR_BLOCKLIFETIMES_H
#define SEEDNORM_LIB_TARGET_EMULATOR_BLOCKLIFETIMES_H

#include "RaceDetector.h"

#include "llvm/ADT/DenseMap.h"

#include <optional>

namespace seednorm::emulator {

/// Follows the blocks of a cluster from start to end.
class BlockLifetimes {
public:
  BlockLifetimes(const HappensBefore &order, const ClusterShape &shape)
      : order(order), shape(shape) {}

  void startCluster();

  /// Another block's shared memory is accessed. Returns what is wrong with it.
  /// `isOrdered` if what the lane's clock orders includes the access.
  std::string access(uint32_t slot, uint32_t rank, uint32_t site,
                     bool isOrdered = true);

  /// Another block has arrived at a barrier, relaxed: number `barrier` orders
  /// the access, not its lane's.
  void arrive(uint32_t rank, uint32_t barrier, const AccessRecord &access);

  /// Whether all lanes of a block have ended.
  bool hasEnded(uint32_t rank) const { return blocks[rank].lanesLeft == 0; }

  /// A copy to a block's shared memory has started, and has ended.
  void startCopy(uint32_t rank) { blocks[rank].hasCopies = true; }
  void finishCopy(uint32_t rank, const AccessRecord &write) {
    blocks[rank].copies.push_back(write);
  }

  /// A lane ends. If it is its block's last, and accesses to the block's shared
  /// memory may come after, returns one.
  std::optional<AccessRecord> finishLane(uint32_t slot);

private:
  struct Block {
    uint32_t lanesLeft = 0;
    KnowledgeSum known;                 ///< Of the lanes that have ended.
    std::vector<AccessRecord> accesses; ///< The last one, by slot.
    /// The last relaxed arrival of another block at each barrier.
    llvm::DenseMap<uint32_t, AccessRecord> arrivals;
    bool hasCopies = false;
    std::vector<AccessRecord> copies; ///< Those that have ended.
  };

  bool hasStarted(uint32_t slot, uint32_t rank) const;

  const HappensBefore &order;
  ClusterShape shape;
  std::vector<Block> blocks;
};

} // namespace seednorm::emulator

#endif // SEEDNORM_LIB_TARGET_EMULATOR_BLOCKLIFETIMES_H

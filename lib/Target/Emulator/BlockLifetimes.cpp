//===- BlockLifetimes.cpp - When a block may be accessed ------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Judged by the order that synchronization makes, not by the order in which the
// emulator happened to run the lanes.
//
//===----------------------------------------------------------------------===//

#include "BlockLifetimes.h"

#include "llvm/ADT/Twine.h"

using namespace llvm;
using namespace seednorm::emulator;

void BlockLifetimes::startCluster() {
  blocks.assign(shape.getNumBlocks(), Block());
  for (Block &block : blocks)
    block.lanesLeft = shape.getLanesPerBlock();
}

// A block starts as a whole, so that knowing of one lane is enough.
bool BlockLifetimes::hasStarted(uint32_t slot, uint32_t rank) const {
  Observer observer = order.observe(slot);
  uint32_t first = rank * shape.getSlotsPerBlock();
  for (uint32_t lane = 0; lane < shape.getLanesPerBlock(); ++lane)
    if (observer.knows(first + lane, order.getBirth()))
      return true;
  return false;
}

std::string BlockLifetimes::access(uint32_t slot, uint32_t rank, uint32_t site,
                                   bool isOrdered) {
  Block &block = blocks[rank];
  if (block.lanesLeft == 0)
    return ("access to the shared memory of the cluster's block " +
            Twine(rank) + ", which has ended")
        .str();
  if (!hasStarted(slot, rank))
    return ("access to the shared memory of the cluster's block " +
            Twine(rank) +
            ", which may not have started: no barrier of the "
            "cluster comes before")
        .str();
  if (!isOrdered)
    return "";
  block.accesses.resize(shape.getNumSlots());
  block.accesses[slot] = {order.observe(slot).clock, slot, site};
  return "";
}

void BlockLifetimes::arrive(uint32_t rank, uint32_t barrier,
                            const AccessRecord &access) {
  blocks[rank].arrivals[barrier] = access;
}

std::optional<AccessRecord> BlockLifetimes::finishLane(uint32_t slot) {
  Block &block = blocks[shape.rankOf(slot)];
  --block.lanesLeft;
  if (shape.getNumBlocks() == 1 && !block.hasCopies)
    return std::nullopt;
  order.publish(slot, block.known);
  if (block.lanesLeft > 0)
    return std::nullopt;
  Knowledge known = block.known.get();
  for (const std::vector<AccessRecord> &list : {block.accesses, block.copies})
    for (const AccessRecord &access : list)
      if (access.clock != 0 && !known.covers(access.slot, access.clock))
        return access;
  for (const auto &[barrier, access] : block.arrivals)
    if (!known.covers(barrier, access.clock))
      return access;
  return std::nullopt;
}

//===- Synchronization.cpp - Barriers and shuffles ------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What lanes do together. A lane that waits is released by the last to arrive,
// and runs again in the next round.
//
//===----------------------------------------------------------------------===//

#include "ClusterScheduler.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace seednorm::emulator;

static uint32_t bitOf(uint32_t slot) { return 1u << slot % warpSize; }

void ClusterScheduler::suspend(WaitKind kind, uint32_t mask, uint32_t site) {
  Lane &lane = lanes[running];
  lane.wait = kind;
  lane.mask = mask;
  lane.site = site;
  warps[running / warpSize].waiting |= bitOf(running);
  if (kind == WaitKind::BlockBarrier)
    tryCompleteBlock();
  else if (kind == WaitKind::WarpBarrier || kind == WaitKind::Shuffle)
    tryCompleteWarp(running);
  switchToScheduler();
}

void ClusterScheduler::release(uint32_t slot) {
  lanes[slot].wait = WaitKind::Nothing;
  warps[slot / warpSize].waiting &= ~bitOf(slot);
}

// The lanes of a warp wait only for those of a mask that still run.
void ClusterScheduler::exitLane() {
  if (const AsyncCopy *lost = memory.getCopies().finishLane(running))
    recordLaneFailure(running,
                      "the lane ends without having committed a copy, which "
                      "no wait can then complete",
                      lost->site);
  uint32_t site = 0;
  std::string wrong = memory.getProxy().finishLane(running, site);
  if (!wrong.empty())
    recordLaneFailure(running, wrong, site);
  if (std::optional<AccessRecord> late =
          memory.getLifetimes().finishLane(running))
    recordFailure(shape.rankOf(running),
                  "the block ends, but nothing orders that after the access to "
                  "its shared memory by " +
                      memory.nameLane(late->slot) + " in '" +
                      program.sites[late->site].text + "'");
  lanes[running].hasExited = true;
  leaveClusterBarrier(running);
  warps[running / warpSize].alive &= ~bitOf(running);
  uint32_t first = running / warpSize * warpSize;
  for (uint32_t slot = first; slot < first + warpSize; ++slot)
    if (lanes[slot].wait == WaitKind::WarpBarrier ||
        lanes[slot].wait == WaitKind::Shuffle)
      tryCompleteWarp(slot);
}

//===----------------------------------------------------------------------===//
// The block
//===----------------------------------------------------------------------===//

void ClusterScheduler::waitForBlock(uint32_t barrier, uint32_t site) {
  suspend(WaitKind::BlockBarrier, barrier, site);
}

void ClusterScheduler::tryCompleteBlock() {
  uint32_t rank = shape.rankOf(running);
  Block &block = blocks[rank];
  if (block.atBarrier++ == 0)
    block.firstAtBarrier = running;
  const Lane &first = lanes[block.firstAtBarrier], &last = lanes[running];
  if (first.site != last.site || first.mask != last.mask)
    return recordFailure(rank, "divergent barrier: " + describeWaiting(rank));
  if (block.atBarrier < shape.getLanesPerBlock())
    return;
  block.atBarrier = 0;
  ++counters.blockBarriers;
  memory.getOrder().meetBlock(rank);
  uint32_t begin = rank * shape.getSlotsPerBlock();
  uint32_t end = begin + shape.getSlotsPerBlock();
  for (uint32_t slot = begin; slot < end; ++slot)
    release(slot);
  for (uint32_t warp = begin / warpSize; warp < end / warpSize; ++warp)
    memory.converge(warp);
}

//===----------------------------------------------------------------------===//
// The warp
//===----------------------------------------------------------------------===//

void ClusterScheduler::checkMask(uint32_t mask, uint32_t site) {
  if (mask & bitOf(running))
    return;
  recordLaneFailure(running,
                    "the lane is not in the mask 0x" +
                        Twine(utohexstr(mask, /*LowerCase=*/true)) +
                        " it waits with",
                    site);
  switchToScheduler();
}

void ClusterScheduler::waitForWarp(uint32_t mask, uint32_t site) {
  checkMask(mask, site);
  suspend(WaitKind::WarpBarrier, mask, site);
}

uint64_t ClusterScheduler::shuffle(uint32_t mask,
                                   const ShuffleOperands &operands,
                                   uint32_t site) {
  checkMask(mask, site);
  lanes[running].operands = operands;
  suspend(WaitKind::Shuffle, mask, site);
  return lanes[running].received;
}

void ClusterScheduler::tryCompleteWarp(uint32_t arrived) {
  const Lane &model = lanes[arrived];
  const Warp &warp = warps[arrived / warpSize];
  uint32_t needed = model.mask & warp.alive;
  if ((warp.waiting & needed) != needed)
    return;
  uint32_t first = arrived / warpSize * warpSize;
  auto forEachNeeded = [&](auto action) {
    for (uint32_t bits = needed; bits; bits &= bits - 1)
      action(first + countr_zero(bits));
  };
  bool agree = true;
  forEachNeeded([&](uint32_t index) {
    const Lane &lane = lanes[index];
    agree &= lane.wait == model.wait && lane.site == model.site &&
             lane.mask == model.mask;
  });
  if (!agree)
    return;
  bool isShuffle = model.wait == WaitKind::Shuffle;
  if (isShuffle)
    forEachNeeded([&](uint32_t index) { exchange(index, needed); });
  else
    memory.getOrder().meetWarp(first, needed);
  ++(isShuffle ? counters.shuffles : counters.warpBarriers);
  forEachNeeded([&](uint32_t index) { release(index); });
  if (needed == warp.alive)
    memory.converge(arrived / warpSize);
}

// The pseudocode of `shfl.sync` in the PTX ISA.
void ClusterScheduler::exchange(uint32_t index, uint32_t sources) {
  Lane &lane = lanes[index];
  const ShuffleOperands &operands = lane.operands;
  int32_t self = index % warpSize, distance = operands.b & 31;
  int32_t segment = operands.c >> 8 & 31, clamp = operands.c & 31;
  int32_t last = (self & segment) | (clamp & ~segment);
  int32_t source = self;
  bool isInside = false;
  switch (operands.mode) {
  case ShuffleMode::Up:
    source = self - distance;
    isInside = source >= last;
    break;
  case ShuffleMode::Down:
    source = self + distance;
    isInside = source <= last;
    break;
  case ShuffleMode::Butterfly:
    source = self ^ distance;
    isInside = source <= last;
    break;
  case ShuffleMode::Index:
    source = (self & segment) | (distance & ~segment);
    isInside = source <= last;
    break;
  }
  if (!isInside)
    source = self;
  if (!(sources & bitOf(source)))
    return recordLaneFailure(index,
                             "reads from lane " +
                                 Twine(shape.laneOf(index - self + source)) +
                                 ", which takes no part in the shuffle",
                             lane.site);
  lane.received =
      lanes[index - self + source].operands.value | uint64_t(isInside) << 32;
}

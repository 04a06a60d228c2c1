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

#include "BlockScheduler.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace seednorm::emulator;

static uint32_t bitOf(uint32_t lane) { return 1u << lane % warpSize; }

void BlockScheduler::suspend(WaitKind kind, uint32_t mask, uint32_t site) {
  Lane &lane = lanes[running];
  lane.wait = kind;
  lane.mask = mask;
  lane.site = site;
  warps[running / warpSize].waiting |= bitOf(running);
  if (kind == WaitKind::BlockBarrier)
    tryCompleteBlock();
  else
    tryCompleteWarp(running);
  switchToScheduler();
}

void BlockScheduler::release(uint32_t lane) {
  lanes[lane].wait = WaitKind::Nothing;
  warps[lane / warpSize].waiting &= ~bitOf(lane);
}

// The lanes of a warp wait only for those of a mask that still run.
void BlockScheduler::exitLane() {
  lanes[running].hasExited = true;
  warps[running / warpSize].alive &= ~bitOf(running);
  uint32_t first = running / warpSize * warpSize;
  uint32_t end = std::min<uint32_t>(first + warpSize, lanes.size());
  for (uint32_t lane = first; lane < end; ++lane)
    if (lanes[lane].wait == WaitKind::WarpBarrier ||
        lanes[lane].wait == WaitKind::Shuffle)
      tryCompleteWarp(lane);
}

//===----------------------------------------------------------------------===//
// The block
//===----------------------------------------------------------------------===//

void BlockScheduler::waitForBlock(uint32_t barrier, uint32_t site) {
  suspend(WaitKind::BlockBarrier, barrier, site);
}

void BlockScheduler::tryCompleteBlock() {
  if (atBarrier++ == 0)
    firstAtBarrier = running;
  const Lane &first = lanes[firstAtBarrier], &last = lanes[running];
  if (first.site != last.site || first.mask != last.mask)
    return recordFailure("divergent barrier: " + describeWaiting());
  if (atBarrier < lanes.size())
    return;
  atBarrier = 0;
  ++counters.blockBarriers;
  for (uint32_t lane = 0; lane < lanes.size(); ++lane)
    release(lane);
  for (uint32_t warp = 0; warp < warps.size(); ++warp)
    memory.converge(warp);
}

//===----------------------------------------------------------------------===//
// The warp
//===----------------------------------------------------------------------===//

void BlockScheduler::checkMask(uint32_t mask, uint32_t site) {
  if (mask & bitOf(running))
    return;
  recordLaneFailure(running,
                    "the lane is not in the mask 0x" +
                        Twine(utohexstr(mask, /*LowerCase=*/true)) +
                        " it waits with",
                    site);
  switchToScheduler();
}

void BlockScheduler::waitForWarp(uint32_t mask, uint32_t site) {
  checkMask(mask, site);
  suspend(WaitKind::WarpBarrier, mask, site);
}

uint64_t BlockScheduler::shuffle(uint32_t mask, const ShuffleOperands &operands,
                                 uint32_t site) {
  checkMask(mask, site);
  lanes[running].operands = operands;
  suspend(WaitKind::Shuffle, mask, site);
  return lanes[running].received;
}

void BlockScheduler::tryCompleteWarp(uint32_t arrived) {
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
  ++(isShuffle ? counters.shuffles : counters.warpBarriers);
  forEachNeeded([&](uint32_t index) { release(index); });
  if (needed == warp.alive)
    memory.converge(arrived / warpSize);
}

// The pseudocode of `shfl.sync` in the PTX ISA.
void BlockScheduler::exchange(uint32_t index, uint32_t sources) {
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
                             "reads from lane " + Twine(index - self + source) +
                                 ", which takes no part in the shuffle",
                             lane.site);
  lane.received =
      lanes[index - self + source].operands.value | uint64_t(isInside) << 32;
}

//===- ClusterScheduler.cpp - Run the lanes of a cluster ------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Starting, choosing and switching between lanes.
//
//===----------------------------------------------------------------------===//

#include "ClusterScheduler.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/SaveAndRestore.h"

#include <numeric>

using namespace llvm;
using namespace seednorm::emulator;

// At most this many accesses to memory between two chances for other lanes. It
// finds races, and keeps the lanes of a warp close enough to be counted.
static constexpr uint32_t maxAccessesInTurn = 64;

static thread_local ClusterScheduler *currentScheduler = nullptr;

ClusterScheduler &ClusterScheduler::getCurrent() { return *currentScheduler; }

ClusterScheduler::ClusterScheduler(const HostProgram &program,
                                   const Kernel &kernel, const Launch &launch,
                                   const StackPool &stacks,
                                   MemoryChecker &memory, Counters &counters)
    : program(program), kernel(kernel), launch(launch), stacks(stacks),
      memory(memory), counters(counters), shape(launch, kernel),
      random(launch.seed) {
  lanes.resize(shape.getNumSlots());
  warps.resize(shape.getNumWarps());
  blocks.resize(shape.getNumBlocks());
}

bool ClusterScheduler::runCluster(uint32_t x, uint32_t y, uint32_t z) {
  SaveAndRestore scope(currentScheduler, this);
  startBlocks(x, y, z);
  startLanes();
  if (!runRounds())
    return false;
  for (uint32_t warp = 0; warp < warps.size(); ++warp)
    memory.converge(warp);
  counters.blocks += blocks.size();
  return true;
}

void ClusterScheduler::startBlocks(uint32_t x, uint32_t y, uint32_t z) {
  memory.startCluster();
  startClusterBarrier();
  for (auto [rank, block] : enumerate(blocks)) {
    block = Block();
    block.index[0] = x + rank % kernel.cluster[0];
    block.index[1] = y + rank / kernel.cluster[0] % kernel.cluster[1];
    block.index[2] = z + rank / kernel.cluster[0] / kernel.cluster[1];
  }
}

void ClusterScheduler::startLanes() {
  for (Warp &warp : warps)
    warp = Warp();
  for (auto [slot, lane] : enumerate(lanes)) {
    lane = Lane();
    if (shape.isEmpty(slot)) {
      lane.hasExited = true;
      continue;
    }
    lane.stackPointer = prepareFiber(stacks.getTop(slot), runLane);
    lane.untilYield = 1 + random() % maxAccessesInTurn;
    warps[slot / warpSize].alive |= 1u << slot % warpSize;
  }
}

/// Fills `order` with the lanes that can run. With an odd seed one warp runs
/// only when no other can, so that these are ahead of it as far as barriers let
/// them: rounds alone keep all warps within a few instructions of each other.
void ClusterScheduler::findRunnable() {
  order.clear();
  for (auto [slot, lane] : enumerate(lanes))
    if (!lane.hasExited && lane.wait == WaitKind::Nothing)
      order.push_back(slot);
  if (launch.seed % 2 == 0 || order.empty())
    return;
  auto isHeld = [&](uint32_t slot) { return slot / warpSize == heldWarp; };
  if (all_of(order, [&](uint32_t slot) { return isHeld(slot) || spins(slot); }))
    heldWarp = random() % warps.size();
  else
    erase_if(order, isHeld);
}

// Lanes that only test barrier objects, in vain so far, make no progress.
bool ClusterScheduler::spins(uint32_t slot) const {
  return lanes[slot].failedTests > 0;
}

bool ClusterScheduler::runRounds() {
  while (failure.empty()) {
    findRunnable();
    bool isStalled = all_of(order, [&](uint32_t slot) { return spins(slot); });
    if (order.empty() && !memory.getProxy().canAdvance())
      break;
    shuffleOrder();
    for (uint32_t slot : order) {
      resume(slot);
      if (!failure.empty())
        return false;
    }
    advanceCopies(isStalled);
  }
  if (!failure.empty())
    return false;
  if (any_of(lanes, [](const Lane &lane) { return !lane.hasExited; })) {
    reportStall();
    return false;
  }
  finishCopies();
  return failure.empty();
}

// Spelled out because the order of `std::shuffle` differs between libraries,
// and a seed should mean the same everywhere.
void ClusterScheduler::shuffleOrder() {
  for (size_t size = order.size(); size > 1; --size)
    std::swap(order[size - 1], order[random() % size]);
}

void ClusterScheduler::resume(uint32_t slot) {
  running = slot;
  seednorm_emulator_switch(&schedulerStackPointer, lanes[slot].stackPointer);
}

void ClusterScheduler::switchToScheduler() {
  seednorm_emulator_switch(&lanes[running].stackPointer, schedulerStackPointer);
}

void ClusterScheduler::runLane() {
  ClusterScheduler &self = getCurrent();
  self.kernel.entry(self.launch.arguments.data());
  self.exitLane();
  self.switchToScheduler();
  llvm_unreachable("a lane that has ended is not resumed");
}

void ClusterScheduler::maybeYield() {
  Lane &lane = lanes[running];
  if (--lane.untilYield > 0)
    return;
  lane.untilYield = 1 + random() % maxAccessesInTurn;
  memory.getCopies().advance(running);
  switchToScheduler();
}

bool ClusterScheduler::isOnStack(uint64_t address) const {
  auto top = reinterpret_cast<uint64_t>(stacks.getTop(running));
  return address < top && address >= top - stacks.getStackBytes();
}

void ClusterScheduler::access(uint64_t address, uint64_t bytes, uint32_t site) {
  maybeYield();
  if (program.sites[site].space == MemorySpace::Generic && isOnStack(address))
    return;
  if (memory.access(running, address, bytes, site))
    return;
  recordLaneFailure(running, memory.explain(running, address, bytes, site),
                    site);
  switchToScheduler();
}

void *ClusterScheduler::getSharedMemory() const {
  return memory.getShared(shape.rankOf(running)).getBase();
}

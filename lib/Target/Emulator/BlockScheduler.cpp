//===- BlockScheduler.cpp - Run the lanes of a block ----------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Starting, choosing and switching between lanes.
//
//===----------------------------------------------------------------------===//

#include "BlockScheduler.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/SaveAndRestore.h"

#include <numeric>

using namespace llvm;
using namespace seednorm::emulator;

// At most this many accesses to memory between two chances for other lanes. It
// finds races, and keeps the lanes of a warp close enough to be counted.
static constexpr uint32_t maxAccessesInTurn = 64;

static thread_local BlockScheduler *currentScheduler = nullptr;

BlockScheduler &BlockScheduler::getCurrent() { return *currentScheduler; }

BlockScheduler::BlockScheduler(const HostProgram &program, const Kernel &kernel,
                               const Launch &launch, const StackPool &stacks,
                               MemoryChecker &memory, Counters &counters)
    : program(program), kernel(kernel), launch(launch), stacks(stacks),
      memory(memory), counters(counters), random(launch.seed) {
  uint32_t count = launch.block[0] * launch.block[1] * launch.block[2];
  lanes.resize(count);
  warps.resize((count + warpSize - 1) / warpSize);
}

bool BlockScheduler::runBlock(uint32_t x, uint32_t y, uint32_t z) {
  SaveAndRestore scope(currentScheduler, this);
  block[0] = x;
  block[1] = y;
  block[2] = z;
  memory.getShared().reset();
  startLanes();
  if (!runRounds())
    return false;
  for (uint32_t warp = 0; warp < warps.size(); ++warp)
    memory.converge(warp);
  ++counters.blocks;
  return true;
}

void BlockScheduler::startLanes() {
  atBarrier = 0;
  for (Warp &warp : warps)
    warp = Warp();
  for (auto [index, lane] : enumerate(lanes)) {
    lane = Lane();
    lane.stackPointer = prepareFiber(stacks.getTop(index), runLane);
    lane.untilYield = 1 + random() % maxAccessesInTurn;
    warps[index / warpSize].alive |= 1u << index % warpSize;
  }
}

/// Fills `order` with the lanes that can run. With an odd seed one warp runs
/// only when no other can, so that these are ahead of it as far as barriers let
/// them: rounds alone keep all warps within a few instructions of each other.
void BlockScheduler::findRunnable() {
  order.clear();
  for (auto [index, lane] : enumerate(lanes))
    if (!lane.hasExited && lane.wait == WaitKind::Nothing)
      order.push_back(index);
  if (launch.seed % 2 == 0 || order.empty())
    return;
  auto isHeld = [&](uint32_t lane) { return lane / warpSize == heldWarp; };
  if (all_of(order, isHeld))
    heldWarp = random() % warps.size();
  else
    erase_if(order, isHeld);
}

bool BlockScheduler::runRounds() {
  while (true) {
    findRunnable();
    if (order.empty())
      break;
    shuffleOrder();
    for (uint32_t lane : order) {
      resume(lane);
      if (!failure.empty())
        return false;
    }
  }
  if (all_of(lanes, [](const Lane &lane) { return lane.hasExited; }))
    return true;
  reportStall();
  return false;
}

// Spelled out because the order of `std::shuffle` differs between libraries,
// and a seed should mean the same everywhere.
void BlockScheduler::shuffleOrder() {
  for (size_t size = order.size(); size > 1; --size)
    std::swap(order[size - 1], order[random() % size]);
}

void BlockScheduler::resume(uint32_t lane) {
  running = lane;
  seednorm_emulator_switch(&schedulerStackPointer, lanes[lane].stackPointer);
}

void BlockScheduler::switchToScheduler() {
  seednorm_emulator_switch(&lanes[running].stackPointer, schedulerStackPointer);
}

void BlockScheduler::runLane() {
  BlockScheduler &self = getCurrent();
  self.kernel.entry(self.launch.arguments.data());
  self.exitLane();
  self.switchToScheduler();
  llvm_unreachable("a lane that has ended is not resumed");
}

void BlockScheduler::maybeYield() {
  Lane &lane = lanes[running];
  if (--lane.untilYield > 0)
    return;
  lane.untilYield = 1 + random() % maxAccessesInTurn;
  switchToScheduler();
}

bool BlockScheduler::isOnStack(uint64_t address) const {
  auto top = reinterpret_cast<uint64_t>(stacks.getTop(running));
  return address < top && address >= top - stacks.getStackBytes();
}

void BlockScheduler::access(uint64_t address, uint64_t bytes, uint32_t site) {
  maybeYield();
  if (program.sites[site].space == MemorySpace::Generic && isOnStack(address))
    return;
  if (memory.access(running, address, bytes, site))
    return;
  recordLaneFailure(running, memory.explain(address, bytes, site), site);
  switchToScheduler();
}

uint32_t BlockScheduler::readRegister(SpecialRegister which) const {
  const uint32_t *size = launch.block;
  switch (which) {
  case SpecialRegister::ThreadX:
    return running % size[0];
  case SpecialRegister::ThreadY:
    return running / size[0] % size[1];
  case SpecialRegister::ThreadZ:
    return running / size[0] / size[1];
  case SpecialRegister::BlockX:
  case SpecialRegister::BlockY:
  case SpecialRegister::BlockZ:
    return block[uint32_t(which) - uint32_t(SpecialRegister::BlockX)];
  case SpecialRegister::BlockSizeX:
  case SpecialRegister::BlockSizeY:
  case SpecialRegister::BlockSizeZ:
    return size[uint32_t(which) - uint32_t(SpecialRegister::BlockSizeX)];
  case SpecialRegister::GridSizeX:
  case SpecialRegister::GridSizeY:
  case SpecialRegister::GridSizeZ:
    return launch.grid[uint32_t(which) - uint32_t(SpecialRegister::GridSizeX)];
  case SpecialRegister::Lane:
    return running % warpSize;
  case SpecialRegister::Warp:
    return running / warpSize;
  case SpecialRegister::WarpSize:
    return warpSize;
  }
  llvm_unreachable("all registers are handled");
}

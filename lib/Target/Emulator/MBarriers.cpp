//===- MBarriers.cpp - Barrier objects in shared memory -------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Counts and phases, after the chapter on mbarrier of the PTX ISA.
//
//===----------------------------------------------------------------------===//

#include "MBarriers.h"

#include "MemoryChecker.h"

#include "llvm/ADT/Twine.h"

using namespace llvm;
using namespace seednorm::emulator;

// Both the arrivals and the bytes of a phase have 20 bits.
static constexpr int64_t maxCount = (1 << 20) - 1;

std::string MBarriers::init(uint32_t slot, uint64_t address, uint64_t count,
                            uint32_t site) {
  if (count == 0 || count > maxCount)
    return ("an mbarrier expects 1 to " + Twine(maxCount) +
            " arrivals, but got " + Twine(count))
        .str();
  std::string wrong = memory.claimBarrier(slot, address, site);
  if (!wrong.empty())
    return wrong;
  MBarrier &barrier = barriers[address];
  barrier.expected = barrier.pending = count;
  barrier.slot = nextSlot++;
  barrier.init = {memory.getOrder().advance(slot), slot, site};
  return "";
}

std::string MBarriers::invalidate(uint32_t slot, uint64_t address,
                                  uint32_t site) {
  std::string wrong = check(slot, address, BarrierUse::Lane, site);
  if (!wrong.empty())
    return wrong;
  barriers.erase(address);
  memory.releaseBarrier(address);
  return "";
}

std::string MBarriers::check(uint32_t slot, uint64_t address, BarrierUse use,
                             uint32_t site) {
  uint32_t rank = memory.findBlock(address);
  bool isRemote = rank != MemoryChecker::nowhere && rank != shape.rankOf(slot);
  if (isRemote) {
    std::string wrong = memory.getLifetimes().access(
        slot, rank, site, /*isOrdered=*/use == BarrierUse::Lane);
    if (!wrong.empty())
      return wrong;
  }
  const MBarrier *barrier = find(address);
  if (!barrier)
    return "expects an mbarrier that has been initialised, but there is none " +
           memory.locateShared(address);
  if (!memory.getOrder().observe(slot).knows(barrier->init.slot,
                                             barrier->init.clock))
    return "nothing orders the use of the mbarrier " +
           memory.locateShared(address) + " after its initialisation by " +
           memory.nameLane(barrier->init.slot);
  if ((isRemote || use == BarrierUse::Copy) && !barrier->isFenced)
    return "the mbarrier " + memory.locateShared(address) +
           ", is used by another block or a copy, but its initialisation by " +
           memory.nameLane(barrier->init.slot) +
           " was not followed by fence.mbarrier_init";
  return "";
}

const MBarrier *MBarriers::find(uint64_t address) const {
  auto found = barriers.find(address);
  return found == barriers.end() ? nullptr : &found->second;
}

void MBarriers::fenceInits(uint32_t slot) {
  for (auto &[address, barrier] : barriers)
    if (barrier.init.slot == slot) {
      barrier.isFenced = true;
      memory.getOrder().fenceUpTo(slot, barrier.init.clock);
    }
}

//===----------------------------------------------------------------------===//
// Phases
//===----------------------------------------------------------------------===//

void MBarriers::tryComplete(uint64_t address, MBarrier &barrier) {
  if (barrier.pending != 0 || barrier.transactions != 0)
    return;
  memory.finishPhase(address, barrier);
  barrier.completed = barrier.arriving.get();
  ++barrier.phase;
  barrier.pending = barrier.expected;
  completed.push_back(address);
}

// Those that see the arrival know that it has been, and of the lane what came
// before its last fence.
void MBarriers::arriveRelaxed(uint32_t slot, uint64_t address,
                              MBarrier &barrier, uint32_t site) {
  Clock clock = memory.getOrder().tick();
  memory.getOrder().releaseFenced(slot, barrier.arriving);
  barrier.arriving.add(barrier.slot, clock);
  uint32_t rank = memory.findBlock(address);
  if (rank != shape.rankOf(slot))
    memory.getLifetimes().arrive(rank, barrier.slot, {clock, slot, site});
}

std::string MBarriers::arrive(uint32_t slot, uint64_t address, uint64_t count,
                              uint32_t flags, uint32_t site) {
  bool isRelaxed = flags & ArriveRelaxed;
  std::string wrong =
      check(slot, address,
            isRelaxed ? BarrierUse::RelaxedArrival : BarrierUse::Lane, site);
  if (!wrong.empty())
    return wrong;
  MBarrier &barrier = barriers[address];
  if (count == 0 || count > barrier.pending)
    return (Twine(count) + " arrivals at the mbarrier " +
            memory.locateShared(address) + ", which expects " +
            (count == 0 ? "1 to " : "no more than ") + Twine(barrier.pending))
        .str();
  if ((flags & ArriveNoComplete) && count == barrier.pending)
    return "an arrival that must not complete the phase of the mbarrier " +
           memory.locateShared(address) + ", is its last";
  if (flags & ArriveDrop)
    barrier.expected -= count;
  if (isRelaxed)
    arriveRelaxed(slot, address, barrier, site);
  else
    memory.getOrder().release(slot, barrier.arriving);
  barrier.pending -= count;
  tryComplete(address, barrier);
  return "";
}

std::string MBarriers::applyTransaction(MBarrier &barrier, int64_t bytes) {
  barrier.transactions += bytes;
  if (std::abs(barrier.transactions) <= maxCount)
    return "";
  return ("an mbarrier expects at most " + Twine(maxCount) +
          " bytes to be outstanding, but got " + Twine(barrier.transactions))
      .str();
}

std::string MBarriers::transact(uint32_t slot, uint64_t address, int64_t bytes,
                                uint32_t site) {
  std::string wrong = check(slot, address, BarrierUse::Lane, site);
  if (!wrong.empty())
    return wrong;
  MBarrier &barrier = barriers[address];
  wrong = applyTransaction(barrier, bytes);
  if (wrong.empty() && bytes < 0)
    tryComplete(address, barrier);
  return wrong;
}

std::string MBarriers::completeForCopy(uint64_t address, uint64_t bytes) {
  auto found = barriers.find(address);
  if (found == barriers.end())
    return "the mbarrier of a copy under way was invalidated";
  std::string wrong =
      applyTransaction(found->second, -static_cast<int64_t>(bytes));
  if (wrong.empty())
    tryComplete(address, found->second);
  return wrong;
}

uint64_t MBarriers::takeCompleted() {
  if (completed.empty())
    return 0;
  uint64_t address = completed.back();
  completed.pop_back();
  return address;
}

std::string MBarriers::describe(uint64_t address) const {
  const MBarrier *barrier = find(address);
  if (!barrier)
    return "an mbarrier that was invalidated";
  return ("the mbarrier " + memory.locateShared(address) + ", whose phase " +
          Twine(barrier->phase) + " lacks " + Twine(barrier->pending) +
          " arrivals and " + Twine(barrier->transactions) + " bytes")
      .str();
}

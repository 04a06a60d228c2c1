//===- CopyChecks.cpp - Judge and count asynchronous copies ---------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a copy needs of memory where it starts, and leaves there when it ends.
//
//===----------------------------------------------------------------------===//

#include "MemoryChecker.h"

#include "llvm/ADT/Twine.h"

using namespace llvm;
using namespace seednorm::emulator;

static constexpr uint64_t bulkAlignment = 16;

//===----------------------------------------------------------------------===//
// cp.async
//===----------------------------------------------------------------------===//

std::string MemoryChecker::startCopyFromGlobal(const AsyncCopy &copy) {
  SharedMemory &memory = shared[shape.rankOf(copy.slot)];
  if (copy.source % copy.bytes != 0)
    return explainMisalignment(copy.source, copy.bytes, copy.bytes, false,
                               global.locate(copy.source));
  if (copy.destination % copy.bytes != 0)
    return explainMisalignment(copy.destination, copy.bytes, copy.bytes, true,
                               memory.locate(copy.destination));
  if (copy.sourceBytes != 0) {
    uint32_t region = global.find(copy.source, copy.sourceBytes, false);
    if (region == GlobalMemory::none || isTooEarly(copy.slot, region))
      return explainGlobal(copy.slot, copy.source, copy.sourceBytes, false);
    requests.record(copy.slot, copy.site, region, copy.source,
                    copy.sourceBytes);
  }
  if (!memory.access(order.observe(copy.slot), copy.destination, copy.bytes,
                     /*reads=*/false, /*writes=*/true, copy.site))
    return explainShared(shape.rankOf(copy.slot), copy.destination, copy.bytes,
                         true);
  memory.startCopy(copy.destination, copy.bytes);
  counters.sharedBytesWritten += copy.bytes;
  return "";
}

void MemoryChecker::finishCopyToShared(const AsyncCopy &copy) {
  // Others may rely on the copy no sooner than on what follows the wait.
  AccessRecord write{order.observe(copy.slot).clock, copy.slot, copy.site};
  shared[shape.rankOf(copy.slot)].finishCopy(write, copy.destination,
                                             copy.bytes);
}

//===----------------------------------------------------------------------===//
// Bulk copies
//===----------------------------------------------------------------------===//

std::string MemoryChecker::checkBulkOperands(const BulkCopy &copy) const {
  if (copy.bytes == 0 || copy.bytes % bulkAlignment != 0)
    return ("a bulk copy expects a multiple of " + Twine(bulkAlignment) +
            " bytes, but got " + Twine(copy.bytes))
        .str();
  auto locate = [&](uint64_t address) {
    return findBlock(address) == nowhere ? global.locate(address)
                                         : locateShared(address);
  };
  for (bool writes : {false, true}) {
    uint64_t address = writes ? copy.destination : copy.source;
    if (address % bulkAlignment != 0)
      return explainMisalignment(address, copy.bytes, bulkAlignment, writes,
                                 locate(address));
  }
  return "";
}

std::string MemoryChecker::accessGlobalInBulk(const BulkCopy &copy,
                                              uint64_t address, bool writes) {
  uint32_t region = global.find(address, copy.bytes, writes);
  if (region == GlobalMemory::none || isTooEarly(copy.slot, region))
    return explainGlobal(copy.slot, address, copy.bytes, writes);
  requests.record(copy.slot, copy.site, region, address, copy.bytes);
  return "";
}

// A write through the generic proxy is seen by the async proxy only across a
// fence.proxy.async on the way.
std::string MemoryChecker::checkProxy(SharedMemory &memory,
                                      const BulkCopy &copy, uint64_t address) {
  Observer observer = order.observe(copy.slot);
  std::optional<AccessRecord> write =
      memory.findWrite(address, copy.bytes, [&](const AccessRecord &write) {
        return order.isProxied(observer, write);
      });
  if (!write)
    return "";
  return ("a bulk copy of " + Twine(copy.bytes) + " bytes " +
          memory.locate(address) + ", written by " + nameLane(write->slot) +
          " in '" + sites[write->site].text +
          "', without fence.proxy.async in between")
      .str();
}

std::string MemoryChecker::startBulkStore(const BulkCopy &copy) {
  SharedMemory &memory = shared[shape.rankOf(copy.slot)];
  std::string wrong = accessGlobalInBulk(copy, copy.destination, true);
  if (!wrong.empty())
    return wrong;
  if (!memory.access(order.observe(copy.slot), copy.source, copy.bytes,
                     /*reads=*/true, /*writes=*/false, copy.site))
    return explainShared(shape.rankOf(copy.slot), copy.source, copy.bytes,
                         false);
  counters.sharedBytesRead += copy.bytes;
  wrong = checkProxy(memory, copy, copy.source);
  if (wrong.empty())
    memory.startRead(copy.source, copy.bytes);
  return wrong;
}

void MemoryChecker::finishBulkRead(const BulkCopy &copy) {
  SharedMemory &memory = shared[shape.rankOf(copy.slot)];
  memory.finishRead(copy.source, copy.bytes);
  // Others may write no sooner than on what follows the wait.
  memory.access(order.observe(copy.slot), copy.source, copy.bytes,
                /*reads=*/true, /*writes=*/false, copy.site);
}

std::string MemoryChecker::startBulkLoad(const BulkCopy &copy) {
  uint32_t rank = findBlock(copy.destination);
  if (rank == nowhere)
    rank = shape.rankOf(copy.slot);
  if (rank != findBlock(copy.barrier))
    return "a copy expects an mbarrier in the shared memory of its destination";
  std::string wrong =
      barriers.check(copy.slot, copy.barrier, BarrierUse::Copy, copy.site);
  if (wrong.empty() && rank != shape.rankOf(copy.slot))
    wrong = lifetimes.access(copy.slot, rank, copy.site,
                             /*isOrdered=*/false);
  if (wrong.empty() && copy.kind == BulkCopy::Load)
    wrong = accessGlobalInBulk(copy, copy.source, false);
  if (!wrong.empty())
    return wrong;
  SharedMemory &memory = shared[rank];
  if (!memory.access(order.observe(copy.slot), copy.destination, copy.bytes,
                     /*reads=*/false, /*writes=*/true, copy.site))
    return explainShared(rank, copy.destination, copy.bytes, true);
  (rank == shape.rankOf(copy.slot) ? counters.sharedBytesWritten
                                   : counters.distributedBytesWritten) +=
      copy.bytes;
  memory.startCopy(copy.destination, copy.bytes);
  lifetimes.startCopy(rank);
  return "";
}

std::string MemoryChecker::startBulkCopy(const BulkCopy &copy) {
  if (copy.kind != BulkCopy::RemoteStore) {
    std::string wrong = checkBulkOperands(copy);
    if (!wrong.empty())
      return wrong;
  }
  return copy.kind == BulkCopy::Store ? startBulkStore(copy)
                                      : startBulkLoad(copy);
}

void MemoryChecker::finishPhase(uint64_t address, MBarrier &barrier) {
  AccessRecord write{order.tick(), barrier.slot, 0};
  barrier.arriving.add(barrier.slot, write.clock);
  proxy.finishPhase(address, [&](const BulkCopy &copy) {
    write.site = copy.site;
    uint32_t rank = findBlock(copy.destination);
    shared[rank].finishCopy(write, copy.destination, copy.bytes);
    lifetimes.finishCopy(rank, write);
  });
}

//===----------------------------------------------------------------------===//
// Barrier objects
//===----------------------------------------------------------------------===//

std::string MemoryChecker::claimBarrier(uint32_t slot, uint64_t address,
                                        uint32_t site) {
  constexpr uint64_t bytes = MBarriers::objectBytes;
  uint32_t rank = shape.rankOf(slot);
  if (address % bytes != 0)
    return explainMisalignment(address, bytes, bytes, true,
                               shared[rank].locate(address));
  if (barriers.find(address))
    return "the mbarrier " + locateShared(address) +
           ", is initialised again without mbarrier.inval";
  if (!shared[rank].access(order.observe(slot), address, bytes,
                           /*reads=*/false, /*writes=*/true, site))
    return explainShared(rank, address, bytes, true);
  shared[rank].setOpaque(address, bytes, true);
  return "";
}

void MemoryChecker::releaseBarrier(uint64_t address) {
  shared[findBlock(address)].setOpaque(address, MBarriers::objectBytes, false);
}

std::string MemoryChecker::locateShared(uint64_t address) const {
  uint32_t rank = findBlock(address);
  return rank == nowhere ? "outside of shared memory"
                         : shared[rank].locate(address);
}

//===- MemoryChecker.cpp - Judge and count each access --------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A generic pointer tells only by its address which memory it is of.
//
//===----------------------------------------------------------------------===//

#include "MemoryChecker.h"

#include "llvm/ADT/Twine.h"

using namespace llvm;
using namespace seednorm::emulator;

MemoryChecker::MemoryChecker(const HostProgram &program, const Launch &launch,
                             const ClusterShape &shape, Counters &counters)
    : sites(program.sites), shape(shape), order(shape, program.usesProxy),
      global(launch.regions, program), lifetimes(order, shape),
      copies(*this, shape, launch.seed),
      barriers(*this, shape, order.getFirstFreeSlot()),
      proxy(*this, shape, launch.seed),
      requests(program, global.getRegions(), shape.getNumSlots()),
      isDependent(launch.dependent), hasWaited(shape.getNumSlots()),
      counters(counters) {
  for (uint32_t rank = 0; rank < shape.getNumBlocks(); ++rank)
    shared.emplace_back(program, launch.sharedBytes, shape);
}

void MemoryChecker::startCluster() {
  order.startCluster();
  lifetimes.startCluster();
  barriers.startCluster();
  proxy.startCluster();
  hasWaited.assign(hasWaited.size(), false);
  for (SharedMemory &memory : shared)
    memory.reset();
}

uint32_t MemoryChecker::findBlock(uint64_t address) const {
  for (uint32_t rank = 0; rank < shared.size(); ++rank)
    if (shared[rank].contains(address))
      return rank;
  return nowhere;
}

// In the space of the block's shared memory any address is of that block, if
// perhaps out of bounds; in the others the address tells.
uint32_t MemoryChecker::findBlock(uint32_t slot, uint64_t address,
                                  const Site &site) const {
  uint32_t own = shape.rankOf(slot);
  switch (site.space) {
  case MemorySpace::Shared:
    return own;
  case MemorySpace::SharedCluster: {
    uint32_t rank = findBlock(address);
    return rank == nowhere ? own : rank;
  }
  case MemorySpace::Generic:
    return findBlock(address);
  case MemorySpace::Global:
  case MemorySpace::Constant:
  case MemorySpace::Local:
    return nowhere;
  }
  llvm_unreachable("all spaces are handled");
}

bool MemoryChecker::accessShared(uint32_t slot, uint32_t rank, uint64_t address,
                                 uint64_t bytes, uint32_t siteIndex) {
  const Site &site = sites[siteIndex];
  bool isRemote = rank != shape.rankOf(slot);
  uint64_t &read =
      isRemote ? counters.distributedBytesRead : counters.sharedBytesRead;
  uint64_t &written =
      isRemote ? counters.distributedBytesWritten : counters.sharedBytesWritten;
  read += site.reads ? bytes : 0;
  written += site.writes ? bytes : 0;
  if (isRemote)
    wrongLifetime = lifetimes.access(slot, rank, siteIndex);
  else
    requests.recordShared(slot, siteIndex, address, bytes);
  return wrongLifetime.empty() &&
         shared[rank].access(order.observe(slot), address, bytes, site.reads,
                             site.writes, siteIndex);
}

bool MemoryChecker::access(uint32_t slot, uint64_t address, uint64_t bytes,
                           uint32_t siteIndex) {
  const Site &site = sites[siteIndex];
  if (bytes == 0)
    return true;
  if (address % site.alignment != 0)
    return false;
  if (uint32_t rank = findBlock(slot, address, site); rank != nowhere)
    return accessShared(slot, rank, address, bytes, siteIndex);
  uint32_t region = global.find(address, bytes, site.writes);
  if (region == GlobalMemory::none || isTooEarly(slot, region))
    return false;
  requests.record(slot, siteIndex, region, address, bytes);
  return true;
}

//===----------------------------------------------------------------------===//
// Explanations
//===----------------------------------------------------------------------===//

std::string MemoryChecker::explainMisalignment(uint64_t address, uint64_t bytes,
                                               uint64_t alignment, bool writes,
                                               const std::string &place) const {
  return ("misaligned " + Twine(writes ? "write" : "read") + " of " +
          Twine(bytes) + " bytes " + place + ": the address is " +
          Twine(address % alignment) + " past a multiple of " +
          Twine(alignment))
      .str();
}

std::string MemoryChecker::describeCopy(uint32_t slot, uint32_t site) const {
  return "the copy that " + nameLane(slot) + " started in '" +
         sites[site].text + "'";
}

std::string MemoryChecker::explainPending(uint32_t rank, uint64_t address,
                                          uint64_t bytes, bool writes) const {
  std::string copy;
  if (const AsyncCopy *own = copies.find(address, bytes))
    copy = describeCopy(own->slot, own->site);
  else if (const BulkCopy *bulk = proxy.find(address, bytes, false))
    copy = describeCopy(bulk->slot, bulk->site);
  return (Twine(writes ? "write" : "read") + " of " + Twine(bytes) + " bytes " +
          shared[rank].locate(address) + ", before a wait for " + copy)
      .str();
}

std::string MemoryChecker::explainBeingRead(uint32_t rank, uint64_t address,
                                            uint64_t bytes) const {
  const BulkCopy *copy = proxy.find(address, bytes, true);
  assert(copy && "what is being read belongs to a copy under way");
  return ("write of " + Twine(bytes) + " bytes " +
          shared[rank].locate(address) + ", before a wait for the reads of " +
          describeCopy(copy->slot, copy->site))
      .str();
}

std::string MemoryChecker::explainGlobal(uint32_t slot, uint64_t address,
                                         uint64_t bytes, bool writes) const {
  uint32_t region = global.find(address, bytes, writes);
  if (region == GlobalMemory::none)
    return global.explain(address, bytes, writes);
  return (Twine(writes ? "write" : "read") + " of " + Twine(bytes) + " bytes " +
          global.locate(address) +
          ", which the grid before may still use: the lane has not executed "
          "griddepcontrol.wait")
      .str();
}

std::string MemoryChecker::explainRace(const SharedMemory &memory,
                                       uint64_t address, uint64_t bytes,
                                       bool writes) const {
  const Conflict &conflict = *memory.getConflict();
  return ("data race: " + Twine(writes ? "write" : "read") + " of " +
          Twine(bytes) + " bytes " + memory.locate(address) +
          ", which nothing orders after the " +
          (conflict.earlierWrites ? "write" : "read") + " by " +
          nameLane(conflict.earlier.slot) + " in '" +
          sites[conflict.earlier.site].text + "'")
      .str();
}

std::string MemoryChecker::nameLane(uint32_t slot) const {
  if (slot >= shape.getNumSlots())
    return "an asynchronous copy";
  std::string name = ("lane " + Twine(shape.laneOf(slot))).str();
  if (shape.getNumBlocks() > 1)
    name += (" of the cluster's block " + Twine(shape.rankOf(slot))).str();
  return name;
}

std::string MemoryChecker::explainShared(uint32_t rank, uint64_t address,
                                         uint64_t bytes, bool writes) const {
  const SharedMemory &memory = shared[rank];
  if (!wrongLifetime.empty())
    return wrongLifetime;
  if (memory.getConflict())
    return explainRace(memory, address, bytes, writes);
  if (memory.isPending(address, bytes))
    return explainPending(rank, address, bytes, writes);
  if (memory.isOpaque(address, bytes))
    return (Twine(writes ? "write" : "read") + " of " + Twine(bytes) +
            " bytes of the mbarrier " + memory.locate(address))
        .str();
  if (writes && memory.isBeingRead(address, bytes))
    return explainBeingRead(rank, address, bytes);
  return memory.explain(address, bytes, writes);
}

std::string MemoryChecker::explain(uint32_t slot, uint64_t address,
                                   uint64_t bytes, uint32_t siteIndex) const {
  const Site &site = sites[siteIndex];
  uint32_t rank = findBlock(slot, address, site);
  if (address % site.alignment != 0)
    return explainMisalignment(address, bytes, site.alignment, site.writes,
                               rank != nowhere ? shared[rank].locate(address)
                                               : global.locate(address));
  if (rank == nowhere)
    return explainGlobal(slot, address, bytes, site.writes);
  return explainShared(rank, address, bytes, site.writes);
}

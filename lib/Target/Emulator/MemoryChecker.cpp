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
                             unsigned lanes, Counters &counters)
    : sites(program.sites), global(launch.regions, program),
      shared(program.shared, launch.sharedBytes),
      requests(program, global.getRegions(), lanes), counters(counters) {}

bool MemoryChecker::isShared(uint64_t address, const Site &site) const {
  if (site.space == MemorySpace::Generic)
    return shared.contains(address);
  return site.space == MemorySpace::Shared;
}

bool MemoryChecker::access(unsigned lane, uint64_t address, uint64_t bytes,
                           uint32_t siteIndex) {
  const Site &site = sites[siteIndex];
  if (bytes == 0)
    return true;
  if (address % site.alignment != 0)
    return false;
  if (isShared(address, site)) {
    counters.sharedBytesRead += site.reads ? bytes : 0;
    counters.sharedBytesWritten += site.writes ? bytes : 0;
    return shared.access(address, bytes, site.reads, site.writes);
  }
  uint32_t region = global.find(address, bytes, site.writes);
  if (region == GlobalMemory::none)
    return false;
  requests.record(lane, siteIndex, region, address, bytes);
  return true;
}

std::string MemoryChecker::explain(uint64_t address, uint64_t bytes,
                                   uint32_t siteIndex) const {
  const Site &site = sites[siteIndex];
  bool isInShared = isShared(address, site);
  if (uint64_t excess = address % site.alignment)
    return ("misaligned " + Twine(site.writes ? "write" : "read") + " of " +
            Twine(bytes) + " bytes " +
            (isInShared ? shared.locate(address) : global.locate(address)) +
            ": the address is " + Twine(excess) + " past a multiple of " +
            Twine(site.alignment))
        .str();
  return isInShared ? shared.explain(address, bytes, site.writes)
                    : global.explain(address, bytes, site.writes);
}

//===- RequestLog.cpp - Count requests and sectors ------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Entries are appended as they come, sorted and counted at the end: cheaper
// than keeping sets, as a request has 64 entries at most.
//
//===----------------------------------------------------------------------===//

#include "RequestLog.h"

#include "llvm/ADT/bit.h"
#include "llvm/Support/MathExtras.h"

#include "llvm/ADT/STLExtras.h"

#include <tuple>

using namespace llvm;
using namespace seednorm::emulator;

static constexpr uint64_t sectorBytes = 32;

// 1.5 MiB a warp. A warp that runs this far without converging is counted in
// parts; where its lanes are apart by then, some requests count twice.
static constexpr size_t maxEntries = 1 << 16;

RequestLog::RequestLog(const HostProgram &program,
                       const std::vector<Region> &regions, unsigned lanes)
    : sites(program.sites) {
  for (const Region &region : regions) {
    counters.emplace_back();
    counters.back().name = region.name;
  }
  warps.resize((lanes + warpSize - 1) / warpSize);
  for (Warp &warp : warps) {
    warp.instances.resize(sites.size() * warpSize);
    warp.touched.resize(sites.size());
  }
}

uint32_t RequestLog::nextInstance(unsigned lane, uint32_t site) {
  Warp &warp = warps[lane / warpSize];
  warp.touched.set(site);
  return warp.instances[site * warpSize + lane % warpSize]++;
}

void RequestLog::record(unsigned lane, uint32_t site, uint32_t region,
                        uint64_t address, uint64_t bytes) {
  Warp &warp = warps[lane / warpSize];
  uint32_t instance = nextInstance(lane, site);
  uint64_t end = address + bytes;
  while (address < end) {
    uint64_t sector = address / sectorBytes, first = address % sectorBytes;
    uint64_t length = std::min(end - address, sectorBytes - first);
    auto mask =
        static_cast<uint32_t>(maskTrailingOnes<uint64_t>(length) << first);
    warp.entries.push_back({site, instance, region, sector, mask});
    if (warp.entries.size() >= maxEntries)
      count(warp.entries);
    address += length;
  }
}

void RequestLog::count(std::vector<Entry> &entries) {
  auto requestOf = [](const Entry &entry) {
    return std::tie(entry.site, entry.instance, entry.region);
  };
  auto keyOf = [&](const Entry &entry) {
    return std::tuple_cat(requestOf(entry), std::tie(entry.sector));
  };
  sort(entries, [&](const Entry &left, const Entry &right) {
    return keyOf(left) < keyOf(right);
  });
  for (size_t i = 0; i < entries.size();) {
    const Entry &entry = entries[i];
    bool isNewRequest = i == 0 || requestOf(entries[i - 1]) != requestOf(entry);
    // Lanes that read the same bytes move them once.
    uint32_t bytes = 0;
    for (; i < entries.size() && keyOf(entries[i]) == keyOf(entry); ++i)
      bytes |= entries[i].bytes;
    RegionCounters &total = counters[entry.region];
    if (sites[entry.site].reads) {
      total.readRequests += isNewRequest;
      ++total.readSectors;
      total.bytesRead += popcount(bytes);
    }
    if (sites[entry.site].writes) {
      total.writeRequests += isNewRequest;
      ++total.writeSectors;
      total.bytesWritten += popcount(bytes);
    }
  }
  entries.clear();
}

void RequestLog::recordShared(unsigned lane, uint32_t site, uint64_t address,
                              uint64_t bytes) {
  Warp &warp = warps[lane / warpSize];
  uint32_t instance = nextInstance(lane, site);
  warp.sharedEntries.push_back(
      {site, instance, {lane % warpSize, address, bytes}});
  if (warp.sharedEntries.size() >= maxEntries)
    countShared(warp.sharedEntries);
}

void RequestLog::countShared(std::vector<SharedEntry> &entries) {
  auto keyOf = [](const SharedEntry &entry) {
    return std::tie(entry.site, entry.instance);
  };
  sort(entries, [&](const SharedEntry &left, const SharedEntry &right) {
    return keyOf(left) < keyOf(right);
  });
  SmallVector<SharedAccess, warpSize> request;
  for (size_t i = 0; i < entries.size();) {
    const SharedEntry &first = entries[i];
    request.clear();
    for (; i < entries.size() && keyOf(entries[i]) == keyOf(first); ++i)
      request.push_back(entries[i].access);
    const Site &site = sites[first.site];
    Wavefronts wavefronts = countWavefronts(request, site.alignment);
    auto add = [&](SharedRequests &total) {
      ++total.requests;
      total.wavefronts += wavefronts.needed;
      total.excess += wavefronts.needed - wavefronts.least;
    };
    if (site.reads)
      add(sharedReads);
    if (site.writes)
      add(sharedWrites);
  }
  entries.clear();
}

void RequestLog::finish(Counters &total) {
  total.regions = std::move(counters);
  total.sharedReads = sharedReads;
  total.sharedWrites = sharedWrites;
}

void RequestLog::converge(unsigned index) {
  Warp &warp = warps[index];
  count(warp.entries);
  countShared(warp.sharedEntries);
  for (unsigned site : warp.touched.set_bits())
    std::fill_n(warp.instances.begin() + site * warpSize, warpSize, 0);
  warp.touched.reset();
}

//===- RaceDetector.cpp - Find accesses that nothing orders ---------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Almost all words have one reader between two writes, or readers that all
// come before a barrier, and then one comparison tells.
//
//===----------------------------------------------------------------------===//

#include "RaceDetector.h"

#include "llvm/ADT/bit.h"

using namespace llvm;
using namespace seednorm::emulator;

static constexpr uint64_t wordBytes = 4;

RaceDetector::RaceDetector(uint64_t bytes, const std::vector<Site> &sites,
                           const ClusterShape &shape)
    : sites(sites), numSlots(shape.getNumSlots()),
      words((bytes + wordBytes - 1) / wordBytes), splitWords(words.size()) {}

//===----------------------------------------------------------------------===//
// Cells
//===----------------------------------------------------------------------===//

// Calls `action` on the cells of a range until it gives false.
template <typename Action>
void RaceDetector::forEachCell(uint64_t offset, uint64_t bytes, Action action) {
  for (uint64_t end = offset + bytes; offset < end;) {
    uint64_t word = offset / wordBytes, first = offset % wordBytes;
    uint64_t count = std::min(wordBytes - first, end - offset);
    offset += count;
    if (count == wordBytes && splitWords[word] == 0) {
      if (!action(words[word]))
        return;
      continue;
    }
    if (splitWords[word] == 0)
      split(word);
    std::array<Cell, 4> &cells = byteCells[splitWords[word] - 1];
    for (uint64_t byte = first; byte < first + count; ++byte)
      if (!action(cells[byte]))
        return;
  }
}

void RaceDetector::split(uint64_t word) {
  byteCells.emplace_back();
  splitWords[word] = byteCells.size();
  for (Cell &cell : byteCells.back()) {
    cell = words[word];
    if (cell.readSet == 0)
      continue;
    cell.readSet = allocateSet();
    sets[cell.readSet - 1] = sets[words[word].readSet - 1];
  }
  dropReads(words[word]);
}

//===----------------------------------------------------------------------===//
// Sets of reads
//===----------------------------------------------------------------------===//

uint32_t RaceDetector::allocateSet() {
  if (freeSets.empty()) {
    sets.emplace_back();
    return sets.size();
  }
  uint32_t set = freeSets.back();
  freeSets.pop_back();
  return set;
}

void RaceDetector::dropReads(Cell &cell) {
  cell.read = AccessRecord();
  if (cell.readSet == 0)
    return;
  ReadSet &set = sets[cell.readSet - 1];
  set.warps.clear();
  set.others.clear();
  set.newest = 0;
  freeSets.push_back(cell.readSet);
  cell.readSet = 0;
}

RaceDetector::WarpReads &RaceDetector::getReads(ReadSet &set, uint32_t warp) {
  if (set.warps.empty())
    set.firstWarp = warp;
  if (warp < set.firstWarp) {
    set.warps.insert(set.warps.begin(), set.firstWarp - warp, WarpReads());
    set.firstWarp = warp;
  }
  if (warp - set.firstWarp >= set.warps.size())
    set.warps.resize(warp - set.firstWarp + 1);
  return set.warps[warp - set.firstWarp];
}

void RaceDetector::addToSet(ReadSet &set, const AccessRecord &read) {
  set.newest = std::max(set.newest, read.clock);
  WarpReads &warp = getReads(set, read.slot / warpSize);
  uint32_t bit = 1u << read.slot % warpSize;
  if ((warp.lanes & ~bit) == 0)
    warp = {read.clock, read.site, bit};
  else if (warp.clock == read.clock &&
           sites[warp.site].isAtomic == sites[read.site].isAtomic)
    warp.lanes |= bit;
  else
    set.others.push_back(read);
}

void RaceDetector::rememberRead(Cell &cell, const Observer &observer,
                                uint32_t site) {
  AccessRecord read{observer.clock, observer.slot, site};
  if (cell.readSet != 0) {
    ReadSet &set = sets[cell.readSet - 1];
    if (set.newest > observer.known.getFloor())
      return addToSet(set, read);
    dropReads(cell);
  }
  if (observer.knows(cell.read.slot, cell.read.clock)) {
    cell.read = read;
    return;
  }
  cell.readSet = allocateSet();
  addToSet(sets[cell.readSet - 1], cell.read);
  addToSet(sets[cell.readSet - 1], read);
}

//===----------------------------------------------------------------------===//
// Accesses
//===----------------------------------------------------------------------===//

// Checks the reads since the last write, which include atomic writes.
bool RaceDetector::checkReads(const Cell &cell, const Observer &observer,
                              bool onlyAtomic, bool isAtomic) {
  auto isOrdered = [&](const AccessRecord &read) {
    bool wasAtomic = sites[read.site].isAtomic;
    if (observer.knows(read.slot, read.clock) || (onlyAtomic && !wasAtomic) ||
        (isAtomic && wasAtomic))
      return true;
    conflict = {read, sites[read.site].writes};
    return false;
  };
  if (cell.readSet == 0)
    return cell.read.clock == 0 || isOrdered(cell.read);
  const ReadSet &set = sets[cell.readSet - 1];
  if (set.newest <= observer.known.getFloor())
    return true;
  uint32_t firstSlot = set.firstWarp * warpSize;
  for (const WarpReads &reads : set.warps) {
    for (uint32_t bits = reads.lanes; bits; bits &= bits - 1)
      if (!isOrdered({reads.clock, firstSlot + countr_zero(bits), reads.site}))
        return false;
    firstSlot += warpSize;
  }
  for (const AccessRecord &read : set.others)
    if (!isOrdered(read))
      return false;
  return true;
}

bool RaceDetector::check(Cell &cell, const Observer &observer, bool writes,
                         uint32_t site) {
  const AccessRecord &write = cell.write;
  bool isAtomic = sites[site].isAtomic;
  bool wasAtomic = write.clock != 0 && sites[write.site].isAtomic;
  if (!observer.knows(write.slot, write.clock) && !(isAtomic && wasAtomic)) {
    conflict = {write, true};
    return false;
  }
  if (!writes && !wasAtomic)
    return true;
  return checkReads(cell, observer, /*onlyAtomic=*/!writes, isAtomic);
}

// Atomic writes do not order each other: one is not enough to remember.
void RaceDetector::remember(Cell &cell, const Observer &observer, bool writes,
                            uint32_t site) {
  if (writes)
    cell.write = {observer.clock, observer.slot, site};
  if (!writes || sites[site].isAtomic)
    rememberRead(cell, observer, site);
  else
    dropReads(cell);
}

bool RaceDetector::access(const Observer &observer, uint64_t offset,
                          uint64_t bytes, bool writes, uint32_t site) {
  bool isFine = true;
  forEachCell(offset, bytes, [&](Cell &cell) {
    isFine = check(cell, observer, writes, site);
    if (isFine)
      remember(cell, observer, writes, site);
    return isFine;
  });
  return isFine;
}

void RaceDetector::recordWrite(const AccessRecord &write, uint64_t offset,
                               uint64_t bytes) {
  forEachCell(offset, bytes, [&](Cell &cell) {
    cell.write = write;
    dropReads(cell);
    return true;
  });
}

std::optional<AccessRecord>
RaceDetector::findWrite(uint64_t offset, uint64_t bytes,
                        function_ref<bool(const AccessRecord &)> isSeen) {
  std::optional<AccessRecord> found;
  forEachCell(offset, bytes, [&](const Cell &cell) {
    if (cell.write.slot < numSlots && !isSeen(cell.write))
      found = cell.write;
    return !found;
  });
  return found;
}

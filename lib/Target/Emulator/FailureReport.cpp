//===- FailureReport.cpp - Say what went wrong, and where -----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The texts of failed launches.
//
//===----------------------------------------------------------------------===//

#include "ClusterScheduler.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <map>
#include <tuple>

using namespace llvm;
using namespace seednorm::emulator;

std::string ClusterScheduler::describeBlock(uint32_t rank) const {
  const uint32_t *index = blocks[rank].index;
  return ("kernel '" + Twine(kernel.name) + "', block (" + Twine(index[0]) +
          ", " + Twine(index[1]) + ", " + Twine(index[2]) + ")")
      .str();
}

// The first failure counts: later ones follow from it.
void ClusterScheduler::recordFailure(uint32_t rank, const Twine &reason) {
  if (failure.empty())
    failure = (describeBlock(rank) + ": " + reason).str();
}

void ClusterScheduler::recordLaneFailure(uint32_t slot, const Twine &reason,
                                         uint32_t site) {
  if (failure.empty())
    failure = (describeBlock(shape.rankOf(slot)) + ", lane " +
               Twine(shape.laneOf(slot)) + ": " + reason + ", in '" +
               program.sites[site].text + "'")
                  .str();
}

bool ClusterScheduler::isWrong(const std::string &reason, uint32_t site) {
  if (!reason.empty())
    recordLaneFailure(running, reason, site);
  return !reason.empty();
}

// Writes 0, 1, 2, 5 as `lanes 0-2, 5`.
static void printLanes(raw_ostream &stream, ArrayRef<uint32_t> lanes) {
  stream << (lanes.size() == 1 ? "lane " : "lanes ");
  for (size_t first = 0; first < lanes.size();) {
    size_t last = first;
    while (last + 1 < lanes.size() && lanes[last + 1] == lanes[last] + 1)
      ++last;
    stream << (first == 0 ? "" : ", ") << lanes[first];
    if (last > first)
      stream << "-" << lanes[last];
    first = last + 1;
  }
}

std::string ClusterScheduler::describeWaiting(uint32_t rank) const {
  using Place = std::tuple<uint32_t, uint32_t, uint32_t>;
  std::map<Place, SmallVector<uint32_t>> places;
  SmallVector<uint32_t> exited;
  for (uint32_t index = 0; index < shape.getLanesPerBlock(); ++index) {
    const Lane &lane = lanes[rank * shape.getSlotsPerBlock() + index];
    if (lane.hasExited)
      exited.push_back(index);
    else if (lane.wait != WaitKind::Nothing)
      places[{uint32_t(lane.wait), lane.site, lane.mask}].push_back(index);
  }
  std::string text;
  raw_string_ostream stream(text);
  ListSeparator separator("; ");
  for (const auto &[place, waiting] : places) {
    auto [kind, site, mask] = place;
    stream << StringRef(separator);
    printLanes(stream, waiting);
    stream << (waiting.size() == 1 ? " waits" : " wait") << " at '"
           << program.sites[site].text << "'";
    if (WaitKind(kind) == WaitKind::WarpBarrier ||
        WaitKind(kind) == WaitKind::Shuffle)
      stream << " with mask 0x" << utohexstr(mask, /*LowerCase=*/true);
  }
  SmallVector<uint64_t> barriers;
  for (uint32_t index = 0; index < shape.getLanesPerBlock(); ++index) {
    const Lane &lane = lanes[rank * shape.getSlotsPerBlock() + index];
    if (lane.wait == WaitKind::MBarrier &&
        !is_contained(barriers, lane.waitAddress))
      barriers.push_back(lane.waitAddress);
  }
  for (uint64_t barrier : barriers)
    stream << StringRef(separator) << "they wait for "
           << memory.getBarriers().describe(barrier);
  if (!exited.empty()) {
    stream << StringRef(separator);
    printLanes(stream, exited);
    stream << (exited.size() == 1 ? " has" : " have") << " exited";
  }
  return text;
}

// A block barrier needs every lane, so that it can only be missed by exiting;
// anything else that stops is lanes waiting for each other.
void ClusterScheduler::reportStall() {
  bool onlyBarriers = all_of(lanes, [](const Lane &lane) {
    return lane.hasExited || lane.wait == WaitKind::BlockBarrier;
  });
  std::string text;
  raw_string_ostream stream(text);
  std::optional<uint32_t> firstRank;
  for (uint32_t rank = 0; rank < blocks.size(); ++rank) {
    auto first = lanes.begin() + rank * shape.getSlotsPerBlock();
    if (std::all_of(first, first + shape.getSlotsPerBlock(),
                    [](const Lane &lane) { return lane.hasExited; }))
      continue;
    if (firstRank)
      stream << "; in the cluster's block " << rank << ": ";
    firstRank = firstRank.value_or(rank);
    stream << describeWaiting(rank);
  }
  recordFailure(*firstRank,
                (onlyBarriers ? "divergent barrier: " : "deadlock: ") + text);
}

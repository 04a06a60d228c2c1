//===- ClusterBarrier.cpp - The barrier of a cluster ----------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each lane arrives, and waits later. The barrier completes, and may be used
// again, when all lanes that have not ended have arrived.
//
//===----------------------------------------------------------------------===//

#include "ClusterScheduler.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace seednorm::emulator;

void ClusterScheduler::startClusterBarrier() {
  clusterBarrier = ClusterBarrier();
  clusterBarrier.missing = shape.getNumBlocks() * shape.getLanesPerBlock();
}

// All lanes of a warp execute an aligned instruction together.
bool ClusterScheduler::isAligned(
    uint32_t site, function_ref<std::optional<uint32_t>(const Lane &)> place) {
  uint32_t first = running / warpSize * warpSize;
  for (uint32_t slot = first; slot < first + warpSize; ++slot) {
    std::optional<uint32_t> other = place(lanes[slot]);
    if (!other || *other == site)
      continue;
    recordLaneFailure(
        running,
        "divergent cluster barrier: lane " + Twine(shape.laneOf(slot)) +
            " of the same warp is at '" + program.sites[*other].text + "'",
        site);
    return false;
  }
  return true;
}

void ClusterScheduler::arriveAtCluster(bool isRelaxed, bool aligned,
                                       uint32_t site) {
  Lane &lane = lanes[running];
  uint64_t generation = clusterBarrier.generation;
  if (lane.hasArrived) {
    recordLaneFailure(running,
                      "the lane arrives at the cluster's barrier again without "
                      "having waited",
                      site);
    switchToScheduler();
  }
  auto findArrived = [&](const Lane &other) -> std::optional<uint32_t> {
    if (other.arrivedGeneration == generation)
      return other.arriveSite;
    return std::nullopt;
  };
  if (aligned && !isAligned(site, findArrived))
    switchToScheduler();
  lane.hasArrived = true;
  lane.arrivedGeneration = generation;
  lane.arriveSite = site;
  HappensBefore &order = memory.getOrder();
  if (isRelaxed)
    order.releaseFenced(running, clusterBarrier.arriving);
  else
    order.release(running, clusterBarrier.arriving);
  --clusterBarrier.missing;
  ++clusterBarrier.arrived;
  tryCompleteCluster();
}

void ClusterScheduler::tryCompleteCluster() {
  if (clusterBarrier.missing > 0 || clusterBarrier.arrived == 0)
    return;
  ++counters.clusterBarriers;
  ++clusterBarrier.generation;
  clusterBarrier.completed = clusterBarrier.arriving.get();
  clusterBarrier.arriving = KnowledgeSum();
  clusterBarrier.arrived = 0;
  clusterBarrier.missing =
      count_if(lanes, [](const Lane &lane) { return !lane.hasExited; });
  // A warp some lanes of which do not wait yet is not together here.
  SmallVector<bool> together(warps.size(), true);
  for (auto [slot, lane] : enumerate(lanes)) {
    if (lane.wait != WaitKind::ClusterBarrier) {
      together[slot / warpSize] &= lane.hasExited;
      continue;
    }
    release(slot);
    memory.getOrder().acquire(slot, clusterBarrier.completed);
  }
  for (uint32_t warp = 0; warp < warps.size(); ++warp)
    if (together[warp])
      memory.converge(warp);
}

void ClusterScheduler::waitForCluster(bool aligned, uint32_t site) {
  Lane &lane = lanes[running];
  if (!lane.hasArrived) {
    recordLaneFailure(running,
                      "the lane waits at the cluster's barrier without having "
                      "arrived",
                      site);
    switchToScheduler();
  }
  // Some may be ahead, at the next barrier: nothing has held them together.
  auto findWaiting = [&](const Lane &other) -> std::optional<uint32_t> {
    if (other.wait == WaitKind::ClusterBarrier &&
        other.arrivedGeneration == lane.arrivedGeneration)
      return other.site;
    return std::nullopt;
  };
  if (aligned && !isAligned(site, findWaiting))
    switchToScheduler();
  lane.hasArrived = false;
  if (lane.arrivedGeneration < clusterBarrier.generation)
    return memory.getOrder().acquire(running, clusterBarrier.completed);
  suspend(WaitKind::ClusterBarrier, 0, site);
}

// Those that end without having arrived are not waited for.
void ClusterScheduler::leaveClusterBarrier(uint32_t slot) {
  const Lane &lane = lanes[slot];
  if (lane.arrivedGeneration == clusterBarrier.generation)
    return;
  --clusterBarrier.missing;
  tryCompleteCluster();
}

//===- LaneOperations.cpp - What lanes ask of the machinery ---------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From an operation with its operands to the part of the emulator that
// performs it.
//
//===----------------------------------------------------------------------===//

#include "ClusterScheduler.h"

using namespace llvm;
using namespace seednorm::emulator;

void ClusterScheduler::startCopy(const OperationCall &call, uint64_t read,
                                 uint64_t written) {
  maybeYield();
  AsyncCopy copy;
  copy.destination = call.operands[0];
  copy.source = call.operands[1];
  copy.sourceBytes = read;
  copy.bytes = written;
  copy.slot = running;
  copy.site = call.site;
  if (isWrong(memory.getCopies().start(copy), call.site))
    switchToScheduler();
}

uint64_t ClusterScheduler::perform(const OperationCall &call) {
  const uint64_t *operands = call.operands;
  switch (call.operation) {
  case Operation::CopyAsync:
    startCopy(call, operands[2], operands[2]);
    return 0;
  case Operation::CopyAsyncZeroFill:
    startCopy(call, operands[2], operands[3]);
    return 0;
  case Operation::CommitCopies:
    memory.getCopies().commit(running);
    return 0;
  case Operation::WaitForCopies:
    memory.getCopies().wait(running, operands[0]);
    return 0;
  case Operation::WaitForAllCopies:
    memory.getCopies().commit(running);
    memory.getCopies().wait(running, 0);
    return 0;
  case Operation::ArriveAtCluster:
    arriveAtCluster(/*isRelaxed=*/false, operands[0], call.site);
    return 0;
  case Operation::ArriveAtClusterRelaxed:
    arriveAtCluster(/*isRelaxed=*/true, operands[0], call.site);
    return 0;
  case Operation::WaitForCluster:
    waitForCluster(operands[0], call.site);
    return 0;
  case Operation::MapShared:
    return mapShared(operands[0], operands[1], call.site);
  case Operation::GetRank:
    return getRank(operands[0], call.site);
  case Operation::WaitForPredecessor:
    memory.waitForPredecessor(running);
    return 0;
  case Operation::Fence:
    memory.getOrder().fence(running);
    memory.getOrder().fenceAcquire(running);
    return 0;
  case Operation::FenceRelease:
    memory.getOrder().fence(running);
    return 0;
  case Operation::FenceAcquire:
    memory.getOrder().fenceAcquire(running);
    return 0;
  default:
    return performBarrier(call);
  }
}

uint64_t ClusterScheduler::getRank(uint64_t address, uint32_t site) {
  uint32_t rank = memory.findBlock(address);
  if (rank < shape.getNumBlocks())
    return rank;
  recordLaneFailure(running, "expects an address in shared memory", site);
  switchToScheduler();
  llvm_unreachable("a lane that has failed is not resumed");
}

uint64_t ClusterScheduler::mapShared(uint64_t address, uint64_t rank,
                                     uint32_t site) {
  uint32_t from = getRank(address, site);
  if (rank >= shape.getNumBlocks()) {
    recordLaneFailure(running,
                      "expects a rank in a cluster of " +
                          Twine(shape.getNumBlocks()) + " blocks, but got " +
                          Twine(rank),
                      site);
    switchToScheduler();
  }
  auto baseOf = [&](uint32_t block) {
    return reinterpret_cast<uint64_t>(memory.getShared(block).getBase());
  };
  return address - baseOf(from) + baseOf(rank);
}

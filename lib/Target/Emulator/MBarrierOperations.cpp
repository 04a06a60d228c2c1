//===- MBarrierOperations.cpp - Lanes at barrier objects ------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Arriving, testing and waiting, and the copies that count at barriers.
//
//===----------------------------------------------------------------------===//

#include "ClusterScheduler.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace seednorm::emulator;

// The state that an arrival returns is the phase it belongs to. A lane that
// tests without success this often is taken to do so for ever: copies under
// way happen within a few rounds.
static constexpr uint32_t maxFailedTests = 1 << 14;

// A lane learns what those knew that arrived in a phase: at once, or at its
// next fence if its wait is relaxed.
void ClusterScheduler::acquirePhase(uint32_t slot, const Knowledge &completed) {
  if (lanes[slot].waitIsRelaxed)
    memory.getOrder().acquireRelaxed(slot, completed);
  else
    memory.getOrder().acquire(slot, completed);
}

// Lanes that wait for a phase that has completed go on.
void ClusterScheduler::wakeWaiting() {
  MBarriers &barriers = memory.getBarriers();
  while (uint64_t address = barriers.takeCompleted())
    for (auto [slot, lane] : enumerate(lanes))
      if (lane.wait == WaitKind::MBarrier && lane.waitAddress == address) {
        release(slot);
        acquirePhase(slot, barriers.find(address)->completed);
      }
}

/// The phase whose completion a lane asks for. PTX lets it ask for the current
/// one and the one before, which have different parities; before the first
/// comes -1, which is over.
int64_t ClusterScheduler::findPhase(const OperationCall &call) {
  const MBarrier &barrier = *memory.getBarriers().find(call.operands[0]);
  int64_t wanted = call.operands[1], current = barrier.phase;
  if (call.operation == Operation::TestState ||
      call.operation == Operation::TryState ||
      call.operation == Operation::TryStateFor)
    return wanted;
  return current % 2 == wanted % 2 ? current : current - 1;
}

uint64_t ClusterScheduler::testBarrier(const OperationCall &call, bool blocks,
                                       bool mayGiveUp, bool isRelaxed) {
  maybeYield();
  MBarriers &barriers = memory.getBarriers();
  uint64_t address = call.operands[0];
  if (isWrong(barriers.check(running, address, BarrierUse::Lane, call.site),
              call.site))
    switchToScheduler();
  const MBarrier &barrier = *barriers.find(address);
  int64_t phase = findPhase(call), current = barrier.phase;
  if (phase > current || phase + 1 < current) {
    recordLaneFailure(running,
                      "expects the state of phase " + Twine(current) +
                          " of the mbarrier or of the one before, but got " +
                          "that of phase " + Twine(phase),
                      call.site);
    switchToScheduler();
  }
  Lane &lane = lanes[running];
  lane.waitIsRelaxed = isRelaxed;
  if (phase < current) {
    lane.failedTests = 0;
    acquirePhase(running, barrier.completed);
    return 1;
  }
  if (blocks && !(mayGiveUp && random() % 4 == 0)) {
    lane.waitAddress = address;
    suspend(WaitKind::MBarrier, 0, call.site);
    return 1;
  }
  if (++lane.failedTests > maxFailedTests) {
    if (isWrong("the lane tests in vain " + barriers.describe(address),
                call.site))
      switchToScheduler();
  }
  switchToScheduler();
  return 0;
}

uint64_t ClusterScheduler::arrive(const OperationCall &call, uint64_t count,
                                  uint64_t bytes, uint32_t flags) {
  maybeYield();
  MBarriers &barriers = memory.getBarriers();
  uint64_t address = call.operands[0], phase = 0;
  if (const MBarrier *barrier = barriers.find(address))
    phase = barrier->phase;
  if (bytes != 0 &&
      isWrong(barriers.transact(running, address, bytes, call.site), call.site))
    switchToScheduler();
  if (isWrong(barriers.arrive(running, address, count, flags, call.site),
              call.site))
    switchToScheduler();
  wakeWaiting();
  return phase;
}

void ClusterScheduler::startBulk(BulkCopy::Kind kind, uint64_t destination,
                                 uint64_t source, uint64_t bytes,
                                 uint64_t barrier, uint32_t site) {
  maybeYield();
  if (isWrong(memory.getProxy().start(kind, destination, source, bytes, barrier,
                                      running, site),
              site))
    switchToScheduler();
}

uint64_t ClusterScheduler::performBarrier(const OperationCall &call) {
  const uint64_t *operands = call.operands;
  MBarriers &barriers = memory.getBarriers();
  switch (call.operation) {
  case Operation::InitBarrier:
    maybeYield();
    if (isWrong(barriers.init(running, operands[0], operands[1], call.site),
                call.site))
      switchToScheduler();
    return 0;
  case Operation::InvalidateBarrier:
    if (isWrong(barriers.invalidate(running, operands[0], call.site),
                call.site))
      switchToScheduler();
    return 0;
  case Operation::ArriveOnce:
    return arrive(call, 1, 0, operands[1]);
  case Operation::Arrive:
    return arrive(call, operands[1], 0, operands[2]);
  case Operation::ArriveExpect:
    return arrive(call, 1, operands[1], operands[2]);
  case Operation::ExpectBytes:
  case Operation::CompleteBytes: {
    int64_t bytes = operands[1];
    bool completes = call.operation == Operation::CompleteBytes;
    if (isWrong(barriers.transact(running, operands[0],
                                  completes ? -bytes : bytes, call.site),
                call.site))
      switchToScheduler();
    wakeWaiting();
    return 0;
  }
  case Operation::TestState:
  case Operation::TestParity:
    return testBarrier(call, /*blocks=*/false, /*mayGiveUp=*/true,
                       /*isRelaxed=*/operands[2]);
  case Operation::TryState:
  case Operation::TryParity:
    return testBarrier(call, /*blocks=*/true, /*mayGiveUp=*/true,
                       /*isRelaxed=*/operands[2]);
  case Operation::TryStateFor:
  case Operation::TryParityFor:
    return testBarrier(call, /*blocks=*/true, /*mayGiveUp=*/true,
                       /*isRelaxed=*/false);
  case Operation::WaitParity:
    return testBarrier(call, /*blocks=*/true, /*mayGiveUp=*/false,
                       /*isRelaxed=*/false);
  default:
    return performBulk(call);
  }
}

uint64_t ClusterScheduler::performBulk(const OperationCall &call) {
  const uint64_t *operands = call.operands;
  MBarriers &barriers = memory.getBarriers();
  switch (call.operation) {
  case Operation::FenceInits:
    barriers.fenceInits(running);
    return 0;
  case Operation::FenceProxy:
    barriers.fenceInits(running);
    memory.getOrder().fenceProxy(running);
    return 0;
  case Operation::BulkLoad:
    startBulk(BulkCopy::Load, operands[0], operands[2], operands[3],
              operands[1], call.site);
    return 0;
  case Operation::BulkStore:
    startBulk(BulkCopy::Store, operands[0], operands[1], operands[2], 0,
              call.site);
    return 0;
  case Operation::StoreAsync:
    startBulk(BulkCopy::RemoteStore, operands[0], operands[1], 4, operands[2],
              call.site);
    return 0;
  case Operation::CommitBulk:
    memory.getProxy().commit(running);
    return 0;
  case Operation::WaitForBulk:
  case Operation::WaitForBulkRead:
    memory.getProxy().wait(running, operands[0],
                           call.operation == Operation::WaitForBulkRead);
    return 0;
  default:
    llvm_unreachable("all operations are handled");
  }
}

//===----------------------------------------------------------------------===//
// Copies
//===----------------------------------------------------------------------===//

void ClusterScheduler::advanceCopies(bool isStalled) {
  std::pair<uint32_t, uint32_t> failed;
  std::string wrong = memory.getProxy().advance(isStalled, failed);
  if (!wrong.empty())
    recordLaneFailure(failed.first, wrong, failed.second);
  wakeWaiting();
}

void ClusterScheduler::finishCopies() {
  std::pair<uint32_t, uint32_t> failed;
  std::string wrong = memory.getProxy().finishCluster(failed);
  if (!wrong.empty())
    recordLaneFailure(failed.first, wrong, failed.second);
}

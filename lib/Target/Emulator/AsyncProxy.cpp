//===- AsyncProxy.cpp - Bulk copies and asynchronous stores ---------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A load writes its destination and then counts at its barrier; a store reads
// its source, and writes its destination later.
//
//===----------------------------------------------------------------------===//

#include "AsyncProxy.h"

#include "MemoryChecker.h"

#include <cstring>

using namespace llvm;
using namespace seednorm::emulator;

// Rounds until a transfer happens by itself; `never`: when nothing else can.
static constexpr uint32_t maxRounds = 8, never = ~0u;

AsyncProxy::AsyncProxy(MemoryChecker &memory, const ClusterShape &shape,
                       uint64_t seed)
    : memory(memory), openGroups(shape.getNumSlots()), random(seed) {}

void AsyncProxy::startCluster() {
  copies.clear();
  openGroups.assign(openGroups.size(), 0);
}

std::string AsyncProxy::start(BulkCopy::Kind kind, uint64_t destination,
                              uint64_t source, uint64_t bytes, uint64_t barrier,
                              uint32_t slot, uint32_t site) {
  BulkCopy copy;
  copy.kind = kind;
  copy.destination = destination;
  copy.source = source;
  copy.bytes = bytes;
  copy.barrier = barrier;
  copy.value = source;
  copy.slot = slot;
  copy.site = site;
  std::string wrong = memory.startBulkCopy(copy);
  if (!wrong.empty())
    return wrong;
  copy.group = openGroups[copy.slot];
  copy.roundsLeft = random() % 2 == 0 ? never : 1 + random() % maxRounds;
  copies.push_back(std::move(copy));
  return "";
}

//===----------------------------------------------------------------------===//
// Happening
//===----------------------------------------------------------------------===//

static char *at(uint64_t address) { return reinterpret_cast<char *>(address); }

void AsyncProxy::readSource(BulkCopy &copy) {
  if (copy.hasRead)
    return;
  copy.data.assign(at(copy.source), at(copy.source) + copy.bytes);
  copy.hasRead = true;
}

static constexpr const char *endsTooEarly =
    "the block ends without having waited for a copy to its shared memory";

std::string AsyncProxy::perform(BulkCopy &copy) {
  if (copy.kind != BulkCopy::Store &&
      memory.getLifetimes().hasEnded(memory.findBlock(copy.destination)))
    return endsTooEarly;
  copy.isPerformed = true;
  switch (copy.kind) {
  case BulkCopy::Load:
    std::memcpy(at(copy.destination), at(copy.source), copy.bytes);
    break;
  case BulkCopy::RemoteStore:
    std::memcpy(at(copy.destination), &copy.value, copy.bytes);
    break;
  case BulkCopy::Store:
    readSource(copy);
    std::memcpy(at(copy.destination), copy.data.data(), copy.bytes);
    return "";
  }
  // May end the phase, and with it this copy.
  return memory.getBarriers().completeForCopy(copy.barrier, copy.bytes);
}

bool AsyncProxy::canAdvance() const {
  return any_of(copies, [](const BulkCopy &copy) {
    return copy.kind != BulkCopy::Store && !copy.isPerformed;
  });
}

// Stores are left to their waits: nothing that a lane of this cluster may do
// shows when they happen.
std::string AsyncProxy::advance(bool isStalled,
                                std::pair<uint32_t, uint32_t> &failed) {
  SmallVector<size_t> waiting;
  for (size_t index = 0; index < copies.size(); ++index) {
    BulkCopy &copy = copies[index];
    if (copy.kind == BulkCopy::Store || copy.isPerformed)
      continue;
    if (copy.roundsLeft != never && copy.roundsLeft > 0)
      --copy.roundsLeft;
    if (copy.roundsLeft == 0 || isStalled)
      waiting.push_back(index);
  }
  if (waiting.empty())
    return "";
  // A part of them: one alone would take as many rounds as there are copies.
  std::shuffle(waiting.begin(), waiting.end(), random);
  waiting.resize(1 + waiting.size() / 8);
  for (size_t index : waiting)
    copies[index].isNext = true;
  for (size_t index = 0; index < copies.size(); ++index) {
    BulkCopy &copy = copies[index];
    if (!copy.isNext)
      continue;
    copy.isNext = false;
    failed = {copy.slot, copy.site};
    size_t before = copies.size();
    if (std::string wrong = perform(copy); !wrong.empty())
      return wrong;
    // The copies of a phase that has ended are gone.
    if (copies.size() != before)
      index = static_cast<size_t>(-1);
  }
  return "";
}

void AsyncProxy::wait(uint32_t slot, uint64_t groupsLeft, bool onlyRead) {
  uint64_t open = openGroups[slot];
  erase_if(copies, [&](BulkCopy &copy) {
    if (copy.kind != BulkCopy::Store || copy.slot != slot ||
        copy.group >= open || open - copy.group <= groupsLeft)
      return false;
    if (!copy.hasRead) {
      readSource(copy);
      memory.finishBulkRead(copy);
    }
    if (!onlyRead)
      perform(copy);
    return !onlyRead;
  });
}

//===----------------------------------------------------------------------===//
// Ending
//===----------------------------------------------------------------------===//

std::string AsyncProxy::finishLane(uint32_t slot, uint32_t &site) {
  for (const BulkCopy &copy : copies)
    if (copy.kind == BulkCopy::Store && copy.slot == slot && !copy.hasRead) {
      site = copy.site;
      return "the lane ends without having waited until a bulk store had read "
             "its source in shared memory";
    }
  return "";
}

std::string AsyncProxy::finishCluster(std::pair<uint32_t, uint32_t> &failed) {
  for (BulkCopy &copy : copies) {
    failed = {copy.slot, copy.site};
    if (copy.kind != BulkCopy::Store)
      return endsTooEarly;
    perform(copy);
  }
  copies.clear();
  return "";
}

const BulkCopy *AsyncProxy::find(uint64_t address, uint64_t bytes,
                                 bool isRead) const {
  for (const BulkCopy &copy : copies) {
    bool reads = copy.kind == BulkCopy::Store && !copy.hasRead;
    bool writes = copy.kind != BulkCopy::Store;
    if (isRead ? !reads : !writes)
      continue;
    uint64_t begin = isRead ? copy.source : copy.destination;
    if (begin < address + bytes && address < begin + copy.bytes)
      return &copy;
  }
  return nullptr;
}

//===- AsyncCopies.cpp - Copies beside the lanes --------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A lane has a few copies under way, so that they are kept in plain lists.
//
//===----------------------------------------------------------------------===//

#include "AsyncCopies.h"

#include "MemoryChecker.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"

#include <cstring>

using namespace llvm;
using namespace seednorm::emulator;

// A copy whose source is read at the latest moment, in the wait.
static constexpr uint32_t never = ~0u;

// Enough for other lanes to come far, few enough to happen.
static constexpr uint32_t maxTurns = 4;

AsyncCopies::AsyncCopies(MemoryChecker &memory, const ClusterShape &shape,
                         uint64_t seed)
    : memory(memory), copies(shape.getNumSlots()),
      openGroups(shape.getNumSlots()), random(seed) {}

std::string AsyncCopies::start(const AsyncCopy &started) {
  AsyncCopy copy = started;
  if (copy.sourceBytes > copy.bytes)
    return ("a copy of " + Twine(copy.bytes) +
            " bytes expects a source of at "
            "most as many, but got " +
            Twine(copy.sourceBytes))
        .str();
  std::string wrong = memory.startCopyFromGlobal(copy);
  if (!wrong.empty())
    return wrong;
  copy.group = openGroups[copy.slot];
  copy.turnsLeft = random() % 2 == 0 ? never : 1 + random() % maxTurns;
  copies[copy.slot].push_back(copy);
  return "";
}

void AsyncCopies::perform(AsyncCopy &copy) {
  if (copy.isPerformed)
    return;
  auto *destination = reinterpret_cast<char *>(copy.destination);
  if (copy.sourceBytes != 0)
    std::memcpy(destination, reinterpret_cast<const char *>(copy.source),
                copy.sourceBytes);
  std::memset(destination + copy.sourceBytes, 0, copy.bytes - copy.sourceBytes);
  copy.isPerformed = true;
}

void AsyncCopies::complete(AsyncCopy &copy) {
  perform(copy);
  memory.finishCopyToShared(copy);
}

void AsyncCopies::commit(uint32_t slot) { ++openGroups[slot]; }

void AsyncCopies::wait(uint32_t slot, uint64_t groupsLeft) {
  uint64_t open = openGroups[slot];
  erase_if(copies[slot], [&](AsyncCopy &copy) {
    if (copy.group >= open || open - copy.group <= groupsLeft)
      return false;
    complete(copy);
    return true;
  });
}

void AsyncCopies::advance(uint32_t slot) {
  for (AsyncCopy &copy : copies[slot])
    if (copy.turnsLeft != never && copy.turnsLeft-- == 0) {
      perform(copy);
      copy.turnsLeft = never;
    }
}

const AsyncCopy *AsyncCopies::finishLane(uint32_t slot) {
  for (const AsyncCopy &copy : copies[slot])
    if (copy.group == openGroups[slot])
      return &copy;
  wait(slot, 0);
  return nullptr;
}

const AsyncCopy *AsyncCopies::find(uint64_t address, uint64_t bytes) const {
  for (const std::vector<AsyncCopy> &ofLane : copies)
    for (const AsyncCopy &copy : ofLane)
      if (copy.destination < address + bytes &&
          address < copy.destination + copy.bytes)
        return &copy;
  return nullptr;
}

//===- HappensBefore.cpp - What is ordered before what --------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Joins of clocks where lanes meet.
//
//===----------------------------------------------------------------------===//

#include "HappensBefore.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"

#include <utility>

using namespace seednorm::emulator;

// More than the blocks of a cluster, each of which may know something else.
static constexpr size_t maxMerges = 64;

//===----------------------------------------------------------------------===//
// Knowledge
//===----------------------------------------------------------------------===//

void KnowledgeSum::add(const Knowledge &knowledge) {
  floor = std::max(floor, knowledge.floor);
  if (!knowledge.clocks || knowledge.clocks == last)
    return;
  last = knowledge.clocks;
  if (clocks.size() < last->size())
    clocks.resize(last->size());
  for (size_t slot = 0; slot < last->size(); ++slot)
    clocks[slot] = std::max(clocks[slot], (*last)[slot]);
}

void KnowledgeSum::add(uint32_t slot, Clock clock) {
  if (clocks.size() <= slot)
    clocks.resize(slot + 1);
  clocks[slot] = std::max(clocks[slot], clock);
}

Knowledge KnowledgeSum::get() const {
  Knowledge knowledge(floor);
  if (!clocks.empty())
    knowledge.clocks = std::make_shared<const std::vector<Clock>>(clocks);
  return knowledge;
}

//===----------------------------------------------------------------------===//
// Lanes
//===----------------------------------------------------------------------===//

HappensBefore::HappensBefore(const ClusterShape &shape, bool tracksProxy)
    : shape(shape), tracksProxy(tracksProxy), views(shape.getNumSlots()) {}

void HappensBefore::startCluster() {
  Knowledge past(time);
  birth = time + 1;
  time += 2;
  merges.clear();
  for (View &view : views)
    view = {time, past, birth, past};
}

void HappensBefore::publish(uint32_t slot, KnowledgeSum &sum) const {
  sum.add(views[slot].known);
  sum.add(slot, views[slot].clock);
}

void HappensBefore::release(uint32_t slot, KnowledgeSum &sum) {
  publish(slot, sum);
  views[slot].clock = ++time;
}

void HappensBefore::releaseFenced(uint32_t slot, KnowledgeSum &sum) const {
  sum.add(views[slot].fenced);
  sum.add(slot, views[slot].fencedClock);
}

void HappensBefore::acquire(uint32_t slot, const Knowledge &known) {
  Knowledge &own = views[slot].known;
  if (own.isSame(known))
    return;
  for (const Merge &merge : llvm::reverse(merges))
    if (merge.before.isSame(own) && merge.learned.isSame(known)) {
      own = merge.after;
      return;
    }
  KnowledgeSum sum;
  sum.add(own);
  sum.add(known);
  if (merges.size() == maxMerges)
    merges.clear();
  merges.push_back({own, known, sum.get()});
  own = merges.back().after;
}

void HappensBefore::acquireRelaxed(uint32_t slot, const Knowledge &known) {
  KnowledgeSum sum;
  sum.add(views[slot].observed);
  sum.add(known);
  views[slot].observed = sum.get();
}

void HappensBefore::fenceAcquire(uint32_t slot) {
  acquire(slot, std::exchange(views[slot].observed, Knowledge()));
}

void HappensBefore::fence(uint32_t slot) {
  View &view = views[slot];
  view.fencedClock = view.clock;
  view.fenced = view.known;
  view.clock = ++time;
}

Clock HappensBefore::advance(uint32_t slot) {
  return std::exchange(views[slot].clock, ++time);
}

void HappensBefore::fenceUpTo(uint32_t slot, Clock clock) {
  views[slot].fencedClock = std::max(views[slot].fencedClock, clock);
}

void HappensBefore::meetBlock(uint32_t rank) {
  uint32_t first = rank * shape.getSlotsPerBlock();
  uint32_t end = first + shape.getLanesPerBlock();
  Knowledge known(time);
  if (shape.getNumBlocks() > 1 || tracksProxy) {
    KnowledgeSum sum;
    for (uint32_t slot = first; slot < end; ++slot)
      publish(slot, sum);
    known = sum.get();
  }
  ++time;
  for (uint32_t slot = first; slot < end; ++slot)
    meet(views[slot], known);
}

void HappensBefore::meetWarp(uint32_t firstSlot, uint32_t mask) {
  KnowledgeSum sum;
  for (uint32_t bits = mask; bits; bits &= bits - 1)
    publish(firstSlot + llvm::countr_zero(bits), sum);
  Knowledge known = sum.get();
  ++time;
  for (uint32_t bits = mask; bits; bits &= bits - 1)
    meet(views[firstSlot + llvm::countr_zero(bits)], known);
}

// What the proxy sees of a slot is known under a second number.
void HappensBefore::fenceProxy(uint32_t slot) {
  View &view = views[slot];
  uint32_t slots = shape.getNumSlots();
  KnowledgeSum sum;
  sum.add(view.known);
  for (uint32_t other = 0; other < slots; ++other)
    sum.add(slots + other, view.known.getClock(other));
  sum.add(slots + slot, view.clock);
  view.known = sum.get();
  view.clock = ++time;
}

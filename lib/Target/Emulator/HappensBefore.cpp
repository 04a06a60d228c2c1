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

#include "llvm/ADT/bit.h"

using namespace seednorm::emulator;

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

HappensBefore::HappensBefore(const ClusterShape &shape)
    : shape(shape), views(shape.getNumSlots()) {}

void HappensBefore::startCluster() {
  Knowledge past(time++);
  for (View &view : views)
    view = {time, past};
}

void HappensBefore::publish(uint32_t slot, KnowledgeSum &sum) const {
  sum.add(views[slot].known);
  sum.add(slot, views[slot].clock);
}

void HappensBefore::meetBlock(uint32_t rank) {
  if (shape.getNumBlocks() == 1)
    return startCluster();
  uint32_t first = rank * shape.getSlotsPerBlock();
  uint32_t end = first + shape.getLanesPerBlock();
  KnowledgeSum sum;
  for (uint32_t slot = first; slot < end; ++slot)
    publish(slot, sum);
  Knowledge known = sum.get();
  ++time;
  for (uint32_t slot = first; slot < end; ++slot)
    views[slot] = {time, known};
}

void HappensBefore::meetWarp(uint32_t firstSlot, uint32_t mask) {
  KnowledgeSum sum;
  for (uint32_t bits = mask; bits; bits &= bits - 1)
    publish(firstSlot + llvm::countr_zero(bits), sum);
  Knowledge known = sum.get();
  ++time;
  for (uint32_t bits = mask; bits; bits &= bits - 1)
    views[firstSlot + llvm::countr_zero(bits)] = {time, known};
}

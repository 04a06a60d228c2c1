//===- HappensBefore.h - What is ordered before what ------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Vector clocks, compressed. All clocks are drawn from one counter, so that a
// barrier of everyone leaves one number to know: whatever came before it. Only
// what orders some lanes and not others needs a number for each lane, and the
// lanes that meet share it.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_TARGET_EMULATOR_HAPPENSBEFORE_H
#define SEEDNORM_LIB_TARGET_EMULATOR_HAPPENSBEFORE_H

#include "ClusterShape.h"

#include <memory>

namespace seednorm::emulator {

/// Orders what one lane does; it moves on wherever others may learn of it.
using Clock = uint32_t;

/// For each slot, the clock up to which its accesses are ordered before.
class Knowledge {
public:
  Knowledge() = default;
  /// All accesses of all slots up to a clock.
  explicit Knowledge(Clock floor) : floor(floor) {}

  bool covers(uint32_t slot, Clock clock) const {
    return clock <= floor ||
           (clocks && slot < clocks->size() && clock <= (*clocks)[slot]);
  }

  /// Up to which clock the accesses of a slot are known.
  Clock getClock(uint32_t slot) const {
    bool isListed = clocks && slot < clocks->size();
    return isListed ? std::max(floor, (*clocks)[slot]) : floor;
  }

  /// All accesses up to this clock are known.
  Clock getFloor() const { return floor; }

  /// Whether both share their clocks; then they know the same.
  bool isSame(const Knowledge &other) const {
    return floor == other.floor && clocks == other.clocks;
  }

private:
  friend class KnowledgeSum;

  Clock floor = 0;
  std::shared_ptr<const std::vector<Clock>> clocks; ///< May be null.
};

/// Knowledge put together from that of several lanes.
class KnowledgeSum {
public:
  void add(const Knowledge &knowledge);
  void add(uint32_t slot, Clock clock);
  Knowledge get() const;

private:
  Clock floor = 0;
  std::vector<Clock> clocks;
  /// Lanes that met share their clocks: adding these once is enough.
  std::shared_ptr<const std::vector<Clock>> last;
};

/// An access that may be part of a race.
struct AccessRecord {
  Clock clock = 0; ///< 0: none, ordered before everything.
  uint32_t slot = 0, site = 0;
};

/// A lane at the moment it accesses memory.
struct Observer {
  uint32_t slot;
  Clock clock;
  const Knowledge &known;

  /// Whether an access by some lane is ordered before the observer's next.
  bool knows(uint32_t other, Clock when) const {
    return other == slot || known.covers(other, when);
  }
};

/// The order that barriers make between the lanes of a launch.
class HappensBefore {
public:
  /// With `tracksProxy`, also which writes the async proxy sees.
  HappensBefore(const ClusterShape &shape, bool tracksProxy);

  /// Whatever came before is ordered before all lanes.
  void startCluster();

  /// All lanes of a block have met at a barrier.
  void meetBlock(uint32_t rank);

  /// The lanes of a mask have met, in the warp that starts at a slot.
  void meetWarp(uint32_t firstSlot, uint32_t mask);

  /// What a lane knows and did goes to those that acquire the sum.
  void release(uint32_t slot, KnowledgeSum &sum);

  /// The same, but only of what came before the lane's last fence.
  void releaseFenced(uint32_t slot, KnowledgeSum &sum) const;

  void acquire(uint32_t slot, const Knowledge &known);

  /// The same, but not before the lane's next fence that acquires.
  void acquireRelaxed(uint32_t slot, const Knowledge &known);
  void fenceAcquire(uint32_t slot);

  /// What a lane knows and did may be released without ordering of its own.
  void fence(uint32_t slot);
  /// Ends what the lane has done so far: what follows is not known with it.
  Clock advance(uint32_t slot);
  /// Has the lane's relaxed arrivals tell what it did up to `clock`.
  void fenceUpTo(uint32_t slot, Clock clock);

  /// What a lane knows of is seen by the async proxy too, for those who learn
  /// of this fence.
  void fenceProxy(uint32_t slot);

  /// Whether the async proxy sees a write that the observer knows of.
  bool isProxied(const Observer &observer, const AccessRecord &write) const {
    return observer.known.covers(shape.getNumSlots() + write.slot, write.clock);
  }

  /// A new clock, later than all before.
  Clock tick() { return ++time; }

  /// The first number that orders something other than a lane.
  uint32_t getFirstFreeSlot() const { return 2 * shape.getNumSlots(); }

  /// Adds what a lane knows, and all it did, to a sum. Only a lane that does
  /// nothing more may publish without a new clock.
  void publish(uint32_t slot, KnowledgeSum &sum) const;

  /// A clock of every lane before its first access.
  Clock getBirth() const { return birth; }

  Observer observe(uint32_t slot) const {
    return {slot, views[slot].clock, views[slot].known};
  }

private:
  struct View {
    Clock clock = 0;
    Knowledge known;
    Clock fencedClock = 0;
    Knowledge fenced;
    Knowledge observed; ///< By relaxed waits since the last such fence.
  };

  /// What somebody knew, what it learned, and both.
  struct Merge {
    Knowledge before, learned, after;
  };

  void meet(View &view, const Knowledge &known) const {
    view.clock = time;
    view.known = known;
  }

  ClusterShape shape;
  bool tracksProxy;
  Clock time = 0, birth = 0;
  std::vector<View> views; ///< By slot.
  /// The last ones: most lanes know and learn what their neighbours do, and
  /// clocks that they share need neither memory nor time.
  std::vector<Merge> merges;
};

} // namespace seednorm::emulator

#endif // SEEDNORM_LIB_TARGET_EMULATOR_HAPPENSBEFORE_H

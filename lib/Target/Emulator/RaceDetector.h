//===- RaceDetector.h - Find accesses that nothing orders -------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two accesses to a byte of which one writes are a race unless one is ordered
// before the other, or both are atomic: also where both write the same value,
// and where one instruction of a warp does both. For each word (four bytes,
// told apart once an access takes only some) the last write is kept, and the
// reads since that no later read is ordered after: as in FastTrack (Flanagan
// and Freund, PLDI 2009), so that every race that an execution shows is found,
// in whatever order the lanes ran.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_TARGET_EMULATOR_RACEDETECTOR_H
#define SEEDNORM_LIB_TARGET_EMULATOR_RACEDETECTOR_H

#include "HappensBefore.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <array>
#include <deque>
#include <optional>

namespace seednorm::emulator {

/// The earlier access of a race.
struct Conflict {
  AccessRecord earlier;
  bool earlierWrites = false;
};

/// Watches the bytes that the lanes of a cluster share. Bytes need no reset
/// between clusters: clocks go on.
class RaceDetector {
public:
  RaceDetector(uint64_t bytes, const std::vector<Site> &sites,
               const ClusterShape &shape);

  /// Checks and remembers an access to a range of bytes. Returns false, and
  /// stops there, if it races.
  bool access(const Observer &observer, uint64_t offset, uint64_t bytes,
              bool writes, uint32_t site);

  /// The write of a lane to one of a range of bytes that does not satisfy
  /// `isSeen`, if there is one.
  std::optional<AccessRecord>
  findWrite(uint64_t offset, uint64_t bytes,
            llvm::function_ref<bool(const AccessRecord &)> isSeen);

  /// Remembers a write that was checked before.
  void recordWrite(const AccessRecord &write, uint64_t offset, uint64_t bytes);

  /// What the last access that gave false raced with.
  const std::optional<Conflict> &getConflict() const { return conflict; }

private:
  /// The lanes of a warp that read at one clock.
  struct WarpReads {
    Clock clock = 0;
    uint32_t site = 0, lanes = 0;
  };

  /// Reads that are not ordered with each other.
  struct ReadSet {
    Clock newest = 0;
    /// From that warp on: most words are read by warps of one block only.
    uint32_t firstWarp = 0;
    std::vector<WarpReads> warps;
    std::vector<AccessRecord> others; ///< Of lanes at odds with their warp.
  };

  struct Cell {
    AccessRecord write, read;
    uint32_t readSet = 0; ///< 1 + index, in place of `read`; 0: none.
  };

  template <typename Action>
  void forEachCell(uint64_t offset, uint64_t bytes, Action action);
  void split(uint64_t word);
  bool check(Cell &cell, const Observer &observer, bool writes, uint32_t site);
  bool checkReads(const Cell &cell, const Observer &observer, bool onlyAtomic,
                  bool isAtomic);
  void remember(Cell &cell, const Observer &observer, bool writes,
                uint32_t site);
  void rememberRead(Cell &cell, const Observer &observer, uint32_t site);
  static WarpReads &getReads(ReadSet &set, uint32_t warp);
  void addToSet(ReadSet &set, const AccessRecord &read);
  uint32_t allocateSet();
  void dropReads(Cell &cell);

  const std::vector<Site> &sites;
  uint32_t numSlots;
  std::vector<Cell> words;
  std::vector<uint32_t> splitWords; ///< By word, 1 + index in `byteCells`.
  std::deque<std::array<Cell, 4>> byteCells;
  std::deque<ReadSet> sets;
  std::vector<uint32_t> freeSets;
  std::optional<Conflict> conflict;
};

} // namespace seednorm::emulator

#endif // SEEDNORM_LIB_TARGET_EMULATOR_RACEDETECTOR_H

//===- KernelModel.h - What a kernel is predicted to do ---------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The static model of a report: counts of the machine code and what follows
// from them for the cards it was compiled for. docs/StaticModel.md says how,
// and with which assumptions. No number in here was measured.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_COMPILER_KERNELMODEL_H
#define SEEDNORM_COMPILER_KERNELMODEL_H

#include <cstdint>
#include <string>
#include <vector>

namespace seednorm {

/// What is assumed of a card, and what it is predicted to make of a kernel.
struct CardPrediction {
  std::string card; ///< "H100"
  // Assumptions.
  int64_t multiprocessors = 0;
  double clock = 0;         ///< Hz
  double copyBandwidth = 0; ///< Bytes read and written, per s.
  double latency = 0;       ///< Of a load from device memory, s.

  /// Warp instructions of the kernel, over those that the schedulers can issue
  /// while a copy moves the same bytes.
  double issuePart = 0;
  /// The same of the unit that is busiest, and its name.
  double unitPart = 0;
  std::string unit;
  /// Bytes of rows a multiprocessor has asked for, at most, and those Little's
  /// law wants for the bandwidth of a copy.
  double bytesInFlight = 0, bytesInFlightNeeded = 0;
  /// Time of a copy of the minimum of bytes over the predicted time; and what
  /// it is that takes the time: "bandwidth", "latency", or a unit.
  double copyPart = 0;
  std::string limit;
};

struct KernelModel {
  /// Instructions of a thread for one trip of the loop over rows; for a kernel
  /// without one, all that it executes as a rule.
  double rowInstructions = 0;
  /// Those before and behind that loop, and those executed rarely, as the slow
  /// paths of divisions are.
  double otherInstructions = 0, rareInstructions = 0;
  /// Whether blocks take one row after the other. The others are divided over
  /// so many trips, of so many rows a block each.
  bool persistent = false;
  double tripsPerBlock = 1, rowsPerTrip = 0;
  /// Trips of loops over the columns of a row, found from the bytes of a row.
  double columnTrips = 1;
  /// Instructions a thread has for each element of its rows: of the row loop,
  /// and with a share of the others.
  double rowInstructionsPerElement = 0, instructionsPerElement = 0;
  /// Cycles that one warp, alone, needs for a trip.
  double warpCycles = 0;
  std::vector<CardPrediction> cards;
};

} // namespace seednorm

#endif // SEEDNORM_COMPILER_KERNELMODEL_H

//===- IssueModel.h - What machine code costs to issue ----------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A model, not a measurement (docs/StaticModel.md): the slots that instructions
// take of the schedulers and of the units that execute them, and how long one
// warp takes with the multiprocessor to itself.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_TARGET_NVPTX_ISSUEMODEL_H
#define SEEDNORM_TARGET_NVPTX_ISSUEMODEL_H

#include "seednorm/Target/NVPTX/SASS.h"

#include <array>
#include <functional>
#include <optional>

namespace seednorm {

/// What an instruction is executed by. `Issue` is the scheduler, which all
/// need; that is all that branches, barriers and the uniform datapath have.
enum class Pipe { Issue, Float, Integer, Double, Special, Memory };
inline constexpr int kNumPipes = 6;
llvm::StringRef getName(Pipe pipe); ///< "issue", "float", ...

/// A card: what code for `chip` is predicted for. Sources of the numbers are in
/// GPUCards.cpp and in the documentation.
struct GPUCard {
  llvm::StringLiteral name, chip;
  int multiprocessors;
  double clock;     ///< Of a multiprocessor, in Hz.
  double bandwidth; ///< Of a copy in device memory, read and written, bytes/s.
  double latency;   ///< Of a load from device memory while a copy runs, in s.
  /// Results in a cycle of a multiprocessor.
  int floatRate, integerRate, doubleRate, conversionRate;
};

llvm::ArrayRef<GPUCard> getGPUCards();

/// The unit of an instruction, and the cycles of a multiprocessor that all 32
/// lanes of a warp take of it there.
std::pair<Pipe, double> getPipeCycles(const SASSInstruction &instruction,
                                      const GPUCard &card);

/// Instructions of a warp, by what they take.
struct IssueCounts {
  double instructions = 0;
  std::array<double, kNumPipes> cycles = {}; ///< Of a multiprocessor, by unit.
  /// By a thread, where the instruction itself says that memory is global.
  double bytesLoaded = 0, bytesStored = 0;
  bool hasBulkCopies = false; ///< Whose bytes are no part of the code.

  void add(const IssueCounts &other, double times);
  Pipe getLimit() const; ///< The unit with most cycles.
  double getCycles() const { return cycles[int(getLimit())]; }
};

/// What is executed as a rule in the blocks of each loop that are in no inner
/// one, with those outside of all loops at the end. A skipped instruction, by
/// its guard, costs as much as another; both sides of a branch count.
std::vector<IssueCounts> countIssues(const SASSKernel &kernel,
                                     const SASSControlFlow &flow,
                                     const GPUCard &card);

/// How one warp goes through code.
struct WarpTimeline {
  double cycles = 0; ///< Of the kernel, or of one trip in the steady state.
  /// Bytes a thread has asked global memory for and not got, at most, where an
  /// instruction waits for some of them.
  double bytesInFlight = 0;
};

/// A warp alone, with instructions in the order of the text: each starts a
/// cycle after the one before and not before its operands are there. The blocks
/// of a loop run `trips(loop)` times, at least once. With `steady`, cycles are
/// those of a late trip of that loop.
WarpTimeline simulateWarp(const SASSKernel &kernel, const SASSControlFlow &flow,
                          const GPUCard &card,
                          llvm::function_ref<double(int64_t)> trips,
                          std::optional<int64_t> steady = std::nullopt);

} // namespace seednorm

#endif // SEEDNORM_TARGET_NVPTX_ISSUEMODEL_H

//===- ChooseCPUSchedule.cpp - Vectors and grain for a program ------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A row stays in a cache between its sweeps, so a schedule has to fill the
// vector units, to keep threads from starting for too little, and to keep
// memory busy all the time.
//
//===----------------------------------------------------------------------===//

#include "CPUBlocks.h"

#include "seednorm/Dialect/Row/Transforms/CPUSegments.h"
#include "seednorm/Dialect/Row/Transforms/Schedule.h"

#include "llvm/ADT/bit.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <numeric>
#include <optional>
#include <string>
#include <tuple>

using namespace mlir;
using namespace seednorm::row;

/// Sums are computed in f32 unless the program says otherwise.
static constexpr int64_t kLaneBytes = 4;
/// The widest `vector` of a schedule.
static constexpr int64_t kMaxVector = 64;
/// Hide the latency of an addition: 1 gives 47 GB/s, 4 give 57, 8 give 58
/// (f32 in cache, 512-bit vectors).
static constexpr int64_t kMaxAccumulators = 4;
/// Registers of a sweep for what is not an accumulator.
static constexpr int64_t kOtherRegisters = 4;
/// A thread's share below which waking it costs more than it does.
static constexpr uint64_t kElementsPerThread = 32 * 1024;
/// Rows of a partial sum: it is written and read again once, 8 bytes a column,
/// where a row of a backward program is at least 6 and mostly twice that.
static constexpr int64_t kMinPartial = 32;
/// Rows that are short have more to a partial sum: new memory for these costs a
/// fault a page. 256 K elements take a tenth of a millisecond or more, so that
/// many threads still have work.
static constexpr int64_t kPartialElements = 256 * 1024, kMaxPartial = 128;
/// Inputs of a row below which the processor fetches ahead by itself, and above
/// which they push each other out of a second-level cache.
static constexpr int64_t kMinPrefetch = 1024, kMaxPrefetch = 128 * 1024;
/// Bytes of a row below which writing past the caches is not worth the code.
static constexpr int64_t kMinStream = 512;
/// Columns that a repeating operand needs for a loop over its repetitions,
/// whose chunks are vectors in memory. Repetitions of 9 columns run at 0.56 of
/// the speed of an operand of a whole row, of 36 at 0.90; loads of single
/// elements at 0.27, and those of 6 columns at that in either way (f32 sum of
/// squares and scale, 512-bit vectors).
static constexpr int64_t kMinRepetition = 8;
/// Lanes of the widest vector registers: no chunk straddles repetitions of a
/// multiple of so many columns, loop or not.
static constexpr int64_t kMaxLanes = 64 / kLaneBytes;

/// The part of `segment` within which no chunk straddles two repetitions of an
/// operand, where that is worth while and not so anyway.
static int64_t alignToRepetitions(const ProgramAnalysis &analysis,
                                  int64_t segment) {
  ProgramOp program = analysis.getProgram();
  for (auto [input, argument] : llvm::zip_equal(
           program.getInputs(), program.getBodyBlock().getArguments())) {
    int64_t stored = getNumStoredElements(input.getType(), argument.getType());
    bool repeats = program.getInputAccess(argument.getArgNumber()).getKind() ==
                       AccessKind::Shared &&
                   stored != getNumElements(argument.getType());
    if (!repeats || stored % kMaxLanes == 0)
      continue;
    int64_t common = std::gcd(segment, stored * analysis.getRun(argument));
    if (common >= kMinRepetition)
      segment = common;
  }
  return segment;
}

int64_t seednorm::row::getCPUSegment(const ProgramAnalysis &analysis) {
  int64_t segment = analysis.getNumColumns();
  auto consider = [&](Value value) {
    if (int64_t run = analysis.getRun(value); run > 1)
      segment = std::gcd(segment, run);
  };
  Block &block = analysis.getProgram().getBodyBlock();
  llvm::for_each(block.getArguments(), consider);
  for (Operation &op : block)
    llvm::for_each(op.getResults(), consider);
  return alignToRepetitions(analysis, segment);
}

/// Which rows have the slices of output `number` in common: equal for outputs
/// of the same groups or cycles.
static std::tuple<AccessKind, int64_t, int64_t> getClasses(ProgramOp program,
                                                           unsigned number) {
  AccessAttr access = program.getOutputAccess(number);
  int64_t leading = 0;
  if (access.isPeriodOfCall()) {
    leading =
        cast<ShapedType>(program.getOutputs()[number].getType()).getRank() -
        getSliceRank(program.getOutputSliceType(number));
  }
  return {access.getKind(), access.getPeriod(), leading};
}

LogicalResult seednorm::row::verifyCPUProgram(ProgramOp program) {
  std::optional<unsigned> first;
  for (unsigned number = 0; number < program.getOutputs().size(); ++number) {
    AccessAttr access = program.getOutputAccess(number);
    if (!access.isSummed() || access.getKind() == AccessKind::Shared)
      continue;
    if (!first)
      first = number;
    if (getClasses(program, number) == getClasses(program, *first))
      continue;
    auto print = [&](unsigned output) {
      std::string text;
      llvm::raw_string_ostream stream(text);
      printAccess(stream, program.getOutputAccess(output));
      return text;
    };
    return program.emitOpError("expects one kind of groups or cycles that "
                               "outputs are summed by, since the CPU takes the "
                               "rows of one after the other, but output ")
           << *first << " is '" << print(*first) << "' and output " << number
           << " '" << print(number) << "'";
  }
  return success();
}

/// Whether some row of the results is rounded to bf16 by several instructions,
/// and two registers become one by a shuffle. Wider ones are narrowed alone.
static bool pairsBFloat16(ProgramOp program, const CPUTarget &target) {
  if (target.nativeBFloat16 || target.vectorBytes > 32)
    return false;
  for (unsigned number = 0; number < program.getOutputs().size(); ++number)
    if (!program.getOutputAccess(number).isSummed() &&
        getElementTypeOrSelf(program.getOutputSliceType(number)).isBF16())
      return true;
  return false;
}

/// Lanes of a vector, which is two registers of f32 where it becomes one of
/// bf16.
static int64_t getNumLanes(ProgramOp program, const CPUTarget &target) {
  int64_t bytes = pairsBFloat16(program, target) ? kLaneBytes / 2 : kLaneBytes;
  return std::clamp<int64_t>(target.vectorBytes / bytes, 1, kMaxVector);
}

/// Whether memory would rest while a row is applied, and the next one has
/// place.
static bool wantsPrefetch(const ProgramAnalysis &analysis) {
  int64_t bytes = getRowBytes(analysis.getProgram(), /*withOutputs=*/false);
  return analysis.getNumLevels() > 0 && bytes >= kMinPrefetch &&
         bytes <= kMaxPrefetch;
}

/// The bytes of a call from which on outputs are written past the caches, or 0:
/// half of the largest one, as who reads a result writes as much. Alone, such
/// calls take 0.8 to 0.9 of the time. With an operation that reads the result,
/// those of a quarter of the cache take 1.12, of a half 1.03, of five eighths
/// 0.97, of all of it 0.95.
static int64_t chooseStream(ProgramOp program, const CPUTarget &target) {
  return getRowBytes(program, /*withOutputs=*/true) >= kMinStream
             ? target.cacheBytes / 2
             : 0;
}

/// Registers that one accumulator for each sum of a sweep takes.
static int64_t countSumRegisters(const ProgramAnalysis &analysis,
                                 int64_t vector, const CPUTarget &target) {
  int64_t registers = 0;
  for (unsigned level = 1; level <= analysis.getNumLevels(); ++level) {
    int64_t own = 0;
    for (const Sum &sum : analysis.getSums(level))
      if (sum.sourceRun == 1)
        own += llvm::divideCeil(
            vector * getElementTypeOrSelf(sum.source).getIntOrFloatBitWidth(),
            8 * target.vectorBytes);
    registers = std::max(registers, own);
  }
  return registers;
}

/// Accumulators of a sum that hide the latency of additions, or as many as all
/// sums of a sweep have registers for.
static uint64_t getMaxAccumulators(int64_t vector, int64_t sumRegisters,
                                   const CPUTarget &target) {
  int64_t free = target.vectorRegisters - kOtherRegisters;
  int64_t most = kMaxAccumulators;
  // A step is as long with half as many vectors of two registers.
  if (vector * kLaneBytes > target.vectorBytes)
    most /= 2;
  if (sumRegisters > 0)
    most = std::min(most, free / sumRegisters);
  return llvm::bit_floor(uint64_t(std::max<int64_t>(most, 1)));
}

FailureOr<CPUScheduleAttr>
seednorm::row::chooseCPUSchedule(ProgramOp program, const CPUTarget &target) {
  if (failed(verifyCPUProgram(program)))
    return failure();
  ProgramAnalysis analysis(program);
  uint64_t segment = getCPUSegment(analysis);
  uint64_t lanes = getNumLanes(program, target);
  uint64_t vector = llvm::bit_floor(std::min(lanes, segment));
  int64_t sumRegisters = countSumRegisters(analysis, vector, target);
  uint64_t accumulators =
      std::min(getMaxAccumulators(vector, sumRegisters, target),
               llvm::bit_floor(segment / vector));
  uint64_t grain =
      llvm::divideCeil(kElementsPerThread, uint64_t(analysis.getNumColumns()));
  int64_t partial =
      hasSummedOutputs(program)
          ? std::clamp<int64_t>(kPartialElements / analysis.getNumColumns(),
                                kMinPartial, kMaxPartial)
          : kMinPartial;
  RowBlocks blocks = chooseRowBlocks(
      analysis, target,
      {static_cast<int64_t>(vector), static_cast<int64_t>(accumulators),
       static_cast<int64_t>(grain), sumRegisters});
  // The sweep that online sums save costs less than their exponentials: rows of
  // 256 KiB to 64 MiB take 1.2 to 1.9 times as long with them (f32, 512-bit
  // vectors, 2 threads).
  return CPUScheduleAttr::get(
      program.getContext(), vector, blocks.accumulators, grain,
      /*online=*/false, partial, wantsPrefetch(analysis),
      chooseStream(program, target), blocks.rows, blocks.panel);
}

std::string seednorm::row::describeCPUAccesses(ProgramOp program,
                                               CPUScheduleAttr schedule,
                                               const CPUTarget &target) {
  int64_t segment = getCPUSegment(ProgramAnalysis(program));
  int64_t vector = std::min<int64_t>(schedule.getVector(),
                                     llvm::bit_floor(uint64_t(segment)));
  std::string text = std::to_string(vector) + " columns";
  if (vector >= getNumLanes(program, target))
    return text;
  if (vector == static_cast<int64_t>(llvm::bit_floor(uint64_t(segment))))
    return text + "; runs of " + std::to_string(segment) +
           " columns hold no more";
  return text + "; as the schedule given has it";
}

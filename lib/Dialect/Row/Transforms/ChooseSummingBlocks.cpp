//===- ChooseSummingBlocks.cpp - Blocks that add up rows ------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Schedules of programs with summed outputs: persistent blocks, as many as the
// multiprocessors run at once, so that there are few partial sums.
//
//===----------------------------------------------------------------------===//

#include "GPUAccesses.h"
#include "GPUChecks.h"

#include "seednorm/Dialect/Row/Transforms/GPUSums.h"

#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

#include <limits>

using namespace mlir;
using namespace seednorm::row;

static constexpr int64_t kWarpSize = 32;
/// Columns of a thread, which keeps the sums beside the row and the parameters:
/// with 8 and three parameters all are in the 128 registers that each of so
/// many threads on a multiprocessor has (ptxas 13.0).
static constexpr int64_t kColumnsPerThread = 8;
static constexpr int64_t kThreadsPerMultiprocessor = 512;
/// Columns of a block with so many threads. With 1024 each has 64 registers,
/// which spill.
static constexpr int64_t kMaxColumnsOfBlock =
    kColumnsPerThread * kThreadsPerMultiprocessor;
static constexpr int64_t kMaxBlocksPerMultiprocessor = 8;
/// Threads of a block that goes through its columns in a loop: with more, each
/// has 64 registers, and what it has of rows, of three parameters and of sums
/// spills (ptxas 13.0).
static constexpr int64_t kMaxThreadsInMemory = 512;
/// Columns of a lane where a warp has a row, in at most so many chunks.
static constexpr int64_t kMaxColumnsOfLane = 16;
static constexpr int64_t kMaxChunksOfLane = 8;
/// Rows that the warps of a block have in flight; twice as many where their
/// lanes have few columns, and so need few registers.
static constexpr int64_t kRowsPerBlockOfWarps = 16;
static constexpr int64_t kFewColumnsOfLane = 2;
/// Registers of a lane for rows and sums, of the 128 it has with 512 threads.
static constexpr int64_t kMaxRegistersOfLane = 72;
/// Rows on their way to shared memory. One row in registers is less than the
/// bytes that a multiprocessor has to have in flight: SeeDNorm, 8192 x 4096 in
/// bf16, takes 88 us so, 79 us with two rows ahead, 81 us with three (H100,
/// 2026-11-26).
static constexpr int64_t kRowsAhead = 2;
/// The least that an asynchronous copy takes; others are loads that are waited
/// for.
static constexpr int64_t kMinCopiedBits = 32;
/// One of so many multiprocessors has too few neighbours for a cluster of more
/// than two blocks: of the 132 of an H100, the driver runs 30 clusters of 4 at
/// once, 15 of 8 and 7 of 16 (cuOccupancyMaxActiveClusters, one block on a
/// multiprocessor). One cluster more would run when all others have ended.
static constexpr int64_t kMultiprocessorsOfOneAlone = 11;
/// Rows of a part of a group, below which its partial sums would be more than a
/// few percent of the bytes of the rows, and parts of groups whose number of
/// rows is not known.
static constexpr int64_t kMinRowsOfPart = 32;
static constexpr int64_t kMaxPartsOfGroup = 16;
static constexpr int64_t kPartsOfUnknownGroup = 8;
/// Parts of rows that repeat after a number that is not known.
static constexpr int64_t kPartsOfUnknownCycle = 16;

/// Parts of the rows that have a slice of a summed output in common: enough for
/// `workers` to have one each, as far as they do not become too small. 0 if all
/// rows have all summed outputs in common.
static int64_t chooseParts(ProgramOp program, int64_t workers) {
  AccessAttr access = getPeriodicSum(program);
  if (!access)
    return 0;
  if (access.getKind() == AccessKind::Cycle)
    return access.isPeriodOfCall()
               ? kPartsOfUnknownCycle
               : llvm::divideCeil(workers, access.getPeriod());
  return access.isPeriodOfCall()
             ? kPartsOfUnknownGroup
             : std::clamp<int64_t>(access.getPeriod() / kMinRowsOfPart, 1,
                                   kMaxPartsOfGroup);
}

int64_t seednorm::row::getPersistentBlocksPerMultiprocessor(int64_t threads) {
  return std::clamp<int64_t>(kThreadsPerMultiprocessor / threads, 1,
                             kMaxBlocksPerMultiprocessor);
}

namespace {
/// Goes through the schemes for one program with summed outputs.
class SummingChoice {
public:
  SummingChoice(ProgramOp program, const GPUTarget &target, int64_t vector)
      : program(program), target(target), columns(program.getNumColumns()) {
    choices.vector = vector;
  }

  ChosenGPUSchedule choose();

private:
  /// With as many blocks, or clusters, as run at once.
  GPUScheduleAttr make();
  bool fits(int64_t limit) {
    return getSharedMemoryBytes(program, make()) <= limit;
  }
  void copyAhead();
  bool holdInWarps();
  bool holdInRegisters();
  bool holdInCluster();
  std::string holdInMemory();

  ProgramOp program;
  GPUTarget target;
  int64_t columns;
  GPUScheduleChoices choices;
};
} // namespace

int64_t seednorm::row::getPersistentBlocks(const GPUTarget &target,
                                           int64_t threads, int64_t cluster) {
  int64_t usable = target.multiprocessors;
  if (cluster > 2)
    usable -= usable / kMultiprocessorsOfOneAlone;
  return std::max<int64_t>(
      getPersistentBlocksPerMultiprocessor(threads) * (usable / cluster), 1);
}

GPUScheduleAttr SummingChoice::make() {
  int64_t threads =
      choices.threadsPerRow * choices.rowsPerBlock / choices.cluster;
  choices.blocks = getPersistentBlocks(target, threads, choices.cluster);
  choices.parts = chooseParts(program, choices.blocks * choices.rowsPerBlock);
  return GPUScheduleAttr::get(program.getContext(), choices);
}

/// Registers that a lane with `columns` columns of `program` needs for the rows
/// at hand and ahead, for what later levels need of them in f32, and for sums.
static int64_t getRegistersOfLane(ProgramOp program, int64_t columns) {
  int64_t levels = ProgramAnalysis(program).getNumLevels();
  int64_t bits = 0;
  for (BlockArgument input : program.getBodyBlock().getArguments())
    if (program.getInputAccess(input.getArgNumber()).getKind() ==
            AccessKind::Row &&
        getNumElements(input.getType()) == program.getNumColumns())
      bits +=
          2 * getElementTypeOrSelf(input.getType()).getIntOrFloatBitWidth() +
          32 * std::max<int64_t>(levels - 1, 0);
  for (unsigned output = 0; output < program.getOutputs().size(); ++output)
    if (program.getOutputAccess(output).isSummed())
      bits += getElementTypeOrSelf(program.getOutputSliceType(output))
                  .getIntOrFloatBitWidth();
  return columns * bits / 32;
}

/// Copies rows to shared memory ahead, if these are not too narrow for that.
void SummingChoice::copyAhead() {
  int64_t bits = std::numeric_limits<int64_t>::max();
  for (BlockArgument input : program.getBodyBlock().getArguments())
    if (program.getInputAccess(input.getArgNumber()).getKind() ==
            AccessKind::Row &&
        getNumElements(input.getType()) == columns)
      bits = std::min<int64_t>(
          bits,
          choices.vector *
              getElementTypeOrSelf(input.getType()).getIntOrFloatBitWidth());
  choices.async = bits >= kMinCopiedBits;
  choices.prefetch = choices.async ? kRowsAhead : 1;
}

/// A warp for each row, with columns for every lane, so that each adds up few.
bool SummingChoice::holdInWarps() {
  GPUScheduleChoices before = choices;
  while (choices.vector > 1 && columns <= kWarpSize * choices.vector / 2)
    choices.vector /= 2;
  int64_t chunks = llvm::divideCeil(columns, choices.vector * kWarpSize);
  choices.threadsPerRow = kWarpSize;
  choices.rowsPerBlock = kRowsPerBlockOfWarps;
  if (chunks * choices.vector <= kFewColumnsOfLane)
    choices.rowsPerBlock *= 2;
  choices.parameters = ParameterLoads::Staged;
  copyAhead();
  if (chunks <= kMaxChunksOfLane &&
      chunks * choices.vector <= kMaxColumnsOfLane &&
      getRegistersOfLane(program, chunks * choices.vector) <=
          kMaxRegistersOfLane &&
      keepsSumsInRegisters(program, make()) && fits(target.sharedBytes))
    return true;
  choices = before;
  return false;
}

bool SummingChoice::holdInRegisters() {
  choices.threadsPerRow =
      getThreadsOfBlock(columns, choices.vector, kColumnsPerThread);
  copyAhead();
  choices.parameters = ParameterLoads::Early;
  return columns <= kMaxColumnsOfBlock && fits(target.sharedBytes);
}

/// Blocks of a cluster, each with as many columns as one alone may have.
bool SummingChoice::holdInCluster() {
  choices.cluster = std::min<int64_t>(
      llvm::PowerOf2Ceil(llvm::divideCeil(columns, kMaxColumnsOfBlock)),
      target.cluster);
  choices.threadsPerRow =
      choices.cluster *
      getThreadsOfBlock(llvm::divideCeil(columns, choices.cluster),
                        choices.vector, kColumnsPerThread);
  choices.prefetch = kRowsAheadInCluster;
  choices.async = choices.bulk = true;
  if (!target.bulkCopies || findInputUnfitForBulk(program, make())) {
    choices.prefetch = 1;
    choices.async = choices.bulk = false;
  }
  choices.parameters = ParameterLoads::Early;
  return choices.cluster > 1 &&
         columns <= choices.cluster * kMaxColumnsOfBlock &&
         fits(target.sharedBytes);
}

/// A row in shared memory, or read for each stage, and sums over rows beside it
/// as far as it holds them; says why.
std::string SummingChoice::holdInMemory() {
  choices.async = choices.bulk = false;
  int64_t perBlock = llvm::divideCeil(columns, choices.cluster);
  choices.threadsPerRow =
      choices.cluster *
      std::min<int64_t>(
          llvm::alignTo(llvm::divideCeil(perBlock, choices.vector), kWarpSize),
          kMaxThreadsInMemory);
  choices.parameters = ParameterLoads::Late;
  for (auto [keep, sums, prefetch] :
       {std::tuple(RowKeep::Shared, SumMemory::Shared, 1),
        {RowKeep::Shared, SumMemory::Shared, 0},
        {RowKeep::Shared, SumMemory::Global, 1},
        {RowKeep::Shared, SumMemory::Global, 0},
        {RowKeep::Global, SumMemory::Shared, 0},
        {RowKeep::Global, SumMemory::Global, 0}}) {
    choices.keep = keep;
    choices.sums = sums;
    choices.prefetch = prefetch;
    if (fits(target.sharedBytes))
      break;
  }
  return (choices.keep == RowKeep::Shared
              ? "rows are kept in shared memory, as registers do not hold them"
              : "each stage reads a row again, as shared memory does not hold "
                "it") +
         std::string(choices.sums == SumMemory::Shared
                         ? ", and so are sums over rows"
                         : ", and sums over rows are in global memory");
}

ChosenGPUSchedule SummingChoice::choose() {
  std::string reason;
  if (holdInWarps())
    reason = "each warp has rows of its own and adds them up in registers";
  else if (holdInRegisters())
    reason = "a block holds a row of up to " +
             std::to_string(kMaxColumnsOfBlock) +
             " columns and what it adds up";
  else if (holdInCluster())
    reason = "the blocks of a cluster share a row of more than " +
             std::to_string(kMaxColumnsOfBlock) +
             " columns, and each adds up its own";
  else
    reason = holdInMemory();
  return {make(), reason};
}

ChosenGPUSchedule seednorm::row::chooseSummingBlocks(ProgramOp program,
                                                     int64_t vector,
                                                     const GPUTarget &target) {
  return SummingChoice(program, target, vector).choose();
}

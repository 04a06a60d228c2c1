//===- GPUSums.cpp - Paths of sums through a block ------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Steps of the sums along a row, places of those over rows, and the shared
// memory that both need.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Dialect/Row/Transforms/GPUSums.h"

#include "seednorm/Dialect/Row/Transforms/StagedPlaces.h"

#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace mlir;
using namespace seednorm::row;

/// Widest access of a thread.
static constexpr int64_t kAccessBytes = 16;
static constexpr int64_t kWarpSize = 32;
/// Slots of one total that each of its readers adds up.
static constexpr int64_t kMaxSlotsOfReader = 32;
/// Sums over rows in the registers of one thread: a third of the 128 that each
/// has of a multiprocessor's with 512 threads, of the 64 with 1024.
static constexpr int64_t kMaxAccumulators = 40;
static constexpr int64_t kMaxAccumulatorsOfMany = 20;
static constexpr int64_t kManyThreads = 512;

//===----------------------------------------------------------------------===//
// Sums
//===----------------------------------------------------------------------===//

GPUSumPlan seednorm::row::planGPUSum(const Sum &sum, int64_t columns,
                                     GPUScheduleAttr schedule) {
  GPUSumPlan plan;
  int64_t vector = schedule.getVector();
  if (sum.resultRun == columns) {
    plan.wholeRow = true;
    plan.piece = vector;
    plan.lanes = schedule.getLanesPerRow();
    if (schedule.getCluster() > 1) {
      plan.blockSlots = schedule.getThreadsPerBlock() / kWarpSize;
      plan.slotsPerTotal = schedule.getCluster();
    } else if (schedule.getThreadsPerRow() > kWarpSize) {
      plan.slotsPerTotal = schedule.getThreadsPerRow() / kWarpSize;
    }
    plan.slots = plan.blockSlots + plan.slotsPerTotal;
    return plan;
  }
  plan.piece = std::gcd(sum.resultRun, vector);
  // Pieces of neighbouring lanes belong together only if a lane has just one.
  if (plan.piece == vector)
    plan.lanes =
        getPowerOfTwoFactor(sum.resultRun / vector, schedule.getLanesPerRow());
  int64_t combined = plan.piece * plan.lanes;
  // Of totals that lanes hold, other lanes could not have those of all runs,
  // and a loop over columns none that another one has found.
  if (combined != sum.resultRun || sum.feedsFolded ||
      schedule.sweepsColumns()) {
    plan.slots = columns / combined;
    plan.slotsPerTotal = sum.resultRun / combined;
    plan.numTotals = columns / sum.resultRun;
    plan.gathers = plan.slotsPerTotal > kMaxSlotsOfReader;
    if (plan.gathers)
      plan.slots += plan.numTotals;
  }
  return plan;
}

int64_t seednorm::row::getNumSlots(const ProgramAnalysis &analysis,
                                   GPUScheduleAttr schedule) {
  int64_t slots = 0;
  for (unsigned level = 1; level <= analysis.getNumLevels(); ++level)
    for (const Sum &sum : analysis.getSums(level))
      slots += planGPUSum(sum, analysis.getNumColumns(), schedule).slots;
  return slots;
}

int64_t seednorm::row::getNumBlockSlots(const ProgramAnalysis &analysis,
                                        GPUScheduleAttr schedule) {
  return getNumSlots(analysis, schedule) * schedule.getRowsPerBlock() *
         (schedule.isPersistent() ? 2 : 1);
}

int64_t seednorm::row::getNumArrivals(const ProgramAnalysis &analysis,
                                      GPUScheduleAttr schedule) {
  if (schedule.getCluster() == 1 || !getNumSlots(analysis, schedule))
    return 0;
  return schedule.isPersistent() ? 2 * (analysis.getNumLevels() + 1)
                                 : analysis.getNumLevels();
}

bool seednorm::row::sendsTotalsOnly(const ProgramAnalysis &analysis,
                                    GPUScheduleAttr schedule) {
  for (unsigned level = 1; level <= analysis.getNumLevels(); ++level)
    for (const Sum &sum : analysis.getSums(level))
      if (!planGPUSum(sum, analysis.getNumColumns(), schedule).wholeRow)
        return false;
  return schedule.getCluster() > 1;
}

bool seednorm::row::isStaged(ProgramOp program, GPUScheduleAttr schedule,
                             unsigned index) {
  return schedule.getParameters() == ParameterLoads::Staged &&
         program.getInputAccess(index).getKind() == AccessKind::Shared;
}

ThreadPlaces seednorm::row::getThreadPlaces(int64_t columns,
                                            GPUScheduleAttr schedule,
                                            Type element) {
  int64_t bytes = llvm::divideCeil(element.getIntOrFloatBitWidth(), 8);
  int64_t vector = schedule.getVector();
  int64_t width = std::min(vector, std::max<int64_t>(kAccessBytes / bytes, 1));
  int64_t chunks =
      llvm::divideCeil(columns, vector * schedule.getThreadsPerRow());
  return {schedule.getThreadsPerBlock(), chunks, vector / width, width};
}

ThreadPlaces seednorm::row::getAddedPlaces(int64_t columns,
                                           GPUScheduleAttr schedule,
                                           Type element) {
  ThreadPlaces places = getThreadPlaces(columns, schedule, element);
  places.threads /= schedule.getRowsPerBlock();
  return places;
}

bool seednorm::row::isCopiedByRow(ProgramOp program, GPUScheduleAttr schedule,
                                  unsigned index) {
  Type slice = program.getBodyBlock().getArgument(index).getType();
  return schedule.getRowsInShared() != 0 &&
         program.getInputAccess(index).getKind() == AccessKind::Row &&
         getNumElements(slice) == program.getNumColumns();
}

int64_t seednorm::row::getNumCopyBarriers(GPUScheduleAttr schedule) {
  if (!schedule.getBulk())
    return 0;
  return schedule.getRowsInShared() * (schedule.isPersistent() ? 2 : 1);
}

SmallVector<SharedPiece>
seednorm::row::planSharedMemory(ProgramOp program, GPUScheduleAttr schedule) {
  ProgramAnalysis analysis(program);
  Builder builder(program.getContext());
  SmallVector<SharedPiece> pieces;
  auto add = [&](SharedPiece::Kind kind, unsigned operand, int64_t elements,
                 Type slice) {
    if (elements)
      pieces.push_back({kind, operand, elements, getElementTypeOrSelf(slice)});
  };
  auto getPlaces = [&](Type slice) {
    return getThreadPlaces(program.getNumColumns(), schedule,
                           getElementTypeOrSelf(slice))
        .getNumElements();
  };
  add(SharedPiece::Slots, 0, getNumBlockSlots(analysis, schedule),
      builder.getF32Type());
  add(SharedPiece::Arrivals, 0, getNumArrivals(analysis, schedule),
      builder.getI64Type());
  add(SharedPiece::CopyBarriers, 0, getNumCopyBarriers(schedule),
      builder.getI64Type());
  for (BlockArgument input : program.getBodyBlock().getArguments()) {
    unsigned number = input.getArgNumber();
    if (isStaged(program, schedule, number))
      add(SharedPiece::Staged, number,
          getStagedPlaces(program, schedule, number).getNumElements(),
          input.getType());
    if (isCopiedByRow(program, schedule, number))
      add(SharedPiece::Copied, number,
          schedule.getRowsInShared() * getPlaces(input.getType()),
          input.getType());
  }
  for (unsigned output = 0; output < program.getOutputs().size(); ++output)
    if (isAddedInBlock(program, schedule, output)) {
      Type slice = program.getOutputSliceType(output);
      ThreadPlaces places = getAddedPlaces(program.getNumColumns(), schedule,
                                           getElementTypeOrSelf(slice));
      add(SharedPiece::Added, output,
          hasThreadPlaces(program, schedule, output) ? places.getNumElements()
                                                     : getNumElements(slice),
          slice);
    }
  return pieces;
}

int64_t seednorm::row::getSharedMemoryBytes(ProgramOp program,
                                            GPUScheduleAttr schedule) {
  int64_t bytes = 0;
  for (const SharedPiece &piece : planSharedMemory(program, schedule))
    bytes = llvm::alignTo(bytes, kAccessBytes) +
            piece.elements *
                llvm::divideCeil(piece.element.getIntOrFloatBitWidth(), 8);
  return bytes;
}

int64_t seednorm::row::getDynamicSharedBytes(ProgramOp program,
                                             GPUScheduleAttr schedule) {
  int64_t bytes = getSharedMemoryBytes(program, schedule);
  return bytes > kMaxStaticSharedBytes || schedule.getRowsInShared() ? bytes
                                                                     : 0;
}

//===----------------------------------------------------------------------===//
// Sums over rows
//===----------------------------------------------------------------------===//

bool seednorm::row::hasSummedOutputs(ProgramOp program) {
  return llvm::any_of(program.getOutputAccesses().getAsRange<AccessAttr>(),
                      [](AccessAttr access) { return access.isSummed(); });
}

/// 32-bit registers in which a thread adds up the first `numOutputs` outputs,
/// as far as they are summed.
static int64_t getNumAccumulators(ProgramOp program, unsigned numOutputs,
                                  GPUScheduleAttr schedule) {
  int64_t columns = program.getNumColumns(), vector = schedule.getVector();
  int64_t chunks =
      llvm::divideCeil(columns, vector * schedule.getThreadsPerRow());
  int64_t accumulators = 0;
  for (unsigned index = 0; index < numOutputs; ++index) {
    if (!program.getOutputAccess(index).isSummed())
      continue;
    Type slice = program.getOutputSliceType(index);
    int64_t run = columns / getNumElements(slice);
    int64_t numbers = run == columns             ? 1
                      : schedule.sweepsColumns() ? 0 // In memory.
                      : run % vector == 0        ? chunks
                                                 : chunks * vector;
    accumulators +=
        numbers * getElementTypeOrSelf(slice).getIntOrFloatBitWidth() / 32;
  }
  return accumulators;
}

AccessAttr seednorm::row::getPeriodicSum(ProgramOp program) {
  for (auto access : program.getOutputAccesses().getAsRange<AccessAttr>())
    if (access.isSummed() && access.getKind() != AccessKind::Shared)
      return access;
  return {};
}

SmallVector<unsigned> seednorm::row::getSummedOutputs(ProgramOp program) {
  SmallVector<unsigned> periodic, ofAllRows;
  for (unsigned index = 0; index < program.getOutputs().size(); ++index)
    if (AccessAttr access = program.getOutputAccess(index); access.isSummed())
      (access.getKind() == AccessKind::Shared ? ofAllRows : periodic)
          .push_back(index);
  periodic.append(ofAllRows);
  return periodic;
}

/// Whether the first `numOutputs` outputs have registers.
static bool haveRegisters(ProgramOp program, GPUScheduleAttr schedule,
                          unsigned numOutputs) {
  return getNumAccumulators(program, numOutputs, schedule) <=
         (schedule.getThreadsPerBlock() > kManyThreads ? kMaxAccumulatorsOfMany
                                                       : kMaxAccumulators);
}

bool seednorm::row::keepsSumsInRegisters(ProgramOp program,
                                         GPUScheduleAttr schedule) {
  for (unsigned index = 0; index < program.getOutputs().size(); ++index)
    if (program.getOutputAccess(index).isSummed() &&
        getSumPlace(program, schedule, index) != SumPlace::Registers)
      return false;
  return haveRegisters(program, schedule, program.getOutputs().size());
}

SumPlace seednorm::row::getSumPlace(ProgramOp program, GPUScheduleAttr schedule,
                                    unsigned index) {
  bool isOneNumber = getNumElements(program.getOutputSliceType(index)) == 1;
  // The first outputs have the registers, and of what a loop over columns finds
  // only what the row has in common.
  if (schedule.sweepsColumns()
          ? isOneNumber
          : schedule.getRowsPerBlock() > 1 ||
                haveRegisters(program, schedule, index + 1))
    return SumPlace::Registers;
  return schedule.getSums() == SumMemory::Shared ? SumPlace::Shared
                                                 : SumPlace::Global;
}

bool seednorm::row::isAddedInBlock(ProgramOp program, GPUScheduleAttr schedule,
                                   unsigned index) {
  AccessAttr access = program.getOutputAccess(index);
  return schedule.isPersistent() && access.isSummed() &&
         ((schedule.getRowsPerBlock() > 1 &&
           access.getKind() == AccessKind::Shared) ||
          getSumPlace(program, schedule, index) == SumPlace::Shared);
}

bool seednorm::row::hasThreadPlaces(ProgramOp program, GPUScheduleAttr schedule,
                                    unsigned index) {
  return isAddedInBlock(program, schedule, index) &&
         getNumElements(program.getOutputSliceType(index)) ==
             program.getNumColumns();
}

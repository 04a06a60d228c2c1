//===- GPUSums.h - How partial sums of a row meet on a GPU ------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one description of a sum's path through lanes and shared memory, read by
// the schedule (how much memory) and by the lowering (which steps).
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_DIALECT_ROW_TRANSFORMS_GPUSUMS_H
#define SEEDNORM_DIALECT_ROW_TRANSFORMS_GPUSUMS_H

#include "seednorm/Dialect/Row/Analysis/ProgramAnalysis.h"
#include "seednorm/Dialect/Row/Transforms/Schedule.h"

namespace seednorm::row {

/// Shared memory that a block has without asking for more at its launch.
inline constexpr int64_t kMaxStaticSharedBytes = 48 * 1024;

/// Largest power of two that divides `value`, at most `limit`.
inline int64_t getPowerOfTwoFactor(int64_t value, int64_t limit) {
  return std::min<int64_t>(value & -value, limit);
}

/// The steps from the columns of a row to the totals of one sum. First a
/// thread combines `piece` consecutive columns; then `lanes` neighbouring
/// lanes combine their pieces by shuffles; what is still partial goes through
/// `slots` places in shared memory, `slotsPerTotal` for each total. In a
/// cluster the warps of a block meet first if there is one total for the row.
struct GPUSumPlan {
  /// One total for the row: a thread combines all its chunks before anything
  /// leaves its registers.
  bool wholeRow = false;
  int64_t piece = 1, lanes = 1;
  int64_t slots = 0, slotsPerTotal = 0; ///< 0 if the lanes hold the totals.
  /// How many of `slots`, the first ones, are for the warps of the own block
  /// alone.
  int64_t blockSlots = 0;
  /// Whether warps first add up the slots of each total, into `numTotals` slots
  /// behind those that `slots` counts as well: there are too many for every
  /// reader to do so.
  bool gathers = false;
  int64_t numTotals = 0;

  int64_t getNumPartials() const {
    return slots - blockSlots - (gathers ? numTotals : 0);
  }
};

/// The plan of `sum` in rows of `columns` columns.
GPUSumPlan planGPUSum(const Sum &sum, int64_t columns,
                      GPUScheduleAttr schedule);

/// Slots of all sums of a row.
int64_t getNumSlots(const ProgramAnalysis &analysis, GPUScheduleAttr schedule);

/// Slots of a block: of each of its rows, and of the next ones if it takes
/// them.
int64_t getNumBlockSlots(const ProgramAnalysis &analysis,
                         GPUScheduleAttr schedule);

/// Barrier objects of a block of a cluster, 8 bytes each, at which the partials
/// of a level arrive: one for each level. Persistent blocks have two, for rows
/// that take turns, and two for those who have read what arrived.
int64_t getNumArrivals(const ProgramAnalysis &analysis,
                       GPUScheduleAttr schedule);

/// Whether blocks of a cluster send nothing but totals, each once: all sums are
/// of the whole row.
bool sendsTotalsOnly(const ProgramAnalysis &analysis, GPUScheduleAttr schedule);

/// Bytes that bulk copies take and place multiples of.
inline constexpr int64_t kBulkBytes = 16;

/// Barrier objects of a block whose rows bulk copies bring, 8 bytes each: one
/// for each row in shared memory that arrives, and if blocks are persistent one
/// for each place that is free again.
int64_t getNumCopyBarriers(GPUScheduleAttr schedule);

/// A piece of a block's shared memory.
struct SharedPiece {
  enum Kind {
    Slots,        ///< Of sums.
    Arrivals,     ///< Barrier objects for partial sums.
    CopyBarriers, ///< Barrier objects for bulk copies.
    Staged,       ///< An input that all rows have in common.
    Copied,       ///< An input's rows.
    Added,        ///< What threads add up of an output.
  } kind;
  unsigned operand = 0; ///< Number of the input or output.
  int64_t elements = 0;
  mlir::Type element;
};

/// The pieces that a block of `program` has, in their order. Each starts at a
/// multiple of the widest access.
llvm::SmallVector<SharedPiece> planSharedMemory(ProgramOp program,
                                                GPUScheduleAttr schedule);

/// The access of the outputs of which only some rows have a slice in common, by
/// group or cycle; null if `program` sums over all rows alone.
AccessAttr getPeriodicSum(ProgramOp program);

/// The numbers of the summed outputs of `program`, as the kernel that adds up
/// their partial sums takes them: by group or cycle first.
llvm::SmallVector<unsigned> getSummedOutputs(ProgramOp program);

/// Where threads add up an output over rows.
enum class SumPlace { Registers, Shared, Global };
SumPlace getSumPlace(ProgramOp program, GPUScheduleAttr schedule,
                     unsigned index);

/// Whether a block has shared memory for what its threads add up of output
/// `index`: for lack of registers, or because its warps have rows of their own.
bool isAddedInBlock(ProgramOp program, GPUScheduleAttr schedule,
                    unsigned index);

/// Whether the registers of threads hold all that they add up over rows.
bool keepsSumsInRegisters(ProgramOp program, GPUScheduleAttr schedule);

/// Whether input `index` is copied to shared memory row by row.
bool isCopiedByRow(ProgramOp program, GPUScheduleAttr schedule, unsigned index);

/// Memory of a block in which each thread has a place for each of its chunks of
/// columns, so that neighbouring threads access neighbouring words: a chunk is
/// taken in `parts` accesses of `width` elements, far apart from each other.
struct ThreadPlaces {
  int64_t threads, chunks, parts, width;

  int64_t getNumElements() const { return threads * chunks * parts * width; }
  /// Elements from one chunk of a thread to its next one, and from one part of
  /// a chunk to the next one.
  int64_t getPartStride() const { return threads * width; }
  int64_t getChunkStride() const { return parts * getPartStride(); }
};
ThreadPlaces getThreadPlaces(int64_t columns, GPUScheduleAttr schedule,
                             mlir::Type element);

/// The same of what a block adds up: rows that it has at once share the places.
ThreadPlaces getAddedPlaces(int64_t columns, GPUScheduleAttr schedule,
                            mlir::Type element);

/// Whether that is how shared memory has what is added up of output `index`.
bool hasThreadPlaces(ProgramOp program, GPUScheduleAttr schedule,
                     unsigned index);

/// Persistent blocks of `threads` threads that a multiprocessor is to run at
/// once: few, with many registers.
int64_t getPersistentBlocksPerMultiprocessor(int64_t threads);

/// The schedule of a program with summed outputs, whose accesses take `vector`
/// columns or less. Shared memory may be too small for it.
ChosenGPUSchedule chooseSummingBlocks(ProgramOp program, int64_t vector,
                                      const GPUTarget &target);

} // namespace seednorm::row

#endif // SEEDNORM_DIALECT_ROW_TRANSFORMS_GPUSUMS_H

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

#include "seednorm/Dialect/Row/Transforms/GPUSums.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace seednorm::row;

static constexpr int64_t kWarpSize = 32;
static constexpr int64_t kMaxThreadsOfBlock = 1024;
/// Columns of a thread, which keeps the sums beside the row and the parameters:
/// with 8 and three parameters all are in the 128 registers that each of so
/// many threads on a multiprocessor has (ptxas 13.0).
static constexpr int64_t kColumnsPerThread = 8;
static constexpr int64_t kThreadsPerMultiprocessor = 512;
static constexpr int64_t kMaxBlocksPerMultiprocessor = 8;
/// Columns of a lane where a warp has a row, in at most so many chunks.
static constexpr int64_t kMaxColumnsOfLane = 16;
static constexpr int64_t kMaxChunksOfLane = 8;
/// Rows that the warps of a block have in flight; twice as many where their
/// lanes have few columns, and so need few registers.
static constexpr int64_t kRowsPerBlockOfWarps = 16;
static constexpr int64_t kFewColumnsOfLane = 4;
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

GPUScheduleAttr seednorm::row::chooseSummingBlocks(ProgramOp program,
                                                   int64_t vector,
                                                   const GPUTarget &target) {
  int64_t columns = program.getNumColumns();
  auto make = [&](int64_t threads, int64_t rows, ParameterLoads parameters) {
    int64_t blocks =
        std::clamp<int64_t>(kThreadsPerMultiprocessor / (threads * rows), 1,
                            kMaxBlocksPerMultiprocessor) *
        target.multiprocessors;
    return GPUScheduleAttr::get(program.getContext(), threads, rows, vector,
                                parameters, blocks,
                                chooseParts(program, blocks * rows),
                                /*prefetch=*/true);
  };
  // Columns for every lane of a warp, so that each adds up few.
  while (vector > 1 && columns <= kWarpSize * vector / 2)
    vector /= 2;
  int64_t chunksOfLane = llvm::divideCeil(columns, vector * kWarpSize);
  if (chunksOfLane <= kMaxChunksOfLane &&
      chunksOfLane * vector <= kMaxColumnsOfLane) {
    int64_t rows = kRowsPerBlockOfWarps;
    if (chunksOfLane * vector <= kFewColumnsOfLane)
      rows *= 2;
    GPUScheduleAttr warps = make(kWarpSize, rows, ParameterLoads::Staged);
    if (keepsSumsInRegisters(program, warps) &&
        getSharedMemoryBytes(program, warps) <= kMaxStaticSharedBytes)
      return warps;
  }
  int64_t chunks = std::max<int64_t>(1, kColumnsPerThread / vector);
  int64_t threads = std::min<int64_t>(
      llvm::alignTo(llvm::divideCeil(columns / vector, chunks), kWarpSize),
      kMaxThreadsOfBlock);
  return make(threads, 1,
              threads > kThreadsPerMultiprocessor ? ParameterLoads::Late
                                                  : ParameterLoads::Early);
}

//===- GPUAccesses.h - What a thread accesses at once -----------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How many consecutive columns an access may take, read by the choice of a
// schedule and by its checks.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_GPUACCESSES_H
#define SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_GPUACCESSES_H

#include "seednorm/Dialect/Row/Analysis/ProgramAnalysis.h"
#include "seednorm/Dialect/Row/Transforms/Schedule.h"

namespace seednorm::row {

/// What an access of consecutive columns has to divide: the columns, and what
/// is stored of rows that are shorter.
int64_t getAccessibleColumns(ProgramOp program);

/// The most consecutive columns that every access may take at once where the
/// slices of some operand are not aligned to the widest access.
int64_t getMaxVector(const ProgramAnalysis &analysis);

/// Columns a thread accesses at once: 16 bytes of the narrowest operand that
/// has one element a column, if the rows stay aligned.
int64_t chooseVector(const ProgramAnalysis &analysis);

/// Threads of a block for `columns` columns of a row, about `columnsPerThread`
/// in each: whole warps, as many as a block may have at most.
int64_t getThreadsOfBlock(int64_t columns, int64_t vector,
                          int64_t columnsPerThread);

/// Blocks of `threads` threads, or clusters of `cluster` of them, that share
/// all rows: as many as `target` runs at once.
int64_t getPersistentBlocks(const GPUTarget &target, int64_t threads,
                            int64_t cluster);

/// Rows on their way to the shared memory of a cluster's blocks. They wait for
/// each other in between, with a fence that waits for loads and copies of the
/// thread, but not for bulk copies: SeeDNorm backward, 32768 x 8192 in bf16,
/// takes 853 us without them, 560 us with three rows ahead, 579 us with four
/// (H100, 2026-11-26).
inline constexpr int64_t kRowsAheadInCluster = 3;

} // namespace seednorm::row

#endif // SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_GPUACCESSES_H

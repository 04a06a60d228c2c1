//===- GPUChecks.h - Limits of programs on a GPU ----------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Checks that the choice of a schedule shares with its verifier. Each emits an
// error that names the limit.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_GPUCHECKS_H
#define SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_GPUCHECKS_H

#include "seednorm/Dialect/Row/Analysis/ProgramAnalysis.h"
#include "seednorm/Dialect/Row/Transforms/Schedule.h"

namespace seednorm::row {

/// Vectors of a row that a thread keeps at most in registers: all code for them
/// is written out.
inline constexpr int64_t kMaxChunksInRegisters = 32;

/// Whether some schedule runs the program.
mlir::LogicalResult checkRunsOnGPU(const ProgramAnalysis &analysis);

/// An input whose copied rows bulk copies do not take: they are for 16 bytes of
/// a thread beside 16 bytes of the next one, in both memories. Null if there is
/// none.
mlir::BlockArgument findInputUnfitForBulk(ProgramOp program,
                                          GPUScheduleAttr schedule);

/// Whether a block of `target` has the shared memory that `schedule` needs.
mlir::LogicalResult checkSharedMemory(ProgramOp program,
                                      GPUScheduleAttr schedule,
                                      const GPUTarget &target);

} // namespace seednorm::row

#endif // SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_GPUCHECKS_H

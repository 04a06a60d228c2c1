//===- Schedule.h - Choice of a row program's schedule ----------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Launch decisions are pure functions of target, program, number of columns
// and types; never of the number of rows, so that results do not depend on it.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_DIALECT_ROW_TRANSFORMS_SCHEDULE_H
#define SEEDNORM_DIALECT_ROW_TRANSFORMS_SCHEDULE_H

#include "seednorm/Dialect/Row/IR/Row.h"

namespace seednorm::row {

/// What a CPU schedule depends on.
struct CPUTarget {
  int64_t vectorBytes = 32; ///< Width of the vector registers.
};

/// What a GPU schedule depends on. All supported architectures have the other
/// limits in common.
struct GPUTarget {
  int64_t multiprocessors = 132; ///< For programs that sum over rows.
};

/// The schedule for a GPU; emits an error that names the limit if no scheme
/// holds the program.
mlir::FailureOr<GPUScheduleAttr> chooseGPUSchedule(ProgramOp program,
                                                   const GPUTarget &target);

/// The schedule for a CPU; emits an error if no scheme runs the program.
mlir::FailureOr<CPUScheduleAttr> chooseCPUSchedule(ProgramOp program,
                                                   const CPUTarget &target);

/// Checks that `schedule`, chosen or written by hand, fits `program`; emits an
/// error that names the limit if not.
mlir::LogicalResult verifyGPUSchedule(ProgramOp program,
                                      GPUScheduleAttr schedule);

/// What a thread accesses at once under `schedule`, and, where that is less
/// than the widest access, why.
std::string describeGPUAccesses(ProgramOp program, GPUScheduleAttr schedule);

/// The same of a CPU with these vectors.
std::string describeCPUAccesses(ProgramOp program, CPUScheduleAttr schedule,
                                const CPUTarget &target);

/// Whether input `index` is copied to shared memory for the whole block.
bool isStaged(ProgramOp program, GPUScheduleAttr schedule, unsigned index);

/// Whether `program` adds up slices of rows in some output.
bool hasSummedOutputs(ProgramOp program);

/// Bytes of shared memory a block of `program` needs under `schedule`, for
/// partial sums, staged operands and what its warps have added up.
int64_t getSharedMemoryBytes(ProgramOp program, GPUScheduleAttr schedule);

} // namespace seednorm::row

#endif // SEEDNORM_DIALECT_ROW_TRANSFORMS_SCHEDULE_H

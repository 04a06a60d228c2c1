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

#include <string>

namespace seednorm::row {

/// What a CPU schedule depends on.
struct CPUTarget {
  int64_t vectorBytes = 32;      ///< Width of the vector registers.
  int64_t vectorRegisters = 16;  ///< Their number.
  bool nativeBFloat16 = false;   ///< Rounds to bf16 by an instruction.
  int64_t cacheBytes = 32 << 20; ///< The largest cache.
  int64_t firstCacheBytes = 0;   ///< The first-level cache for data.
  int64_t firstCacheWays = 0;    ///< Lines of it that can have the same place.
};

/// What a GPU schedule depends on. All supported architectures have the other
/// limits in common.
struct GPUTarget {
  int64_t multiprocessors = 132;    ///< For persistent blocks.
  int64_t sharedBytes = 227 * 1024; ///< Of a block, asked for at the launch.
  int64_t cluster = 16; ///< Most blocks of a cluster; 1 if there are none.
  /// Whether a kernel may start before the one ahead of it ends.
  bool dependentLaunches = true;
  bool bulkCopies = true;          ///< `cp.async.bulk`
  std::string name = "the target"; ///< In errors.
};

/// A schedule, and in words why it is this one.
struct ChosenGPUSchedule {
  GPUScheduleAttr schedule;
  std::string reason;
};

/// The schedule for a GPU; emits an error that names the limit if no scheme
/// holds the program.
mlir::FailureOr<ChosenGPUSchedule> chooseGPUSchedule(ProgramOp program,
                                                     const GPUTarget &target);

/// Attribute of a program: why its schedule is this one.
inline constexpr llvm::StringLiteral kReasonAttrName = "row.reason";

/// The schedule for a CPU; emits an error if no scheme runs the program.
mlir::FailureOr<CPUScheduleAttr> chooseCPUSchedule(ProgramOp program,
                                                   const CPUTarget &target);

/// Checks that `schedule`, chosen or written by hand, fits `program` on
/// `target`; emits an error that names the limit if not.
mlir::LogicalResult verifyGPUSchedule(ProgramOp program,
                                      GPUScheduleAttr schedule,
                                      const GPUTarget &target = {});

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
/// partial sums, staged operands, rows, and what its threads have added up.
int64_t getSharedMemoryBytes(ProgramOp program, GPUScheduleAttr schedule);

/// As much of it as the launch has to ask for, none or all: what is more than a
/// block has by itself, and rows, which LLVM would load where a thread has none
/// if it knew that there is memory.
int64_t getDynamicSharedBytes(ProgramOp program, GPUScheduleAttr schedule);

} // namespace seednorm::row

#endif // SEEDNORM_DIALECT_ROW_TRANSFORMS_SCHEDULE_H

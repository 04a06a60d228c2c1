//===- CPUBlocks.h - Rows that a CPU takes together -------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What rows have in common, such as parameters and the partial sums of
// gradients, comes from the second-level cache for each row where the first has
// no place for it. Rows that go through the columns together share that.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_CPUBLOCKS_H
#define SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_CPUBLOCKS_H

#include "seednorm/Dialect/Row/Analysis/ProgramAnalysis.h"
#include "seednorm/Dialect/Row/Transforms/Schedule.h"

namespace seednorm::row {

/// What the schedule of rows one by one would be.
struct RowSweeps {
  int64_t vector, accumulators, grain;
  int64_t sumRegisters; ///< Of an accumulator for each sum of a sweep.
};

/// The fields of a schedule that rows together decide. One row has no panel;
/// several without one take each step side by side, in registers.
struct RowBlocks {
  int64_t rows = 1, panel = 0;
  int64_t accumulators;
};

RowBlocks chooseRowBlocks(const ProgramAnalysis &analysis,
                          const CPUTarget &target, const RowSweeps &sweeps);

/// Bytes of a row of all inputs, or of all operands, that have one a row.
int64_t getRowBytes(ProgramOp program, bool withOutputs);

} // namespace seednorm::row

#endif // SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_CPUBLOCKS_H

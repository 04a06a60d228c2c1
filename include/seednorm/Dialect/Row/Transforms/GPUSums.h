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

namespace seednorm::row {

/// The steps from the columns of a row to the totals of one sum. First a
/// thread combines `piece` consecutive columns; then `lanes` neighbouring
/// lanes combine their pieces by shuffles; what is still partial goes through
/// `slots` places in shared memory, `slotsPerTotal` for each total.
struct GPUSumPlan {
  /// One total for the row: a thread combines all its chunks before anything
  /// leaves its registers.
  bool wholeRow = false;
  int64_t piece = 1, lanes = 1;
  int64_t slots = 0, slotsPerTotal = 0; ///< 0 if the lanes hold the totals.
};

/// The plan of `sum` in rows of `columns` columns.
GPUSumPlan planGPUSum(const Sum &sum, int64_t columns,
                      GPUScheduleAttr schedule);

/// Slots of all sums of a row.
int64_t getNumSlots(const ProgramAnalysis &analysis, GPUScheduleAttr schedule);

} // namespace seednorm::row

#endif // SEEDNORM_DIALECT_ROW_TRANSFORMS_GPUSUMS_H

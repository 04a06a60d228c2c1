//===- CPUSegments.h - How a CPU sweeps a row -------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one description of the parts that a CPU sweeps a row in, read by the
// schedule and by the lowering.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_DIALECT_ROW_TRANSFORMS_CPUSEGMENTS_H
#define SEEDNORM_DIALECT_ROW_TRANSFORMS_CPUSEGMENTS_H

#include "seednorm/Dialect/Row/Analysis/ProgramAnalysis.h"

#include <optional>
#include <string>

namespace seednorm::row {

/// Number of columns of a segment: the longest run of columns in which every
/// value of the program is one number, or one number for each column. The
/// whole row where there are no heads.
int64_t getCPUSegment(const ProgramAnalysis &analysis);

/// Checks that the CPU's loops can run `program`; emits an error if not.
mlir::LogicalResult verifyCPUProgram(ProgramOp program);

/// Why rows cannot go through the columns together, in steps of so many
/// columns; nothing if they can.
std::optional<std::string> findBlockObstacle(const ProgramAnalysis &analysis,
                                             int64_t step);

} // namespace seednorm::row

#endif // SEEDNORM_DIALECT_ROW_TRANSFORMS_CPUSEGMENTS_H

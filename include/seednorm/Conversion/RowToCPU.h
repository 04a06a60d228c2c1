//===- RowToCPU.h - Row programs as loops -----------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pattern of `convert-row-to-cpu`, for compilers that run it among their
// own.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_CONVERSION_ROWTOCPU_H
#define SEEDNORM_CONVERSION_ROWTOCPU_H

#include "llvm/ADT/StringRef.h"

namespace mlir {
class RewritePatternSet;
} // namespace mlir

namespace seednorm {

/// Attribute of a loop over rows: the fewest iterations a thread should take.
inline constexpr llvm::StringLiteral kGrainAttrName = "row.grain";

/// Attribute of a loop that adds partial sums over rows.
inline constexpr llvm::StringLiteral kTotalsAttrName = "row.totals";

/// Attribute of a loop whose bounds do not tell it: iterations for one row, or
/// for those side by side; 0 in a loop for rows that they leave over.
inline constexpr llvm::StringLiteral kTripsAttrName = "row.trips";

/// Attribute of a loop over rows: its stores may be seen late by other threads
/// unless a fence follows them.
inline constexpr llvm::StringLiteral kStreamsAttrName = "row.streams";

/// Adds the pattern that turns a `row.program` on memrefs with a
/// `#row.cpu_schedule` into loops. Emits an error at a program it cannot lower.
void populateRowToCPUPatterns(mlir::RewritePatternSet &patterns);

} // namespace seednorm

#endif // SEEDNORM_CONVERSION_ROWTOCPU_H

//===- ShiftInvariance.h - Values that make no difference -------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where the exponentials of a row are compared, its maximum is subtracted first
// so that none overflows; any other number would do. Such a maximum has no
// gradient, and asking for it would cost sums over the row.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_SHIFTINVARIANCE_H
#define SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_SHIFTINVARIANCE_H

#include "seednorm/Dialect/Row/IR/Row.h"

#include "llvm/ADT/DenseSet.h"

namespace seednorm::row {

/// Maxima and minima over columns of `program` to which a number can be added
/// without a change, but for roundings, of any of `results`.
llvm::DenseSet<mlir::Operation *> findShifts(ProgramOp program,
                                             mlir::ValueRange results);

} // namespace seednorm::row

#endif // SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_SHIFTINVARIANCE_H

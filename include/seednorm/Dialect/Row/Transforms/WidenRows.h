//===- WidenRows.h - Leading dimensions as columns --------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Rows that lie next to each other can be one longer row, of which each is a
// part. So programs on rows of different lengths come to have the same.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_DIALECT_ROW_TRANSFORMS_WIDENROWS_H
#define SEEDNORM_DIALECT_ROW_TRANSFORMS_WIDENROWS_H

#include "seednorm/Dialect/Row/IR/Row.h"

namespace seednorm::row {

/// The number of last leading dimensions of the rows of `program` that have
/// `count` indices together, at least one; nothing if there is none, or a size
/// is not static.
std::optional<unsigned> findWidenedDims(ProgramOp program, int64_t count);

/// Makes one row of the rows along the last `numDims` leading dimensions.
/// Values that are the same in all of them stay as they are, so nothing uniform
/// is computed for each column. Null, and nothing changed, if the body counts
/// rows or columns, or an operand has no slice for the longer row. `program` is
/// replaced.
ProgramOp widenRows(ProgramOp program, unsigned numDims);

} // namespace seednorm::row

#endif // SEEDNORM_DIALECT_ROW_TRANSFORMS_WIDENROWS_H

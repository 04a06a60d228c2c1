//===- LeadingDims.h - The same dimensions for rows -------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The same rows may be numbered by one dimension here, by two there.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_LEADINGDIMS_H
#define SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_LEADINGDIMS_H

#include "seednorm/Dialect/Row/IR/Row.h"

namespace seednorm::row {

/// Gives two programs that have the same rows the same leading dimensions, if
/// they differ: one, or those that an operand of one of them has, too. The
/// programs may be replaced; false if only one has any, or each needs its own.
bool alignLeading(ProgramOp &first, ProgramOp &second);

/// Makes the last leading dimension of rows two, the last one of size `inner`,
/// which divides its static size. `program` is replaced.
ProgramOp splitRows(ProgramOp program, int64_t inner);

} // namespace seednorm::row

#endif // SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_LEADINGDIMS_H

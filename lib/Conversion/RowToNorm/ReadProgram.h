//===- ReadProgram.h - Row programs as expressions --------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a program yields, in the normal form.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_CONVERSION_ROWTONORM_READPROGRAM_H
#define SEEDNORM_LIB_CONVERSION_ROWTONORM_READPROGRAM_H

#include "Expression.h"

#include "seednorm/Dialect/Row/IR/Row.h"

namespace seednorm {

/// A row of the program taken as `parts` rows, one after the other, each of
/// `table.getNumColumns()` columns, that do not know of each other.
struct ProgramExpressions {
  std::vector<Expression> inputs, results;
};

/// Nothing if the parts of a row are not alike, or it is too much to read.
std::optional<ProgramExpressions>
readProgram(row::ProgramOp program, int64_t parts, ExpressionTable &table);

} // namespace seednorm

#endif // SEEDNORM_LIB_CONVERSION_ROWTONORM_READPROGRAM_H

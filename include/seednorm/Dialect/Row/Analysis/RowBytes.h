//===- RowBytes.h - Memory traffic of row programs --------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Bytes that a row has to move, and had to before programs were fused.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_DIALECT_ROW_ANALYSIS_ROWBYTES_H
#define SEEDNORM_DIALECT_ROW_ANALYSIS_ROWBYTES_H

#include "seednorm/Dialect/Row/IR/Row.h"

namespace seednorm::row {

/// Bytes of a row's slices of the operands taken by row: one read of each input
/// and one write of each output.
int64_t getRowBytes(ProgramOp program);

/// Bytes that a row moves of an operand taken by row in slices of type `slice`.
int64_t getSliceBytes(mlir::Value operand, mlir::Type slice);

/// The programs that `program` was fused from: how many, and what the bytes of
/// one of its rows were in all of them.
struct FusedPrograms {
  int64_t number = 1, rowBytes = 0;
};

FusedPrograms getFusedPrograms(ProgramOp program);
void setFusedPrograms(ProgramOp program, const FusedPrograms &fused);

} // namespace seednorm::row

#endif // SEEDNORM_DIALECT_ROW_ANALYSIS_ROWBYTES_H

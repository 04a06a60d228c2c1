//===- ProgramAdjoint.h - The backward program of a program -----*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A row program differentiated is a row program on the same rows: what forward
// computes is computed again from its inputs, gradients of inputs taken by row
// are results by row, and of inputs that rows have in common sums over these
// rows. The dual holds as well, so that gradients have gradients.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_PROGRAMADJOINT_H
#define SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_PROGRAMADJOINT_H

#include "seednorm/Dialect/Row/IR/Row.h"

#include "mlir/IR/Builders.h"

namespace seednorm::row {

/// Builds the gradients of the inputs of `program` marked in `wanted`, given
/// those of its results (null where there is none), of the results' types. What
/// `known` has for an input already, of its type, is added. Null for inputs
/// that no result depends on, and for those not wanted.
mlir::FailureOr<llvm::SmallVector<mlir::Value>>
buildAdjoint(mlir::OpBuilder &builder, ProgramOp program,
             mlir::ValueRange ofResults, const llvm::BitVector &wanted,
             mlir::ValueRange known);

} // namespace seednorm::row

#endif // SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_PROGRAMADJOINT_H

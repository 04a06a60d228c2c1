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
#include "llvm/ADT/BitVector.h"

#include <optional>

namespace seednorm::row {

/// Numbers that each row of a program has, or each of its heads, computed by
/// ops of these names (any ops if there are none); not from parameters alone.
llvm::SmallVector<mlir::Value>
findRowNumbers(ProgramOp program,
               std::optional<llvm::ArrayRef<std::string>> names);

/// `program` with more results: `numbers` of its body, by row.
ProgramOp addResults(mlir::OpBuilder &builder, ProgramOp program,
                     mlir::ValueRange numbers);

/// What is known where a program is differentiated.
struct AdjointRequest {
  /// Gradients of its results, of their types; null where there is none.
  llvm::SmallVector<mlir::Value> ofResults;
  /// Inputs whose gradients are wanted.
  llvm::BitVector wanted;
  /// Of inputs, of their types or summed in f32, to be added; or null.
  llvm::SmallVector<mlir::Value> known;
  /// Values of its body, and tensors that hold them by row.
  llvm::SmallVector<std::pair<mlir::Value, mlir::Value>> saved;
};

/// Builds the gradients of the inputs of `program`. Null for inputs that no
/// result depends on, and for those not wanted.
mlir::FailureOr<llvm::SmallVector<mlir::Value>>
buildAdjoint(mlir::OpBuilder &builder, ProgramOp program,
             const AdjointRequest &request);

} // namespace seednorm::row

#endif // SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_PROGRAMADJOINT_H

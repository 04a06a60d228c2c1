//===- Spread.h - Values that columns have in common ------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A value of a body with fewer elements than columns stands for runs of them.
// It is spread over the columns where an op needs one element for each.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_DIALECT_ROW_TRANSFORMS_SPREAD_H
#define SEEDNORM_DIALECT_ROW_TRANSFORMS_SPREAD_H

#include "mlir/IR/Builders.h"

namespace seednorm::row {

/// The value with the fewest elements that `value` repeats along columns, in
/// whatever shape; `value` itself if it repeats none.
mlir::Value getSpreadSource(mlir::Value value);

/// `value` as a value of type `like`, whose number of elements is a multiple of
/// its own: each element repeated over a run of consecutive columns. Element
/// types agree.
mlir::Value buildSpread(mlir::OpBuilder &builder, mlir::Location loc,
                        mlir::Value value, mlir::Type like);

/// The dual of it: the elements of `value` added up over runs of consecutive
/// columns, one for each element of `like`.
mlir::Value buildRunSums(mlir::OpBuilder &builder, mlir::Location loc,
                         mlir::Value value, mlir::Type like);

} // namespace seednorm::row

#endif // SEEDNORM_DIALECT_ROW_TRANSFORMS_SPREAD_H

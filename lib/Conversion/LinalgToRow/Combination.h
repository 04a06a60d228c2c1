//===- Combination.h - How a payload reduces --------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a linalg op that reduces does to its partial result, whatever ops it
// says it with.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_CONVERSION_LINALGTOROW_COMBINATION_H
#define SEEDNORM_LIB_CONVERSION_LINALGTOROW_COMBINATION_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace seednorm {

/// What is combined with the partial result: a value, or a product.
struct Summand {
  mlir::Value value;
  mlir::Value factor; ///< Null if there is none.
  bool isNegative = false;
};

struct Combination {
  mlir::vector::CombiningKind kind;
  /// One, or for sums several.
  llvm::SmallVector<Summand, 1> summands;
};

/// Values of the payload that follow from a partial result.
llvm::DenseSet<mlir::Value> findPartial(mlir::linalg::LinalgOp op);

/// The combination that result `index` of `op` is; nothing if it is none that
/// may be taken in any order.
std::optional<Combination> findCombination(mlir::linalg::LinalgOp op,
                                           unsigned index);

} // namespace seednorm

#endif // SEEDNORM_LIB_CONVERSION_LINALGTOROW_COMBINATION_H

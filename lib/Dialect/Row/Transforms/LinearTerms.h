//===- LinearTerms.h - The columns of a sum as terms ------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a sum adds, written as terms: products of values that columns have in
// common and of columns. What would lose digits or range that the program has
// is left alone:
//
// - only sums of parameters are taken apart, and one in each product: what is
//   added to a row, as its mean with a minus in whatever spelling, may cancel,
//   and a square of a sum is not sum(x^2) + 2 ...;
// - no factor leaves a square, which it may keep in range.
//
// Sums of ops with the fast-math flag `reassoc`, as those of gradients, are
// free of these rules where such ops are.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_LINEARTERMS_H
#define SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_LINEARTERMS_H

#include "seednorm/Dialect/Row/Analysis/ProgramAnalysis.h"

#include <optional>

namespace seednorm::row {

/// (-1) factors... / divisors... * columns..., or a factor for each column if
/// there are no columns.
struct LinearTerm {
  bool isNegative = false;
  llvm::SmallVector<mlir::Value> factors, divisors; ///< Without repetition.
  llvm::SmallVector<mlir::Value> columns;

  /// Factors and divisors.
  llvm::SmallVector<mlir::Value> getUniform() const;
};
using LinearTerms = llvm::SmallVector<LinearTerm>;

/// The terms of `sum`, of f32 or f64, for a sum of a lower level; or those of
/// the same level in a canonical order if the sum is free. Nothing if there are
/// none. `levels` has been told what is before the sum.
std::optional<LinearTerms> findLinearTerms(ProgramOp program, const Sum &sum,
                                           const SumLevels &levels);

/// Orders the factors of a product of columns: what follows from rows first,
/// parameters last, each in the order of the program. So products have as much
/// in common as can be.
void sortFactors(ProgramOp program, llvm::MutableArrayRef<mlir::Value> factors);

} // namespace seednorm::row

#endif // SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_LINEARTERMS_H

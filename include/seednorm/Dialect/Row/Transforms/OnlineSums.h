//===- OnlineSums.h - A maximum and a sum in one sweep ----------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A sum of exp(v - max(v)) needs the maximum first, unless the sum so far is
// rescaled whenever the maximum grows: the pair of both is combined like a sum
// (Milakov and Gimelshein, 2018, arXiv 1805.02867). It is recognized by what is
// computed, in any program.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_DIALECT_ROW_TRANSFORMS_ONLINESUMS_H
#define SEEDNORM_DIALECT_ROW_TRANSFORMS_ONLINESUMS_H

#include "seednorm/Dialect/Row/Analysis/ProgramAnalysis.h"

#include "mlir/IR/Builders.h"

namespace seednorm::row {

/// A maximum over the row, and a sum over it that can be had in the same sweep.
struct OnlineSum {
  const Sum *maximum, *sum;
};

/// The pairs of a program, by the level of their maximum.
llvm::SmallVector<OnlineSum> findOnlineSums(const ProgramAnalysis &analysis,
                                            unsigned level);

/// A maximum, and the sum of exp(v - maximum) over the same numbers v.
struct OnlinePair {
  mlir::Value maximum, sum;
};

/// `pair` with the numbers of vector `summand`, one for each lane; those that
/// are -infinity add nothing.
OnlinePair buildOnlineStep(mlir::OpBuilder &builder, mlir::Location loc,
                           OnlinePair pair, mlir::Value summand);

/// The pair of all numbers of two.
OnlinePair buildOnlineCombine(mlir::OpBuilder &builder, mlir::Location loc,
                              OnlinePair lhs, OnlinePair rhs);

/// The pair of all lanes, as scalars. Where there are only -infinities, whose
/// difference from their maximum is NaN, so is the sum.
OnlinePair buildOnlineReduction(mlir::OpBuilder &builder, mlir::Location loc,
                                OnlinePair pair);

} // namespace seednorm::row

#endif // SEEDNORM_DIALECT_ROW_TRANSFORMS_ONLINESUMS_H

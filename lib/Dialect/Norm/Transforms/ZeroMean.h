//===- ZeroMean.h - Which rows have mean 0 ----------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The sum of a row is followed back through what is linear, as a combination of
// the sums of rows nothing is known of. If all of them cancel, the mean is 0.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_DIALECT_NORM_TRANSFORMS_ZEROMEAN_H
#define SEEDNORM_LIB_DIALECT_NORM_TRANSFORMS_ZEROMEAN_H

#include "Linear.h"

#include "mlir/IR/Value.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"

#include <memory>

namespace seednorm::norm {

/// Remembers what it found: valid as long as the program does not change.
class ZeroMeanAnalysis {
public:
  /// Whether all rows of `rows` have mean 0, but for rounding.
  bool hasZeroMean(mlir::Value rows);

private:
  /// A coefficient, and the magnitudes that were added up to it.
  struct Coefficient {
    double value = 0;
    double magnitude = 0;
  };

  /// Of the number that each value has for a row; none stands for 1.
  using Sum = llvm::MapVector<mlir::Value, Coefficient>;

  /// The sums of the columns of `rows`.
  const Sum &getRowSum(mlir::Value rows);
  /// The numbers of `scalar`, one per row.
  const Sum &getScalar(mlir::Value scalar);

  std::optional<Sum> computeRowSum(mlir::Value rows);
  std::optional<Sum> computeScalar(mlir::Value scalar);
  std::optional<Sum> computeSumOfTerms(const LinearTerms &terms,
                                       double numColumns);
  bool hasZeroMean(const Product &product);
  static void add(Sum &sum, const Sum &other, double factor);
  static bool isZero(const Sum &sum, mlir::Value rows);

  using Memory = llvm::DenseMap<mlir::Value, std::unique_ptr<Sum>>;
  /// What `compute` finds for `value`; if nothing, the value stands for itself.
  const Sum &
  remember(Memory &memory, mlir::Value value,
           llvm::function_ref<std::optional<Sum>(mlir::Value)> compute);

  Memory rowSums, scalars;
  unsigned depth = 0;
};

} // namespace seednorm::norm

#endif // SEEDNORM_LIB_DIALECT_NORM_TRANSFORMS_ZEROMEAN_H

//===- Constants.h - Tensors whose elements are known -----------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Arithmetic on constant weights: in f64, rounded once to their own type.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_DIALECT_NORM_TRANSFORMS_CONSTANTS_H
#define SEEDNORM_LIB_DIALECT_NORM_TRANSFORMS_CONSTANTS_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Value.h"

#include <optional>
#include <vector>

namespace mlir {
class OpBuilder;
} // namespace mlir

namespace seednorm::norm {

/// Half the distance of 1 to the next number: the largest relative error of
/// rounding to the floating-point type `element`.
double getUnitRoundoff(mlir::Type element);

/// Type and elements of a constant.
struct ConstantTensor {
  mlir::RankedTensorType type;
  std::vector<double> values; ///< In row-major order.

  /// The elements of `value`, unless it is no constant of floats.
  static std::optional<ConstantTensor> read(mlir::Value value);

  /// Calls `visit` with the index of the first element and the distance of
  /// neighbours, for each line of elements that differ in dimension `axis`
  /// only.
  void forEachLine(
      unsigned axis,
      llvm::function_ref<void(size_t first, size_t stride)> visit) const;

  /// Whether each line along `axis` sums to 0, but for the roundings of whoever
  /// took its mean away: at most (log2(D) + 1) u + v times the sum of
  /// magnitudes, for a pairwise sum and a division with unit roundoff u and
  /// elements rounded with v.
  bool sumsToZero(unsigned axis) const;

  /// Takes its mean from each line along `axis`.
  void center(unsigned axis);
  /// Multiplies element k of each line along `axis` by `factors[k]`.
  void scale(unsigned axis, llvm::ArrayRef<double> factors);
  /// Takes the last element of each line along `axis` from the others.
  void subtractLast(unsigned axis);
  /// Removes the last element of each line along `axis`.
  void dropLast(unsigned axis);

  /// The elements rounded to their type; nothing if one is not finite in it, or
  /// all are too small to be precise.
  std::optional<mlir::DenseElementsAttr> round() const;
};

/// A constant all of whose elements are 1.
mlir::Value buildOnes(mlir::OpBuilder &builder, mlir::Location loc,
                      mlir::RankedTensorType type);

/// The constant `attr`.
mlir::Value buildConstant(mlir::OpBuilder &builder, mlir::Location loc,
                          mlir::DenseElementsAttr attr);

} // namespace seednorm::norm

#endif // SEEDNORM_LIB_DIALECT_NORM_TRANSFORMS_CONSTANTS_H

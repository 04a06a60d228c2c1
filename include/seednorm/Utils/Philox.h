//===- Philox.h - Counter-based random numbers ------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Philox-4x32-10 as IR: four random words are a function of a counter and a
// key, so whoever knows these has the same words, on every target and in any
// order (Salmon, Moraes, Dror, Shaw: Parallel Random Numbers: As Easy as 1, 2,
// 3; SC 2011). The one place that says how rows and columns count.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_UTILS_PHILOX_H
#define SEEDNORM_UTILS_PHILOX_H

#include "mlir/IR/Builders.h"

#include <array>

namespace seednorm {

/// Words of one counter.
inline constexpr int64_t kPhiloxWords = 4;

/// The random words of `counter` under `key`. The words of the counter are all
/// i32 or all vectors of i32, and so are the results; the key's are i32.
std::array<mlir::Value, kPhiloxWords>
buildPhilox(mlir::OpBuilder &builder, mlir::Location loc,
            std::array<mlir::Value, kPhiloxWords> counter,
            std::array<mlir::Value, 2> key);

/// Whose words are wanted; all i64.
struct PhiloxRow {
  mlir::Value seed;   ///< The key, low half first.
  mlir::Value offset; ///< Tells several draws under one seed apart.
  mlir::Value row;    ///< Number of the row over all leading dimensions.
};

/// The words for elements 4 b to 4 b + 3 of a row, b being `block`: i32, or a
/// vector of i32. The counter is b, the low half of the row's number, that of
/// the offset, and the sum of their high halves.
std::array<mlir::Value, kPhiloxWords> buildPhiloxBlock(mlir::OpBuilder &builder,
                                                       mlir::Location loc,
                                                       const PhiloxRow &row,
                                                       mlir::Value block);

/// The word for each element of a row that `element` numbers: an index, or a
/// vector of them.
mlir::Value buildPhiloxElement(mlir::OpBuilder &builder, mlir::Location loc,
                               const PhiloxRow &row, mlir::Value element);

} // namespace seednorm

#endif // SEEDNORM_UTILS_PHILOX_H

//===- RowTotals.h - Totals of partial sums over rows ---------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The second stage of a sum over rows: partial sums, one after the other, are
// added to totals, summed along the dimensions that the output lacks, added to
// what the output held if that counts, and rounded once.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_CONVERSION_ROWTOCPU_ROWTOTALS_H
#define SEEDNORM_LIB_CONVERSION_ROWTOCPU_ROWTOTALS_H

#include "RowLoopBuilder.h"

namespace seednorm {

/// Elements of partial sums below which no further thread is worth waking.
inline constexpr int64_t kPartialsPerThread = 32 * 1024;

/// The partial sum of that number of a summed output, flat, with its padding.
mlir::Value viewPartial(mlir::OpBuilder &builder, mlir::Location loc,
                        const RowOperand &output, mlir::Value number);

/// Every `stride`-th of some partial sums.
struct PartialRange {
  mlir::Value first, count, stride;
};

/// A summed output whose total is built.
struct Total {
  const RowOperand *output;
  mlir::Value view; ///< The slice of the output, flat.

  int64_t getNumElements() const { return row::getNumElements(output->slice); }
  /// Whether several elements of a partial sum are one of the output.
  bool addsElements() const { return output->summed.kept != getNumElements(); }
};

/// Builds the totals of partial sums of outputs that have as many elements.
class TotalBuilder {
public:
  TotalBuilder(llvm::ArrayRef<Total> totals,
               PartialRange range); ///< The first of them may be changed.

  void build(mlir::OpBuilder &builder, mlir::Location loc) const;
  /// The same by several threads, where that is enough work.
  void buildParallel(mlir::OpBuilder &builder, mlir::Location loc) const;

private:
  void buildColumns(mlir::OpBuilder &builder, mlir::Location loc,
                    mlir::Value begin, mlir::Value end) const;
  void buildStep(mlir::OpBuilder &builder, mlir::Location loc,
                 mlir::Value column, llvm::ArrayRef<int64_t> widths) const;
  llvm::SmallVector<mlir::Value>
  addPartials(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value number,
              mlir::ValueRange columns, mlir::ValueRange before) const;
  void buildElements(mlir::OpBuilder &builder, mlir::Location loc) const;
  void buildElements(mlir::OpBuilder &builder, mlir::Location loc,
                     const Total &total) const;

  llvm::SmallVector<Total> totals;
  PartialRange range;
  int64_t numElements, step;
};

/// Splits outputs into groups for `TotalBuilder`, in order.
llvm::SmallVector<llvm::SmallVector<Total>>
groupTotals(llvm::ArrayRef<Total> totals);

} // namespace seednorm

#endif // SEEDNORM_LIB_CONVERSION_ROWTOCPU_ROWTOTALS_H

//===- SliceAddress.h - Where the slices of an operand lie ------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The leading dimensions of an operand, each with its stride, number its
// slices. Where one stride leads through several of them they count as one, so
// that only what is truly spread out costs a division for each row.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_DIALECT_ROW_TRANSFORMS_SLICEADDRESS_H
#define SEEDNORM_DIALECT_ROW_TRANSFORMS_SLICEADDRESS_H

#include "seednorm/Dialect/Row/IR/Row.h"

#include "mlir/IR/Builders.h"

namespace seednorm::row {

/// Leading dimensions `first` to `last`, through which the stride of `last`
/// leads from slice to slice.
struct SliceGroup {
  int64_t first, last;
};

/// The leading dimensions of memref `operand` in as few groups as its type
/// tells, outermost first. Dimensions known to be of size one belong to none.
llvm::SmallVector<SliceGroup> getSliceGroups(mlir::Value operand,
                                             mlir::Type slice);

/// A power of two of bytes, up to 16, that the addresses of all slices of
/// memref `operand` are multiples of. Memory that nothing is said of begins at
/// a multiple of 16.
int64_t getSliceAlignment(mlir::Value operand, mlir::Type slice);

/// The same of the memory that `operand` is a view of.
int64_t getBaseAlignment(mlir::Value operand);

/// Checks that every operand of `program`, on memrefs, has dense slices.
mlir::LogicalResult verifyDenseSlices(ProgramOp program);

/// Where slice n of an operand begins, in elements from the base of its
/// memory: `offset`, and the number of n in each group times its stride.
struct SliceAddress {
  mlir::OpFoldResult offset;
  /// Of the groups. The size of the outermost one is null: nothing needs it.
  llvm::SmallVector<mlir::OpFoldResult> sizes, strides;
  /// Rows that share a slice, or after which slices repeat, at least 1; null
  /// where rows do neither.
  mlir::OpFoldResult period;
};

/// Builds what the addresses of the slices of `program`, on memrefs with dense
/// slices, follow from: one for each operand, outputs behind inputs.
llvm::SmallVector<SliceAddress> buildSliceAddresses(mlir::OpBuilder &builder,
                                                    ProgramOp program);

/// The number of the slice that row `row` sees of an operand with this access,
/// which is none that sums over rows. Both are of type `index`.
mlir::Value buildSliceNumber(mlir::OpBuilder &builder, mlir::Location loc,
                             AccessAttr access, const SliceAddress &address,
                             mlir::Value row);

/// Where slice `number` begins, in elements.
mlir::Value buildSliceOffset(mlir::OpBuilder &builder, mlir::Location loc,
                             const SliceAddress &address, mlir::Value number);

/// The number of rows of `program`, on memrefs.
mlir::Value buildNumRows(mlir::OpBuilder &builder, ProgramOp program);

} // namespace seednorm::row

#endif // SEEDNORM_DIALECT_ROW_TRANSFORMS_SLICEADDRESS_H

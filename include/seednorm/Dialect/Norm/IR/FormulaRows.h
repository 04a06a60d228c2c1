//===- FormulaRows.h - Operands of a formula as rows ------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What every lowering of a formula needs first: tensors whose leading
// dimensions number the rows, and which of them an operand has slices for.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_DIALECT_NORM_IR_FORMULAROWS_H
#define SEEDNORM_DIALECT_NORM_IR_FORMULAROWS_H

#include "seednorm/Dialect/Norm/IR/Norm.h"

namespace seednorm::norm {

/// An operand of a formula, with its groups apart.
struct FormulaOperand {
  mlir::Value tensor;
  OperandKind kind;
  /// The leading dimensions of the rows for which it has a slice each, in
  /// order; its own leading dimensions.
  llvm::SmallVector<unsigned> leading;

  /// The sizes of a slice, as the tensor has them.
  llvm::ArrayRef<int64_t> getSliceShape() const;
};

/// The operands of an op that a formula defines. Where several rows share a
/// dimension (the groups of channels), it is split: the first part numbers
/// rows, the rest belongs to them.
class FormulaRows {
public:
  FormulaRows(mlir::OpBuilder &builder, FormulaOpInterface op);

  unsigned getNumLeading() const { return sizes.size() - shape.size(); }
  /// Sizes of the leading dimensions and of those of a row.
  llvm::ArrayRef<mlir::OpFoldResult> getSizes() const { return sizes; }
  /// Sizes of a row.
  llvm::ArrayRef<int64_t> getShape() const { return shape; }
  /// Columns beyond those of a row.
  int64_t getPadding() const { return padding; }
  /// Columns of a row, with those beyond it.
  int64_t getNumColumns() const;
  llvm::ArrayRef<FormulaOperand> getOperands() const { return operands; }

  /// The shape of a slice of result `index`.
  llvm::SmallVector<int64_t> getResultShape(unsigned index) const;
  /// Makes `tensor`, with the dimensions of rows first, result `index`.
  mlir::Value buildResult(mlir::OpBuilder &builder, unsigned index,
                          mlir::Value tensor) const;

private:
  mlir::Value split(mlir::OpBuilder &builder, mlir::Value tensor,
                    unsigned dim) const;
  void addOperand(mlir::OpBuilder &builder, mlir::Value tensor,
                  OperandKind kind);

  mlir::Operation *op;
  RowView view;
  int64_t padding;
  llvm::SmallVector<mlir::OpFoldResult> sizes;
  llvm::SmallVector<int64_t> shape;
  llvm::SmallVector<FormulaOperand> operands;
};

} // namespace seednorm::norm

#endif // SEEDNORM_DIALECT_NORM_IR_FORMULAROWS_H

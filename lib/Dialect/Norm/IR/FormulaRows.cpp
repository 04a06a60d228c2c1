//===- FormulaRows.cpp - Operands of a formula as rows --------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Dimensions that hold groups are split on the way in and merged on the way
// out; both are views.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Dialect/Norm/IR/FormulaRows.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace seednorm::norm;

static RankedTensorType getType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

ArrayRef<int64_t> FormulaOperand::getSliceShape() const {
  return getType(tensor).getShape().drop_front(leading.size());
}

/// Dimension `dim` of `rank` stands for `dim` and `dim` + 1 after a split.
static SmallVector<ReassociationIndices> getSplit(int64_t rank, int64_t dim) {
  SmallVector<ReassociationIndices> groups;
  for (int64_t i = 0; i < rank; ++i) {
    if (i == dim)
      groups.push_back({i, i + 1});
    else
      groups.push_back({i < dim ? i : i + 1});
  }
  return groups;
}

Value FormulaRows::split(OpBuilder &builder, Value tensor, unsigned dim) const {
  if (view.groups == 1)
    return tensor;
  RankedTensorType before = getType(tensor);
  SmallVector<int64_t> target(before.getShape());
  int64_t size = target[dim];
  target[dim] = view.groups;
  target.insert(target.begin() + dim + 1, size / view.groups);
  SmallVector<OpFoldResult> targetSizes =
      tensor::getMixedSizes(builder, op->getLoc(), tensor);
  targetSizes[dim] = builder.getIndexAttr(view.groups);
  targetSizes.insert(targetSizes.begin() + dim + 1,
                     builder.getIndexAttr(size / view.groups));
  return tensor::ExpandShapeOp::create(
      builder, op->getLoc(),
      RankedTensorType::get(target, before.getElementType()), tensor,
      getSplit(before.getRank(), dim), targetSizes);
}

void FormulaRows::addOperand(OpBuilder &builder, Value tensor,
                             OperandKind kind) {
  FormulaOperand operand{tensor, kind, {}};
  unsigned numLeading = getNumLeading();
  switch (kind) {
  case OperandKind::Rows:
    operand.tensor = split(builder, tensor, view.firstDim);
    operand.leading = llvm::to_vector(llvm::seq(numLeading));
    break;
  case OperandKind::Samples:
    operand.leading = llvm::to_vector(
        llvm::seq<unsigned>(getType(tensor).getRank() - shape.size()));
    break;
  case OperandKind::Columns:
    if (getType(tensor).getRank() > static_cast<int64_t>(shape.size()))
      operand.leading = {numLeading - 1};
    break;
  case OperandKind::Heads:
    // The groups are the last leading dimension.
    operand.tensor = split(builder, tensor, 0);
    if (view.groups != 1)
      operand.leading = {numLeading - 1};
    break;
  case OperandKind::Repeated:
  case OperandKind::Scalar:
    break;
  }
  operands.push_back(std::move(operand));
}

FormulaRows::FormulaRows(OpBuilder &builder, FormulaOpInterface op)
    : op(op), view(op.getRowView()), padding(op.getPadding()) {
  Value input = op->getOperand(0);
  RankedTensorType type = getType(input);
  sizes = tensor::getMixedSizes(builder, op->getLoc(), input);
  shape.append(type.getShape().begin() + view.firstDim, type.getShape().end());
  if (view.groups != 1) {
    shape.front() /= view.groups;
    sizes[view.firstDim] = builder.getIndexAttr(shape.front());
    sizes.insert(sizes.begin() + view.firstDim,
                 builder.getIndexAttr(view.groups));
  }
  for (unsigned index = 0; index < op->getNumOperands(); ++index)
    addOperand(builder, op->getOperand(index), op.getOperandKind(index));
}

int64_t FormulaRows::getNumColumns() const {
  return llvm::product_of(shape) + padding;
}

SmallVector<int64_t> FormulaRows::getResultShape(unsigned index) const {
  RankedTensorType type = getType(op->getResult(index));
  if (type.getShape() == getType(op->getOperand(0)).getShape())
    return shape;
  return llvm::to_vector(type.getShape().drop_front(getNumLeading()));
}

Value FormulaRows::buildResult(OpBuilder &builder, unsigned index,
                               Value tensor) const {
  if (view.groups == 1)
    return tensor;
  RankedTensorType type = getType(op->getResult(index));
  return tensor::CollapseShapeOp::create(
      builder, op->getLoc(), type, tensor,
      getSplit(type.getRank(), view.firstDim));
}

//===- DenseDims.cpp - Dimensions without gaps ----------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Slices are views: their rows keep the distance that they had.
//
//===----------------------------------------------------------------------===//

#include "DenseDims.h"

#include "seednorm/Dialect/Row/IR/Row.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;
using namespace seednorm::row;

static int64_t getRank(Value tensor) {
  return cast<RankedTensorType>(tensor.getType()).getRank();
}

static int64_t getNumDenseDims(BlockArgument argument) {
  auto function =
      dyn_cast<FunctionOpInterface>(argument.getOwner()->getParentOp());
  if (!function || !argument.getOwner()->isEntryBlock())
    return getRank(argument);
  auto dense = function.getArgAttrOfType<IntegerAttr>(argument.getArgNumber(),
                                                      kDenseDimsAttrName);
  return dense ? dense.getInt() : getRank(argument);
}

/// Behind a dimension that is cut, all has to be whole; those in front of it
/// have gaps.
static int64_t getNumDenseDims(tensor::ExtractSliceOp slice) {
  RankedTensorType source = slice.getSourceType();
  int64_t inSource = getNumDenseDims(slice.getSource());
  llvm::SmallBitVector dropped = slice.getDroppedDims();
  int64_t dense = 0;
  for (int64_t dim = source.getRank() - 1; dim >= source.getRank() - inSource;
       --dim) {
    if (!isOneInteger(slice.getMixedStrides()[dim]))
      return dense;
    if (!dropped.test(dim))
      ++dense;
    std::optional<int64_t> size =
        getConstantIntValue(slice.getMixedSizes()[dim]);
    if (!size || *size != source.getDimSize(dim))
      return dense;
  }
  return dense;
}

int64_t seednorm::row::getNumDenseDims(Value tensor) {
  if (auto argument = dyn_cast<BlockArgument>(tensor))
    return ::getNumDenseDims(argument);
  Operation *op = tensor.getDefiningOp();
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op))
    return ::getNumDenseDims(slice);
  if (isa<tensor::CastOp>(op) &&
      isa<RankedTensorType>(op->getOperand(0).getType()))
    return getNumDenseDims(op->getOperand(0));
  auto count = [&](Value source, ArrayRef<ReassociationIndices> groups,
                   bool isExpanded) {
    int64_t inSource = getNumDenseDims(source), dense = 0;
    int64_t left = inSource;
    for (const ReassociationIndices &group : llvm::reverse(groups)) {
      int64_t taken = isExpanded ? 1 : group.size();
      if (left < taken)
        break;
      left -= taken;
      dense += isExpanded ? group.size() : 1;
    }
    return inSource == getRank(source) ? getRank(tensor) : dense;
  };
  if (auto expanded = dyn_cast<tensor::ExpandShapeOp>(op))
    return count(expanded.getSrc(), expanded.getReassociationIndices(), true);
  if (auto collapsed = dyn_cast<tensor::CollapseShapeOp>(op))
    return count(collapsed.getSrc(), collapsed.getReassociationIndices(),
                 false);
  return getRank(tensor);
}

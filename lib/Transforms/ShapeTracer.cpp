//===- ShapeTracer.cpp - Where a size comes from --------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Ops that reify the shapes of their results say what these follow from.
//
//===----------------------------------------------------------------------===//

#include "ShapeTracer.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"

using namespace mlir;
using namespace seednorm;

ShapeTracer::~ShapeTracer() {
  for (Operation *op : llvm::reverse(created))
    op->erase();
}

Attribute ShapeTracer::trace(OpFoldResult size) {
  if (std::optional<int64_t> constant = getConstantIntValue(size))
    return builder.getI64IntegerAttr(*constant);
  // The size that operands are broadcast to, where it is that of all of them.
  if (auto larger = cast<Value>(size).getDefiningOp<arith::MaxUIOp>()) {
    Attribute lhs = trace(OpFoldResult(larger.getLhs()));
    return lhs == trace(OpFoldResult(larger.getRhs())) ? lhs : Attribute();
  }
  auto dim = cast<Value>(size).getDefiningOp<tensor::DimOp>();
  std::optional<int64_t> number = dim ? dim.getConstantIndex() : std::nullopt;
  return number ? trace(dim.getSource(), *number) : Attribute();
}

Attribute ShapeTracer::trace(Value tensor, int64_t dim) {
  auto type = cast<RankedTensorType>(tensor.getType());
  if (!type.isDynamicDim(dim))
    return builder.getI64IntegerAttr(type.getDimSize(dim));
  if (auto argument = dyn_cast<BlockArgument>(tensor)) {
    if (argument.getOwner() != &function.getFunctionBody().front())
      return Attribute();
    return builder.getI64ArrayAttr(
        {static_cast<int64_t>(argument.getArgNumber()), dim});
  }
  Operation *op = tensor.getDefiningOp();
  if (auto cast = dyn_cast<tensor::CastOp>(op);
      cast && isa<RankedTensorType>(cast.getSource().getType()))
    return trace(cast.getSource(), dim);
  // Upstream answers with arithmetic, even for a dimension that stays.
  if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op)) {
    ReassociationIndices group = collapse.getReassociationIndices()[dim];
    return group.size() == 1 ? trace(collapse.getSrc(), group.front())
                             : Attribute();
  }
  builder.setInsertionPoint(op);
  FailureOr<OpFoldResult> size = reifyDimOfResult(
      builder, op, cast<OpResult>(tensor).getResultNumber(), dim);
  return succeeded(size) ? trace(*size) : Attribute();
}

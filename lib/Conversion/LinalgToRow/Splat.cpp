//===- Splat.cpp - Tensors of one value -----------------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Splat.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

TypedAttr seednorm::getSplat(Value tensor) {
  Operation *op = tensor.getDefiningOp();
  while (isa_and_present<tensor::ExpandShapeOp, tensor::CollapseShapeOp,
                         tensor::CastOp>(op))
    op = op->getOperand(0).getDefiningOp();
  if (!op)
    return TypedAttr();
  Attribute constant;
  if (!isa<ShapedType>(tensor.getType())) {
    matchPattern(op, m_Constant(&constant));
    return dyn_cast_if_present<TypedAttr>(constant);
  }
  if (auto fill = dyn_cast<linalg::FillOp>(op)) {
    matchPattern(fill.value(), m_Constant(&constant));
    return dyn_cast_if_present<TypedAttr>(constant);
  }
  if (auto splat = dyn_cast<tensor::SplatOp>(op)) {
    matchPattern(splat.getInput(), m_Constant(&constant));
    return dyn_cast_if_present<TypedAttr>(constant);
  }
  if (!matchPattern(op, m_Constant(&constant)))
    return TypedAttr();
  auto dense = dyn_cast<DenseElementsAttr>(constant);
  return dense && dense.isSplat() ? dense.getSplatValue<TypedAttr>()
                                  : TypedAttr();
}

//===- ExtractedScalars.cpp - Operands behind tensor.extract --------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ExtractedScalars.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;

/// The tensor of one element that `scalar` is extracted from, outside of
/// `payload`; null if it is none.
static Value getExtractedTensor(Value scalar, Block *payload) {
  auto extract = scalar.getDefiningOp<tensor::ExtractOp>();
  if (!extract)
    return Value();
  Value tensor = extract.getTensor();
  if (tensor.getParentBlock() == payload ||
      !llvm::all_of(extract.getTensor().getType().getShape(),
                    [](int64_t size) { return size == 1; }))
    return Value();
  return tensor;
}

void seednorm::takeExtractedScalars(RewriterBase &rewriter,
                                    linalg::GenericOp op) {
  Block *payload = op.getBlock();
  llvm::MapVector<Value, SmallVector<OpOperand *>> uses;
  for (Operation &user : *payload)
    for (OpOperand &operand : user.getOpOperands())
      if (Value tensor = getExtractedTensor(operand.get(), payload))
        uses[tensor].push_back(&operand);
  if (uses.empty())
    return;
  SmallVector<Value> inputs(op.getInputs());
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  for (auto &[tensor, operands] : uses) {
    unsigned position = inputs.size();
    auto type = cast<RankedTensorType>(tensor.getType());
    SmallVector<AffineExpr> zeros(type.getRank(),
                                  rewriter.getAffineConstantExpr(0));
    maps.insert(maps.begin() + position,
                AffineMap::get(op.getNumLoops(), 0, zeros, op.getContext()));
    inputs.push_back(tensor);
    BlockArgument element = payload->insertArgument(
        position, type.getElementType(), tensor.getLoc());
    for (OpOperand *operand : operands)
      operand->set(element);
  }
  rewriter.setInsertionPoint(op);
  auto wider = linalg::GenericOp::create(
      rewriter, op.getLoc(), op.getResultTypes(), inputs, op.getOutputs(), maps,
      op.getIteratorTypesArray());
  wider.getRegion().takeBody(op.getRegion());
  rewriter.replaceOp(op, wider.getResults());
}

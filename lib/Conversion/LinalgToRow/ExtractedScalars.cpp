//===- ExtractedScalars.cpp - Operands behind tensor.extract --------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ExtractedScalars.h"

#include "seednorm/Dialect/Row/IR/Row.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace seednorm;

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

/// Whether `scalar` is extracted outside of `payload`, or computed there from
/// what is; what nothing extracts need not be moved.
static bool followsFromExtracted(Value scalar, Block *payload) {
  Operation *op = scalar.getDefiningOp();
  if (!op || op->getBlock() == payload)
    return false;
  if (getExtractedTensor(scalar, payload))
    return true;
  return row::getBodyOpKind(op) == row::BodyOpKind::ElementWise &&
         llvm::any_of(op->getOperands(), [&](Value operand) {
           return followsFromExtracted(operand, payload);
         });
}

/// `scalar`, as the payload computes it from what is extracted.
static Value moveInside(RewriterBase &rewriter, Value scalar, Block *payload,
                        llvm::DenseMap<Value, Value> &inside) {
  if (!followsFromExtracted(scalar, payload) ||
      getExtractedTensor(scalar, payload))
    return scalar;
  if (Value known = inside.lookup(scalar))
    return known;
  SmallVector<Value> operands = llvm::map_to_vector(
      scalar.getDefiningOp()->getOperands(), [&](Value operand) {
        return moveInside(rewriter, operand, payload, inside);
      });
  Operation *clone = rewriter.clone(*scalar.getDefiningOp());
  clone->setOperands(operands);
  return inside[scalar] = clone->getResult(0);
}

/// Scalars that are operands are used where they are, and so are those that are
/// computed outside: the payload then computes both.
static void moveInside(RewriterBase &rewriter, linalg::GenericOp op) {
  Block *payload = op.getBlock();
  for (auto [index, operand] : llvm::enumerate(op->getOperands()))
    if (!isa<ShapedType>(operand.getType()))
      payload->getArgument(index).replaceAllUsesWith(operand);
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPointToStart(payload);
  llvm::DenseMap<Value, Value> inside;
  for (Operation &user : llvm::make_early_inc_range(*payload))
    for (OpOperand &operand : user.getOpOperands())
      operand.set(moveInside(rewriter, operand.get(), payload, inside));
}

void seednorm::takeExtractedScalars(RewriterBase &rewriter,
                                    linalg::GenericOp op) {
  moveInside(rewriter, op);
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

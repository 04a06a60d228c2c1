//===- SplitEmptyTensors.cpp - One empty tensor for each use --------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Clones `tensor.empty` so that results can be written in place.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Transforms/Passes.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"

namespace seednorm {
#define GEN_PASS_DEF_SPLITEMPTYTENSORSPASS
#include "seednorm/Transforms/Passes.h.inc"
} // namespace seednorm

using namespace mlir;

/// Gives every use of `op` but the first a copy of it.
static void split(Operation *op) {
  OpBuilder builder(op);
  for (OpOperand &use : llvm::make_early_inc_range(
           llvm::drop_begin(op->getUses(), !op->use_empty())))
    use.set(builder.clone(*op)->getResult(0));
}

/// What several ops use, none of them may write over: it may be in the memory
/// of a result, which is theirs once it is written.
static void copySharedInits(DestinationStyleOpInterface op) {
  OpBuilder builder(op);
  for (OpOperand &init : op.getDpsInitsMutable()) {
    auto type = dyn_cast<RankedTensorType>(init.get().getType());
    if (!type || init.get().hasOneUse() ||
        !init.get().getDefiningOp<DestinationStyleOpInterface>())
      continue;
    init.set(bufferization::AllocTensorOp::create(builder, op.getLoc(), type,
                                                  /*dynamicSizes=*/ValueRange(),
                                                  /*copy=*/init.get()));
  }
}

namespace {
struct SplitEmptyTensors
    : seednorm::impl::SplitEmptyTensorsPassBase<SplitEmptyTensors> {
  void runOnOperation() override {
    SmallVector<Operation *> fills, tensors;
    getOperation()->walk([&](Operation *op) {
      if (isa<linalg::FillOp>(op) && op->getNumResults() == 1)
        fills.push_back(op);
      else if (isa<tensor::EmptyOp>(op))
        tensors.push_back(op);
    });
    llvm::for_each(fills, split);
    llvm::for_each(tensors, split);
    getOperation()->walk(
        [](DestinationStyleOpInterface op) { copySharedInits(op); });
  }
};
} // namespace

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

#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace seednorm {
#define GEN_PASS_DEF_SPLITEMPTYTENSORSPASS
#include "seednorm/Transforms/Passes.h.inc"
} // namespace seednorm

using namespace mlir;

namespace {
struct SplitEmptyTensors
    : seednorm::impl::SplitEmptyTensorsPassBase<SplitEmptyTensors> {
  void runOnOperation() override {
    SmallVector<tensor::EmptyOp> tensors;
    getOperation()->walk(
        [&](tensor::EmptyOp empty) { tensors.push_back(empty); });
    for (tensor::EmptyOp empty : tensors) {
      OpBuilder builder(empty);
      for (OpOperand &use : llvm::make_early_inc_range(
               llvm::drop_begin(empty->getUses(), !empty->use_empty())))
        use.set(builder.clone(*empty)->getResult(0));
    }
  }
};
} // namespace

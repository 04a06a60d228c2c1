//===- FoldBroadcasts.cpp - Broadcasts that change no size ----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What lowers a graph with dynamic sizes asks at run time whether a size is 1
// and has to be broadcast to another, even where the other is the same one.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Transforms/Passes.h"

#include "ShapeTracer.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace seednorm {
#define GEN_PASS_DEF_FOLDBROADCASTSPASS
#include "seednorm/Transforms/Passes.h.inc"
} // namespace seednorm

using namespace mlir;
using namespace seednorm;

/// The value that `op` copies to its result, along some dimensions from index
/// 0; null if it does anything else.
static Value getBroadcastSource(linalg::GenericOp op) {
  if (!op || op.getNumDpsInputs() != 1 || op.getNumDpsInits() != 1 ||
      op.getNumReductionLoops() != 0 ||
      !op.getIndexingMapsArray()[1].isIdentity() ||
      op.getBlock()->getTerminator()->getOperand(0) !=
          op.getBlock()->getArgument(0))
    return Value();
  for (auto [dim, expr] :
       llvm::enumerate(op.getIndexingMapsArray()[0].getResults())) {
    auto constant = dyn_cast<AffineConstantExpr>(expr);
    auto loop = dyn_cast<AffineDimExpr>(expr);
    if (!(constant && constant.getValue() == 0) &&
        !(loop && loop.getPosition() == dim))
      return Value();
  }
  return op.getInputs().front();
}

/// What `op` gives whether it broadcasts or not; null if that may differ.
static Value findSameValue(scf::IfOp op, ShapeTracer &tracer) {
  if (op.getNumResults() != 1 || !op.elseBlock())
    return Value();
  Value kept = op.elseYield().getOperand(0);
  Value broadcast = op.thenYield().getOperand(0);
  auto generic = broadcast.getDefiningOp<linalg::GenericOp>();
  if (!generic || getBroadcastSource(generic) != kept ||
      kept.getType() != broadcast.getType())
    return Value();
  auto type = cast<RankedTensorType>(kept.getType());
  for (int64_t dim = 0; dim < type.getRank(); ++dim) {
    Attribute size = tracer.trace(kept, dim);
    if (!size || size != tracer.trace(generic.getOutputs().front(), dim))
      return Value();
  }
  return kept;
}

namespace {
struct FoldBroadcasts : seednorm::impl::FoldBroadcastsPassBase<FoldBroadcasts> {
  void runOnOperation() override {
    SmallVector<scf::IfOp> ops;
    getOperation()->walk([&](scf::IfOp op) { ops.push_back(op); });
    for (scf::IfOp op : ops) {
      auto function = op->getParentOfType<func::FuncOp>();
      if (!function)
        continue;
      Value same;
      {
        ShapeTracer tracer(function);
        same = findSameValue(op, tracer);
      }
      if (!same)
        continue;
      op.getResult(0).replaceAllUsesWith(same);
      op->erase();
    }
  }
};
} // namespace

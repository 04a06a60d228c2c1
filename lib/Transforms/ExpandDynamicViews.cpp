//===- ExpandDynamicViews.cpp - Views with several dynamic sizes ----------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream's lowering of `memref.expand_shape` divides for the one size of a
// group that it does not know. Two it cannot know; the op says both.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace seednorm {
#define GEN_PASS_DEF_EXPANDDYNAMICVIEWSPASS
#include "seednorm/Transforms/Passes.h.inc"
} // namespace seednorm

using namespace mlir;

/// Whether a dimension becomes several of which more than one is dynamic.
static bool hasSeveralDynamicSizes(memref::ExpandShapeOp op) {
  return llvm::any_of(op.getReassociationIndices(), [&](const auto &group) {
    return llvm::count_if(group, [&](int64_t dim) {
             return op.getResultType().isDynamicDim(dim);
           }) > 1;
  });
}

/// The strides of `op`, each that of the next dimension times its size; static
/// where the type of the result says so.
static SmallVector<OpFoldResult> buildStrides(OpBuilder &builder,
                                              memref::ExpandShapeOp op,
                                              ValueRange sourceStrides,
                                              ArrayRef<int64_t> known) {
  Location loc = op.getLoc();
  SmallVector<OpFoldResult> sizes = op.getMixedOutputShape();
  SmallVector<OpFoldResult> strides(sizes.size());
  for (auto [source, group] : llvm::enumerate(op.getReassociationIndices())) {
    Value stride = sourceStrides[source];
    for (int64_t dim : llvm::reverse(group)) {
      strides[dim] = ShapedType::isStatic(known[dim])
                         ? OpFoldResult(builder.getIndexAttr(known[dim]))
                         : OpFoldResult(stride);
      stride = builder.createOrFold<arith::MulIOp>(
          loc, stride,
          getValueOrCreateConstantIndexOp(builder, loc, sizes[dim]));
    }
  }
  return strides;
}

/// Replaces `op` by a view that names its sizes and strides.
static LogicalResult replaceByCast(memref::ExpandShapeOp op) {
  OpBuilder builder(op);
  Location loc = op.getLoc();
  MemRefType type = op.getResultType();
  SmallVector<int64_t> known;
  int64_t offset;
  if (failed(type.getStridesAndOffset(known, offset)))
    return op.emitOpError("expects strides to be known to be taken apart");
  auto source =
      memref::ExtractStridedMetadataOp::create(builder, loc, op.getSrc());
  SmallVector<OpFoldResult> strides =
      buildStrides(builder, op, source.getStrides(), known);
  OpFoldResult first = ShapedType::isStatic(offset)
                           ? OpFoldResult(builder.getIndexAttr(offset))
                           : OpFoldResult(source.getOffset());
  Value view = memref::ReinterpretCastOp::create(
      builder, loc, type, source.getBaseBuffer(), first,
      op.getMixedOutputShape(), strides);
  op.replaceAllUsesWith(view);
  op.erase();
  return success();
}

namespace {
struct ExpandDynamicViews
    : seednorm::impl::ExpandDynamicViewsPassBase<ExpandDynamicViews> {
  void runOnOperation() override {
    SmallVector<memref::ExpandShapeOp> views;
    getOperation()->walk([&](memref::ExpandShapeOp op) {
      if (hasSeveralDynamicSizes(op))
        views.push_back(op);
    });
    for (memref::ExpandShapeOp op : views)
      if (failed(replaceByCast(op)))
        return signalPassFailure();
  }
};
} // namespace

//===- Sizes.cpp - Sizes of tensors in StableHLO --------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Sizes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "stablehlo/dialect/StablehloOps.h"

using namespace mlir;
using namespace seednorm;

/// More integers than a shape has are data.
static constexpr int64_t kMaxSizes = 32;

static bool holdsSizes(RankedTensorType type) {
  return type.hasStaticShape() && type.getRank() <= 1 &&
         type.getNumElements() <= kMaxSizes &&
         type.getElementType().isSignlessInteger();
}

/// Appends the elements of a tensor of rank 0 or 1.
static void extractAll(OpBuilder &builder, Location loc, Value tensor,
                       SmallVectorImpl<Value> &elements) {
  auto type = cast<RankedTensorType>(tensor.getType());
  for (int64_t i = 0; i < type.getNumElements(); ++i) {
    SmallVector<Value> indices;
    if (type.getRank() == 1)
      indices.push_back(arith::ConstantIndexOp::create(builder, loc, i));
    elements.push_back(
        tensor::ExtractOp::create(builder, loc, tensor, indices));
  }
}

namespace {
struct ReadDimension : OpRewritePattern<stablehlo::GetDimensionSizeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(stablehlo::GetDimensionSizeOp op,
                                PatternRewriter &rewriter) const override {
    auto type = cast<RankedTensorType>(op.getType());
    Value size = tensor::DimOp::create(rewriter, op.getLoc(), op.getOperand(),
                                       op.getDimension());
    Value number = arith::IndexCastOp::create(rewriter, op.getLoc(),
                                              type.getElementType(), size);
    rewriter.replaceOpWithNewOp<tensor::FromElementsOp>(op, type, number);
    return success();
  }
};

/// The elements of its operands, one after the other, are those of the op.
template <typename Op> struct MoveSizes : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op,
                                PatternRewriter &rewriter) const override {
    auto isSize = [](Type type) {
      auto tensor = dyn_cast<RankedTensorType>(type);
      return tensor && holdsSizes(tensor);
    };
    if (!isSize(op.getType()) || !llvm::all_of(op->getOperandTypes(), isSize))
      return rewriter.notifyMatchFailure(op, "not a few integers");
    SmallVector<Value> elements;
    for (Value operand : op->getOperands())
      extractAll(rewriter, op.getLoc(), operand, elements);
    rewriter.replaceOpWithNewOp<tensor::FromElementsOp>(op, op.getType(),
                                                        elements);
    return success();
  }
};
} // namespace

void seednorm::populateStablehloSizePatterns(RewritePatternSet &patterns) {
  patterns.add<ReadDimension, MoveSizes<stablehlo::ReshapeOp>,
               MoveSizes<stablehlo::ConcatenateOp>>(patterns.getContext());
}

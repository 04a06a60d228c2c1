//===- ExpandBFloat16.cpp - bf16 on machines without it -------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Arithmetic on bf16 goes through f32, and the rounding back is done on bits
// where there is no instruction for it.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace seednorm {
#define GEN_PASS_DEF_EXPANDBFLOAT16PASS
#include "seednorm/Transforms/Passes.h.inc"
} // namespace seednorm

using namespace mlir;

static bool isBFloat16(Type type) {
  return getElementTypeOrSelf(type).isBF16();
}

/// `type` with f32 in the place of bf16.
static Type toF32(Type type) {
  Type f32 = Float32Type::get(type.getContext());
  if (!isBFloat16(type))
    return type;
  auto vector = dyn_cast<VectorType>(type);
  return vector ? Type(vector.clone(f32)) : f32;
}

namespace {

/// Runs an operation of `arith` or `math` in f32 and rounds its result.
struct ComputeInF32 : RewritePattern {
  ComputeInF32(MLIRContext *context)
      : RewritePattern(MatchAnyOpTypeTag(), /*benefit=*/1, context) {}

  LogicalResult matchAndRewrite(Operation *op,
                                PatternRewriter &rewriter) const override {
    if (!isa_and_present<arith::ArithDialect, math::MathDialect>(
            op->getDialect()) ||
        op->getNumResults() != 1)
      return rewriter.notifyMatchFailure(op, "is not arithmetic");
    if (isa<arith::ConstantOp, arith::ExtFOp, arith::TruncFOp, arith::BitcastOp,
            arith::SelectOp>(op))
      return rewriter.notifyMatchFailure(op, "does not round");
    if (llvm::none_of(op->getOperandTypes(), isBFloat16) &&
        llvm::none_of(op->getResultTypes(), isBFloat16))
      return rewriter.notifyMatchFailure(op, "is not on bf16");
    Location loc = op->getLoc();
    SmallVector<Value> operands;
    for (Value operand : op->getOperands()) {
      Type type = toF32(operand.getType());
      operands.push_back(
          type == operand.getType()
              ? operand
              : arith::ExtFOp::create(rewriter, loc, type, operand));
    }
    Type type = op->getResult(0).getType();
    Value result =
        mlir::clone(rewriter, op, toF32(type), operands)->getResult(0);
    if (isBFloat16(type))
      result = arith::TruncFOp::create(rewriter, loc, type, result);
    rewriter.replaceOp(op, result);
    return success();
  }
};

/// Rounds f32 to bf16: adds just less than half of the last place, a whole half
/// where that makes an even number of an odd one, and cuts. NaN, whose carry
/// could make any number of it, has all bits set before it is cut: masks of
/// comparisons are that already on most machines.
struct RoundToBFloat16 : OpRewritePattern<arith::TruncFOp> {
  // Upstream's chooses between 16 bits, for which masks have to be narrowed.
  explicit RoundToBFloat16(MLIRContext *context)
      : OpRewritePattern(context, /*benefit=*/2) {}

  LogicalResult matchAndRewrite(arith::TruncFOp op,
                                PatternRewriter &rewriter) const override {
    if (!isBFloat16(op.getType()) || !getElementTypeOrSelf(op.getIn()).isF32())
      return rewriter.notifyMatchFailure(op, "is not from f32 to bf16");
    if (op.getRoundingmodeAttr())
      return rewriter.notifyMatchFailure(op, "has a rounding mode");
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    auto vector = dyn_cast<VectorType>(op.getType());
    auto withElements = [&](Type element) {
      return vector ? Type(vector.clone(element)) : element;
    };
    Type words = withElements(b.getI32Type());
    auto number = [&](int64_t value) -> Value {
      TypedAttr attribute = b.getI32IntegerAttr(value);
      if (vector)
        attribute = DenseElementsAttr::get(cast<ShapedType>(words), attribute);
      return arith::ConstantOp::create(b, attribute);
    };
    Value bits = arith::BitcastOp::create(b, words, op.getIn());
    Value half = number(16);
    Value last = arith::AndIOp::create(b, arith::ShRUIOp::create(b, bits, half),
                                       number(1));
    Value rounded = arith::AddIOp::create(
        b, arith::AddIOp::create(b, bits, number(0x7fff)), last);
    Value isNaN = arith::CmpFOp::create(b, arith::CmpFPredicate::UNO,
                                        op.getIn(), op.getIn());
    Value mask = arith::ExtSIOp::create(b, words, isNaN);
    Value high =
        arith::ShRUIOp::create(b, arith::OrIOp::create(b, rounded, mask), half);
    Value cut = arith::TruncIOp::create(b, withElements(b.getI16Type()), high);
    rewriter.replaceOpWithNewOp<arith::BitcastOp>(op, op.getType(), cut);
    return success();
  }
};

struct ExpandBFloat16 : seednorm::impl::ExpandBFloat16PassBase<ExpandBFloat16> {
  using ExpandBFloat16PassBase::ExpandBFloat16PassBase;

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<ComputeInF32>(&getContext());
    if (casts) {
      patterns.add<RoundToBFloat16>(&getContext());
      arith::populateExpandBFloat16Patterns(patterns);
    }
    // Folding would turn roundings of constants into new bf16 arithmetic.
    if (failed(
            applyPatternsGreedily(getOperation(), std::move(patterns),
                                  GreedyRewriteConfig().enableFolding(false))))
      signalPassFailure();
  }
};

} // namespace

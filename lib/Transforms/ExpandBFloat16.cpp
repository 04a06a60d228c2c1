//===- ExpandBFloat16.cpp - bf16 on machines without it -------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Arithmetic on bf16 goes through f32, and the rounding back is done on bits.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
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

/// Rounds to the nearest, to even of two, on bits: of the 16 that go, more than
/// half or half and an odd neighbour carry into those that stay. A NaN might
/// become an infinity or zero that way; it is exchanged while it has the width
/// of f32, which takes fewer instructions than behind the narrowing.
struct RoundOnBits : OpRewritePattern<arith::TruncFOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(arith::TruncFOp op,
                                PatternRewriter &rewriter) const override {
    Type from = op.getIn().getType();
    if (!getElementTypeOrSelf(from).isF32() || !isBFloat16(op.getType()))
      return rewriter.notifyMatchFailure(op, "is not from f32 to bf16");
    if (op.getRoundingmode())
      return rewriter.notifyMatchFailure(op, "has a rounding mode of its own");
    Location loc = op.getLoc();
    auto withElement = [&](Type element) -> Type {
      auto vector = dyn_cast<VectorType>(from);
      return vector ? Type(vector.clone(element)) : element;
    };
    Type word = withElement(rewriter.getI32Type());
    auto constant = [&](uint32_t value) -> Value {
      IntegerAttr number = rewriter.getI32IntegerAttr(value);
      if (auto vector = dyn_cast<VectorType>(word))
        return arith::ConstantOp::create(
            rewriter, loc, DenseElementsAttr::get(vector, number.getValue()));
      return arith::ConstantOp::create(rewriter, loc, number);
    };
    Value bits = arith::BitcastOp::create(rewriter, loc, word, op.getIn());
    Value kept = arith::ShRUIOp::create(rewriter, loc, bits, constant(16));
    Value isOdd = arith::AndIOp::create(rewriter, loc, kept, constant(1));
    Value rounded = arith::AddIOp::create(
        rewriter, loc,
        arith::AddIOp::create(rewriter, loc, bits, constant(0x7fff)), isOdd);
    Value isNaN = arith::CmpFOp::create(
        rewriter, loc, arith::CmpFPredicate::UNO, op.getIn(), op.getIn());
    rounded = arith::SelectOp::create(rewriter, loc, isNaN,
                                      constant(0x7fc00000), rounded);
    Value half = arith::TruncIOp::create(
        rewriter, loc, withElement(rewriter.getI16Type()),
        arith::ShRUIOp::create(rewriter, loc, rounded, constant(16)));
    rewriter.replaceOpWithNewOp<arith::BitcastOp>(op, op.getType(), half);
    return success();
  }
};

struct ExpandBFloat16 : seednorm::impl::ExpandBFloat16PassBase<ExpandBFloat16> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<ComputeInF32>(&getContext());
    patterns.add<RoundOnBits>(&getContext(), /*benefit=*/2);
    arith::populateExpandBFloat16Patterns(patterns);
    // Folding would turn roundings of constants into new bf16 arithmetic.
    if (failed(
            applyPatternsGreedily(getOperation(), std::move(patterns),
                                  GreedyRewriteConfig().enableFolding(false))))
      signalPassFailure();
  }
};

} // namespace

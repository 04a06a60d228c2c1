//===- ExpandMath.cpp - Elementary functions from arithmetic --------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which op becomes which function. Upstream's approximations lose subnormals
// and saturate early, so those of MathFunctions.h are our own.
//
//===----------------------------------------------------------------------===//

#include "MathFunctions.h"

#include "seednorm/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace seednorm {
#define GEN_PASS_DEF_EXPANDMATHPASS
#include "seednorm/Transforms/Passes.h.inc"
} // namespace seednorm

using namespace mlir;
using namespace seednorm;

namespace {

/// Functions of f32, and of narrower floats that are rounded once.
template <typename Op, auto build>
struct ExpandFunction : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op,
                                PatternRewriter &rewriter) const override {
    Type type = op.getType();
    Type element = getElementTypeOrSelf(type);
    if (!isa<FloatType, VectorType>(type) ||
        !(element.isF32() || element.isF16() || element.isBF16()))
      return rewriter.notifyMatchFailure(op, "is not on f32, f16 or bf16");
    SmallVector<Value, 2> operands(op->getOperands());
    if (!element.isF32())
      for (Value &operand : operands)
        operand = arith::ExtFOp::create(
            rewriter, op.getLoc(),
            F32Builder::withElement(type, rewriter.getF32Type()), operand);
    F32Builder builder(rewriter, op.getLoc(), operands.front());
    Value result;
    if constexpr (std::is_invocable_v<decltype(build), F32Builder &, Value>)
      result = build(builder, operands[0]);
    else
      result = build(builder, operands[0], operands[1]);
    if (!element.isF32())
      result = arith::TruncFOp::create(rewriter, op.getLoc(), type, result);
    rewriter.replaceOp(op, result);
    return success();
  }
};

/// The smallest integer stays what it is.
struct ExpandAbsI : OpRewritePattern<math::AbsIOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(math::AbsIOp op,
                                PatternRewriter &rewriter) const override {
    if (isa<TensorType>(op.getType()))
      return rewriter.notifyMatchFailure(op, "is on tensors");
    Value zero = arith::ConstantOp::create(rewriter, op.getLoc(),
                                           rewriter.getZeroAttr(op.getType()));
    Value negative =
        arith::SubIOp::create(rewriter, op.getLoc(), zero, op.getOperand());
    rewriter.replaceOpWithNewOp<arith::MaxSIOp>(op, op.getOperand(), negative);
    return success();
  }
};

struct ExpandMath : seednorm::impl::ExpandMathPassBase<ExpandMath> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    seednorm::populateExpandMathPatterns(patterns);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace

void seednorm::populateExpandMathPatterns(RewritePatternSet &patterns) {
  patterns.add<ExpandFunction<math::CosOp, buildCos>,
               ExpandFunction<math::ErfOp, buildErf>,
               ExpandFunction<math::ExpOp, buildExp>,
               ExpandFunction<math::Exp2Op, buildExp2>,
               ExpandFunction<math::ExpM1Op, buildExpM1>,
               ExpandFunction<math::LogOp, buildLog>,
               ExpandFunction<math::Log10Op, buildLog10>,
               ExpandFunction<math::Log1pOp, buildLog1P>,
               ExpandFunction<math::Log2Op, buildLog2>,
               ExpandFunction<math::PowFOp, buildPow>,
               ExpandFunction<math::SinOp, buildSin>,
               ExpandFunction<math::TanhOp, buildTanh>, ExpandAbsI>(
      patterns.getContext());
}

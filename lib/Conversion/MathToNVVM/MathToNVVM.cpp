//===- MathToNVVM.cpp - Elementary maths without libdevice ----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One table from `math` ops to intrinsics of LLVM that the NVPTX back end
// selects instructions for; vectors go element by element where it needs that.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Conversion/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"
#include "llvm/ADT/StringSwitch.h"

namespace seednorm {
#define GEN_PASS_DEF_CONVERTMATHTONVVMPASS
#include "seednorm/Conversion/Passes.h.inc"
} // namespace seednorm

using namespace mlir;

/// Whether upstream would lower `op` to a call.
static bool callsLibdevice(Operation *op) {
  return isa_and_present<math::MathDialect>(op->getDialect()) ||
         isa<arith::MaxNumFOp, arith::MinNumFOp>(op);
}

/// The intrinsic for `op` on scalars of `element`; empty if there is none.
static StringRef getIntrinsic(Operation *op, Type element) {
  StringRef name = op->getName().getStringRef();
  StringRef generic = llvm::StringSwitch<StringRef>(name)
                          .Case("arith.maxnumf", "llvm.maxnum")
                          .Case("arith.minnumf", "llvm.minnum")
                          .Case("math.absf", "llvm.fabs")
                          .Case("math.ceil", "llvm.ceil")
                          .Case("math.copysign", "llvm.copysign")
                          .Case("math.floor", "llvm.floor")
                          .Case("math.fma", "llvm.fma")
                          .Case("math.roundeven", "llvm.roundeven")
                          .Case("math.trunc", "llvm.trunc")
                          .Default("");
  if (!generic.empty())
    return generic;
  if (element.isF32())
    return llvm::StringSwitch<StringRef>(name)
        .Case("math.rsqrt", "llvm.nvvm.rsqrt.approx.f")
        .Case("math.sqrt", "llvm.nvvm.sqrt.rn.f")
        .Default("");
  // The hardware's f64 rsqrt is an approximation to f32's precision only.
  if (element.isF64() && (name == "math.rsqrt" || name == "math.sqrt"))
    return "llvm.nvvm.sqrt.rn.d";
  return "";
}

/// Calls `intrinsic` for scalars; narrow floats go through f32.
static Value buildCall(RewriterBase &rewriter, Operation *op,
                       ValueRange operands) {
  Location loc = op->getLoc();
  Type element = operands.front().getType();
  bool narrow = element.isF16() || element.isBF16();
  Type computed = narrow ? rewriter.getF32Type() : element;
  SmallVector<Value> arguments(operands);
  if (narrow)
    for (Value &argument : arguments)
      argument = arith::ExtFOp::create(rewriter, loc, computed, argument);
  StringAttr intrinsic = rewriter.getStringAttr(getIntrinsic(op, computed));
  Value result = LLVM::CallIntrinsicOp::create(rewriter, loc, computed,
                                               intrinsic, arguments)
                     .getResult(0);
  if (isa<math::RsqrtOp>(op) && computed.isF64()) {
    Value one =
        arith::ConstantOp::create(rewriter, loc, rewriter.getF64FloatAttr(1.0));
    result = arith::DivFOp::create(rewriter, loc, one, result);
  }
  if (narrow)
    result = arith::TruncFOp::create(rewriter, loc, element, result);
  return result;
}

namespace {

struct LowerToIntrinsic : RewritePattern {
  LowerToIntrinsic(MLIRContext *context)
      : RewritePattern(MatchAnyOpTypeTag(), /*benefit=*/1, context) {}

  LogicalResult matchAndRewrite(Operation *op,
                                PatternRewriter &rewriter) const override {
    if (!callsLibdevice(op))
      return rewriter.notifyMatchFailure(op, "is lowered without a library");
    Type element = getElementTypeOrSelf(op->getResult(0).getType());
    bool narrow = element.isF16() || element.isBF16();
    if (getIntrinsic(op, narrow ? rewriter.getF32Type() : element).empty())
      return rewriter.notifyMatchFailure(op, "has no instruction");
    auto vector = dyn_cast<VectorType>(op->getResult(0).getType());
    if (!vector) {
      rewriter.replaceOp(op, buildCall(rewriter, op, op->getOperands()));
      return success();
    }
    if (vector.getRank() != 1)
      return rewriter.notifyMatchFailure(op, "vector is not of rank 1");
    SmallVector<Value> elements;
    for (int64_t i = 0; i < vector.getNumElements(); ++i) {
      SmallVector<Value> operands;
      for (Value operand : op->getOperands())
        operands.push_back(
            vector::ExtractOp::create(rewriter, op->getLoc(), operand, i));
      elements.push_back(buildCall(rewriter, op, operands));
    }
    rewriter.replaceOpWithNewOp<vector::FromElementsOp>(op, vector, elements);
    return success();
  }
};

/// The hardware multiplies 32 bits by 32 to 64 in one instruction, which the
/// NVPTX back end finds for scalars only.
struct UnrollWideProduct : OpRewritePattern<arith::MulUIExtendedOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(arith::MulUIExtendedOp op,
                                PatternRewriter &rewriter) const override {
    auto vector = dyn_cast<VectorType>(op.getType(0));
    if (!vector || vector.getRank() != 1 || vector.isScalable())
      return rewriter.notifyMatchFailure(op, "is no vector of rank 1");
    SmallVector<Value> low, high;
    for (int64_t i = 0; i < vector.getNumElements(); ++i) {
      auto extract = [&](Value value) -> Value {
        return vector::ExtractOp::create(rewriter, op.getLoc(), value, i);
      };
      auto product = arith::MulUIExtendedOp::create(
          rewriter, op.getLoc(), extract(op.getLhs()), extract(op.getRhs()));
      low.push_back(product.getLow());
      high.push_back(product.getHigh());
    }
    rewriter.replaceOp(
        op, {vector::FromElementsOp::create(rewriter, op.getLoc(), vector, low)
                 .getResult(),
             vector::FromElementsOp::create(rewriter, op.getLoc(), vector, high)
                 .getResult()});
    return success();
  }
};

/// A bf16 is the upper half of an f32, so a word of two is one operation for
/// each. The NVPTX back end moves the upper one down to move it up again.
struct UnpackBFloat16 : OpRewritePattern<arith::ExtFOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(arith::ExtFOp op,
                                PatternRewriter &rewriter) const override {
    auto type = dyn_cast<VectorType>(op.getType());
    if (!type || type.getRank() != 1 || type.isScalable() ||
        type.getNumElements() % 2 || !type.getElementType().isF32() ||
        !getElementTypeOrSelf(op.getIn()).isBF16())
      return rewriter.notifyMatchFailure(op, "does not unpack pairs of bf16");
    Location loc = op.getLoc();
    auto words =
        VectorType::get({type.getNumElements() / 2}, rewriter.getI32Type());
    auto floats = words.clone(rewriter.getF32Type());
    auto constant = [&](int32_t value) -> Value {
      return arith::ConstantOp::create(rewriter, loc,
                                       DenseElementsAttr::get(words, value));
    };
    Value pairs = vector::BitCastOp::create(rewriter, loc, words, op.getIn());
    Value lower = arith::ShLIOp::create(rewriter, loc, pairs, constant(16));
    Value upper = arith::AndIOp::create(
        rewriter, loc, pairs, constant(static_cast<int32_t>(0xffff0000)));
    rewriter.replaceOpWithNewOp<vector::InterleaveOp>(
        op, arith::BitcastOp::create(rewriter, loc, floats, lower),
        arith::BitcastOp::create(rewriter, loc, floats, upper));
    return success();
  }
};

struct ConvertMathToNVVM
    : seednorm::impl::ConvertMathToNVVMPassBase<ConvertMathToNVVM> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<LowerToIntrinsic, UnpackBFloat16, UnrollWideProduct>(
        &getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
    WalkResult left = getOperation()->walk([](Operation *op) {
      if (!callsLibdevice(op))
        return WalkResult::advance();
      op->emitOpError("on ")
          << op->getResult(0).getType()
          << " has no lowering for GPUs; use f32, and run expand-math before";
      return WalkResult::interrupt();
    });
    if (left.wasInterrupted())
      signalPassFailure();
  }
};

} // namespace

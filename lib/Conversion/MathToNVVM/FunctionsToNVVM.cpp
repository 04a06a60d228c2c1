//===- FunctionsToNVVM.cpp - Functions from the hardware's exp2 -----------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// GPUs compute powers of two and reciprocals to f32's precision but for two
// units in the last place. What can be made of these costs fewer instructions
// than a polynomial and a division rounded to nearest, of which every thread
// executes all for the numbers of a row.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Conversion/Passes.h"
#include "seednorm/Transforms/F32Builder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace seednorm {
#define GEN_PASS_DEF_CONVERTFUNCTIONSTONVVMPASS
#include "seednorm/Conversion/Passes.h.inc"
} // namespace seednorm

using namespace mlir;
using namespace seednorm;
using arith::CmpFPredicate;

/// Applies `build` to each element of `value`: instructions are for scalars.
static Value buildByElement(OpBuilder &builder, Location loc, Value value,
                            function_ref<Value(Value)> build) {
  auto type = dyn_cast<VectorType>(value.getType());
  if (!type)
    return build(value);
  SmallVector<Value> elements;
  for (int64_t i = 0; i < type.getNumElements(); ++i)
    elements.push_back(
        build(vector::ExtractOp::create(builder, loc, value, i)));
  return vector::FromElementsOp::create(builder, loc, type, elements);
}

static Value buildCall(OpBuilder &builder, Location loc, StringRef intrinsic,
                       Value operand) {
  return buildByElement(builder, loc, operand, [&](Value element) {
    return LLVM::CallIntrinsicOp::create(builder, loc, element.getType(),
                                         builder.getStringAttr(intrinsic),
                                         element)
        .getResult(0);
  });
}

/// tanh within 4 ulp. From 0.55 on it is 1 - 2 / (exp(2 |x|) + 1), where the
/// errors of exp2 (2 ulp) and of the reciprocal (1 ulp) shrink; below, where
/// the difference would lose them, it is an odd polynomial of least error.
/// Neither loses an infinity, a NaN or a subnormal, and the sign comes last.
static Value buildTanh(OpBuilder &builder, Location loc, Value x) {
  F32Builder b(builder, loc, x);
  Value magnitude = b.abs(x);
  Value exponent = b.mul(magnitude, b.number(2.8853900817779268));
  // Neither flushes what matters: exponents are 1.5 or more, and what a
  // subnormal reciprocal takes from 1 is nothing.
  Value power =
      buildCall(builder, loc, "llvm.nvvm.ex2.approx.ftz.f32", exponent);
  Value part = buildCall(builder, loc, "llvm.nvvm.rcp.approx.ftz.f",
                         b.add(power, b.number(1.0)));
  Value far = b.mulAdd(part, b.number(-2.0), b.number(1.0));

  Value square = b.mul(x, x);
  Value p = b.polynomial(
      square, {1.6437132e-2, -5.2671585e-2, 1.3320722e-1, -3.3332947e-1});
  Value near = b.mulAdd(b.mul(p, square), magnitude, magnitude);
  Value isNear = b.compare(CmpFPredicate::OLT, magnitude, b.number(0.55));
  return b.copySign(b.select(isNear, near, far), x);
}

namespace {

struct ConvertTanh : OpRewritePattern<math::TanhOp> {
  ConvertTanh(MLIRContext *context, bool approximates)
      : OpRewritePattern(context), approximates(approximates) {}

  LogicalResult matchAndRewrite(math::TanhOp op,
                                PatternRewriter &rewriter) const override {
    Type type = op.getType();
    Type element = getElementTypeOrSelf(type);
    auto vector = dyn_cast<VectorType>(type);
    if (!(element.isF32() || element.isF16() || element.isBF16()) ||
        (vector && vector.getRank() != 1))
      return rewriter.notifyMatchFailure(
          op, "is not on f32, f16 or bf16, or vectors of rank 1");
    Location loc = op.getLoc();
    Value operand = op.getOperand();
    if (!element.isF32())
      operand = arith::ExtFOp::create(
          rewriter, loc, F32Builder::withElement(type, rewriter.getF32Type()),
          operand);
    Value result = approximates ? approximate(rewriter, loc, operand)
                                : buildTanh(rewriter, loc, operand);
    if (!element.isF32())
      result = arith::TruncFOp::create(rewriter, loc, type, result);
    rewriter.replaceOp(op, result);
    return success();
  }

private:
  /// The instruction that computes it, of which PTX says that the relative
  /// error is at most 2^-11.
  static Value approximate(OpBuilder &builder, Location loc, Value x) {
    return buildByElement(builder, loc, x, [&](Value element) -> Value {
      return LLVM::TanhOp::create(builder, loc, element.getType(), element,
                                  LLVM::FastmathFlags::afn);
    });
  }

  bool approximates;
};

struct ConvertFunctionsToNVVM
    : seednorm::impl::ConvertFunctionsToNVVMPassBase<ConvertFunctionsToNVVM> {
  using ConvertFunctionsToNVVMPassBase::ConvertFunctionsToNVVMPassBase;
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<ConvertTanh>(&getContext(), approximateTanh);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace

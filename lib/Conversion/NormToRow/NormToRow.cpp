//===- NormToRow.cpp - Named norms as row programs ------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The formula of each named norm (docs/Spec.md), written once, as the body of
// a row program. This is the last place that knows a norm by name.
//
//===----------------------------------------------------------------------===//

#include "RowFormula.h"

#include "seednorm/Conversion/Passes.h"
#include "seednorm/Dialect/Norm/IR/Norm.h"
#include "seednorm/Dialect/Row/IR/Row.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace seednorm {
#define GEN_PASS_DEF_CONVERTNORMTOROWPASS
#include "seednorm/Conversion/Passes.h.inc"
} // namespace seednorm

using namespace mlir;
using namespace seednorm;
using row::AccessAttr;
using row::AccessKind;

/// A program of `input` by row and `parameters` shared, whose one output is
/// like `input`; `build` gives the f32 value of the output from the f32 values
/// of the operands.
static row::ProgramOp
buildProgram(OpBuilder &builder, Location loc, Value input,
             ValueRange parameters,
             function_ref<Value(RowFormula &, ValueRange)> build) {
  auto type = cast<RankedTensorType>(input.getType());
  Value output = tensor::EmptyOp::create(
      builder, loc, tensor::getMixedSizes(builder, loc, input),
      type.getElementType());
  MLIRContext *context = builder.getContext();
  auto byRow = AccessAttr::get(context, AccessKind::Row, 0);
  SmallVector<Value> inputs = {input};
  llvm::append_range(inputs, parameters);
  SmallVector<AccessAttr> accesses(
      inputs.size(), AccessAttr::get(context, AccessKind::Shared, 0));
  accesses.front() = byRow;
  SmallVector<Type> slices;
  for (Value operand : inputs) {
    auto tensor = cast<RankedTensorType>(operand.getType());
    slices.push_back(VectorType::get(tensor.getShape().take_back(),
                                     tensor.getElementType()));
  }
  return row::ProgramOp::create(
      builder, loc, inputs, output, accesses, byRow, slices,
      [&](OpBuilder &body, Location bodyLoc, ValueRange arguments) {
        RowFormula formula(body, bodyLoc, type.getShape().back());
        SmallVector<Value> operands;
        for (Value argument : arguments)
          operands.push_back(formula.toF32(argument));
        Value result = build(formula, operands);
        row::YieldOp::create(body, bodyLoc,
                             formula.fromF32(result, type.getElementType()));
      });
}

/// 1 / sqrt(mean(x * x) + eps)
static Value buildReciprocalRMS(RowFormula &f, Value x, double eps) {
  Value mean = f.mul(f.sum(f.mul(x, x)), f.constant(1.0 / f.getNumColumns()));
  return f.rsqrt(f.add(mean, f.constant(eps)));
}

static Value buildActivation(RowFormula &f, norm::Activation activation,
                             Value s) {
  switch (activation) {
  case norm::Activation::Tanh:
    return f.tanh(s);
  case norm::Activation::Sigmoid:
    return f.div(f.constant(1.0), f.add(f.constant(1.0), f.exp(f.neg(s))));
  case norm::Activation::HardTanh:
    return f.maximum(f.minimum(s, f.constant(1.0)), f.constant(-1.0));
  case norm::Activation::SoftSign:
    return f.div(s, f.add(f.constant(1.0), f.abs(s)));
  }
  llvm_unreachable("every activation is handled");
}

namespace {

struct LowerSeeDNorm : OpRewritePattern<norm::SeeDNormOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(norm::SeeDNormOp op,
                                PatternRewriter &rewriter) const override {
    auto build = [&](RowFormula &f, ValueRange operands) {
      Value x = operands[0], alpha = operands[1], beta = operands[2],
            gamma = operands[3];
      Value r = buildReciprocalRMS(f, x, op.getEps().convertToDouble());
      Value dot = f.sum(f.mul(x, beta), op.getNumHeads());
      double scale = op.getSeedScale().convertToDouble();
      Value s = scale == 1.0 ? dot : f.mul(dot, f.constant(scale));
      Value t = buildActivation(f, op.getActivation(), s);
      double offset = op.getGammaOffset().convertToDouble();
      if (offset != 0.0)
        gamma = f.add(gamma, f.constant(offset));
      Value g = f.add(f.mul(t, alpha), gamma);
      return f.mul(g, f.mul(x, r));
    };
    rewriter.replaceOp(
        op, buildProgram(rewriter, op.getLoc(), op.getInput(),
                         {op.getAlpha(), op.getBeta(), op.getGamma()}, build));
    return success();
  }
};

struct LowerRMSNorm : OpRewritePattern<norm::RMSNormOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(norm::RMSNormOp op,
                                PatternRewriter &rewriter) const override {
    auto build = [&](RowFormula &f, ValueRange operands) {
      Value x = operands[0], gamma = operands[1];
      Value r = buildReciprocalRMS(f, x, op.getEps().convertToDouble());
      double offset = op.getGammaOffset().convertToDouble();
      if (offset != 0.0)
        gamma = f.add(gamma, f.constant(offset));
      return f.mul(gamma, f.mul(x, r));
    };
    rewriter.replaceOp(op, buildProgram(rewriter, op.getLoc(), op.getInput(),
                                        {op.getGamma()}, build));
    return success();
  }
};

struct ConvertNormToRow
    : seednorm::impl::ConvertNormToRowPassBase<ConvertNormToRow> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateNormToRowPatterns(patterns);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace

void seednorm::populateNormToRowPatterns(RewritePatternSet &patterns) {
  patterns.add<LowerSeeDNorm, LowerRMSNorm>(patterns.getContext());
}

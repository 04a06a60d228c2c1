//===- NormToRow.cpp - Named norms as row programs ------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A norm becomes a row program whose body is its formula. This is the last
// place that sees a norm.
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

namespace {

struct LowerFormula : OpInterfaceRewritePattern<norm::FormulaOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;
  LogicalResult matchAndRewrite(norm::FormulaOpInterface op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value input = op->getOperand(0);
    auto rows = cast<RankedTensorType>(input.getType());
    Type element = rows.getElementType();
    Value output = tensor::EmptyOp::create(
        rewriter, loc, tensor::getMixedSizes(rewriter, loc, input), element);
    SmallVector<AccessAttr> accesses;
    SmallVector<Type> slices;
    for (auto [index, operand] : llvm::enumerate(op->getOperands())) {
      auto kind = op.isTakenByRow(index) ? AccessKind::Row : AccessKind::Shared;
      accesses.push_back(AccessAttr::get(getContext(), kind, 0));
      auto type = cast<RankedTensorType>(operand.getType());
      slices.push_back(
          VectorType::get(type.getShape().take_back(), type.getElementType()));
    }
    auto byRow = AccessAttr::get(getContext(), AccessKind::Row, 0);
    auto buildBody = [&](OpBuilder &body, Location loc, ValueRange arguments) {
      RowFormula formula(body, loc, rows.getShape().back(),
                         cast<FloatType>(norm::getComputeType(element)),
                         arguments);
      Value result = formula.getValue(op.buildFormula(formula));
      row::YieldOp::create(body, loc,
                           norm::buildCast(body, loc, result, element));
    };
    rewriter.replaceOp(
        op, row::ProgramOp::create(rewriter, loc, op->getOperands(), output,
                                   accesses, byRow, slices, buildBody));
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
  patterns.add<LowerFormula>(patterns.getContext());
}

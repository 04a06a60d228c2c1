//===- Decompose.cpp - Rewrite norms to linalg on tensors -----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every norm becomes its formula, as reductions and element-wise ops on
// tensors.
//
//===----------------------------------------------------------------------===//

#include "LinalgFormula.h"

#include "seednorm/Dialect/Norm/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace seednorm::norm {
#define GEN_PASS_DEF_NORMDECOMPOSEPASS
#include "seednorm/Dialect/Norm/Transforms/Passes.h.inc"
} // namespace seednorm::norm

using namespace mlir;
using namespace seednorm::norm;

namespace {

struct DecomposeFormula : OpInterfaceRewritePattern<FormulaOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(FormulaOpInterface op,
                                PatternRewriter &rewriter) const override {
    LinalgFormula formula(rewriter, op);
    SmallVector<Term> results = op.buildFormula(formula);
    rewriter.replaceOp(op, formula.build(results));
    return success();
  }
};

struct NormDecomposePass
    : seednorm::norm::impl::NormDecomposePassBase<NormDecomposePass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateNormDecomposePatterns(patterns);
    // One visit is enough: what a pattern builds holds no norm.
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace

void seednorm::norm::populateNormDecomposePatterns(
    RewritePatternSet &patterns) {
  patterns.add<DecomposeFormula>(patterns.getContext());
}

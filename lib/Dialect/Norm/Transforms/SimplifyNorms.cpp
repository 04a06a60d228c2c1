//===- SimplifyNorms.cpp - Norms that are simpler norms -------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Rewrites of a single norm, or of one norm that reads another.
//
//===----------------------------------------------------------------------===//

#include "Attributes.h"
#include "Constants.h"
#include "Rebuild.h"

#include "seednorm/Dialect/Norm/IR/Norm.h"
#include "seednorm/Dialect/Norm/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace seednorm::norm;

//===----------------------------------------------------------------------===//
// SeeDNorm without direction
//===----------------------------------------------------------------------===//

static bool isZero(Value value) {
  std::optional<ConstantTensor> constant = ConstantTensor::read(value);
  return constant && llvm::all_of(constant->values,
                                  [](double number) { return number == 0.0; });
}

/// The static scale of a SeeDNorm whose coefficient is 1/2 everywhere: in the
/// type and order that the operation computes it.
static Value buildHalfScale(OpBuilder &builder, SeeDNormOp op) {
  Location loc = op.getLoc();
  Type compute = getComputeType(getElementTypeOrSelf(op.getInput().getType()));
  auto type = cast<RankedTensorType>(op.getGamma().getType()).clone(compute);
  auto build = [&](double number) {
    return buildConstant(builder, loc,
                         DenseElementsAttr::get(
                             cast<ShapedType>(type),
                             Attribute(builder.getFloatAttr(compute, number))));
  };
  Value alpha = buildCast(builder, loc, op.getAlpha(), compute);
  Value gamma = buildCast(builder, loc, op.getGamma(), compute);
  if (double offset = op.getGammaOffset().convertToDouble(); offset != 0)
    gamma = arith::AddFOp::create(builder, loc, gamma, build(offset));
  Value half = arith::MulFOp::create(builder, loc, alpha, build(0.5));
  return arith::AddFOp::create(builder, loc, half, gamma);
}

namespace {
/// Where beta is 0 the coefficient is act(0), whatever the row.
struct ReplaceSeeDNormOfZeroBeta : OpRewritePattern<SeeDNormOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(SeeDNormOp op,
                                PatternRewriter &rewriter) const override {
    if (!isZero(op.getBeta()))
      return rewriter.notifyMatchFailure(op, "beta is no constant zero");
    if (!hasDefaultsBut(op, {"eps", "num_heads", "activation", "seed_scale",
                             "gamma_offset", "dropout"}))
      return rewriter.notifyMatchFailure(op, "has options of another kind");
    // Dropped or kept, a coefficient of 0 is 0.
    if (op.getActivation() != Activation::Sigmoid) {
      replaceByRMSNorm(rewriter, op, op.getGamma(), Value());
      return success();
    }
    if (op.getSeed())
      return rewriter.notifyMatchFailure(
          op, "dropout leaves a coefficient of 1/2 random");
    Value gamma = buildHalfScale(rewriter, op);
    rewriter.modifyOpInPlace(op, [&] { op.setGammaOffset(APFloat(0.0)); });
    replaceByRMSNorm(rewriter, op, gamma, Value());
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Norms of norms
//===----------------------------------------------------------------------===//

/// Whether `norm` only divides its rows by their root mean square or deviation.
template <typename NormOp> bool isUnscaled(NormOp norm) {
  std::optional<ConstantTensor> gamma = ConstantTensor::read(norm.getGamma());
  double offset = norm.getGammaOffset().convertToDouble();
  return gamma && !norm.getBias() &&
         hasDefaultsBut(norm, {"eps", "gamma_offset"}) &&
         llvm::all_of(gamma->values,
                      [&](double scale) { return scale + offset == 1.0; });
}

/// The outer norm divides by a number close to 1, as long as the rows of the
/// inner norm are far above its eps.
template <typename InnerOp, typename OuterOp>
struct DropRenormalization : OpRewritePattern<OuterOp> {
  using OpRewritePattern<OuterOp>::OpRewritePattern;

  LogicalResult matchAndRewrite(OuterOp op,
                                PatternRewriter &rewriter) const override {
    auto inner = op.getInput().template getDefiningOp<InnerOp>();
    if (!inner || !isUnscaled(inner))
      return rewriter.notifyMatchFailure(op, "reads no unscaled norm");
    if (inner.getInput().getType() != inner.getType())
      return rewriter.notifyMatchFailure(op, "the inner norm changes the type");
    if (!hasDefaultsBut(op, {"eps", "gamma_offset"}))
      return rewriter.notifyMatchFailure(op, "has options of its own");
    // The inner norm takes the parameters of the outer.
    auto replacement = cast<InnerOp>(rewriter.clone(*inner));
    replacement.getGammaMutable().assign(op.getGamma());
    if (op.getBias())
      replacement.getBiasMutable().assign(op.getBias());
    replacement.setGammaOffset(op.getGammaOffset());
    replacement.getResult().setType(op.getType());
    rewriter.replaceOp(op, replacement);
    return success();
  }
};
} // namespace

void seednorm::norm::populateNormSimplifyPatterns(RewritePatternSet &patterns) {
  patterns.add<ReplaceSeeDNormOfZeroBeta>(patterns.getContext());
}

void seednorm::norm::populateDropRenormalizationPatterns(
    RewritePatternSet &patterns) {
  // RMSNorm does not take the mean away, so LayerNorm after it does not drop.
  patterns.add<DropRenormalization<RMSNormOp, RMSNormOp>,
               DropRenormalization<LayerNormOp, RMSNormOp>,
               DropRenormalization<LayerNormOp, LayerNormOp>>(
      patterns.getContext());
}

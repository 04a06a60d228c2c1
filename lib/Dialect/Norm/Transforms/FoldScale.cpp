//===- FoldScale.cpp - Scales of norms become weights ---------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// (gamma * n + bias) W = n (diag(gamma) W) + bias W, for weights that are
// constants and read nothing else.
//
//===----------------------------------------------------------------------===//

#include "Attributes.h"
#include "Constants.h"
#include "Linear.h"
#include "Rebuild.h"

#include "seednorm/Dialect/Norm/IR/Norm.h"
#include "seednorm/Dialect/Norm/Transforms/Passes.h"

#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace seednorm::norm;

namespace {
/// One product that reads the norm, with what it becomes.
struct FoldedProduct {
  Product product;
  DenseElementsAttr weight;
  DenseElementsAttr shift; ///< Added to the result; null if nothing is.
};

/// The constants of a norm.
struct StaticScale {
  std::vector<double> gamma;
  std::vector<double> bias; ///< Empty if there is none.

  bool isNeutral() const {
    return bias.empty() &&
           llvm::all_of(gamma, [](double scale) { return scale == 1.0; });
  }
};
} // namespace

/// bias W, in the type that products are summed in.
static DenseElementsAttr multiply(ArrayRef<double> bias, const Product &product,
                                  const ConstantTensor &weight) {
  Type element = getComputeType(weight.type.getElementType());
  int64_t numColumns = weight.type.getDimSize(product.columnAxis);
  ConstantTensor sum{RankedTensorType::get(numColumns, element),
                     std::vector<double>(numColumns)};
  size_t column = 0;
  weight.forEachLine(*product.innerAxis, [&](size_t first, size_t stride) {
    for (auto [k, number] : llvm::enumerate(bias))
      sum.values[column] += number * weight.values[first + k * stride];
    ++column;
  });
  return sum.round().value_or(nullptr);
}

/// Null if it cannot be done, with the reason in `miss`.
static std::optional<FoldedProduct>
foldScale(OpOperand &use, const StaticScale &scale, StringRef &miss) {
  std::optional<Product> product = matchProduct(use.getOwner());
  if (!product || product->rows != &use || !product->innerAxis) {
    miss = "has a use that is no product of its rows";
    return std::nullopt;
  }
  std::optional<ConstantTensor> weight =
      ConstantTensor::read(product->weight->get());
  if (!weight) {
    miss = "is multiplied by no constant";
    return std::nullopt;
  }
  FoldedProduct folded{*product, nullptr, nullptr};
  if (!scale.bias.empty()) {
    if (weight->type.getRank() != 2) {
      miss = "has a bias, and the weight is no matrix";
      return std::nullopt;
    }
    folded.shift = multiply(scale.bias, *product, *weight);
  }
  weight->scale(*product->innerAxis, scale.gamma);
  folded.weight = weight->round().value_or(nullptr);
  if (!folded.weight || (!scale.bias.empty() && !folded.shift)) {
    miss = "has a scale that takes a weight out of the range of its type";
    return std::nullopt;
  }
  return folded;
}

static void apply(RewriterBase &rewriter, const FoldedProduct &folded) {
  Operation *op = folded.product.weight->getOwner();
  Location loc = folded.product.weight->get().getLoc();
  rewriter.setInsertionPoint(op);
  Value weight = buildConstant(rewriter, loc, folded.weight);
  rewriter.modifyOpInPlace(op, [&] { folded.product.weight->set(weight); });
  if (!folded.shift)
    return;
  rewriter.setInsertionPointAfter(op);
  // Those of today: what is built below uses the result as well.
  SmallVector<OpOperand *> uses = llvm::map_to_vector(
      op->getResult(0).getUses(), [](OpOperand &use) { return &use; });
  Value shifted =
      buildColumnAdd(rewriter, op->getLoc(), op->getResult(0),
                     buildConstant(rewriter, op->getLoc(), folded.shift));
  for (OpOperand *use : uses)
    rewriter.modifyOpInPlace(use->getOwner(), [&] { use->set(shifted); });
}

/// Plans all products first; fails with the reason in `miss`.
static LogicalResult foldIntoProducts(RewriterBase &rewriter, Value result,
                                      const StaticScale &scale,
                                      StringRef &miss) {
  if (result.use_empty()) {
    miss = "has no use";
    return failure();
  }
  SmallVector<FoldedProduct> products;
  for (OpOperand &use : result.getUses()) {
    std::optional<FoldedProduct> folded = foldScale(use, scale, miss);
    if (!folded)
      return failure();
    products.push_back(*folded);
  }
  for (const FoldedProduct &folded : products)
    apply(rewriter, folded);
  return success();
}

static Value getBias(CRMSNormOp) { return Value(); }
static void removeBias(CRMSNormOp) {}

template <typename NormOp> static Value getBias(NormOp op) {
  return op.getBias();
}

template <typename NormOp> static void removeBias(NormOp op) {
  op.getBiasMutable().clear();
}

namespace {
template <typename NormOp>
struct FoldScaleIntoProducts : OpRewritePattern<NormOp> {
  using OpRewritePattern<NormOp>::OpRewritePattern;

  LogicalResult matchAndRewrite(NormOp op,
                                PatternRewriter &rewriter) const override {
    std::optional<ConstantTensor> gamma = ConstantTensor::read(op.getGamma());
    if (!gamma || gamma->type.getRank() != 1)
      return rewriter.notifyMatchFailure(op, "gamma is no constant row");
    StaticScale scale{gamma->values, {}};
    for (double &factor : scale.gamma)
      factor += op.getGammaOffset().convertToDouble();
    if (Value value = getBias(op)) {
      std::optional<ConstantTensor> bias = ConstantTensor::read(value);
      if (!bias || bias->type.getRank() != 1)
        return rewriter.notifyMatchFailure(op, "the bias is no constant row");
      // The bias may be scaled as well.
      if (!hasDefaultsBut(op, {"eps", "gamma_offset", "partial"}))
        return rewriter.notifyMatchFailure(op, "has a bias and other options");
      scale.bias = bias->values;
    }
    if (scale.isNeutral())
      return rewriter.notifyMatchFailure(op, "does not scale");
    StringRef miss;
    if (failed(foldIntoProducts(rewriter, op.getResult(), scale, miss)))
      return rewriter.notifyMatchFailure(op, miss);
    rewriter.setInsertionPoint(op);
    Value ones = buildOnes(rewriter, op.getGamma().getLoc(), gamma->type);
    rewriter.modifyOpInPlace(op, [&] {
      op.getGammaMutable().assign(ones);
      op.setGammaOffset(APFloat(0.0));
      removeBias(op);
    });
    return success();
  }
};
} // namespace

void seednorm::norm::populateFoldScalePatterns(RewritePatternSet &patterns) {
  patterns.add<FoldScaleIntoProducts<CRMSNormOp>,
               FoldScaleIntoProducts<LayerNormOp>,
               FoldScaleIntoProducts<RMSNormOp>>(patterns.getContext());
}

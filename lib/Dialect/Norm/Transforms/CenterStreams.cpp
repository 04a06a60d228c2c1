//===- CenterStreams.cpp - Residual streams without mean ------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LayerNorm takes the mean away from whatever it reads, so a stream that only
// LayerNorms read may lose it where it is written, which costs nothing where
// constants write it.
//
//===----------------------------------------------------------------------===//

#include "Constants.h"
#include "Rebuild.h"
#include "Stream.h"
#include "ZeroMean.h"

#include "seednorm/Dialect/Norm/IR/Norm.h"
#include "seednorm/Dialect/Norm/Transforms/Passes.h"

#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/Support/DebugLog.h"

#define DEBUG_TYPE "norm-simplify"

using namespace mlir;
using namespace seednorm::norm;

namespace {
/// What is to be done to one stream. Planned as a whole before anything is.
class Centering {
public:
  Centering(Stream stream) : stream(std::move(stream)) {}

  /// Fails with the reason in `miss`.
  bool plan(ZeroMeanAnalysis &analysis);
  void apply(RewriterBase &rewriter);

  std::string miss;

private:
  bool planConstant(Value constant, unsigned axis,
                    llvm::DenseMap<Value, DenseElementsAttr> &centered);
  bool isInStream(OpOperand &use) const;

  Stream stream;
  llvm::DenseMap<Value, DenseElementsAttr> leafConstants;
  /// The weights of products, in the order of the stream.
  SmallVector<std::pair<OpOperand *, DenseElementsAttr>> weights;
  SmallVector<Value> recentered;
};
} // namespace

static DenseElementsAttr centerConstant(Value value, unsigned axis) {
  std::optional<ConstantTensor> constant = ConstantTensor::read(value);
  if (!constant)
    return nullptr;
  constant->center(axis);
  return constant->round().value_or(nullptr);
}

bool Centering::plan(ZeroMeanAnalysis &analysis) {
  if (!stream.escape.empty()) {
    miss = stream.escape;
    return false;
  }
  for (Value leaf : stream.leaves) {
    if (analysis.hasZeroMean(leaf))
      continue;
    if (!matchPattern(leaf, m_Constant())) {
      recentered.push_back(leaf);
      continue;
    }
    auto rank = cast<RankedTensorType>(leaf.getType()).getRank();
    leafConstants[leaf] = centerConstant(leaf, rank - 1);
    if (!leafConstants[leaf]) {
      miss = "a constant without its mean leaves the range of its type";
      return false;
    }
  }
  for (Value rows : stream.inner) {
    std::optional<Product> product = matchProduct(rows.getDefiningOp());
    if (!product)
      continue;
    DenseElementsAttr weight =
        centerConstant(product->weight->get(), product->columnAxis);
    if (!weight) {
      miss = "a weight without its mean leaves the range of its type";
      return false;
    }
    weights.push_back({product->weight, weight});
  }
  // Each costs the sums that it saves in one norm.
  if (recentered.size() >= stream.norms.size()) {
    miss = "as many rows enter it that are no constants as norms read it";
    return false;
  }
  return true;
}

bool Centering::isInStream(OpOperand &use) const {
  if (stream.norms.contains(&use))
    return true;
  Operation *user = use.getOwner();
  if (user->getNumResults() != 1 || !stream.inner.contains(user->getResult(0)))
    return false;
  // Others are factors, or what a product multiplies.
  return llvm::is_contained(*getAddedRows(user), &use);
}

void Centering::apply(RewriterBase &rewriter) {
  for (const auto &[use, centered] : weights) {
    OpOperand *weight = use;
    rewriter.setInsertionPoint(weight->getOwner());
    Value constant = buildConstant(rewriter, weight->get().getLoc(), centered);
    rewriter.modifyOpInPlace(weight->getOwner(),
                             [&] { weight->set(constant); });
  }
  auto replace = [&](Value leaf, Value centered) {
    rewriter.replaceUsesWithIf(leaf, centered, [&](OpOperand &use) {
      return use.getOwner() != centered.getDefiningOp() && isInStream(use);
    });
  };
  for (Value leaf : stream.leaves) {
    DenseElementsAttr constant = leafConstants.lookup(leaf);
    bool isRecentered = llvm::is_contained(recentered, leaf);
    if (!constant && !isRecentered)
      continue;
    rewriter.setInsertionPointAfterValue(leaf);
    replace(leaf, constant ? buildConstant(rewriter, leaf.getLoc(), constant)
                           : buildRecentered(rewriter, leaf.getLoc(), leaf));
  }
}

static bool isLayerNormInput(OpOperand &use) {
  auto norm = dyn_cast<LayerNormOp>(use.getOwner());
  return norm && &use == &norm.getInputMutable();
}

void seednorm::norm::centerStreams(Operation *root) {
  IRRewriter rewriter(root->getContext());
  SmallVector<LayerNormOp> norms;
  root->walk([&](LayerNormOp norm) { norms.push_back(norm); });
  llvm::DenseSet<Operation *> seen;
  auto analysis = std::make_unique<ZeroMeanAnalysis>();
  for (LayerNormOp norm : norms) {
    if (seen.contains(norm) || analysis->hasZeroMean(norm.getInput()))
      continue;
    auto isLeaf = [&](Value rows) { return analysis->hasZeroMean(rows); };
    Stream stream = collectStream(norm.getInput(), {isLayerNormInput, isLeaf});
    for (OpOperand *use : stream.norms)
      seen.insert(use->getOwner());
    Centering centering(std::move(stream));
    if (!centering.plan(*analysis)) {
      LDBG() << "keeps the mean of " << norm << ": " << centering.miss;
      continue;
    }
    centering.apply(rewriter);
    analysis = std::make_unique<ZeroMeanAnalysis>();
  }
}

void seednorm::norm::replaceLayerNormsOfZeroMean(Operation *root) {
  ZeroMeanAnalysis analysis;
  SmallVector<LayerNormOp> found;
  root->walk([&](LayerNormOp norm) {
    if (analysis.hasZeroMean(norm.getInput()))
      found.push_back(norm);
  });
  IRRewriter rewriter(root->getContext());
  for (LayerNormOp norm : found)
    replaceByRMSNorm(rewriter, norm, norm.getGamma(), norm.getBias());
}

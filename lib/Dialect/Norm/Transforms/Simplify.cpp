//===- Simplify.cpp - Norms and linear layers, simplified -----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rewrites in the order in which one makes the next possible.
//
//===----------------------------------------------------------------------===//

#include "Linear.h"

#include "seednorm/Dialect/Norm/IR/Norm.h"
#include "seednorm/Dialect/Norm/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace seednorm::norm {
#define GEN_PASS_DEF_NORMSIMPLIFYPASS
#include "seednorm/Dialect/Norm/Transforms/Passes.h.inc"
} // namespace seednorm::norm

using namespace mlir;
using namespace seednorm::norm;

namespace {
/// What there is to compute.
struct Census {
  unsigned seedNorms = 0;
  unsigned layerNorms = 0;
  unsigned rmsNorms = 0;
  unsigned crmsNorms = 0;
  /// Of products with constants: the elements of the constants.
  int64_t multiplyAdds = 0;

  explicit Census(Operation *root) {
    root->walk([&](Operation *op) {
      seedNorms += isa<SeeDNormOp>(op);
      layerNorms += isa<LayerNormOp>(op);
      rmsNorms += isa<RMSNormOp>(op);
      crmsNorms += isa<CRMSNormOp>(op);
      std::optional<Product> product = matchProduct(op);
      if (product && matchPattern(product->weight->get(), m_Constant()))
        multiplyAdds += cast<RankedTensorType>(product->weight->get().getType())
                            .getNumElements();
    });
  }
};

struct NormSimplifyPass
    : seednorm::norm::impl::NormSimplifyPassBase<NormSimplifyPass> {
  using NormSimplifyPassBase::NormSimplifyPassBase;

  void runOnOperation() override {
    Operation *root = getOperation();
    Census before(root);
    if (centerStreams)
      seednorm::norm::centerStreams(root);
    replaceLayerNormsOfZeroMean(root);
    if (failed(applyPatternsGreedily(root, collectPatterns())))
      return signalPassFailure();
    if (compressStreams) {
      seednorm::norm::compressStreams(root);
      // What the stream was made of is no longer used.
      (void)applyPatternsGreedily(root, RewritePatternSet(&getContext()));
    }
    if (report)
      emitReport(before, Census(root));
  }

private:
  RewritePatternSet collectPatterns() {
    RewritePatternSet patterns(&getContext());
    populateNormSimplifyPatterns(patterns);
    if (foldScales)
      populateFoldScalePatterns(patterns);
    if (dropRenormalization)
      populateDropRenormalizationPatterns(patterns);
    return patterns;
  }

  void emitReport(const Census &before, const Census &after) {
    emitRemark(getOperation()->getLoc())
        << "norms before and after: " << before.seedNorms << " and "
        << after.seedNorms << " seednorm, " << before.layerNorms << " and "
        << after.layerNorms << " layer_norm, " << before.rmsNorms << " and "
        << after.rmsNorms << " rms_norm, " << before.crmsNorms << " and "
        << after.crmsNorms << " crms_norm; multiply-adds with constants, a row "
        << "through each product: " << before.multiplyAdds << " and "
        << after.multiplyAdds;
  }
};
} // namespace

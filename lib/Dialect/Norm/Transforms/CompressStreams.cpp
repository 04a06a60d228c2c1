//===- CompressStreams.cpp - Residual streams of D - 1 columns ------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The last element of a row with mean 0 is minus the sum of the others. Whoever
// writes such a stream leaves it out; who multiplies the normalized row by W
// multiplies what is left by the rows of W without the last of them.
//
//===----------------------------------------------------------------------===//

#include "Attributes.h"
#include "Constants.h"
#include "Rebuild.h"
#include "Stream.h"
#include "ZeroMean.h"

#include "seednorm/Dialect/Norm/IR/Norm.h"
#include "seednorm/Dialect/Norm/Transforms/Passes.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/Support/DebugLog.h"

#define DEBUG_TYPE "norm-simplify"

using namespace mlir;
using namespace seednorm::norm;

static RankedTensorType dropLastColumn(Value rows) {
  auto type = cast<RankedTensorType>(rows.getType());
  SmallVector<int64_t> shape(type.getShape());
  --shape.back();
  return type.clone(shape);
}

//===----------------------------------------------------------------------===//
// Values without their last column
//===----------------------------------------------------------------------===//

namespace {
/// Builds the values of a stream anew.
class Shrinker {
public:
  Shrinker(RewriterBase &rewriter, const Stream &stream)
      : rewriter(rewriter), stream(stream) {}

  Value shrink(Value rows) {
    if (Value known = shrunk.lookup(rows))
      return known;
    OpBuilder::InsertionGuard guard(rewriter);
    Value built = build(rows);
    shrunk[rows] = built;
    return built;
  }

private:
  Value build(Value rows) {
    int64_t numColumns = *getNumColumns(rows) - 1;
    if (std::optional<ConstantTensor> constant = ConstantTensor::read(rows))
      return buildShrunk(rows.getDefiningOp(), *constant,
                         constant->type.getRank() - 1);
    rewriter.setInsertionPointAfterValue(rows);
    if (auto fill = rows.getDefiningOp<linalg::FillOp>())
      return linalg::FillOp::create(
                 rewriter, rows.getLoc(), fill.value(),
                 buildEmptyLike(rewriter, rows.getLoc(), rows, numColumns))
          .getResult(0);
    if (stream.inner.contains(rows))
      return buildInner(rows);
    auto type = cast<RankedTensorType>(rows.getType());
    SmallVector<OpFoldResult> sizes =
        tensor::getMixedSizes(rewriter, rows.getLoc(), rows);
    sizes.back() = rewriter.getIndexAttr(numColumns);
    SmallVector<OpFoldResult> zeros(type.getRank(), rewriter.getIndexAttr(0));
    SmallVector<OpFoldResult> ones(type.getRank(), rewriter.getIndexAttr(1));
    return tensor::ExtractSliceOp::create(rewriter, rows.getLoc(), rows, zeros,
                                          sizes, ones);
  }

  /// Of a value that is finite, as it was checked to have mean 0.
  Value buildShrunk(Operation *before, ConstantTensor constant, unsigned axis) {
    rewriter.setInsertionPoint(before);
    constant.dropLast(axis);
    return buildConstant(rewriter, before->getLoc(), *constant.round());
  }

  Value buildInner(Value rows) {
    Operation *op = rows.getDefiningOp();
    if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op)) {
      SmallVector<OpFoldResult> sizes = expand.getMixedOutputShape();
      sizes.back() = rewriter.getIndexAttr(*getNumColumns(rows) - 1);
      Value source = shrink(expand.getSrc());
      return tensor::ExpandShapeOp::create(
          rewriter, op->getLoc(), dropLastColumn(rows), source,
          expand.getReassociationIndices(), sizes);
    }
    SmallVector<Value> operands;
    if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
      operands = shrinkOperands(linalgOp);
    else
      for (Value operand : op->getOperands())
        operands.push_back(shrink(operand));
    rewriter.setInsertionPointAfter(op);
    return clone(rewriter, op, TypeRange{dropLastColumn(rows)}, operands)
        ->getResult(0);
  }

  SmallVector<Value> shrinkOperands(linalg::LinalgOp op) {
    OpOperand *init = op.getDpsInitOperand(0);
    AffineExpr columns = op.getMatchingIndexingMap(init).getResults().back();
    std::optional<Product> product = matchProduct(op);
    SmallVector<Value> operands;
    for (OpOperand &operand : op->getOpOperands()) {
      Value value = operand.get();
      if (product && &operand == product->weight)
        value =
            buildShrunk(op, *ConstantTensor::read(value), product->columnAxis);
      else if (&operand == init && !op.payloadUsesValueFromOperand(init)) {
        rewriter.setInsertionPoint(op);
        value = buildEmptyLike(rewriter, op.getLoc(), value,
                               *getNumColumns(value) - 1);
      } else if (op.getMatchingIndexingMap(&operand).getResultPosition(columns))
        value = shrink(value);
      operands.push_back(value);
    }
    return operands;
  }

  RewriterBase &rewriter;
  const Stream &stream;
  llvm::DenseMap<Value, Value> shrunk;
};

//===----------------------------------------------------------------------===//
// Norms and the products that read them
//===----------------------------------------------------------------------===//

/// What is to be done to one stream. Planned as a whole before anything is.
class Compression {
public:
  Compression(Stream stream) : stream(std::move(stream)) {}

  /// Fails with the reason in `miss`.
  bool plan(ZeroMeanAnalysis &analysis);
  /// `isBefore` orders norms such that none feeds one before it.
  void apply(RewriterBase &rewriter,
             llvm::function_ref<bool(Operation *, Operation *)> isBefore);

  std::string miss;

private:
  bool planNorm(RMSNormOp norm);
  void applyNorm(RewriterBase &rewriter, Shrinker &shrinker, RMSNormOp norm);
  void redirectDims(RewriterBase &rewriter, Shrinker &shrinker);

  Stream stream;
  /// The weights of the products that read norms.
  llvm::DenseMap<Operation *, DenseElementsAttr> weights;
};
} // namespace

bool Compression::planNorm(RMSNormOp norm) {
  std::optional<ConstantTensor> gamma = ConstantTensor::read(norm.getGamma());
  double offset = norm.getGammaOffset().convertToDouble();
  bool isUnscaled = gamma && !norm.getBias() &&
                    llvm::all_of(gamma->values, [&](double scale) {
                      return scale + offset == 1.0;
                    });
  if (!isUnscaled || !hasDefaultsBut(norm, {"eps", "gamma_offset"})) {
    miss = "a norm has a scale, a bias or options";
    return false;
  }
  for (OpOperand &use : norm->getUses()) {
    std::optional<Product> product = matchProduct(use.getOwner());
    std::optional<ConstantTensor> weight;
    if (product && product->rows == &use && product->innerAxis)
      weight = ConstantTensor::read(product->weight->get());
    if (!weight) {
      miss = "a norm is used by what is no product with a constant";
      return false;
    }
    weight->subtractLast(*product->innerAxis);
    weight->dropLast(*product->innerAxis);
    DenseElementsAttr rounded = weight->round().value_or(nullptr);
    if (!rounded) {
      miss = "a weight without its last row leaves the range of its type";
      return false;
    }
    weights[use.getOwner()] = rounded;
  }
  return true;
}

bool Compression::plan(ZeroMeanAnalysis &analysis) {
  if (!stream.escape.empty()) {
    miss = stream.escape;
    return false;
  }
  // One norm of rows that are stored in full gains nothing from a copy.
  if (stream.inner.empty()) {
    miss = "nothing is added to its rows";
    return false;
  }
  auto isCompressible = [&](Value rows) {
    return analysis.hasZeroMean(rows) && *getNumColumns(rows) > 1;
  };
  if (!llvm::all_of(stream.inner, isCompressible) ||
      !llvm::all_of(stream.leaves, isCompressible)) {
    miss = "its rows are not known to have mean 0, or have one column";
    return false;
  }
  return llvm::all_of(stream.norms, [&](OpOperand *use) {
    return planNorm(cast<RMSNormOp>(use->getOwner()));
  });
}

void Compression::applyNorm(RewriterBase &rewriter, Shrinker &shrinker,
                            RMSNormOp norm) {
  rewriter.setInsertionPoint(norm);
  Location loc = norm.getLoc();
  Value input = shrinker.shrink(norm.getInput());
  Value ones = buildOnes(rewriter, norm.getGamma().getLoc(),
                         dropLastColumn(norm.getGamma()));
  auto compressed = CRMSNormOp::create(
      rewriter, loc, dropLastColumn(norm.getResult()), input, ones,
      norm.getEpsAttr(), rewriter.getF64FloatAttr(0.0));
  for (OpOperand &use : llvm::make_early_inc_range(norm->getUses())) {
    Operation *op = use.getOwner();
    Product product = *matchProduct(op);
    rewriter.setInsertionPoint(op);
    Value weight = buildConstant(rewriter, product.weight->get().getLoc(),
                                 weights.lookup(op));
    rewriter.modifyOpInPlace(op, [&] {
      product.weight->set(weight);
      use.set(compressed);
    });
  }
  rewriter.eraseOp(norm);
}

/// Sizes asked of the stream must not keep it alive.
void Compression::redirectDims(RewriterBase &rewriter, Shrinker &shrinker) {
  for (Value rows : stream.inner)
    for (OpOperand &use : llvm::make_early_inc_range(rows.getUses())) {
      auto dim = dyn_cast<tensor::DimOp>(use.getOwner());
      std::optional<int64_t> index;
      if (dim)
        index = dim.getConstantIndex();
      int64_t rank = cast<RankedTensorType>(rows.getType()).getRank();
      if (index && *index + 1 < rank)
        rewriter.modifyOpInPlace(dim, [&] { use.set(shrinker.shrink(rows)); });
    }
}

void Compression::apply(
    RewriterBase &rewriter,
    llvm::function_ref<bool(Operation *, Operation *)> isBefore) {
  SmallVector<Operation *> norms = llvm::map_to_vector(
      stream.norms, [](OpOperand *use) { return use->getOwner(); });
  // A product inside the stream is built anew after what it reads has changed.
  llvm::sort(norms, isBefore);
  Shrinker shrinker(rewriter, stream);
  for (Operation *norm : norms)
    applyNorm(rewriter, shrinker, cast<RMSNormOp>(norm));
  redirectDims(rewriter, shrinker);
}

static bool isRMSNormInput(OpOperand &use) {
  auto norm = dyn_cast<RMSNormOp>(use.getOwner());
  return norm && &use == &norm.getInputMutable();
}

void seednorm::norm::compressStreams(Operation *root) {
  IRRewriter rewriter(root->getContext());
  SmallVector<RMSNormOp> norms;
  llvm::DenseMap<Operation *, unsigned> order;
  root->walk([&](RMSNormOp norm) {
    order[norm] = norms.size();
    norms.push_back(norm);
  });
  auto isBefore = [&](Operation *lhs, Operation *rhs) {
    return order.lookup(lhs) < order.lookup(rhs);
  };
  auto isLeaf = [](Value) { return false; };
  llvm::DenseSet<Operation *> seen;
  auto analysis = std::make_unique<ZeroMeanAnalysis>();
  for (RMSNormOp norm : norms) {
    if (seen.contains(norm))
      continue;
    Stream stream = collectStream(norm.getInput(), {isRMSNormInput, isLeaf});
    seen.insert(norm);
    for (OpOperand *use : stream.norms)
      seen.insert(use->getOwner());
    Compression compression(std::move(stream));
    if (!compression.plan(*analysis)) {
      LDBG() << "does not compress the rows of " << norm << ": "
             << compression.miss;
      continue;
    }
    compression.apply(rewriter, isBefore);
    analysis = std::make_unique<ZeroMeanAnalysis>();
  }
}

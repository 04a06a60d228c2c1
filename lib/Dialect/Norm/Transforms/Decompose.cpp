//===- Decompose.cpp - Rewrite norms to linalg on tensors -----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every norm becomes row reductions, element-wise maths on the reduced tensors
// and one element-wise op that writes the result. The loops are the dimensions
// of the input; with several heads the columns are two loops, (heads, D/heads).
//
//===----------------------------------------------------------------------===//

#include "seednorm/Dialect/Norm/IR/Norm.h"
#include "seednorm/Dialect/Norm/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace seednorm::norm {
#define GEN_PASS_DEF_NORMDECOMPOSEPASS
#include "seednorm/Dialect/Norm/Transforms/Passes.h.inc"
} // namespace seednorm::norm

using namespace mlir;
using namespace seednorm::norm;

//===----------------------------------------------------------------------===//
// Scalar maths of the bodies, all of it in f32
//===----------------------------------------------------------------------===//

using Body =
    llvm::function_ref<Value(ImplicitLocOpBuilder &b, ValueRange scalars)>;

static Value buildConstant(ImplicitLocOpBuilder &b, double value) {
  return arith::ConstantOp::create(b, b.getF32FloatAttr(value));
}

static Value extendToF32(ImplicitLocOpBuilder &b, Value value) {
  if (value.getType().isF32())
    return value;
  return arith::ExtFOp::create(b, b.getF32Type(), value);
}

static Value truncateFromF32(ImplicitLocOpBuilder &b, Value value, Type type) {
  if (type.isF32())
    return value;
  return arith::TruncFOp::create(b, type, value);
}

static Value buildActivation(ImplicitLocOpBuilder &b, Activation activation,
                             Value s) {
  switch (activation) {
  case Activation::Tanh:
    return math::TanhOp::create(b, s);
  case Activation::Sigmoid: {
    Value exp = math::ExpOp::create(b, arith::NegFOp::create(b, s));
    Value one = buildConstant(b, 1.0);
    return arith::DivFOp::create(b, one, arith::AddFOp::create(b, one, exp));
  }
  case Activation::HardTanh: {
    // Unlike maxnumf and minnumf, these return NaN for NaN.
    Value low = arith::MaximumFOp::create(b, s, buildConstant(b, -1.0));
    return arith::MinimumFOp::create(b, low, buildConstant(b, 1.0));
  }
  case Activation::SoftSign: {
    Value one = buildConstant(b, 1.0);
    Value abs = math::AbsFOp::create(b, s);
    return arith::DivFOp::create(b, s, arith::AddFOp::create(b, one, abs));
  }
  }
  llvm_unreachable("all activations are listed");
}

/// gamma + gamma_offset; adding no offset would still turn -0 into +0.
static Value buildScale(ImplicitLocOpBuilder &b, Value gamma, double offset) {
  if (offset == 0.0)
    return gamma;
  return arith::AddFOp::create(b, gamma, buildConstant(b, offset));
}

//===----------------------------------------------------------------------===//
// Loops over the rows
//===----------------------------------------------------------------------===//

namespace {

/// Builds `linalg` ops that iterate over the elements of the rows of one norm.
/// Tensors are (leading..., columns...), where the columns are D, or heads and
/// D/heads. An operand is read at the loops its tensor has: `All` of them, the
/// `Row` ones (reduced over all columns), the `Head` ones (reduced over the
/// columns of a head) or the `Column` ones (a parameter).
class RowLoops {
public:
  enum Extent { All, Row, Head, Column };

  struct Operand {
    Value tensor;
    Extent extent;
  };

  RowLoops(ImplicitLocOpBuilder &b, Value input, int64_t heads)
      : b(b), inputType(cast<RankedTensorType>(input.getType())), heads(heads) {
    numLeading = inputType.getRank() - 1;
    sizes = tensor::getMixedSizes(b, b.getLoc(), input);
    if (heads == 1)
      return;
    int64_t headColumns = inputType.getShape().back() / heads;
    sizes.back() = b.getIndexAttr(heads);
    sizes.push_back(b.getIndexAttr(headColumns));
  }

  int64_t getNumColumns() const { return inputType.getShape().back(); }

  /// Splits the last dimension of a tensor of rows, or of a parameter, in
  /// heads.
  Value buildSplit(Value tensor, Extent extent);

  /// Undoes `buildSplit` on a tensor of rows.
  Value buildMerge(Value tensor);

  /// The sum over the columns that `extent` lacks of `body`, in f32.
  Value buildSum(ArrayRef<Operand> operands, Extent extent, Body body);

  /// One `body` for each element of `extent`, rounded to `elementType`.
  Value buildMap(ArrayRef<Operand> operands, Extent extent, Type elementType,
                 Body body);

private:
  unsigned getNumLoops() const { return sizes.size(); }

  /// The loops [first, last) that index a tensor of the given extent.
  std::pair<unsigned, unsigned> getLoops(Extent extent) const;

  /// The map from the first `numLoops` loops to a tensor.
  AffineMap getMap(Extent extent, unsigned numLoops) const;

  /// The dimensions of an unsplit tensor grouped for `buildSplit`.
  static SmallVector<ReassociationIndices> getSplit(int64_t rank);

  Value buildEmpty(Extent extent, Type elementType);

  /// One `linalg.generic` over the first `numLoops` loops.
  Value buildGeneric(ArrayRef<Operand> operands, Operand init,
                     unsigned numLoops, Body body);

  ImplicitLocOpBuilder &b;
  RankedTensorType inputType;
  int64_t heads;
  unsigned numLeading;
  SmallVector<OpFoldResult> sizes; // One per loop.
};

} // namespace

std::pair<unsigned, unsigned> RowLoops::getLoops(Extent extent) const {
  switch (extent) {
  case All:
    return {0, getNumLoops()};
  case Row:
    return {0, numLeading};
  case Head:
    return {0, getNumLoops() - 1};
  case Column:
    return {numLeading, getNumLoops()};
  }
  llvm_unreachable("all extents are listed");
}

AffineMap RowLoops::getMap(Extent extent, unsigned numLoops) const {
  auto [first, last] = getLoops(extent);
  SmallVector<AffineExpr> results;
  for (unsigned loop = first; loop < last; ++loop)
    results.push_back(b.getAffineDimExpr(loop));
  return AffineMap::get(numLoops, 0, results, b.getContext());
}

SmallVector<ReassociationIndices> RowLoops::getSplit(int64_t rank) {
  SmallVector<ReassociationIndices> groups;
  for (int64_t dim = 0; dim + 1 < rank; ++dim)
    groups.push_back({dim});
  groups.push_back({rank - 1, rank});
  return groups;
}

Value RowLoops::buildSplit(Value tensor, Extent extent) {
  if (heads == 1)
    return tensor;
  auto type = cast<RankedTensorType>(tensor.getType());
  SmallVector<int64_t> shape(type.getShape().drop_back());
  shape.append({heads, getNumColumns() / heads});
  auto [first, last] = getLoops(extent);
  return tensor::ExpandShapeOp::create(
      b, RankedTensorType::get(shape, type.getElementType()), tensor,
      getSplit(type.getRank()), ArrayRef(sizes).slice(first, last - first));
}

Value RowLoops::buildMerge(Value tensor) {
  if (heads == 1)
    return tensor;
  return tensor::CollapseShapeOp::create(b, inputType, tensor,
                                         getSplit(inputType.getRank()));
}

Value RowLoops::buildEmpty(Extent extent, Type elementType) {
  auto [first, last] = getLoops(extent);
  return tensor::EmptyOp::create(b, ArrayRef(sizes).slice(first, last - first),
                                 elementType);
}

Value RowLoops::buildGeneric(ArrayRef<Operand> operands, Operand init,
                             unsigned numLoops, Body body) {
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;
  for (const Operand &operand : operands) {
    inputs.push_back(operand.tensor);
    maps.push_back(getMap(operand.extent, numLoops));
  }
  maps.push_back(getMap(init.extent, numLoops));
  SmallVector<utils::IteratorType> iterators(numLoops,
                                             utils::IteratorType::reduction);
  auto [first, last] = getLoops(init.extent);
  for (unsigned loop = first; loop < last; ++loop)
    iterators[loop] = utils::IteratorType::parallel;
  return linalg::GenericOp::create(
             b, init.tensor.getType(), inputs, init.tensor, maps, iterators,
             [&](OpBuilder &nested, Location loc, ValueRange arguments) {
               ImplicitLocOpBuilder nestedB(loc, nested);
               linalg::YieldOp::create(nestedB, body(nestedB, arguments));
             })
      .getResult(0);
}

/// The inputs of a body, in f32: its arguments without the last, the init.
static SmallVector<Value> extendInputs(ImplicitLocOpBuilder &b,
                                       ValueRange arguments) {
  return llvm::map_to_vector(arguments.drop_back(), [&](Value argument) {
    return extendToF32(b, argument);
  });
}

Value RowLoops::buildSum(ArrayRef<Operand> operands, Extent extent, Body body) {
  Value zero = buildConstant(b, 0.0);
  Value empty = buildEmpty(extent, b.getF32Type());
  Value init = linalg::FillOp::create(b, zero, empty).getResult(0);
  return buildGeneric(
      operands, {init, extent}, getNumLoops(),
      [&](ImplicitLocOpBuilder &b, ValueRange arguments) -> Value {
        Value term = body(b, extendInputs(b, arguments));
        return arith::AddFOp::create(b, arguments.back(), term);
      });
}

Value RowLoops::buildMap(ArrayRef<Operand> operands, Extent extent,
                         Type elementType, Body body) {
  Value init = buildEmpty(extent, elementType);
  return buildGeneric(operands, {init, extent}, getLoops(extent).second,
                      [&](ImplicitLocOpBuilder &b, ValueRange arguments) {
                        Value result = body(b, extendInputs(b, arguments));
                        return truncateFromF32(b, result, elementType);
                      });
}

//===----------------------------------------------------------------------===//
// Patterns
//===----------------------------------------------------------------------===//

/// 1 / sqrt(mean(x * x) + eps) of each row of the split `input`.
static Value buildInverseRMS(ImplicitLocOpBuilder &b, RowLoops &loops,
                             Value input, double eps) {
  Value sum =
      loops.buildSum({{input, RowLoops::All}}, RowLoops::Row,
                     [](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
                       return arith::MulFOp::create(b, x[0], x[0]);
                     });
  return loops.buildMap(
      {{sum, RowLoops::Row}}, RowLoops::Row, b.getF32Type(),
      [&](ImplicitLocOpBuilder &b, ValueRange sum) -> Value {
        Value columns = buildConstant(b, loops.getNumColumns());
        Value mean = arith::DivFOp::create(b, sum[0], columns);
        Value shifted = arith::AddFOp::create(b, mean, buildConstant(b, eps));
        return math::RsqrtOp::create(b, shifted);
      });
}

/// act(seed_scale * dot(x, beta)) of each head of the split `input`.
static Value buildDynamicCoefficient(ImplicitLocOpBuilder &b, RowLoops &loops,
                                     SeeDNormOp op, Value input, Value beta) {
  Value dot = loops.buildSum(
      {{input, RowLoops::All}, {beta, RowLoops::Column}}, RowLoops::Head,
      [](ImplicitLocOpBuilder &b, ValueRange scalars) -> Value {
        return arith::MulFOp::create(b, scalars[0], scalars[1]);
      });
  double seedScale = op.getSeedScale().convertToDouble();
  return loops.buildMap({{dot, RowLoops::Head}}, RowLoops::Head, b.getF32Type(),
                        [&](ImplicitLocOpBuilder &b, ValueRange dot) {
                          Value s = dot[0];
                          if (seedScale != 1.0)
                            s = arith::MulFOp::create(
                                b, buildConstant(b, seedScale), s);
                          return buildActivation(b, op.getActivation(), s);
                        });
}

namespace {

struct DecomposeSeeDNorm : OpRewritePattern<SeeDNormOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(SeeDNormOp op,
                                PatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    RowLoops loops(b, op.getInput(), op.getNumHeads());
    Value input = loops.buildSplit(op.getInput(), RowLoops::All);
    Value alpha = loops.buildSplit(op.getAlpha(), RowLoops::Column);
    Value beta = loops.buildSplit(op.getBeta(), RowLoops::Column);
    Value gamma = loops.buildSplit(op.getGamma(), RowLoops::Column);

    Value inverseRMS =
        buildInverseRMS(b, loops, input, op.getEps().convertToDouble());
    Value coefficient = buildDynamicCoefficient(b, loops, op, input, beta);
    double offset = op.getGammaOffset().convertToDouble();
    Value result = loops.buildMap(
        {{input, RowLoops::All},
         {inverseRMS, RowLoops::Row},
         {coefficient, RowLoops::Head},
         {alpha, RowLoops::Column},
         {gamma, RowLoops::Column}},
        RowLoops::All, op.getType().getElementType(),
        [&](ImplicitLocOpBuilder &b, ValueRange scalars) -> Value {
          Value dynamic = arith::MulFOp::create(b, scalars[2], scalars[3]);
          Value scale = arith::AddFOp::create(
              b, dynamic, buildScale(b, scalars[4], offset));
          Value scaled = arith::MulFOp::create(b, scale, scalars[0]);
          return arith::MulFOp::create(b, scaled, scalars[1]);
        });
    rewriter.replaceOp(op, loops.buildMerge(result));
    return success();
  }
};

struct DecomposeRMSNorm : OpRewritePattern<RMSNormOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(RMSNormOp op,
                                PatternRewriter &rewriter) const override {
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    RowLoops loops(b, op.getInput(), /*heads=*/1);
    Value inverseRMS =
        buildInverseRMS(b, loops, op.getInput(), op.getEps().convertToDouble());
    double offset = op.getGammaOffset().convertToDouble();
    rewriter.replaceOp(
        op, loops.buildMap(
                {{op.getInput(), RowLoops::All},
                 {inverseRMS, RowLoops::Row},
                 {op.getGamma(), RowLoops::Column}},
                RowLoops::All, op.getType().getElementType(),
                [&](ImplicitLocOpBuilder &b, ValueRange scalars) -> Value {
                  Value scale = buildScale(b, scalars[2], offset);
                  Value scaled = arith::MulFOp::create(b, scale, scalars[0]);
                  return arith::MulFOp::create(b, scaled, scalars[1]);
                }));
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
  patterns.add<DecomposeRMSNorm, DecomposeSeeDNorm>(patterns.getContext());
}

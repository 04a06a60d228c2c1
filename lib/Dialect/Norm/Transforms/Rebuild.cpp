//===- Rebuild.cpp - What the rewrites of norm-simplify build -------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Plain linalg on tensors, which any pipeline lowers and fuses.
//
//===----------------------------------------------------------------------===//

#include "Rebuild.h"

#include "Attributes.h"

#include "seednorm/Dialect/Norm/IR/Norm.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace seednorm::norm;

Value seednorm::norm::buildEmptyLike(OpBuilder &builder, Location loc,
                                     Value like, int64_t numColumns) {
  SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(builder, loc, like);
  sizes.back() = builder.getIndexAttr(numColumns);
  return tensor::EmptyOp::create(builder, loc, sizes,
                                 getElementTypeOrSelf(like));
}

namespace {
/// Builds `linalg.generic` ops over the rows of one tensor.
class RowLoops {
public:
  RowLoops(OpBuilder &builder, Location loc, Value rows)
      : builder(builder), loc(loc), rows(rows),
        type(cast<RankedTensorType>(rows.getType())),
        compute(getComputeType(type.getElementType())),
        all(builder.getMultiDimIdentityMap(type.getRank())),
        leading(all.dropResult(type.getRank() - 1)) {}

  using Body = llvm::function_ref<Value(OpBuilder &, ValueRange)>;

  /// The mean of each row of `body`'s values, which it makes of a row's element
  /// and of the row's numbers in `scalars`.
  Value buildMean(ValueRange scalars, Body body) {
    SmallVector<OpFoldResult> sizes = tensor::getMixedSizes(builder, loc, rows);
    sizes.pop_back();
    Value zero = arith::ConstantOp::create(builder, loc,
                                           builder.getFloatAttr(compute, 0.0));
    Value empty = tensor::EmptyOp::create(builder, loc, sizes, compute);
    Value init = linalg::FillOp::create(builder, loc, zero, empty).getResult(0);
    Value sum = build(scalars, init, leading, [&](OpBuilder &b, ValueRange v) {
      return arith::AddFOp::create(b, loc, v.back(), body(b, v));
    });
    return buildScaled(sum, 1.0 / type.getShape().back());
  }

  /// A tensor like the rows.
  Value buildMap(ValueRange scalars, Body body) {
    Value init = buildEmptyLike(builder, loc, rows, type.getShape().back());
    return build(scalars, init, all, [&](OpBuilder &b, ValueRange v) {
      return buildCast(b, loc, body(b, v), type.getElementType());
    });
  }

private:
  Value build(ValueRange scalars, Value init, AffineMap initMap, Body body) {
    SmallVector<Value> inputs{rows};
    llvm::append_range(inputs, scalars);
    SmallVector<AffineMap> maps{all};
    maps.append(scalars.size(), leading);
    maps.push_back(initMap);
    SmallVector<utils::IteratorType> iterators(type.getRank(),
                                               utils::IteratorType::parallel);
    if (initMap != all)
      iterators.back() = utils::IteratorType::reduction;
    return linalg::GenericOp::create(
               builder, loc, init.getType(), inputs, init, maps, iterators,
               [&](OpBuilder &b, Location, ValueRange arguments) {
                 SmallVector<Value> values(arguments);
                 values.front() = buildCast(b, loc, values.front(), compute);
                 linalg::YieldOp::create(b, loc, body(b, values));
               })
        .getResult(0);
  }

  Value buildScaled(Value scalars, double factor) {
    unsigned rank = type.getRank() - 1;
    auto scalarType = cast<RankedTensorType>(scalars.getType());
    Value init = tensor::EmptyOp::create(
        builder, loc, tensor::getMixedSizes(builder, loc, scalars), compute);
    return linalg::GenericOp::create(
               builder, loc, scalarType, scalars, init,
               SmallVector<AffineMap>(2, builder.getMultiDimIdentityMap(rank)),
               SmallVector<utils::IteratorType>(rank,
                                                utils::IteratorType::parallel),
               [&](OpBuilder &b, Location, ValueRange arguments) {
                 Value number = arith::ConstantOp::create(
                     b, loc, b.getFloatAttr(compute, factor));
                 Value scaled =
                     arith::MulFOp::create(b, loc, arguments.front(), number);
                 linalg::YieldOp::create(b, loc, scaled);
               })
        .getResult(0);
  }

  OpBuilder &builder;
  Location loc;
  Value rows;
  RankedTensorType type;
  Type compute;
  AffineMap all, leading;
};
} // namespace

Value seednorm::norm::buildRecentered(OpBuilder &builder, Location loc,
                                      Value rows) {
  RowLoops loops(builder, loc, rows);
  Value mean = loops.buildMean(
      {}, [](OpBuilder &, ValueRange values) { return values.front(); });
  auto subtract = [&](OpBuilder &b, ValueRange values) -> Value {
    return arith::SubFOp::create(b, loc, values[0], values[1]);
  };
  Value rest = loops.buildMean(mean, subtract);
  return loops.buildMap({mean, rest}, [&](OpBuilder &b, ValueRange values) {
    return arith::SubFOp::create(b, loc, subtract(b, values), values[2]);
  });
}

Value seednorm::norm::buildColumnAdd(OpBuilder &builder, Location loc,
                                     Value rows, Value columns) {
  auto type = cast<RankedTensorType>(rows.getType());
  unsigned rank = type.getRank();
  AffineMap all = builder.getMultiDimIdentityMap(rank);
  AffineMap last = AffineMap::get(rank, 0, builder.getAffineDimExpr(rank - 1));
  Value init = buildEmptyLike(builder, loc, rows, type.getShape().back());
  return linalg::GenericOp::create(
             builder, loc, type, ValueRange{rows, columns}, init,
             ArrayRef<AffineMap>{all, last, all},
             SmallVector<utils::IteratorType>(rank,
                                              utils::IteratorType::parallel),
             [&](OpBuilder &b, Location, ValueRange arguments) {
               Type compute = arguments[1].getType();
               Value row = buildCast(b, loc, arguments[0], compute);
               Value sum = arith::AddFOp::create(b, loc, row, arguments[1]);
               linalg::YieldOp::create(
                   b, loc, buildCast(b, loc, sum, type.getElementType()));
             })
      .getResult(0);
}

void seednorm::norm::replaceByRMSNorm(RewriterBase &rewriter, Operation *norm,
                                      Value gamma, Value bias) {
  rewriter.setInsertionPoint(norm);
  FloatAttr zero = rewriter.getF64FloatAttr(0),
            one = rewriter.getF64FloatAttr(1);
  auto replacement =
      RMSNormOp::create(rewriter, norm->getLoc(), norm->getResult(0).getType(),
                        norm->getOperand(0), gamma, bias,
                        norm->getAttrOfType<FloatAttr>("eps"), zero, one);
  carryAttributes(norm, replacement);
  rewriter.replaceOp(norm, replacement);
}

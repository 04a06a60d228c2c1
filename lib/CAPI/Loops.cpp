//===- Loops.cpp - Loops over tensors of a graph --------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A dimension of size 1 that is repeated, or that a sum leaves behind, is the
// constant 0 in its map, as importers of other frameworks write it.
//
//===----------------------------------------------------------------------===//

#include "Loops.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace seednorm;
using namespace seednorm::capi;

static ArrayRef<int64_t> getShape(Value tensor) {
  return cast<RankedTensorType>(tensor.getType()).getShape();
}

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

/// Broadcasts one size to another; nothing if they differ.
static std::optional<int64_t> broadcastSize(int64_t left, int64_t right) {
  if (left == right || right == 1)
    return left;
  if (left == 1 || ShapedType::isDynamic(left))
    return right;
  if (ShapedType::isDynamic(right))
    return left;
  return std::nullopt;
}

std::optional<SmallVector<int64_t>> capi::broadcastShapes(ValueRange tensors) {
  size_t rank = 0;
  for (Value tensor : tensors)
    rank = std::max(rank, getShape(tensor).size());
  SmallVector<int64_t> shape(rank, 1);
  for (Value tensor : tensors) {
    size_t first = rank - getShape(tensor).size();
    for (auto [dim, size] : llvm::enumerate(getShape(tensor))) {
      std::optional<int64_t> common = broadcastSize(shape[first + dim], size);
      if (!common)
        return std::nullopt;
      shape[first + dim] = *common;
    }
  }
  return shape;
}

/// From loops over `shape` to the dimensions of a tensor that is broadcast.
static AffineMap getBroadcastMap(Value tensor, ArrayRef<int64_t> shape,
                                 Builder &builder) {
  size_t first = shape.size() - getShape(tensor).size();
  SmallVector<AffineExpr> results;
  for (auto [dim, size] : llvm::enumerate(getShape(tensor)))
    results.push_back(size == 1 && shape[first + dim] != 1
                          ? builder.getAffineConstantExpr(0)
                          : builder.getAffineDimExpr(first + dim));
  return AffineMap::get(shape.size(), 0, results, builder.getContext());
}

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

/// A dynamic size, asked for once.
Value LoopBuilder::getSize(Value tensor, int64_t dim) {
  Value &size = graph.sizes[{tensor, dim}];
  if (!size)
    size = tensor::DimOp::create(builder, tensor, dim);
  return size;
}

/// The dynamic size that dimension `fromLast` has in one of `tensors`.
Value LoopBuilder::findSize(ValueRange tensors, int64_t fromLast) {
  for (Value tensor : tensors) {
    ArrayRef<int64_t> shape = getShape(tensor);
    int64_t dim = static_cast<int64_t>(shape.size()) - fromLast;
    if (dim >= 0 && ShapedType::isDynamic(shape[dim]))
      return getSize(tensor, dim);
  }
  llvm_unreachable("a dynamic size comes from an input");
}

/// A tensor of the sizes of `inputs`, whose last `numDropped` it lacks.
Value LoopBuilder::buildEmpty(ValueRange inputs, ArrayRef<int64_t> shape,
                              int64_t numDropped, Type element) {
  SmallVector<Value> dynamic;
  SmallVector<int64_t> dims;
  for (auto [dim, size] : llvm::enumerate(shape))
    if (ShapedType::isDynamic(size)) {
      dynamic.push_back(findSize(inputs, shape.size() + numDropped - dim));
      dims.push_back(dim);
    }
  Value empty = tensor::EmptyOp::create(builder, shape, element, dynamic);
  for (auto [dim, size] : llvm::zip_equal(dims, dynamic))
    graph.sizes[{empty, dim}] = size;
  return empty;
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

Value LoopBuilder::buildGeneric(ValueRange inputs, Value init,
                                ArrayRef<AffineMap> maps, int64_t numReduced,
                                BuildBody body) {
  SmallVector<utils::IteratorType> iterators(maps.front().getNumDims(),
                                             utils::IteratorType::parallel);
  std::fill(iterators.end() - numReduced, iterators.end(),
            utils::IteratorType::reduction);
  auto generic = linalg::GenericOp::create(
      builder, init.getType(), inputs, init, maps, iterators,
      [&](OpBuilder &nested, Location loc, ValueRange elements) {
        ImplicitLocOpBuilder payload(loc, nested);
        linalg::YieldOp::create(payload, body(payload, elements));
      });
  Value result = generic.getResult(0);
  for (auto [dim, size] : llvm::enumerate(getShape(result)))
    if (ShapedType::isDynamic(size))
      graph.sizes[{result, dim}] = getSize(init, dim);
  return result;
}

Value LoopBuilder::buildElementWise(ValueRange inputs, ArrayRef<int64_t> shape,
                                    Type element, BuildBody body) {
  SmallVector<AffineMap> maps = llvm::map_to_vector(inputs, [&](Value input) {
    return getBroadcastMap(input, shape, builder);
  });
  maps.push_back(builder.getMultiDimIdentityMap(shape.size()));
  Value init = buildEmpty(inputs, shape, /*numDropped=*/0, element);
  return buildGeneric(inputs, init, maps, /*numReduced=*/0, body);
}

Value LoopBuilder::buildReduction(Value input, int64_t numDims, bool keepDims,
                                  FloatAttr init, BuildBody body) {
  ArrayRef<int64_t> sizes = getShape(input);
  SmallVector<int64_t> shape(sizes.drop_back(numDims));
  SmallVector<AffineExpr> kept;
  for (size_t dim = 0; dim < shape.size(); ++dim)
    kept.push_back(builder.getAffineDimExpr(dim));
  if (keepDims) {
    shape.append(numDims, 1);
    kept.append(numDims, builder.getAffineConstantExpr(0));
  }
  AffineMap maps[] = {
      builder.getMultiDimIdentityMap(sizes.size()),
      AffineMap::get(sizes.size(), 0, kept, builder.getContext())};
  Value empty =
      buildEmpty(input, shape, keepDims ? 0 : numDims, init.getType());
  Value number = arith::ConstantOp::create(builder, init);
  Value filled = linalg::FillOp::create(builder, number, empty).getResult(0);
  for (auto [dim, size] : llvm::enumerate(shape))
    if (ShapedType::isDynamic(size))
      graph.sizes[{filled, dim}] = getSize(empty, dim);
  return buildGeneric(input, filled, maps, numDims, body);
}

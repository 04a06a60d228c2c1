//===- FoldSlices.cpp - Slices that are reshapes --------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A slice of all of a tensor that only lacks dimensions of size 1, as
// upstream's passes on those leave it, moves no element.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Transforms/Passes.h"

#include "ShapeTracer.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/PatternMatch.h"

namespace seednorm {
#define GEN_PASS_DEF_FOLDSLICESPASS
#include "seednorm/Transforms/Passes.h.inc"
} // namespace seednorm

using namespace mlir;
using namespace seednorm;

/// Whether `slice` is all of `tensor`, index by index.
static bool isWhole(OffsetSizeAndStrideOpInterface slice, Value tensor) {
  if (!llvm::all_of(slice.getMixedOffsets(), isZeroInteger) ||
      !llvm::all_of(slice.getMixedStrides(), isOneInteger))
    return false;
  auto function = slice->getParentOfType<func::FuncOp>();
  if (!function)
    return false;
  ShapeTracer tracer(function);
  for (auto [dim, size] : llvm::enumerate(slice.getMixedSizes())) {
    Attribute whole = tracer.trace(tensor, dim);
    if (!whole || whole != tracer.trace(size))
      return false;
  }
  return true;
}

/// The dimensions of a tensor of which `dropped` are of size 1 and dropped,
/// each with one that is not.
static SmallVector<ReassociationIndices>
groupDims(int64_t rank, const llvm::SmallBitVector &dropped) {
  SmallVector<ReassociationIndices> groups;
  ReassociationIndices open;
  for (int64_t dim = 0; dim < rank; ++dim) {
    open.push_back(dim);
    if (dropped.test(dim))
      continue;
    groups.push_back(open);
    open.clear();
  }
  if (!groups.empty())
    llvm::append_range(groups.back(), open);
  return groups;
}

static void foldExtract(IRRewriter &rewriter, tensor::ExtractSliceOp slice) {
  if (!isWhole(slice, slice.getSource()))
    return;
  rewriter.setInsertionPoint(slice);
  Value whole = slice.getSource();
  if (slice.getDroppedDims().any())
    whole = tensor::CollapseShapeOp::create(
        rewriter, slice.getLoc(), whole,
        groupDims(slice.getSourceType().getRank(), slice.getDroppedDims()));
  if (whole.getType() != slice.getType())
    whole = tensor::CastOp::create(rewriter, slice.getLoc(), slice.getType(),
                                   whole);
  rewriter.replaceOp(slice, whole);
}

static void foldInsert(IRRewriter &rewriter, tensor::InsertSliceOp slice) {
  if (!isWhole(slice, slice.getDest()))
    return;
  rewriter.setInsertionPoint(slice);
  Value whole = slice.getSource();
  if (slice.getDroppedDims().any()) {
    auto source = cast<RankedTensorType>(whole.getType());
    SmallVector<int64_t> shape(slice.getDestType().getRank(), 1);
    int64_t dim = 0;
    for (int64_t target = 0; target < slice.getDestType().getRank(); ++target)
      if (!slice.getDroppedDims().test(target))
        shape[target] = source.getDimSize(dim++);
    whole = tensor::ExpandShapeOp::create(
        rewriter, slice.getLoc(),
        RankedTensorType::get(shape, source.getElementType()), whole,
        groupDims(slice.getDestType().getRank(), slice.getDroppedDims()),
        slice.getMixedSizes());
  }
  if (whole.getType() != slice.getType())
    whole = tensor::CastOp::create(rewriter, slice.getLoc(), slice.getType(),
                                   whole);
  rewriter.replaceOp(slice, whole);
}

namespace {
struct FoldSlices : seednorm::impl::FoldSlicesPassBase<FoldSlices> {
  void runOnOperation() override {
    SmallVector<Operation *> slices;
    getOperation()->walk([&](Operation *op) {
      if (isa<tensor::ExtractSliceOp, tensor::InsertSliceOp>(op))
        slices.push_back(op);
    });
    IRRewriter rewriter(&getContext());
    for (Operation *op : slices)
      if (auto extract = dyn_cast<tensor::ExtractSliceOp>(op))
        foldExtract(rewriter, extract);
      else
        foldInsert(rewriter, cast<tensor::InsertSliceOp>(op));
  }
};
} // namespace

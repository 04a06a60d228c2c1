//===- StridedArguments.cpp - Arguments whose rows are apart --------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The layout of an argument is settled while it is a tensor, so that
// bufferization carries it through the views of it.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Dialect/Row/IR/Row.h"
#include "seednorm/Transforms/Passes.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/MathExtras.h"

namespace seednorm {
#define GEN_PASS_DEF_STRIDEDARGUMENTSPASS
#include "seednorm/Transforms/Passes.h.inc"
} // namespace seednorm

using namespace mlir;
using namespace seednorm;

/// The memory of a tensor of which only the last `numDense` dimensions lie
/// without gaps.
static MemRefType getStridedType(RankedTensorType type, int64_t numDense) {
  SmallVector<int64_t> strides(type.getRank(), ShapedType::kDynamic);
  int64_t stride = 1;
  for (int64_t dim = type.getRank() - 1; dim >= type.getRank() - numDense;
       --dim) {
    strides[dim] = stride;
    stride = ShapedType::isDynamic(stride) || type.isDynamicDim(dim)
                 ? ShapedType::kDynamic
                 : stride * type.getDimSize(dim);
  }
  return MemRefType::get(
      type.getShape(), type.getElementType(),
      StridedLayoutAttr::get(type.getContext(), /*offset=*/0, strides));
}

/// Gives argument `index` of `function` the layout that its attributes say.
static LogicalResult setLayout(func::FuncOp function, unsigned index) {
  auto dense =
      function.getArgAttrOfType<IntegerAttr>(index, kDenseDimsAttrName);
  auto alignment =
      function.getArgAttrOfType<IntegerAttr>(index, kAlignmentAttrName);
  BlockArgument argument = function.getArgument(index);
  auto type = dyn_cast<RankedTensorType>(argument.getType());
  if (!type || !dense || dense.getInt() < 1 || dense.getInt() > type.getRank())
    return function.emitOpError("expects '")
           << kDenseDimsAttrName << "' to be a number of last dimensions of a "
           << "tensor, at least 1, but argument " << index << " is "
           << argument.getType() << " with "
           << function.getArgAttr(index, kDenseDimsAttrName);
  if (alignment &&
      (alignment.getInt() < 1 || !llvm::isPowerOf2_64(alignment.getInt())))
    return function.emitOpError("expects '")
           << kAlignmentAttrName << "' to be a power of two, but argument "
           << index << " has " << alignment;
  OpBuilder builder = OpBuilder::atBlockBegin(argument.getOwner());
  int64_t bytes = llvm::divideCeil(type.getElementTypeBitWidth(), 8);
  function.setArgAttr(
      index, row::kAlignmentAttrName,
      builder.getI64IntegerAttr(alignment ? alignment.getInt() : bytes));
  argument.setType(getStridedType(type, dense.getInt()));
  auto tensor = bufferization::ToTensorOp::create(builder, argument.getLoc(),
                                                  type, argument,
                                                  /*restrict=*/true);
  argument.replaceAllUsesExcept(tensor.getResult(), tensor);
  return success();
}

namespace {
struct StridedArguments
    : seednorm::impl::StridedArgumentsPassBase<StridedArguments> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      if (function.isExternal())
        continue;
      for (unsigned index = 0; index < function.getNumArguments(); ++index)
        if (function.getArgAttr(index, kDenseDimsAttrName) &&
            failed(setLayout(function, index)))
          return signalPassFailure();
      function.setType(FunctionType::get(
          &getContext(), function.getFunctionBody().getArgumentTypes(),
          function.getResultTypes()));
    }
  }
};
} // namespace

//===- Sizes.cpp - Sizes that follow from a call's arguments --------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reading sizes from IR; the run-time library evaluates them.
//
//===----------------------------------------------------------------------===//

#include "Sizes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace seednorm;

llvm::Error seednorm::makeOpError(Operation *op, const llvm::Twine &what) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  if (auto location = op->getLoc()->findInstanceOf<FileLineColLoc>())
    stream << location.getFilename().getValue() << ':' << location.getLine()
           << ':' << location.getColumn() << ": error: ";
  stream << "'" << op->getName() << "' op " << what;
  return llvm::createStringError(text);
}

int64_t SizeTable::add(SizeExpr::Kind kind, int64_t lhs, int64_t rhs) {
  nodes.push_back({kind, lhs, rhs});
  return nodes.size() - 1;
}

/// The dimension of the source that dimension `dim` of `slice` is.
static int64_t getSourceDim(memref::SubViewOp slice, int64_t dim) {
  llvm::SmallBitVector dropped = slice.getDroppedDims();
  for (int64_t source = 0; source < slice.getSourceType().getRank(); ++source)
    if (!dropped.test(source) && dim-- == 0)
      return source;
  llvm_unreachable("a slice has no more dimensions than its source");
}

llvm::Expected<int64_t> SizeTable::getDim(Value memref, int64_t dim) {
  auto type = cast<MemRefType>(memref.getType());
  if (!type.isDynamicDim(dim))
    return add(SizeExpr::Kind::Constant, type.getDimSize(dim));
  if (auto argument = dyn_cast<BlockArgument>(memref))
    return add(SizeExpr::Kind::ArgumentDim, argument.getArgNumber(), dim);
  if (auto alloc = memref.getDefiningOp<memref::AllocOp>())
    return getSize(alloc.getDynamicSizes()[type.getDynamicDimIndex(dim)]);
  if (auto cast = memref.getDefiningOp<memref::CastOp>())
    return getDim(cast.getSource(), dim);
  if (auto expanded = memref.getDefiningOp<memref::ExpandShapeOp>())
    return getSize(expanded.getMixedOutputShape()[dim]);
  if (auto slice = memref.getDefiningOp<memref::SubViewOp>())
    return getSize(slice.getMixedSizes()[getSourceDim(slice, dim)]);
  if (auto view = memref.getDefiningOp<memref::ReinterpretCastOp>())
    return getSize(view.getMixedSizes()[dim]);
  if (auto collapsed = memref.getDefiningOp<memref::CollapseShapeOp>()) {
    int64_t product = addConstant(1);
    ReassociationIndices group = collapsed.getReassociationIndices()[dim];
    for (int64_t sourceDim : group) {
      llvm::Expected<int64_t> size = getDim(collapsed.getSrc(), sourceDim);
      if (!size)
        return size;
      product = add(SizeExpr::Kind::Mul, product, *size);
    }
    return product;
  }
  return makeOpError(memref.getDefiningOp(),
                     "gives a size the host cannot know");
}

llvm::Expected<int64_t> SizeTable::getBinary(SizeExpr::Kind kind,
                                             llvm::Expected<int64_t> lhs,
                                             llvm::Expected<int64_t> rhs) {
  if (!lhs) {
    llvm::consumeError(rhs.takeError());
    return lhs;
  }
  if (!rhs)
    return rhs;
  return add(kind, *lhs, *rhs);
}

llvm::Expected<int64_t> SizeTable::getBinary(SizeExpr::Kind kind,
                                             Operation *op) {
  llvm::Expected<int64_t> lhs = getSize(op->getOperand(0));
  return getBinary(kind, std::move(lhs), getSize(op->getOperand(1)));
}

llvm::Expected<int64_t> SizeTable::getStride(Value memref, int64_t dim) {
  auto type = cast<MemRefType>(memref.getType());
  SmallVector<int64_t> strides;
  int64_t offset;
  if (succeeded(type.getStridesAndOffset(strides, offset)) &&
      ShapedType::isStatic(strides[dim]))
    return addConstant(strides[dim]);
  if (auto argument = dyn_cast<BlockArgument>(memref))
    return add(SizeExpr::Kind::ArgumentDim, argument.getArgNumber(),
               type.getRank() + dim);
  if (auto cast = memref.getDefiningOp<memref::CastOp>())
    return getStride(cast.getSource(), dim);
  if (auto slice = memref.getDefiningOp<memref::SubViewOp>()) {
    int64_t source = getSourceDim(slice, dim);
    return getBinary(SizeExpr::Kind::Mul, getStride(slice.getSource(), source),
                     getSize(slice.getMixedStrides()[source]));
  }
  if (auto view = memref.getDefiningOp<memref::ReinterpretCastOp>())
    return getSize(view.getMixedStrides()[dim]);
  if (auto expanded = memref.getDefiningOp<memref::ExpandShapeOp>())
    for (auto [source, group] :
         llvm::enumerate(expanded.getReassociationIndices())) {
      if (dim < group.front() || dim > group.back())
        continue;
      llvm::Expected<int64_t> stride = getStride(expanded.getSrc(), source);
      for (int64_t inner = dim + 1; inner <= group.back(); ++inner)
        stride = getBinary(SizeExpr::Kind::Mul, std::move(stride),
                           getDim(memref, inner));
      return stride;
    }
  if (auto collapsed = memref.getDefiningOp<memref::CollapseShapeOp>())
    return getStride(collapsed.getSrc(),
                     collapsed.getReassociationIndices()[dim].back());
  return makeOpError(memref.getDefiningOp(),
                     "gives a stride the host cannot know");
}

llvm::Expected<int64_t> SizeTable::getOffset(Value memref) {
  SmallVector<int64_t> strides;
  int64_t offset;
  if (succeeded(cast<MemRefType>(memref.getType())
                    .getStridesAndOffset(strides, offset)) &&
      ShapedType::isStatic(offset))
    return addConstant(offset);
  Operation *op = memref.getDefiningOp();
  if (auto slice = dyn_cast_if_present<memref::SubViewOp>(op)) {
    llvm::Expected<int64_t> total = getOffset(slice.getSource());
    for (auto [dim, first] : llvm::enumerate(slice.getMixedOffsets()))
      total = getBinary(SizeExpr::Kind::Add, std::move(total),
                        getBinary(SizeExpr::Kind::Mul, getSize(first),
                                  getStride(slice.getSource(), dim)));
    return total;
  }
  if (auto view = dyn_cast_if_present<memref::ReinterpretCastOp>(op))
    return getSize(view.getMixedOffsets().front());
  if (isa_and_present<memref::CastOp, memref::ExpandShapeOp,
                      memref::CollapseShapeOp>(op))
    return getOffset(op->getOperand(0));
  return makeOpError(op ? op : memref.getParentBlock()->getParentOp(),
                     "gives an offset the host cannot know");
}

llvm::Expected<int64_t> SizeTable::getSize(OpFoldResult size) {
  if (std::optional<int64_t> constant = getConstantIntValue(size))
    return addConstant(*constant);
  return getSize(cast<Value>(size));
}

llvm::Expected<int64_t> SizeTable::getSize(Value value) {
  IntegerAttr constant;
  if (matchPattern(value, m_Constant(&constant)))
    return add(SizeExpr::Kind::Constant, constant.getInt());
  Operation *op = value.getDefiningOp();
  if (auto dim = dyn_cast_or_null<memref::DimOp>(op))
    if (std::optional<int64_t> index = dim.getConstantIndex())
      return getDim(dim.getSource(), *index);
  if (auto metadata = dyn_cast_or_null<memref::ExtractStridedMetadataOp>(op)) {
    if (value == metadata.getOffset())
      return getOffset(metadata.getSource());
    for (auto [dim, stride] : llvm::enumerate(metadata.getStrides()))
      if (value == stride)
        return getStride(metadata.getSource(), dim);
    for (auto [dim, size] : llvm::enumerate(metadata.getSizes()))
      if (value == size)
        return getDim(metadata.getSource(), dim);
  }
  if (isa_and_present<arith::AddIOp>(op))
    return getBinary(SizeExpr::Kind::Add, op);
  if (isa_and_present<arith::MulIOp>(op))
    return getBinary(SizeExpr::Kind::Mul, op);
  if (isa_and_present<arith::DivUIOp, arith::DivSIOp, arith::FloorDivSIOp>(op))
    return getBinary(SizeExpr::Kind::Div, op);
  if (isa_and_present<arith::CeilDivUIOp>(op))
    return getBinary(SizeExpr::Kind::CeilDiv, op);
  if (isa_and_present<arith::MaxUIOp>(op))
    return getBinary(SizeExpr::Kind::Max, op);
  if (isa_and_present<arith::MinUIOp>(op))
    return getBinary(SizeExpr::Kind::Min, op);
  return makeOpError(op ? op : value.getParentBlock()->getParentOp(),
                     "gives a size the host cannot know");
}

//===- ViewsToPointers.cpp - Addresses of views, where the views are ------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream adds the offset of a view to the address of its memory at each
// access. Behind this pass the offset is 0, and the address that of the view:
// a loop needs one register for it instead of two and an addition, and views
// whose distances are constant have one register for all of them.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Transforms/Passes.h"

#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"

namespace seednorm {
#define GEN_PASS_DEF_VIEWSTOPOINTERSPASS
#include "seednorm/Transforms/Passes.h.inc"
} // namespace seednorm

using namespace mlir;

static Value convert(OpBuilder &builder, Location loc, Type type, Value value) {
  return UnrealizedConversionCastOp::create(builder, loc, type, value)
      .getResult(0);
}

namespace {
/// The sum of `variable`, or 0 if it is null, and `constant`.
struct Offset {
  Value variable;
  uint64_t constant = 0;
};
} // namespace

/// Takes the constant out of an offset: loads and stores add it for nothing, so
/// that views at constant distances need one register for all their addresses.
static Offset splitOffset(OpBuilder &builder, Value offset) {
  APInt constant;
  if (matchPattern(offset, m_ConstantInt(&constant)))
    return {Value(), constant.getZExtValue()};
  Operation *op = offset.getDefiningOp();
  if (!isa_and_present<arith::AddIOp, arith::MulIOp>(op) ||
      !matchPattern(op->getOperand(1), m_ConstantInt(&constant)))
    return {offset};
  // As addresses do, all of this wraps around.
  uint64_t number = constant.getZExtValue();
  Offset split = splitOffset(builder, op->getOperand(0));
  if (isa<arith::AddIOp>(op))
    return {split.variable, split.constant + number};
  if (split.constant == 0)
    return {offset};
  if (split.variable)
    split.variable = arith::MulIOp::create(builder, op->getLoc(),
                                           split.variable, op->getOperand(1));
  return {split.variable, split.constant * number};
}

/// Moves the memory that `view` shows to where the view begins.
static void moveSource(memref::ReinterpretCastOp view,
                       const LLVMTypeConverter &types) {
  OpBuilder builder(view);
  Location loc = view.getLoc();
  auto memory = mlir::cast<MemRefType>(view.getSource().getType());
  Type i64 = types.getIndexType();
  MemRefDescriptor source(
      convert(builder, loc, types.convertType(memory), view.getSource()));
  Value pointer = source.alignedPtr(builder, loc);
  auto moveBy = [&](LLVM::GEPArg offset) {
    pointer = LLVM::GEPOp::create(builder, loc, pointer.getType(),
                                  types.convertType(memory.getElementType()),
                                  pointer, offset);
  };
  Offset offset = splitOffset(builder, view.getOffsets().front());
  if (offset.variable)
    moveBy(convert(builder, loc, i64, offset.variable));
  if (offset.constant != 0)
    moveBy(LLVM::ConstantOp::create(builder, loc, i64,
                                    static_cast<int64_t>(offset.constant))
               .getResult());
  source.setAlignedPtr(builder, loc, pointer);
  view.getSourceMutable().assign(convert(builder, loc, memory, source));
  view.getOffsetsMutable().assign(
      arith::ConstantIndexOp::create(builder, loc, 0));
}

namespace {
struct ViewsToPointers
    : seednorm::impl::ViewsToPointersPassBase<ViewsToPointers> {
  void runOnOperation() override {
    LLVMTypeConverter types(&getContext());
    getOperation()->walk([&](memref::ReinterpretCastOp view) {
      auto memory = dyn_cast<MemRefType>(view.getSource().getType());
      if (memory && types.convertType(memory) && !view.getOffsets().empty())
        moveSource(view, types);
    });
  }
};
} // namespace

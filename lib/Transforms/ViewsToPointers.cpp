//===- ViewsToPointers.cpp - Addresses of views, where the views are ------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream adds the offset of a view to the address of its memory at each
// access. Behind this pass the offset is 0, and the address that of the view:
// a loop needs one register for it instead of two and an addition.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Transforms/Passes.h"

#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace seednorm {
#define GEN_PASS_DEF_VIEWSTOPOINTERSPASS
#include "seednorm/Transforms/Passes.h.inc"
} // namespace seednorm

using namespace mlir;

static Value convert(OpBuilder &builder, Location loc, Type type, Value value) {
  return UnrealizedConversionCastOp::create(builder, loc, type, value)
      .getResult(0);
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
  Value offset = convert(builder, loc, i64, view.getOffsets().front());
  source.setAlignedPtr(
      builder, loc,
      LLVM::GEPOp::create(builder, loc, pointer.getType(),
                          types.convertType(memory.getElementType()), pointer,
                          offset));
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

//===- SinkNarrowFloats.cpp - Integers from block to block ----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A vector of floats that a machine has no registers for is taken apart where
// it leaves its block, and put together where it comes to; integers are not.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Transforms/Passes.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace seednorm {
#define GEN_PASS_DEF_SINKNARROWFLOATSPASS
#include "seednorm/Transforms/Passes.h.inc"
} // namespace seednorm

using namespace mlir;

static bool isNarrowFloat(Type type) {
  auto element = dyn_cast<FloatType>(getElementTypeOrSelf(type));
  return element && element.getWidth() < 32;
}

/// `value` as integers, in its own block.
static Value getBits(Value value) {
  if (auto cast = value.getDefiningOp<LLVM::BitcastOp>())
    if (!isNarrowFloat(cast.getArg().getType()))
      return cast.getArg();
  OpBuilder builder(value.getContext());
  builder.setInsertionPointAfterValue(value);
  Type bits = builder.getIntegerType(
      getElementTypeOrSelf(value.getType()).getIntOrFloatBitWidth());
  if (auto vector = dyn_cast<VectorType>(value.getType()))
    bits = vector.clone(bits);
  return LLVM::BitcastOp::create(builder, value.getLoc(), bits, value);
}

/// Hands `value` to each other block as integers.
static void sink(Value value) {
  llvm::SmallDenseMap<Block *, Value> copies;
  Value bits;
  for (OpOperand &use : llvm::make_early_inc_range(value.getUses())) {
    Block *block = use.getOwner()->getBlock();
    if (block == value.getParentBlock())
      continue;
    if (!bits)
      bits = getBits(value);
    Value &copy = copies[block];
    if (!copy) {
      OpBuilder builder = OpBuilder::atBlockBegin(block);
      copy = LLVM::BitcastOp::create(builder, value.getLoc(), value.getType(),
                                     bits);
    }
    use.set(copy);
  }
  if (Operation *op = value.getDefiningOp(); op && isOpTriviallyDead(op))
    op->erase();
}

namespace {
struct SinkNarrowFloats
    : seednorm::impl::SinkNarrowFloatsPassBase<SinkNarrowFloats> {
  void runOnOperation() override {
    SmallVector<Value> values;
    getOperation()->walk([&](Operation *op) {
      // Constants are had again wherever they are used.
      if (!isa<LLVM::ConstantOp, LLVM::UndefOp, LLVM::PoisonOp>(op))
        llvm::copy_if(
            op->getResults(), std::back_inserter(values),
            [](Value value) { return isNarrowFloat(value.getType()); });
    });
    llvm::for_each(values, sink);
  }
};
} // namespace

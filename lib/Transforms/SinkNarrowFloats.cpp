//===- SinkNarrowFloats.cpp - Integers from block to block ----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A vector of floats that a machine has no registers for is taken apart where
// it leaves its block, and put together where it comes to; integers are not.
// Neither has LLVM stores past the caches for the widest of these vectors.
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

/// The type of the bits of `type`.
static Type getBitsType(Type type) {
  Type bits = IntegerType::get(
      type.getContext(), getElementTypeOrSelf(type).getIntOrFloatBitWidth());
  auto vector = dyn_cast<VectorType>(type);
  return vector ? vector.clone(bits) : bits;
}

/// `value` as integers, in its own block.
static Value getBits(Value value) {
  if (auto cast = value.getDefiningOp<LLVM::BitcastOp>())
    if (!isNarrowFloat(cast.getArg().getType()))
      return cast.getArg();
  OpBuilder builder(value.getContext());
  builder.setInsertionPointAfterValue(value);
  return LLVM::BitcastOp::create(builder, value.getLoc(),
                                 getBitsType(value.getType()), value);
}

/// Writes integers past the caches.
static void storeBits(LLVM::StoreOp store) {
  Value value = store.getValue();
  if (store.getNontemporal() && isNarrowFloat(value.getType()))
    store.getValueMutable().assign(getBits(value));
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
    getOperation()->walk(storeBits);
  }
};
} // namespace

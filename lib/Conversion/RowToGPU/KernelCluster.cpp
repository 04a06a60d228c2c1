//===- KernelCluster.cpp - What the blocks of a cluster share -------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Blocks that have one row write partial sums into the shared memory of each
// other, and read only their own, so that behind that nobody needs another one
// and none has to wait before it ends.
//
// A block with one row writes each slot once. A store then brings word of
// itself to a barrier object beside the slots, which knows how many bytes to
// expect: blocks wait for what they read and for nothing else. A barrier of the
// cluster, which persistent blocks need, is a fence for all of memory, and
// empties L1 (MEMBAR.ALL.GPU and CCTL.IVALL in what ptxas 13.0 makes of it).
//
//===----------------------------------------------------------------------===//

#include "KernelBuilder.h"
#include "KernelCode.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace seednorm;

/// Where `position` of shared memory is.
Value KernelBuilder::getSharedPointer(OpBuilder &builder, Value memory,
                                      Value position) {
  auto pointer = LLVM::LLVMPointerType::get(
      builder.getContext(),
      static_cast<unsigned>(NVVM::NVVMMemorySpace::Shared));
  Type i64 = builder.getI64Type();
  Value address = arith::IndexCastOp::create(
      builder, loc, i64,
      memref::ExtractAlignedPointerAsIndexOp::create(builder, loc, memory));
  Value offset = arith::IndexCastOp::create(builder, loc, i64, position);
  return LLVM::GEPOp::create(
      builder, loc, pointer,
      cast<MemRefType>(memory.getType()).getElementType(),
      LLVM::IntToPtrOp::create(builder, loc, pointer, address),
      ArrayRef<LLVM::GEPArg>{offset});
}

/// Tells the other blocks of the cluster that partials may arrive here.
void KernelBuilder::arriveAtCluster(OpBuilder &builder) {
  if (!rank || !shared)
    return;
  hasArrived = true;
  if (!arrivals) {
    NVVM::ClusterArriveRelaxedOp::create(builder, loc, builder.getUnitAttr());
    return;
  }
  Value isFirst = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq,
                                        inBlock, index(builder, 0));
  buildIf(builder, loc, isFirst, [&](OpBuilder &inside) {
    Value one = arith::ConstantIntOp::create(inside, loc, 1, 32);
    for (int64_t i = 0; i < row::getNumArrivals(analysis, schedule); ++i)
      NVVM::MBarrierInitOp::create(
          inside, loc, getSharedPointer(inside, arrivals, index(inside, i)),
          one, /*predicate=*/Value());
    NVVM::FenceMbarrierInitOp::create(inside, loc);
  });
  NVVM::ClusterArriveRelaxedOp::create(builder, loc, builder.getUnitAttr());
}

/// Waits until all have, once: before that nobody may write to them.
void KernelBuilder::waitForCluster(OpBuilder &builder) {
  if (!hasArrived)
    return;
  NVVM::ClusterWaitOp::create(builder, loc, builder.getUnitAttr());
  hasArrived = false;
}

/// The barrier object for the level at hand.
Value KernelBuilder::getArrival(OpBuilder &builder) {
  return getSharedPointer(builder, arrivals, index(builder, level - 1));
}

/// Says how many bytes are to arrive of the partials of all sums of a level.
void KernelBuilder::expectPartials(OpBuilder &builder,
                                   ArrayRef<SumState *> states) {
  int64_t bytes = 0;
  for (SumState *state : states)
    bytes += state->plan.getNumPartials() * sizeof(float);
  if (!arrivals || !bytes)
    return;
  Value isFirst = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq,
                                        inBlock, index(builder, 0));
  buildIf(builder, loc, isFirst, [&](OpBuilder &inside) {
    auto scope = NVVM::MemScopeKindAttr::get(builder.getContext(),
                                             NVVM::MemScopeKind::CTA);
    NVVM::MBarrierArriveExpectTxOp::create(
        inside, loc, /*res=*/Type(), getArrival(inside),
        arith::ConstantIntOp::create(inside, loc, bytes, 32), scope,
        inside.getBoolAttr(false), /*predicate=*/Value());
  });
}

/// Waits until all of them have arrived: for the end of the first phase of the
/// barrier object, or for all blocks.
void KernelBuilder::waitForPartials(OpBuilder &builder) {
  if (!arrivals) {
    NVVM::ClusterArriveOp::create(builder, loc, builder.getUnitAttr());
    NVVM::ClusterWaitOp::create(builder, loc, builder.getUnitAttr());
    return;
  }
  Value phase = arith::ConstantIntOp::create(builder, loc, 0, 32);
  Value arrival = getArrival(builder);
  auto scope = NVVM::MemScopeKindAttr::get(builder.getContext(),
                                           NVVM::MemScopeKind::CTA);
  scf::WhileOp::create(
      builder, loc, TypeRange(), ValueRange(),
      [&](OpBuilder &inside, Location, ValueRange) {
        Value done = NVVM::MBarrierTryWaitOp::create(
            inside, loc, inside.getI1Type(), arrival, phase, /*ticks=*/Value(),
            scope, inside.getBoolAttr(false));
        Value again = arith::XOrIOp::create(
            inside, loc, done, arith::ConstantIntOp::create(inside, loc, 1, 1));
        scf::ConditionOp::create(inside, loc, again, ValueRange());
      },
      [&](OpBuilder &inside, Location, ValueRange) {
        scf::YieldOp::create(inside, loc);
      });
}

/// Stores `bits` at `place` of the shared memory of a cluster, and has
/// `arrival` count them.
static void buildStoreAsync(OpBuilder &builder, Location loc, Value place,
                            Value bits, Value arrival) {
  Value operands[] = {place, bits, arrival};
  MLIRContext *context = builder.getContext();
  LLVM::InlineAsmOp::create(
      builder, loc, /*res=*/Type(), operands,
      builder.getStringAttr("st.async.weak.shared::cluster.mbarrier::"
                            "complete_tx::bytes.b32 [$0], $1, [$2];"),
      builder.getStringAttr("l,r,l"), builder.getUnitAttr(),
      /*is_align_stack=*/UnitAttr(),
      LLVM::TailCallKindAttr::get(context,
                                  LLVM::tailcallkind::TailCallKind::None),
      LLVM::AsmDialectAttr::get(context, LLVM::AsmDialect::AD_ATT),
      /*operand_attrs=*/ArrayAttr());
}

/// Stores `value` at `position` of the slots of every block. `lanes` lanes have
/// the value and share the work; all of them are here.
void KernelBuilder::storeToCluster(OpBuilder &builder, Value value,
                                   Value position, int64_t lanes) {
  auto pointer = LLVM::LLVMPointerType::get(
      builder.getContext(),
      static_cast<unsigned>(NVVM::NVVMMemorySpace::SharedCluster));
  Type i32 = builder.getI32Type();
  Value slot = getSharedPointer(builder, shared, position);
  int64_t blocks = schedule.getCluster();
  Value mine =
      arith::RemUIOp::create(builder, loc, lane, index(builder, lanes));
  for (int64_t first = 0; first < blocks; first += lanes) {
    Value block =
        arith::AddIOp::create(builder, loc, mine, index(builder, first));
    Value exists;
    if (first + lanes > blocks)
      exists = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult,
                                     block, index(builder, blocks));
    buildIf(builder, loc, exists, [&](OpBuilder &inside) {
      Value number = arith::IndexCastOp::create(inside, loc, i32, block);
      auto map = [&](Value own) -> Value {
        return NVVM::MapaOp::create(inside, loc, pointer, own, number);
      };
      if (!arrivals) {
        LLVM::StoreOp::create(inside, loc, value, map(slot));
        return;
      }
      buildStoreAsync(inside, loc, map(slot),
                      arith::BitcastOp::create(inside, loc, i32, value),
                      map(getArrival(inside)));
    });
  }
}

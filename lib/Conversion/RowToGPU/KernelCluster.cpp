//===- KernelCluster.cpp - What the blocks of a cluster share -------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Blocks that have one row write partial sums into the shared memory of each
// other, and read only their own. A store brings word of itself to a barrier
// object beside the slots, which knows how many bytes to expect: blocks wait
// for what they read and for nothing else. A barrier of the cluster would be a
// fence for all of memory, and empty L1 of parameters (MEMBAR.ALL.GPU and
// CCTL.IVALL in what ptxas 13.0 makes of it, and of any arrival or wait that is
// a release or an acquire of cluster scope). So both are relaxed, beside fences
// for shared memory only.
//
// Of a sum over the whole row a block sends one number: its warps meet first.
// With one of each warp, 256 in a cluster of 16 with 512 threads a block, rows
// of 65536 columns took 2.0 us each (SeeDNorm backward, H100, 2026-11-26).
//
// Persistent blocks have two halves of slots, for every other row each. When a
// warp has read those of a row, it says so to all blocks; they wait for the
// warps of all blocks before they send partials of the row after the next, and
// before they end. Where blocks send totals only, the first warp says so for
// its block, when it has met the others for the next row.
//
//===----------------------------------------------------------------------===//

#include "KernelBuilder.h"
#include "KernelCode.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace mlir;
using namespace seednorm;

static constexpr int64_t kWarpSize = 32;
/// Of the slots of a persistent block.
static constexpr int64_t kNumHalves = 2;

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
  int64_t numArrivals = row::getNumArrivals(analysis, schedule);
  int64_t partials = numArrivals - (schedule.isPersistent() ? kNumHalves : 0);
  int64_t readers = sendsTotalsOnly ? schedule.getCluster()
                                    : schedule.getThreadsPerRow() / kWarpSize;
  Value isFirst = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq,
                                        inBlock, index(builder, 0));
  buildIf(builder, loc, isFirst, [&](OpBuilder &inside) {
    for (int64_t i = 0; i < numArrivals; ++i) {
      int64_t count = i < partials ? 1 : readers;
      NVVM::MBarrierInitOp::create(
          inside, loc, getSharedPointer(inside, arrivals, index(inside, i)),
          arith::ConstantIntOp::create(inside, loc, count, 32),
          /*predicate=*/Value());
    }
    NVVM::FenceMbarrierInitOp::create(inside, loc);
  });
  NVVM::ClusterArriveRelaxedOp::create(builder, loc, builder.getUnitAttr());
}

/// Waits, once, until all have, and once a row until all have read what was in
/// the slots: before that nobody may write to them.
void KernelBuilder::waitForCluster(OpBuilder &builder) {
  if (std::exchange(hasArrived, false))
    NVVM::ClusterWaitOp::create(builder, loc, builder.getUnitAttr());
  if (std::exchange(mayBeRead, false))
    waitForReaders(builder);
}

/// The barrier object for partials of the level and the row at hand.
Value KernelBuilder::getArrival(OpBuilder &builder) {
  if (!turn)
    return getSharedPointer(builder, arrivals, index(builder, level - 1));
  Value half =
      arith::RemUIOp::create(builder, loc, turn, index(builder, kNumHalves));
  Value first = index(builder, kNumHalves * (level - 1));
  return getSharedPointer(builder, arrivals,
                          arith::AddIOp::create(builder, loc, half, first));
}

/// The barrier object for the warps that have read a half of the slots.
Value KernelBuilder::getReaders(OpBuilder &builder, Value half) {
  int64_t first = kNumHalves * analysis.getNumLevels();
  return getSharedPointer(
      builder, arrivals,
      arith::AddIOp::create(builder, loc, half, index(builder, first)));
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

/// Waits for the end of the phase of a barrier object whose number has parity
/// `phase`.
void KernelBuilder::waitForPhase(OpBuilder &builder, Value barrier,
                                 Value phase) {
  auto scope = NVVM::MemScopeKindAttr::get(builder.getContext(),
                                           NVVM::MemScopeKind::CLUSTER);
  scf::WhileOp::create(
      builder, loc, TypeRange(), ValueRange(),
      [&](OpBuilder &inside, Location, ValueRange) {
        Value done = NVVM::MBarrierTryWaitOp::create(
            inside, loc, inside.getI1Type(), barrier, phase, /*ticks=*/Value(),
            scope, /*relaxed=*/inside.getBoolAttr(true));
        Value again = arith::XOrIOp::create(
            inside, loc, done, arith::ConstantIntOp::create(inside, loc, 1, 1));
        scf::ConditionOp::create(inside, loc, again, ValueRange());
      },
      [&](OpBuilder &inside, Location, ValueRange) {
        scf::YieldOp::create(inside, loc);
      });
  NVVM::FenceSyncRestrictOp::create(
      builder, loc,
      NVVM::MemOrderKindAttr::get(builder.getContext(),
                                  NVVM::MemOrderKind::ACQUIRE));
}

/// Waits until all of them have arrived.
void KernelBuilder::waitForPartials(OpBuilder &builder) {
  Value phase = arith::ConstantIntOp::create(builder, loc, 0, 32);
  // Each half has a phase for every other row.
  if (turn)
    phase = arith::IndexCastOp::create(
        builder, loc, builder.getI32Type(),
        arith::DivUIOp::create(builder, loc, turn, index(builder, kNumHalves)));
  waitForPhase(builder, getArrival(builder), phase);
}

/// Waits until all warps of the cluster have read what was in the half of the
/// slots that the row at hand has, two rows before; of the first two rows there
/// is nothing. Where blocks tell it of the row before, the first row tells it
/// of none, and its half is one phase ahead.
void KernelBuilder::waitForReaders(OpBuilder &builder) {
  Value halves = index(builder, kNumHalves), one = index(builder, 1);
  Value ofPhase = turn;
  if (sendsTotalsOnly)
    ofPhase = arith::RemUIOp::create(
        builder, loc, arith::AddIOp::create(builder, loc, turn, one),
        index(builder, 2 * kNumHalves));
  Value phase = arith::SubIOp::create(
      builder, loc, one, arith::DivUIOp::create(builder, loc, ofPhase, halves));
  Value half = arith::RemUIOp::create(builder, loc, turn, halves);
  waitForPhase(
      builder, getReaders(builder, half),
      arith::IndexCastOp::create(builder, loc, builder.getI32Type(), phase));
}

/// Has as many lanes of a warp as there are blocks in the cluster say to one of
/// them each that there is nothing more to read in half `half` of the slots.
void KernelBuilder::tellBlocks(OpBuilder &builder, Value half) {
  Value tells =
      arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult, lane,
                            index(builder, schedule.getCluster()));
  buildIf(builder, loc, tells, [&](OpBuilder &inside) {
    MLIRContext *context = builder.getContext();
    NVVM::FenceSyncRestrictOp::create(
        inside, loc,
        NVVM::MemOrderKindAttr::get(context, NVVM::MemOrderKind::RELEASE));
    NVVM::MBarrierArriveOp::create(
        inside, loc, /*res=*/Type(),
        mapToBlock(inside, getReaders(inside, half), lane), /*count=*/Value(),
        NVVM::MemScopeKindAttr::get(context, NVVM::MemScopeKind::CLUSTER),
        /*relaxed=*/inside.getBoolAttr(true));
  });
}

/// Has each warp say to all blocks of the cluster that it has read what there
/// is in its own block's slots of the row at hand.
void KernelBuilder::arriveAsReader(OpBuilder &builder) {
  if (!turn || sendsTotalsOnly)
    return;
  Value all = arith::ConstantIntOp::create(builder, loc, -1, 32);
  NVVM::SyncWarpOp::create(builder, loc, all);
  tellBlocks(builder, arith::RemUIOp::create(builder, loc, turn,
                                             index(builder, kNumHalves)));
}

/// Has the first warp of a block say so of the row before, when it has met the
/// other ones.
void KernelBuilder::arriveForBlock(OpBuilder &builder) {
  if (!turn || !sendsTotalsOnly || level != 1)
    return;
  Value next = arith::AddIOp::create(builder, loc, turn, index(builder, 1));
  tellBlocks(builder, arith::RemUIOp::create(builder, loc, next,
                                             index(builder, kNumHalves)));
}

/// Waits until all blocks of the cluster have read and have said so, as nothing
/// may come to a block that has ended.
void KernelBuilder::waitForLastReaders(OpBuilder &builder) {
  if (!turn)
    return;
  // A half that no row had is in its first phase, and the one before is over.
  // Of the last row no block tells that sends totals only.
  for (int64_t ahead = 1; ahead <= (sendsTotalsOnly ? 1 : kNumHalves);
       ++ahead) {
    Value next =
        arith::AddIOp::create(builder, loc, turn, index(builder, ahead));
    llvm::SaveAndRestore<Value> restore(
        turn, arith::RemUIOp::create(builder, loc, next,
                                     index(builder, 2 * kNumHalves)));
    waitForReaders(builder);
  }
}

/// Where block `number` of the cluster has what is at `own` here.
Value KernelBuilder::mapToBlock(OpBuilder &builder, Value own, Value number) {
  auto pointer = LLVM::LLVMPointerType::get(
      builder.getContext(),
      static_cast<unsigned>(NVVM::NVVMMemorySpace::SharedCluster));
  return NVVM::MapaOp::create(
      builder, loc, pointer, own,
      arith::IndexCastOp::create(builder, loc, builder.getI32Type(), number));
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
      buildStoreAsync(
          inside, loc, mapToBlock(inside, slot, block),
          arith::BitcastOp::create(inside, loc, builder.getI32Type(), value),
          mapToBlock(inside, getArrival(inside), block));
    });
  }
}

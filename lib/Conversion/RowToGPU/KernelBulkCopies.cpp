//===- KernelBulkCopies.cpp - Rows that one thread copies -----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One thread starts the copies of all columns that its block has of a row, and
// tells a barrier object of the row's place how many bytes to expect, which all
// threads wait at. When a warp has read the row, it says so to another object,
// where the thread waits before it copies to that place again.
//
// Rows lie as if each thread had copied its own columns (`ThreadPlaces`): what
// a block has of a row is one piece of memory for each chunk of its threads.
//
//===----------------------------------------------------------------------===//

#include "KernelBuilder.h"
#include "KernelCode.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace seednorm;

static constexpr int64_t kWarpSize = 32;

static NVVM::MemScopeKindAttr getBlockScope(OpBuilder &builder) {
  return NVVM::MemScopeKindAttr::get(builder.getContext(),
                                     NVVM::MemScopeKind::CTA);
}

/// The barrier object of a place, for the row that arrives, or for those who
/// have read it.
Value KernelBuilder::getCopyBarrier(OpBuilder &builder, RingPlace place,
                                    bool forReaders) {
  Value position = index(builder, forReaders ? schedule.getRowsInShared() : 0);
  if (place.number)
    position = builder.createOrFold<arith::AddIOp>(loc, position, place.number);
  return getSharedPointer(builder, copyBarriers, position);
}

/// Makes the barrier objects, once for all of the block.
void KernelBuilder::initCopyBarriers(OpBuilder &builder) {
  if (!copyBarriers)
    return;
  Value isFirst = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq,
                                        inBlock, index(builder, 0));
  buildIf(builder, loc, isFirst, [&](OpBuilder &inside) {
    for (int64_t i = 0; i < row::getNumCopyBarriers(schedule); ++i) {
      int64_t count = i < schedule.getRowsInShared()
                          ? 1
                          : schedule.getThreadsPerBlock() / kWarpSize;
      NVVM::MBarrierInitOp::create(
          inside, loc, getSharedPointer(inside, copyBarriers, index(inside, i)),
          arith::ConstantIntOp::create(inside, loc, count, 32),
          /*predicate=*/Value());
    }
    NVVM::FenceMbarrierInitOp::create(inside, loc);
  });
  gpu::BarrierOp::create(builder, loc);
}

/// Where element `position` of a view of global memory is.
static Value getGlobalPointer(OpBuilder &builder, Location loc, Value view,
                              Value position) {
  auto pointer = LLVM::LLVMPointerType::get(
      builder.getContext(),
      static_cast<unsigned>(NVVM::NVVMMemorySpace::Global));
  Type i64 = builder.getI64Type();
  auto metadata = memref::ExtractStridedMetadataOp::create(builder, loc, view);
  Value address = arith::IndexCastOp::create(
      builder, loc, i64,
      memref::ExtractAlignedPointerAsIndexOp::create(builder, loc, view));
  Value offset = arith::IndexCastOp::create(
      builder, loc, i64,
      arith::AddIOp::create(builder, loc, metadata.getOffset(), position));
  return LLVM::GEPOp::create(
      builder, loc, pointer, cast<MemRefType>(view.getType()).getElementType(),
      LLVM::IntToPtrOp::create(builder, loc, pointer, address),
      ArrayRef<LLVM::GEPArg>{offset});
}

/// Starts the copies of an operand's row, each of what the block's threads have
/// of one of their chunks, as far as there is so much of the row.
void KernelBuilder::copyPieces(OpBuilder &builder, const KernelOperand &operand,
                               RingPlace place, Value barrier) {
  const row::ThreadPlaces &places = *operand.places;
  int64_t piece = places.getChunkStride();
  int64_t stride = piece * schedule.getCluster();
  int64_t bytes =
      getElementTypeOrSelf(operand.slice).getIntOrFloatBitWidth() / 8;
  auto multiply = [&](OpBuilder &inside, Value value, int64_t factor) {
    return inside.createOrFold<arith::MulIOp>(loc, value,
                                              index(inside, factor));
  };
  Value zero = index(builder, 0), end = index(builder, operand.numStored);
  Value first = rank ? multiply(builder, rank, piece) : zero;
  Value base = place.number
                   ? multiply(builder, place.number, places.getNumElements())
                   : zero;
  buildLoop(
      builder, loc, first, end, index(builder, stride), {},
      [&](OpBuilder &inside, Value column) {
        Value count = index(inside, piece);
        if (operand.numStored % stride != 0)
          count = arith::MinUIOp::create(
              inside, loc, count,
              arith::SubIOp::create(inside, loc, end, column));
        Value size = arith::IndexCastOp::create(
            inside, loc, inside.getI32Type(), multiply(inside, count, bytes));
        Value chunk =
            arith::DivUIOp::create(inside, loc, column, index(inside, stride));
        Value target = arith::AddIOp::create(inside, loc, base,
                                             multiply(inside, chunk, piece));
        NVVM::MBarrierExpectTxOp::create(inside, loc, barrier, size,
                                         getBlockScope(inside));
        NVVM::CpAsyncBulkGlobalToSharedClusterOp::create(
            inside, loc, getSharedPointer(inside, operand.copied, target),
            getGlobalPointer(inside, loc, operand.view, column), barrier, size,
            /*multicastMask=*/Value(), /*l2CacheHint=*/Value());
      });
}

/// Has one thread copy the row at hand, if it exists, to `place`, when that is
/// free.
void KernelBuilder::copyRowInBulk(OpBuilder &builder, RingPlace place) {
  Value copies = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq,
                                       inBlock, index(builder, 0));
  if (exists)
    copies = arith::AndIOp::create(builder, loc, copies, exists);
  buildIf(builder, loc, copies, [&](OpBuilder &inside) {
    if (place.parity) {
      // For the turn before; of the first one there is none, which is over.
      Value before =
          arith::SubIOp::create(inside, loc, index(inside, 1), place.parity);
      waitForPhase(
          inside, getCopyBarrier(inside, place, /*forReaders=*/true),
          arith::IndexCastOp::create(inside, loc, inside.getI32Type(), before));
    }
    Value barrier = getCopyBarrier(inside, place, /*forReaders=*/false);
    for (const KernelOperand &operand : inputs)
      if (operand.copied)
        copyPieces(inside, operand, place, barrier);
    NVVM::MBarrierArriveOp::create(inside, loc, inside.getI64Type(), barrier,
                                   /*count=*/Value(), getBlockScope(inside),
                                   /*relaxed=*/inside.getBoolAttr(false));
  });
}

/// Waits until the row at hand has arrived, if it exists.
void KernelBuilder::waitForBulkRow(OpBuilder &builder) {
  buildIf(builder, loc, exists, [&](OpBuilder &inside) {
    Value phase = arith::ConstantIntOp::create(inside, loc, 0, 32);
    if (ring.parity)
      phase = arith::IndexCastOp::create(inside, loc, inside.getI32Type(),
                                         ring.parity);
    waitForPhase(inside, getCopyBarrier(inside, ring, /*forReaders=*/false),
                 phase);
  });
}

/// Has each warp say that it has read the row at hand.
void KernelBuilder::freePlace(OpBuilder &builder) {
  if (!copyBarriers)
    return;
  Value all = arith::ConstantIntOp::create(builder, loc, -1, 32);
  NVVM::SyncWarpOp::create(builder, loc, all);
  Value tells = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq,
                                      lane, index(builder, 0));
  buildIf(builder, loc, tells, [&](OpBuilder &inside) {
    NVVM::MBarrierArriveOp::create(
        inside, loc, inside.getI64Type(),
        getCopyBarrier(inside, ring, /*forReaders=*/true), /*count=*/Value(),
        getBlockScope(inside), /*relaxed=*/inside.getBoolAttr(false));
  });
}

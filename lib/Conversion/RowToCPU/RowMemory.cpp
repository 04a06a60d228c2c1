//===- RowMemory.cpp - What memory does beside the computation ------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The sums of a row read memory and its application writes it. While one row is
// applied the next is fetched, so that both go on all the time; and where a
// call is larger than the caches, stores go past them, or each line would be
// read only to be overwritten.
//
//===----------------------------------------------------------------------===//

#include "RowLoopBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace seednorm;
using row::AccessKind;
using row::Chunk;

/// Of so many rows side by side one is fetched with the first sums, since their
/// sweep waits for no memory if all were fetched before. That takes 0.92 to 1.0
/// of the time of none, two 1.05 (SeeDNorm of 4096 columns out of cache).
static constexpr size_t kRowsOfFetched = 4;
/// The narrowest store past the caches that machines have for vectors.
static constexpr int64_t kMinStoreBytes = 16;

static int64_t getElementBytes(const RowOperand &operand) {
  return getElementTypeOrSelf(operand.slice).getIntOrFloatBitWidth() / 8;
}

/// Whether `operand` has a slice for each row.
static bool isOfRow(const RowOperand &operand) {
  return !operand.access.isSummed() &&
         operand.access.getKind() == AccessKind::Row;
}

//===----------------------------------------------------------------------===//
// Stores past the caches
//===----------------------------------------------------------------------===//

/// Decides which outputs may be written so, and computes whether this call
/// does: if it is large, and rows start on lines.
void RowLoopBuilder::chooseStreams(OpBuilder &builder, Value rows) {
  lastRow = arith::SubIOp::create(builder, loc, rows, index(builder, 1));
  if (schedule.getStream() == 0)
    return;
  int64_t rowBytes = 0;
  for (const RowOperand &operand : llvm::concat<RowOperand>(inputs, outputs))
    if (isOfRow(operand))
      rowBytes += operand.numStored * getElementBytes(operand);
  for (auto [output, memory, value] : llvm::zip_equal(
           outputs, program.getOutputs(), program.getYield().getValues())) {
    int64_t bytes = getElementBytes(output);
    output.streams =
        isOfRow(output) && !output.isPadded() && analysis.getRun(value) == 1 &&
        cast<MemRefType>(memory.getType()).getLayout().isIdentity() &&
        output.numStored * bytes % kLineBytes == 0 &&
        vector * bytes % kMinStoreBytes == 0;
    if (!output.streams)
      continue;
    if (!streams)
      streams = arith::CmpIOp::create(
          builder, loc, arith::CmpIPredicate::uge, rows,
          index(builder, llvm::divideCeil(schedule.getStream(), rowBytes)));
    Value address = memref::ExtractAlignedPointerAsIndexOp::create(
        builder, loc, output.memory);
    Value isAligned = arith::CmpIOp::create(
        builder, loc, arith::CmpIPredicate::eq,
        arith::RemUIOp::create(builder, loc, address,
                               index(builder, kLineBytes)),
        index(builder, 0));
    streams = arith::AndIOp::create(builder, loc, streams, isAligned);
  }
}

/// Keeps a store for the end of the step, where it may go past the caches, or
/// where columns of other rows come before it.
bool RowLoopBuilder::delayStore(Value value, const RowOperand &operand,
                                const Chunk &chunk) {
  bool isStreamed = streams && operand.streams;
  bool comesLater = rows.size() > 1 && !operand.isPadded();
  if (!delaysStores || !(isStreamed || comesLater))
    return false;
  delayed.push_back({value, getView(operand), chunk.column, isStreamed});
  return true;
}

/// The store that an earlier row of this step has at `chunk` of a partial sum,
/// which all rows side by side have in common; null if there is none.
RowLoopBuilder::DelayedStore *
RowLoopBuilder::findDelayed(const RowOperand &operand, const Chunk &chunk) {
  Value view = getView(operand);
  auto *found = llvm::find_if(delayed, [&](const DelayedStore &store) {
    return store.view == view && store.column == chunk.column;
  });
  return found == delayed.end() ? nullptr : found;
}

/// Both ways of storing, with one branch a step, which always goes one way.
void RowLoopBuilder::buildDelayedStores(OpBuilder &builder) {
  delaysStores = false;
  auto store = [&](OpBuilder &body, const DelayedStore &store,
                   bool nontemporal) {
    auto vector = cast<VectorType>(store.value.getType());
    int64_t bytes =
        vector.getNumElements() * vector.getElementTypeBitWidth() / 8;
    llvm::MaybeAlign alignment;
    if (nontemporal)
      alignment = llvm::Align(std::min(bytes, kLineBytes));
    vector::StoreOp::create(body, loc, store.value, store.view, store.column,
                            nontemporal, alignment);
  };
  // Of each row what follows in memory.
  llvm::MapVector<Value, SmallVector<DelayedStore>> ofView;
  for (const DelayedStore &stored : delayed)
    ofView[stored.view].push_back(stored);
  SmallVector<DelayedStore> streamed;
  for (const auto &[view, stores] : ofView)
    for (const DelayedStore &stored : stores) {
      if (stored.streams)
        streamed.push_back(stored);
      else
        store(builder, stored, /*nontemporal=*/false);
    }
  auto storeAll = [&](bool nontemporal) {
    return [&, nontemporal](OpBuilder &body, Location) {
      for (const DelayedStore &stored : streamed)
        store(body, stored, nontemporal);
      scf::YieldOp::create(body, loc);
    };
  };
  if (!streamed.empty())
    scf::IfOp::create(builder, loc, streams, storeAll(true), storeAll(false));
  delayed.clear();
}

//===----------------------------------------------------------------------===//
// Rows that come next
//===----------------------------------------------------------------------===//

/// The row `distance` rows behind row `number` in memory, or, of the rows that
/// have `behind` rows behind them, the last one.
Value RowLoopBuilder::buildNextRow(OpBuilder &builder, Value number,
                                   int64_t distance, int64_t behind) {
  Value last =
      builder.createOrFold<arith::SubIOp>(loc, lastRow, index(builder, behind));
  return arith::MinUIOp::create(
      builder, loc,
      arith::AddIOp::create(builder, loc, number, index(builder, distance)),
      last);
}

/// The slice of row `next`, which is fetched while another is applied; null if
/// it is not.
Value RowLoopBuilder::viewNextSlice(OpBuilder &builder, const RowOperand &input,
                                    Value next) {
  bool isInColumns =
      analysis.getRun(program.getBodyBlock().getArgument(input.number)) == 1;
  if (!schedule.getPrefetch() || isOneOfFew || !isOfRow(input) || !isInColumns)
    return Value();
  return viewSlice(
      builder, input,
      row::buildSliceNumber(builder, loc, input.access, input.address, next));
}

/// Whether row `number` behind those side by side is fetched while these are
/// stored, or else while they are summed.
bool RowLoopBuilder::isNextFetched(size_t number, bool stores) const {
  size_t bySums =
      analysis.getNumLevels() > 0 ? rows.size() / kRowsOfFetched : 0;
  return stores ? number >= bySums : levelInHand == 1 && number < bySums;
}

/// Fetches what has the place of `step` columns from `column` on in the row
/// that comes next.
void RowLoopBuilder::buildPrefetches(OpBuilder &builder, Value column,
                                     int64_t step) {
  for (const RowOperand &input : inputs) {
    Value view = row().nextViews[input.number];
    if (!view)
      continue;
    int64_t distance =
        std::max<int64_t>(kLineBytes / getElementBytes(input), 1);
    for (int64_t offset = 0; offset < step; offset += distance)
      memref::PrefetchOp::create(builder, loc, view,
                                 builder.createOrFold<arith::AddIOp>(
                                     loc, column, index(builder, offset)),
                                 /*isWrite=*/false, /*localityHint=*/2,
                                 /*isDataCache=*/true);
  }
}

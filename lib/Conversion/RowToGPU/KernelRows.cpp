//===- KernelRows.cpp - The rows of a persistent block --------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loops of a thread over its rows, and over parts of the rows that have a slice
// of a summed output in common.
//
//===----------------------------------------------------------------------===//

#include "KernelBuilder.h"
#include "KernelCode.h"

#include "seednorm/Dialect/Row/Transforms/Schedule.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;
using namespace seednorm;
using row::Chunk;

/// Sums of a row meet in one half of the slots and those of the next row in the
/// other: who writes a slot has seen, at a barrier of the row between, that all
/// have read it. Blocks of a cluster have none, and wait for word of that.
void KernelBuilder::enterHalf(OpBuilder &builder) {
  sharedBase = arith::AddIOp::create(builder, loc, firstSlot, slotOffset);
  slotOffset = arith::SubIOp::create(
      builder, loc, index(builder, row::getNumSlots(analysis, schedule)),
      slotOffset);
  if (!turn)
    return;
  turn = arith::RemUIOp::create(
      builder, loc,
      arith::AddIOp::create(builder, loc, turn, index(builder, 1)),
      index(builder, 4));
  mayBeRead = true;
}

/// Loads what row `number` has of its own, nothing if it is not before `end`.
void KernelBuilder::loadAhead(OpBuilder &builder, Value number, Value end) {
  auto isByRow = [&](BlockArgument input) {
    return inputs[input.getArgNumber()].access.getKind() ==
           row::AccessKind::Row;
  };
  auto byRow =
      llvm::make_filter_range(program.getBodyBlock().getArguments(), isByRow);
  for (BlockArgument input : byRow) {
    rowInputs.erase(input);
    for (Chunk &chunk : chunks)
      chunk.values.erase(input);
  }
  row = number;
  exists = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult,
                                 number, end);
  viewRow(builder);
  loadInputsIf(builder, [](row::AccessKind kind) {
    return kind == row::AccessKind::Row;
  });
  exists = Value();
  ahead.clear();
  for (Chunk &chunk : chunks)
    for (BlockArgument input : byRow)
      ahead.push_back(chunk.values.lookup(input));
}

/// Takes what was loaded ahead as the inputs of the row at hand.
void KernelBuilder::takeLoaded(ArrayRef<Value> loaded) {
  const Value *next = loaded.begin();
  for (Chunk &chunk : chunks)
    for (BlockArgument input : program.getBodyBlock().getArguments())
      if (inputs[input.getArgNumber()].access.getKind() == row::AccessKind::Row)
        chunk.values[input] = *next++;
}

/// The place `distance` turns behind the one at hand, less than there are.
KernelBuilder::RingPlace KernelBuilder::getPlaceAhead(OpBuilder &builder,
                                                      int64_t distance) {
  Value places = index(builder, schedule.getRowsInShared());
  Value number = arith::AddIOp::create(builder, loc, ring.number,
                                       index(builder, distance));
  Value wraps = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::uge,
                                      number, places);
  Value wrapped = arith::SubIOp::create(builder, loc, number, places);
  RingPlace place;
  place.number = arith::SelectOp::create(builder, loc, wraps, wrapped, number);
  if (ring.parity) {
    Value other =
        arith::SubIOp::create(builder, loc, index(builder, 1), ring.parity);
    place.parity =
        arith::SelectOp::create(builder, loc, wraps, other, ring.parity);
  }
  return place;
}

/// Copies the row that is `prefetch` turns behind row `number` to `place`, if
/// it is one of `rows`.
void KernelBuilder::copyAhead(OpBuilder &builder, const RowRange &rows,
                              Value number, RingPlace place) {
  Value ahead = arith::MulIOp::create(builder, loc, rows.step,
                                      index(builder, schedule.getPrefetch()));
  row = arith::AddIOp::create(builder, loc, number, ahead);
  exists = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult, row,
                                 rows.end);
  viewRow(builder);
  copyRow(builder, place);
  exists = Value();
}

/// Adds row `number` of `rows` to `accumulated`; what is to be loaded ahead of
/// later ones is on its way first.
void KernelBuilder::buildRow(OpBuilder &builder, const RowRange &rows,
                             Value number, MutableArrayRef<Value> accumulated) {
  if (slotOffset)
    enterHalf(builder);
  if (ring.number) {
    // To where the row before was.
    int64_t prefetch = schedule.getPrefetch();
    copyAhead(builder, rows, number, getPlaceAhead(builder, prefetch));
    waitForRow(builder, prefetch);
  } else if (schedule.getPrefetch()) {
    SmallVector<Value> loaded = ahead;
    loadAhead(builder, arith::AddIOp::create(builder, loc, number, rows.step),
              rows.end);
    takeLoaded(loaded);
  }
  row = number;
  viewRow(builder);
  loadRow(builder);
  buildStages(builder, accumulated);
  arriveAsReader(builder);
  if (ring.number) {
    freePlace(builder);
    ring = getPlaceAhead(builder, 1);
  }
}

/// Adds the rows of `rows`, one after the other, to `accumulated`.
void KernelBuilder::buildRowLoop(OpBuilder &builder, const RowRange &rows,
                                 MutableArrayRef<Value> accumulated) {
  if (schedule.getRowsInShared()) {
    // Groups of copies end in the order of rows, whatever is in them.
    for (int64_t turn = 0; turn < schedule.getPrefetch(); ++turn) {
      Value back =
          arith::MulIOp::create(builder, loc, rows.step,
                                index(builder, turn - schedule.getPrefetch()));
      copyAhead(builder, rows,
                arith::AddIOp::create(builder, loc, rows.first, back),
                getPlaceAhead(builder, turn));
    }
  } else if (schedule.getPrefetch()) {
    loadAhead(builder, rows.first, rows.end);
  }
  SmallVector<Value *> carried;
  for (Value &value :
       llvm::concat<Value>(accumulated, ahead, MutableArrayRef(slotOffset),
                           MutableArrayRef(turn), MutableArrayRef(ring.number),
                           MutableArrayRef(ring.parity)))
    if (value)
      carried.push_back(&value);
  buildLoop(builder, loc, rows.first, rows.end, rows.step, carried,
            [&](OpBuilder &inside, Value number) {
              buildRow(inside, rows, number, accumulated);
            });
}

/// The rows of part `part` of those that have slice `slice` of a summed output
/// in common: consecutive ones of a group, every so many-th of a cycle.
KernelBuilder::RowRange KernelBuilder::getRowsOfPart(OpBuilder &builder,
                                                     Value slice, Value part) {
  const KernelOperand &output = *llvm::find_if(outputs, isPeriodic);
  Value period =
      getValueOrCreateConstantIndexOp(builder, loc, output.address.period);
  Value parts = index(builder, schedule.getParts());
  auto multiply = [&](Value lhs, Value rhs) -> Value {
    return arith::MulIOp::create(builder, loc, lhs, rhs);
  };
  auto add = [&](Value lhs, Value rhs) -> Value {
    return arith::AddIOp::create(builder, loc, lhs, rhs);
  };
  if (output.access.getKind() == row::AccessKind::Cycle)
    return {add(slice, multiply(part, period)), numRows,
            multiply(period, parts)};
  Value size = arith::CeilDivUIOp::create(builder, loc, period, parts);
  Value group = multiply(slice, period);
  Value first = add(group, multiply(part, size));
  Value end = arith::MinUIOp::create(builder, loc, add(first, size),
                                     add(group, period));
  return {first, arith::MinUIOp::create(builder, loc, end, numRows),
          index(builder, 1)};
}

/// Goes through parts of rows, from `row` on: what their rows have in common is
/// stored at the end of each, and what all rows have goes on.
void KernelBuilder::buildPartLoop(OpBuilder &builder, Value step,
                                  MutableArrayRef<Value> accumulated) {
  auto isPeriodicSum = [&](const Accumulator &sum) {
    return isPeriodic(outputs[sum.output]);
  };
  Value parts = index(builder, schedule.getParts());
  Value count = arith::MulIOp::create(builder, loc, numSlices, parts);
  SmallVector<Value *> carried;
  for (Value &value : llvm::concat<Value>(
           accumulated, MutableArrayRef(slotOffset), MutableArrayRef(turn),
           MutableArrayRef(ring.number), MutableArrayRef(ring.parity)))
    if (value)
      carried.push_back(&value);
  buildLoop(
      builder, loc, row, count, step, carried,
      [&](OpBuilder &inside, Value number) {
        for (KernelOperand &operand : outputs)
          if (isPeriodic(operand))
            viewSlice(inside, operand, number);
        startSums(inside, isPeriodicSum, accumulated);
        buildRowLoop(
            inside,
            getRowsOfPart(inside,
                          arith::DivUIOp::create(inside, loc, number, parts),
                          arith::RemUIOp::create(inside, loc, number, parts)),
            accumulated);
        storeSums(inside, isPeriodicSum, accumulated, /*joins=*/false,
                  /*passes=*/false);
        for (auto [sum, value] : llvm::zip_equal(accumulators, accumulated))
          if (isPeriodicSum(sum))
            value = Value();
      });
}

void KernelBuilder::buildRows(OpBuilder &builder) {
  arriveAtCluster(builder);
  initCopyBarriers(builder);
  viewSharedOperands(builder);
  ownColumns(builder);
  planAccumulators();
  stageOperands(builder);
  if (schedule.getParameters() == row::ParameterLoads::Early)
    loadInputsIf(builder, [](row::AccessKind kind) {
      return kind == row::AccessKind::Shared;
    });
  waitForKernelBefore(builder);
  auto isOfAllRows = [&](const Accumulator &sum) {
    return !isPeriodic(outputs[sum.output]);
  };
  for (KernelOperand &operand : outputs)
    if (operand.isSummed && !isPeriodic(operand))
      viewSlice(builder, operand, block);
  SmallVector<Value> accumulated(accumulators.size());
  startSums(builder, isOfAllRows, accumulated);
  Value blocks = gpu::GridDimOp::create(builder, loc, gpu::Dimension::x,
                                        builder.getIndexAttr(INT32_MAX));
  if (rank)
    blocks = arith::DivUIOp::create(builder, loc, blocks,
                                    index(builder, schedule.getCluster()));
  Value step = arith::MulIOp::create(
      builder, loc, blocks, index(builder, schedule.getRowsPerBlock()));
  waitForCluster(builder);
  firstSlot = sharedBase;
  if (row::getNumSlots(analysis, schedule))
    slotOffset = index(builder, 0);
  if (schedule.getRowsInShared())
    ring.number = index(builder, 0);
  if (copyBarriers)
    ring.parity = index(builder, 0);
  // Before the first row.
  if (arrivals)
    turn = index(builder, 3);
  if (schedule.getParts())
    buildPartLoop(builder, step, accumulated);
  else
    buildRowLoop(builder, {row, numRows, step}, accumulated);
  storeSumsOfBlock(builder, isOfAllRows, accumulated);
  waitForLastReaders(builder);
}

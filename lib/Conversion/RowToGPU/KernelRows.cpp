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

using namespace mlir;
using namespace seednorm;
using row::Chunk;

/// Sums of a row meet in one half of the slots and those of the next row in the
/// other: who writes a slot has seen, at a barrier of the row between, that all
/// have read it.
void KernelBuilder::enterHalf(OpBuilder &builder) {
  sharedBase = arith::AddIOp::create(builder, loc, firstSlot, slotOffset);
  slotOffset = arith::SubIOp::create(
      builder, loc, index(builder, row::getNumSlots(analysis, schedule)),
      slotOffset);
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

/// Adds the rows of `rows`, one after the other, to `accumulated`.
void KernelBuilder::buildRowLoop(OpBuilder &builder, const RowRange &rows,
                                 MutableArrayRef<Value> accumulated) {
  if (schedule.getPrefetch())
    loadAhead(builder, rows.first, rows.end);
  SmallVector<Value *> carried;
  for (Value &value :
       llvm::concat<Value>(accumulated, ahead, MutableArrayRef(slotOffset)))
    if (value)
      carried.push_back(&value);
  buildLoop(builder, loc, rows.first, rows.end, rows.step, carried,
            [&](OpBuilder &inside, Value number) {
              if (slotOffset)
                enterHalf(inside);
              if (schedule.getPrefetch()) {
                SmallVector<Value> loaded = ahead;
                loadAhead(inside,
                          arith::AddIOp::create(inside, loc, number, rows.step),
                          rows.end);
                takeLoaded(loaded);
              }
              row = number;
              viewRow(inside);
              loadRow(inside);
              buildStages(inside);
              accumulate(inside, accumulated);
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
  for (Value &value :
       llvm::concat<Value>(accumulated, MutableArrayRef(slotOffset)))
    if (value)
      carried.push_back(&value);
  buildLoop(
      builder, loc, row, count, step, carried,
      [&](OpBuilder &inside, Value number) {
        startSums(inside, isPeriodicSum, accumulated);
        buildRowLoop(
            inside,
            getRowsOfPart(inside,
                          arith::DivUIOp::create(inside, loc, number, parts),
                          arith::RemUIOp::create(inside, loc, number, parts)),
            accumulated);
        for (KernelOperand &operand : outputs)
          if (isPeriodic(operand))
            viewSlice(inside, operand, number);
        storeSums(inside, isPeriodicSum, accumulated, /*joins=*/false,
                  /*passes=*/false);
        for (auto [sum, value] : llvm::zip_equal(accumulators, accumulated))
          if (isPeriodicSum(sum))
            value = Value();
      });
}

void KernelBuilder::buildRows(OpBuilder &builder) {
  viewSharedOperands(builder);
  ownChunks(builder);
  planAccumulators();
  stageOperands(builder);
  if (schedule.getParameters() == row::ParameterLoads::Early)
    loadInputsIf(builder, [](row::AccessKind kind) {
      return kind == row::AccessKind::Shared;
    });
  auto isOfAllRows = [&](const Accumulator &sum) {
    return !isPeriodic(outputs[sum.output]);
  };
  SmallVector<Value> accumulated(accumulators.size());
  startSums(builder, isOfAllRows, accumulated);
  Value blocks = gpu::GridDimOp::create(builder, loc, gpu::Dimension::x,
                                        builder.getIndexAttr(INT32_MAX));
  Value step = arith::MulIOp::create(
      builder, loc, blocks, index(builder, schedule.getRowsPerBlock()));
  firstSlot = sharedBase;
  if (row::getNumSlots(analysis, schedule))
    slotOffset = index(builder, 0);
  if (schedule.getParts())
    buildPartLoop(builder, step, accumulated);
  else
    buildRowLoop(builder, {row, numRows, step}, accumulated);
  for (KernelOperand &operand : outputs)
    if (operand.isSummed && !isPeriodic(operand))
      viewSlice(builder, operand, block);
  storeSumsOfBlock(builder, isOfAllRows, accumulated);
}

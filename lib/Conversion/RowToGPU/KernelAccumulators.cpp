//===- KernelAccumulators.cpp - Sums over the rows of a block -------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A persistent block takes one row after the other. A thread owns the same
// columns of all of them, so it adds them up by itself, in registers or, where
// these are too many, in shared memory. At the end each block has one partial
// sum of every summed output.
//
//===----------------------------------------------------------------------===//

#include "KernelBuilder.h"
#include "KernelCode.h"

#include "seednorm/Dialect/Row/Transforms/Schedule.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace seednorm;

void KernelBuilder::planAccumulators() {
  for (auto [number, value] : llvm::enumerate(program.getYield().getValues())) {
    if (!outputs[number].isSummed)
      continue;
    // A number for the whole row is the same in every chunk.
    bool wholeRow = analysis.getRun(value) == analysis.getNumColumns();
    row::SumPlace place = row::getSumPlace(program, schedule, number);
    bool swept = schedule.sweepsColumns() && !wholeRow;
    size_t count = wholeRow ? 1 : swept ? getChunksAtOnce() : chunks.size();
    for (size_t chunk = 0; chunk < count; ++chunk)
      accumulators.push_back(
          {static_cast<unsigned>(number), static_cast<unsigned>(chunk),
           slicer.getSliceType(value, chunks.front()), place, swept});
  }
}

/// Runs `build` for the numbers of the sums of which `condition` holds, where
/// their columns are at hand.
void KernelBuilder::forEachSum(
    OpBuilder &builder, function_ref<bool(const Accumulator &)> condition,
    function_ref<void(OpBuilder &, size_t)> build) {
  auto run = [&](OpBuilder &inside, bool swept) {
    for (size_t number = 0; number < accumulators.size(); ++number)
      if (accumulators[number].swept == swept &&
          condition(accumulators[number]))
        build(inside, number);
  };
  run(builder, /*swept=*/false);
  bool sweeps = llvm::any_of(accumulators, [&](const Accumulator &sum) {
    return sum.swept && condition(sum);
  });
  if (sweeps)
    sweep(builder, {}, [&](OpBuilder &inside) { run(inside, /*swept=*/true); });
}

/// Stores `value`, plus what `added` has there if that is given, at the columns
/// of an accumulator in `destination`.
void KernelBuilder::storeAccumulator(OpBuilder &builder, const Accumulator &sum,
                                     Value value, Value destination,
                                     Value added) {
  KernelOperand operand = outputs[sum.output];
  operand.view = destination;
  storeSlice(builder, operand,
             analysis.getRun(program.getYield().getValues()[sum.output]), value,
             chunks[sum.chunk], added);
}

/// Adds `value` to an accumulator that is in memory, or sets it to that if it
/// `starts`.
void KernelBuilder::addInMemory(OpBuilder &builder, const Accumulator &sum,
                                Value value, bool starts) {
  const KernelOperand &output = outputs[sum.output];
  if (sum.place == row::SumPlace::Shared && output.places) {
    if (!starts)
      value = row::buildAccumulation(builder, loc,
                                     loadPlaces(builder, output, output.added,
                                                /*first=*/Value(), sum.chunk,
                                                sum.type),
                                     value);
    return storePlaces(builder, output, output.added, sum.chunk, value);
  }
  Value memory =
      sum.place == row::SumPlace::Shared ? output.added : output.view;
  storeAccumulator(builder, sum, value, memory, starts ? Value() : memory);
}

/// Sets the sums of which `condition` holds to zero: those in registers are
/// `accumulated`, null if they are not set.
void KernelBuilder::startSums(OpBuilder &builder,
                              function_ref<bool(const Accumulator &)> condition,
                              MutableArrayRef<Value> accumulated) {
  forEachSum(builder, condition, [&](OpBuilder &inside, size_t number) {
    const Accumulator &sum = accumulators[number];
    Value zero =
        arith::ConstantOp::create(inside, loc, inside.getZeroAttr(sum.type));
    if (sum.place == row::SumPlace::Registers)
      accumulated[number] = zero;
    else
      addInMemory(inside, sum, zero, /*starts=*/true);
  });
}

/// Adds what the row at hand has to the sums that are `swept`, or that are not.
void KernelBuilder::accumulate(OpBuilder &builder, bool swept,
                               MutableArrayRef<Value> accumulated) {
  for (auto [sum, total] : llvm::zip_equal(accumulators, accumulated)) {
    if (sum.swept != swept)
      continue;
    Value value = slicer.slice(
        builder, program.getYield().getValues()[sum.output], chunks[sum.chunk]);
    if (sum.place == row::SumPlace::Registers)
      total = row::buildAccumulation(builder, loc, total, value);
    else
      addInMemory(builder, sum, value, /*starts=*/false);
  }
}

/// What a thread has of a sum that has places in shared memory: what is there,
/// or `value`, and with `joins` what is there beside it.
Value KernelBuilder::joinInPlaces(OpBuilder &builder, const Accumulator &sum,
                                  Value value, bool joins) {
  const KernelOperand &output = outputs[sum.output];
  bool isThere = sum.place == row::SumPlace::Shared;
  if (!isThere && !joins)
    return value;
  Value there = loadPlaces(builder, output, output.added, /*first=*/Value(),
                           sum.chunk, sum.type);
  return isThere ? there : row::buildAccumulation(builder, loc, there, value);
}

/// Stores the sums of which `condition` holds in the views of their outputs.
/// With `joins` they are added to those of other warps in shared memory, with
/// `passes` they stay there.
void KernelBuilder::storeSums(OpBuilder &builder,
                              function_ref<bool(const Accumulator &)> condition,
                              ArrayRef<Value> accumulated, bool joins,
                              bool passes) {
  forEachSum(builder, condition, [&](OpBuilder &inside, size_t number) {
    const Accumulator &sum = accumulators[number];
    const KernelOperand &operand = outputs[sum.output];
    Value total = accumulated[number], added = joins ? operand.added : Value();
    if (sum.place == row::SumPlace::Global)
      return; // They are there.
    if (operand.places) {
      total = joinInPlaces(inside, sum, total, joins);
      if (passes)
        return storePlaces(inside, operand, operand.added, sum.chunk, total);
      added = Value();
    } else if (sum.place == row::SumPlace::Shared) {
      total =
          arith::ConstantOp::create(inside, loc, inside.getZeroAttr(sum.type));
      added = operand.added;
    }
    storeAccumulator(inside, sum, total, passes ? operand.added : operand.view,
                     added);
  });
}

/// Stores the block's sums. Where each warp has rows of its own, they are added
/// up in the order of the warps.
void KernelBuilder::storeSumsOfBlock(
    OpBuilder &builder, function_ref<bool(const Accumulator &)> condition,
    ArrayRef<Value> accumulated) {
  int64_t rows = schedule.getRowsPerBlock();
  if (rows == 1)
    return storeSums(builder, condition, accumulated, /*joins=*/false,
                     /*passes=*/false);
  auto storeInTurn = [&](OpBuilder &inside, Value turn, bool joins,
                         bool passes) {
    Value isTurn = arith::CmpIOp::create(inside, loc, arith::CmpIPredicate::eq,
                                         rowInBlock, turn);
    buildIf(inside, loc, isTurn, [&](OpBuilder &then) {
      storeSums(then, condition, accumulated, joins, passes);
    });
    if (passes)
      gpu::BarrierOp::create(inside, loc);
  };
  storeInTurn(builder, index(builder, 0), /*joins=*/false, /*passes=*/true);
  scf::ForOp::create(builder, loc, index(builder, 1), index(builder, rows - 1),
                     index(builder, 1), {},
                     [&](OpBuilder &inside, Location, Value turn, ValueRange) {
                       storeInTurn(inside, turn, /*joins=*/true,
                                   /*passes=*/true);
                       scf::YieldOp::create(inside, loc);
                     });
  storeInTurn(builder, index(builder, rows - 1), /*joins=*/true,
              /*passes=*/false);
}

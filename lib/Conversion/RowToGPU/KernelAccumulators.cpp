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
    for (size_t chunk = 0; chunk < (wholeRow ? 1 : chunks.size()); ++chunk)
      accumulators.push_back(
          {static_cast<unsigned>(number), static_cast<unsigned>(chunk),
           slicer.getSliceType(value, chunks[chunk]),
           row::isAccumulatedInShared(program, schedule, number)});
  }
}

/// Stores `value`, plus what `added` has there if that is given, at the place
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

/// Sets the sums of which `condition` holds to zero: those in registers are
/// `accumulated`, null if they are not set.
void KernelBuilder::startSums(OpBuilder &builder,
                              function_ref<bool(const Accumulator &)> condition,
                              MutableArrayRef<Value> accumulated) {
  for (auto [sum, value] : llvm::zip_equal(accumulators, accumulated)) {
    if (!condition(sum))
      continue;
    Value zero =
        arith::ConstantOp::create(builder, loc, builder.getZeroAttr(sum.type));
    if (sum.inShared)
      storeAccumulator(builder, sum, zero, outputs[sum.output].added, Value());
    else
      value = zero;
  }
}

/// Adds what the row at hand has to all sums.
void KernelBuilder::accumulate(OpBuilder &builder,
                               MutableArrayRef<Value> accumulated) {
  for (auto [sum, total] : llvm::zip_equal(accumulators, accumulated)) {
    Value value = slicer.slice(
        builder, program.getYield().getValues()[sum.output], chunks[sum.chunk]);
    Value memory = outputs[sum.output].added;
    if (sum.inShared)
      storeAccumulator(builder, sum, value, memory, memory);
    else
      total = row::buildAccumulation(builder, loc, total, value);
  }
}

/// Stores the sums of which `condition` holds in the views of their outputs.
/// With `joins` they are added to those of other warps in shared memory, with
/// `passes` they stay there.
void KernelBuilder::storeSums(OpBuilder &builder,
                              function_ref<bool(const Accumulator &)> condition,
                              ArrayRef<Value> accumulated, bool joins,
                              bool passes) {
  for (auto [sum, value] : llvm::zip_equal(accumulators, accumulated)) {
    if (!condition(sum))
      continue;
    const KernelOperand &operand = outputs[sum.output];
    Value total = value;
    if (sum.inShared)
      total = arith::ConstantOp::create(builder, loc,
                                        builder.getZeroAttr(sum.type));
    storeAccumulator(builder, sum, total, passes ? operand.added : operand.view,
                     joins || sum.inShared ? operand.added : Value());
  }
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

//===- KernelTotals.cpp - Totals of a kernel's sums -----------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What columns need of sums: from registers, or from the slots in shared memory
// where lanes have met; and folded sums, of numbers that follow from totals.
//
//===----------------------------------------------------------------------===//

#include "KernelBuilder.h"
#include "KernelCode.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace seednorm;
using row::Chunk;
using row::Sum;

/// Partials of one total that are added without a loop.
static constexpr int64_t kMaxUnrolledSlots = 8;

/// The partial in slot `slot` of a sum, a place counted from its first one.
Value KernelBuilder::loadPartial(OpBuilder &builder, const SumState &state,
                                 Value slot) {
  Value position = arith::AddIOp::create(builder, loc, sharedBase,
                                         index(builder, state.firstSlot));
  position = arith::AddIOp::create(builder, loc, position, slot);
  return memref::LoadOp::create(builder, loc, shared, position);
}

/// The total with number `number`, added up from its slots in their order.
Value KernelBuilder::loadTotal(OpBuilder &builder, const SumState &state,
                               Value number) {
  int64_t count = state.plan.slotsPerTotal;
  if (state.plan.gathers)
    return loadPartial(
        builder, state,
        arith::AddIOp::create(builder, loc, number,
                              index(builder, state.plan.getNumPartials())));
  Value first =
      arith::MulIOp::create(builder, loc, number, index(builder, count));
  vector::CombiningKind kind = state.sum->kind;
  if (count > kMaxUnrolledSlots) {
    Value start = loadPartial(builder, state, first);
    auto loop = scf::ForOp::create(
        builder, loc, index(builder, 1), index(builder, count),
        index(builder, 1), start,
        [&](OpBuilder &inside, Location, Value i, ValueRange carried) {
          Value slot = arith::AddIOp::create(inside, loc, first, i);
          Value sum = row::buildCombine(inside, loc, kind, carried.front(),
                                        loadPartial(inside, state, slot));
          scf::YieldOp::create(inside, loc, sum);
        });
    return loop.getResult(0);
  }
  Value total;
  for (int64_t i = 0; i < count; ++i) {
    Value partial = loadPartial(
        builder, state,
        arith::AddIOp::create(builder, loc, first, index(builder, i)));
    total =
        total ? row::buildCombine(builder, loc, kind, total, partial) : partial;
  }
  return total;
}

/// The totals at the columns of a chunk, from shared memory.
Value KernelBuilder::loadTotals(OpBuilder &builder, const SumState &state,
                                const Chunk &chunk) {
  int64_t run = state.sum->resultRun;
  auto getNumber = [&](int64_t offset) -> Value {
    Value column = arith::AddIOp::create(builder, loc, chunk.column,
                                         index(builder, offset));
    return arith::DivUIOp::create(builder, loc, column, index(builder, run));
  };
  Value firstNumber = getNumber(0);
  Value first = loadTotal(builder, state, firstNumber);
  if (chunk.isUniform(run))
    return first;
  SmallVector<Value> elements = {first};
  // Columns of a chunk lie in at most two runs that are as long as it.
  Value last = run >= chunk.width
                   ? loadTotal(builder, state, getNumber(chunk.width - 1))
                   : Value();
  for (int64_t i = 1; i < chunk.width; ++i) {
    Value number = getNumber(i);
    if (!last) {
      elements.push_back(loadTotal(builder, state, number));
      continue;
    }
    Value inFirst = arith::CmpIOp::create(
        builder, loc, arith::CmpIPredicate::eq, number, firstNumber);
    elements.push_back(
        arith::SelectOp::create(builder, loc, inFirst, first, last));
  }
  return vector::FromElementsOp::create(
      builder, loc, VectorType::get({chunk.width}, first.getType()), elements);
}

/// The total of a folded sum over the whole row: each lane of a warp takes
/// every 32nd number, and they meet by shuffles.
Value KernelBuilder::foldByLanes(OpBuilder &builder, const Sum &sum) {
  int64_t count = sum.getNumSummands();
  int64_t lanes =
      std::min<int64_t>(llvm::PowerOf2Ceil(count), schedule.getLanesPerRow());
  Value mine =
      arith::RemUIOp::create(builder, loc, lane, index(builder, lanes));
  Value total;
  for (int64_t first = 0; first < count; first += lanes) {
    Value number =
        arith::AddIOp::create(builder, loc, mine, index(builder, first));
    Value exists;
    if (first + lanes > count) {
      exists = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult,
                                     number, index(builder, count));
      number = arith::SelectOp::create(builder, loc, exists, number,
                                       index(builder, 0));
    }
    Value value = slicer.sliceNumber(builder, sum, number);
    if (exists)
      value = arith::SelectOp::create(
          builder, loc, exists, value,
          row::buildIdentity(builder, loc, sum.kind, value.getType()));
    total =
        total ? row::buildCombine(builder, loc, sum.kind, total, value) : value;
  }
  for (int32_t offset = lanes / 2; offset > 0; offset /= 2)
    total = buildButterfly(builder, loc, sum.kind, total, offset);
  return total;
}

/// Computes what the numbers of a folded sum need of the whole row where the
/// sum begins: it is kept for whoever needs it later, and inside it would be
/// lost.
void KernelBuilder::prepareNumbers(OpBuilder &builder, const Sum &sum) {
  SmallVector<Value> worklist = {sum.source};
  llvm::DenseSet<Value> seen;
  while (!worklist.empty()) {
    Value value = worklist.pop_back_val();
    if (!seen.insert(value).second)
      continue;
    bool wholeRow = analysis.getRun(value) == analysis.getNumColumns();
    Operation *op = value.getDefiningOp();
    const Sum *other = op ? analysis.getSum(op) : nullptr;
    if (wholeRow && (!op || (other && other->isFolded))) {
      slicer.slice(builder, value, chunks.front());
      continue;
    }
    if (!op)
      continue;
    if (!other || other->isFolded)
      llvm::append_range(worklist, op->getOperands());
    else if (other->init)
      worklist.push_back(other->init);
  }
}

/// The total of a folded sum at a chunk. What the row has in common is added up
/// once.
Value KernelBuilder::getFolded(OpBuilder &builder, const Sum &sum,
                               Chunk &chunk) {
  if (!folded.contains(sum.op))
    prepareNumbers(builder, sum);
  if (sum.resultRun != analysis.getNumColumns())
    return slicer.fold(builder, sum, chunk);
  Value total = folded.lookup(sum.op);
  if (!total)
    total = sum.getNumSummands() > kMaxUnrolledSlots
                ? foldByLanes(builder, sum)
                : slicer.fold(builder, sum, chunk);
  folded[sum.op] = total;
  return total;
}

Value KernelBuilder::getTotal(OpBuilder &builder, const Sum &sum,
                              Chunk &chunk) {
  if (sum.isFolded)
    return getFolded(builder, sum, chunk);
  const SumState &state = sums.find(sum.op)->second;
  if (state.plan.wholeRow)
    return state.total;
  if (state.plan.slots)
    return loadTotals(builder, state, chunk);
  ArrayRef<Value> pieces = state.partials[&chunk - chunks.data()];
  if (chunk.isUniform(sum.resultRun))
    return pieces.front();
  SmallVector<Value> elements;
  for (int64_t i = 0; i < chunk.width; ++i)
    elements.push_back(pieces[i / state.plan.piece]);
  return vector::FromElementsOp::create(
      builder, loc, VectorType::get({chunk.width}, pieces.front().getType()),
      elements);
}

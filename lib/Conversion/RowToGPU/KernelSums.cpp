//===- KernelSums.cpp - Combination of a kernel's sums --------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All sums of a level take each step together: pieces in registers, shuffles,
// then one barrier for whatever has to cross warps.
//
//===----------------------------------------------------------------------===//

#include "KernelBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace seednorm;
using row::Chunk;
using row::Sum;

static constexpr int64_t kWarpSize = 32;
/// Partials of one total that are added without a loop.
static constexpr int64_t kMaxUnrolledSlots = 8;

void KernelBuilder::buildLevel(OpBuilder &builder, unsigned level) {
  SmallVector<SumState *> states;
  // References into the map stay valid only while it does not grow.
  for (const Sum &sum : analysis.getSums(level)) {
    SumState state{&sum,
                   row::planGPUSum(sum, analysis.getNumColumns(), schedule)};
    for (const auto &[op, other] : sums)
      state.firstSlot += other.plan.slots;
    sums[sum.op] = std::move(state);
  }
  for (const Sum &sum : analysis.getSums(level))
    states.push_back(&sums[sum.op]);

  for (SumState *state : states)
    buildPartials(builder, *state);
  shuffle(builder, states);
  bool meets = false;
  for (SumState *state : states) {
    if (state->plan.slots)
      storePartials(builder, *state);
    meets |= state->plan.slots != 0;
  }
  if (meets)
    synchronize(builder);
  combineWarps(builder, states);
}

void KernelBuilder::buildPartials(OpBuilder &builder, SumState &state) {
  vector::CombiningKind kind = state.sum->kind;
  if (state.plan.wholeRow) {
    Value columns;
    for (Chunk &chunk : chunks) {
      Value summand = slicer.sliceSummand(builder, *state.sum, chunk);
      columns = columns
                    ? row::buildCombine(builder, loc, kind, columns, summand)
                    : summand;
    }
    state.partials = {{row::buildReduction(builder, loc, kind, columns)}};
    return;
  }
  for (Chunk &chunk : chunks) {
    Value summand = slicer.sliceSummand(builder, *state.sum, chunk);
    SmallVector<Value> &pieces = state.partials.emplace_back();
    for (int64_t first = 0; first < chunk.width; first += state.plan.piece) {
      Value piece = summand;
      if (state.plan.piece != chunk.width)
        piece = vector::ShuffleOp::create(
            builder, loc, summand, summand,
            llvm::to_vector(llvm::seq(first, first + state.plan.piece)));
      pieces.push_back(row::buildReduction(builder, loc, kind, piece));
    }
  }
}

static Value buildButterfly(OpBuilder &builder, Location loc,
                            vector::CombiningKind kind, Value value,
                            int32_t offset) {
  Value other = gpu::ShuffleOp::create(builder, loc, value, offset,
                                       static_cast<int32_t>(kWarpSize),
                                       gpu::ShuffleMode::XOR)
                    .getShuffleResult();
  return row::buildCombine(builder, loc, kind, value, other);
}

void KernelBuilder::shuffle(OpBuilder &builder, ArrayRef<SumState *> states) {
  // Step by step for all sums, so that their latencies overlap.
  for (int32_t offset = kWarpSize / 2; offset > 0; offset /= 2)
    for (SumState *state : states) {
      if (offset >= state->plan.lanes)
        continue;
      for (SmallVector<Value> &pieces : state->partials)
        for (Value &piece : pieces)
          piece = buildButterfly(builder, loc, state->sum->kind, piece, offset);
    }
}

void KernelBuilder::storePartials(OpBuilder &builder, SumState &state) {
  auto store = [&](OpBuilder &inside, Value value, Value slot) {
    Value position = arith::AddIOp::create(inside, loc, sharedBase,
                                           index(inside, state.firstSlot));
    position = arith::AddIOp::create(inside, loc, position, slot);
    memref::StoreOp::create(inside, loc, value, shared, position);
  };
  // Of the lanes that share a partial the first one stores it.
  int64_t lanes = state.plan.lanes;
  Value stores;
  if (lanes > 1)
    stores = arith::CmpIOp::create(
        builder, loc, arith::CmpIPredicate::eq,
        arith::RemUIOp::create(builder, loc, lane, index(builder, lanes)),
        index(builder, 0));
  auto storeIf = [&](Value condition, function_ref<void(OpBuilder &)> body) {
    if (!condition)
      return body(builder);
    auto guard = scf::IfOp::create(builder, loc, condition,
                                   /*withElseRegion=*/false);
    OpBuilder inside = guard.getThenBodyBuilder();
    body(inside);
  };
  if (state.plan.wholeRow) {
    storeIf(stores, [&](OpBuilder &inside) {
      store(inside, state.partials.front().front(), warp);
    });
    return;
  }
  for (auto [chunk, pieces] : llvm::zip_equal(chunks, state.partials)) {
    Value condition = stores;
    if (chunk.valid)
      condition = condition ? arith::AndIOp::create(builder, loc, condition,
                                                    chunk.valid)
                                  .getResult()
                            : chunk.valid;
    storeIf(condition, [&, column = chunk.column,
                        &values = pieces](OpBuilder &inside) {
      Value first = arith::DivUIOp::create(
          inside, loc, column, index(inside, state.plan.piece * lanes));
      for (auto [number, piece] : llvm::enumerate(values))
        store(inside, piece,
              arith::AddIOp::create(inside, loc, first, index(inside, number)));
    });
  }
}

void KernelBuilder::synchronize(OpBuilder &builder) {
  if (schedule.getThreadsPerRow() > kWarpSize) {
    gpu::BarrierOp::create(builder, loc);
    return;
  }
  // The row's shared memory is its warp's own.
  Value all = arith::ConstantIntOp::create(builder, loc, -1, 32);
  NVVM::SyncWarpOp::create(builder, loc, all);
}

void KernelBuilder::combineWarps(OpBuilder &builder,
                                 ArrayRef<SumState *> states) {
  // Every warp combines the partials of all warps by itself: a second barrier
  // would cost more than the repeated work.
  SmallVector<SumState *> across;
  for (SumState *state : states) {
    if (!state->plan.wholeRow)
      continue;
    state->total = state->partials.front().front();
    if (state->plan.slots)
      across.push_back(state);
  }
  if (across.empty())
    return;
  int64_t warps = across.front()->plan.slots;
  int64_t width = llvm::PowerOf2Ceil(warps);
  Value slot =
      arith::RemUIOp::create(builder, loc, lane, index(builder, width));
  Value exists;
  if (width != warps) {
    exists = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult,
                                   slot, index(builder, warps));
    slot =
        arith::SelectOp::create(builder, loc, exists, slot, index(builder, 0));
  }
  for (SumState *state : across) {
    Value partial = loadPartial(builder, *state, slot);
    if (exists)
      partial = arith::SelectOp::create(builder, loc, exists, partial,
                                        row::buildIdentity(builder, loc,
                                                           state->sum->kind,
                                                           partial.getType()));
    state->total = partial;
  }
  for (int32_t offset = width / 2; offset > 0; offset /= 2)
    for (SumState *state : across)
      state->total =
          buildButterfly(builder, loc, state->sum->kind, state->total, offset);
}

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
  int64_t lanes = std::min<int64_t>(llvm::PowerOf2Ceil(count), kWarpSize);
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

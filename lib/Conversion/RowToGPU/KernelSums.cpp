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
#include "KernelCode.h"

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

/// The states of the sums of a level. References into the map stay valid until
/// the next one starts.
SmallVector<KernelBuilder::SumState *>
KernelBuilder::startLevel(unsigned level) {
  int64_t firstSlot = 0;
  for (const auto &[op, other] : sums)
    firstSlot += other.plan.slots;
  // Those of the whole row lie next to each other.
  for (bool wholeRow : {true, false})
    for (const Sum &sum : analysis.getSums(level)) {
      row::GPUSumPlan plan =
          row::planGPUSum(sum, analysis.getNumColumns(), schedule);
      if (plan.wholeRow != wholeRow)
        continue;
      SumState state{&sum, plan};
      state.firstSlot = std::exchange(firstSlot, firstSlot + plan.slots);
      sums[sum.op] = std::move(state);
    }
  SmallVector<SumState *> states;
  for (const Sum &sum : analysis.getSums(level))
    states.push_back(&sums[sum.op]);
  return states;
}

void KernelBuilder::buildLevel(OpBuilder &builder, unsigned level) {
  SmallVector<SumState *> states = startLevel(level), ofRow, ofRuns;
  this->level = level;
  expectPartials(builder, states);
  for (SumState *state : states)
    (state->plan.wholeRow ? ofRow : ofRuns).push_back(state);
  // What columns add to the sums of the whole row, so far.
  SmallVector<Value> columns(ofRow.size());
  SmallVector<Value *> carried;
  if (schedule.sweepsColumns())
    for (auto [state, sum] : llvm::zip_equal(ofRow, columns)) {
      auto type = VectorType::get({schedule.getVector()}, builder.getF32Type());
      sum = row::buildIdentity(builder, loc, state->sum->kind, type);
      carried.push_back(&sum);
    }
  loadWholeRow(builder, level);
  if (schedule.sweepsColumns() && !ofRuns.empty())
    waitForCluster(builder);
  sweep(builder, carried, [&](OpBuilder &inside) {
    loadInputs(inside, analysis.getStageInputs(level));
    for (auto [state, sum] : llvm::zip_equal(ofRow, columns))
      addColumns(inside, *state, sum);
    for (SumState *state : ofRuns) {
      state->partials.clear();
      buildPieces(inside, *state);
    }
    // No loop over columns keeps what another turn of it has found.
    if (schedule.sweepsColumns()) {
      shuffle(inside, ofRuns);
      for (SumState *state : ofRuns)
        storePartials(inside, *state);
    }
  });
  for (auto [state, sum] : llvm::zip_equal(ofRow, columns))
    state->partials = {
        {row::buildReduction(builder, loc, state->sum->kind, sum)}};
  combineLevel(builder, ofRow, ofRuns);
}

/// Combines what threads have of the sums of a level. Those of the whole row
/// share their shuffles; those of runs have gone to shared memory already if
/// they come from a loop over columns.
void KernelBuilder::combineLevel(OpBuilder &builder, SumStates ofRow,
                                 SumStates ofRuns) {
  SmallVector<SumState *> alone(ofRow);
  SmallVector<SumStates> groups = groupSums(ofRow);
  for (SumStates group : groups)
    llvm::erase_if(alone, [&](SumState *state) {
      return llvm::is_contained(group, state);
    });
  if (!schedule.sweepsColumns())
    llvm::append_range(alone, ofRuns);
  auto hasSlots = [](SumState *state) { return state->plan.slots != 0; };
  // Of the block's warps: only a row with a cluster has more.
  Value inBlockWarp = warp;
  if (rank)
    inBlockWarp = arith::DivUIOp::create(builder, loc, inBlock,
                                         index(builder, kWarpSize));
  for (SumStates group : groups) {
    Value held = shuffleTogether(builder, group);
    if (hasSlots(group.front()))
      storeTogether(builder, group, held, inBlockWarp, /*toCluster=*/false);
    else
      passTotals(builder, group, held);
  }
  shuffle(builder, alone);
  for (SumState *state : llvm::make_filter_range(alone, hasSlots)) {
    if (state->plan.wholeRow) {
      storePartial(builder, *state, state->partials.front().front(),
                   inBlockWarp, /*toCluster=*/false);
      continue;
    }
    waitForCluster(builder);
    storePartials(builder, *state);
  }
  llvm::erase_if(groups,
                 [&](SumStates group) { return !hasSlots(group.front()); });
  if (rank && !ofRow.empty())
    sendTotals(builder, alone, groups);
  SmallVector<SumState *> states(ofRow);
  llvm::append_range(states, ofRuns);
  meet(builder, states);
  combineTotals(builder, alone, groups);
}

/// Has the first warp of a block add up what its warps have stored, and send
/// the totals to all blocks of the cluster.
void KernelBuilder::sendTotals(OpBuilder &builder, SumStates alone,
                               ArrayRef<SumStates> groups) {
  synchronize(builder);
  bool firstWaits = sendsTotalsOnly && std::exchange(mayBeRead, false);
  waitForCluster(builder);
  Value isFirst = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult,
                                        inBlock, index(builder, kWarpSize));
  buildIf(builder, loc, isFirst, [&](OpBuilder &inside) {
    arriveForBlock(inside);
    if (firstWaits)
      waitForReaders(inside);
    auto getSlot = [&](const SumState &state) -> Value {
      return arith::AddIOp::create(inside, loc, rank,
                                   index(inside, state.plan.blockSlots));
    };
    for (SumStates group : groups) {
      const SumState &state = *group.front();
      Value held = combineTogether(inside, group, 0, state.plan.blockSlots);
      storeTogether(inside, group, held, getSlot(state), /*toCluster=*/true);
    }
    SmallVector<SumState *> ofRow = llvm::filter_to_vector(
        alone, [](SumState *state) { return state->plan.wholeRow; });
    if (ofRow.empty())
      return;
    combineSlots(inside, ofRow, 0, ofRow.front()->plan.blockSlots);
    for (SumState *state : ofRow)
      storePartial(inside, *state, state->total, getSlot(*state),
                   /*toCluster=*/true);
  });
}

/// Gives all lanes the totals of the whole row: from the slots where warps, or
/// blocks of a cluster, have met, or of lanes that hold them.
void KernelBuilder::combineTotals(OpBuilder &builder, SumStates alone,
                                  ArrayRef<SumStates> groups) {
  SmallVector<SumState *> across;
  for (SumState *state : alone) {
    if (state->plan.wholeRow && state->plan.slots)
      across.push_back(state);
    else if (state->plan.wholeRow)
      state->total = state->partials.front().front();
  }
  if (!across.empty())
    combineSlots(builder, across, across.front()->plan.blockSlots,
                 across.front()->plan.slotsPerTotal);
  for (SumStates group : groups) {
    const row::GPUSumPlan &plan = group.front()->plan;
    passTotals(
        builder, group,
        combineTogether(builder, group, plan.blockSlots, plan.slotsPerTotal));
  }
}

/// Adds what the columns at hand have to a sum of the whole row; a null one has
/// nothing yet.
void KernelBuilder::addColumns(OpBuilder &builder, const SumState &state,
                               Value &columns) {
  for (Chunk &chunk : chunks) {
    Value summand = slicer.sliceSummand(builder, *state.sum, chunk);
    columns = columns ? row::buildCombine(builder, loc, state.sum->kind,
                                          columns, summand)
                      : summand;
  }
}

/// The partials of the pieces of each chunk at hand.
void KernelBuilder::buildPieces(OpBuilder &builder, SumState &state) {
  for (Chunk &chunk : chunks) {
    Value summand = slicer.sliceSummand(builder, *state.sum, chunk);
    SmallVector<Value> &pieces = state.partials.emplace_back();
    for (int64_t first = 0; first < chunk.width; first += state.plan.piece) {
      Value piece = summand;
      if (state.plan.piece != chunk.width)
        piece = vector::ShuffleOp::create(
            builder, loc, summand, summand,
            llvm::to_vector(llvm::seq(first, first + state.plan.piece)));
      pieces.push_back(
          row::buildReduction(builder, loc, state.sum->kind, piece));
    }
  }
}

void KernelBuilder::shuffle(OpBuilder &builder, SumStates states) {
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

/// Stores a partial, which all lanes that share it have, in slot `slot` of its
/// sum: of the block, or of all blocks of the cluster.
void KernelBuilder::storePartial(OpBuilder &builder, const SumState &state,
                                 Value value, Value slot, bool toCluster) {
  Value position = arith::AddIOp::create(builder, loc, sharedBase,
                                         index(builder, state.firstSlot));
  position = arith::AddIOp::create(builder, loc, position, slot);
  int64_t lanes = state.plan.lanes;
  if (toCluster)
    return storeToCluster(builder, value, position, lanes);
  // Of the lanes that share a partial the first one stores it.
  Value stores;
  if (lanes > 1)
    stores = arith::CmpIOp::create(
        builder, loc, arith::CmpIPredicate::eq,
        arith::RemUIOp::create(builder, loc, lane, index(builder, lanes)),
        index(builder, 0));
  buildIf(builder, loc, stores, [&](OpBuilder &inside) {
    memref::StoreOp::create(inside, loc, value, shared, position);
  });
}

/// Stores the partials of the runs that the chunks at hand have part in.
void KernelBuilder::storePartials(OpBuilder &builder, SumState &state) {
  for (auto [chunk, pieces] : llvm::zip_equal(chunks, state.partials))
    buildIf(builder, loc, chunk.valid,
            [&, column = chunk.column, &values = pieces](OpBuilder &inside) {
              Value first = arith::DivUIOp::create(
                  inside, loc, column,
                  index(inside, state.plan.piece * state.plan.lanes));
              for (auto [number, piece] : llvm::enumerate(values))
                storePartial(inside, state, piece,
                             arith::AddIOp::create(inside, loc, first,
                                                   index(inside, number)),
                             /*toCluster=*/static_cast<bool>(rank));
            });
}

/// Waits until all threads of the row in this block have come here.
void KernelBuilder::synchronize(OpBuilder &builder) {
  if (schedule.getThreadsPerRow() > kWarpSize) {
    gpu::BarrierOp::create(builder, loc);
    return;
  }
  // The row's shared memory is its warp's own.
  Value all = arith::ConstantIntOp::create(builder, loc, -1, 32);
  NVVM::SyncWarpOp::create(builder, loc, all);
}

/// Waits until all threads of the row have stored their partials, if any of
/// `states` has some, and has warps add up what is too much for every reader.
void KernelBuilder::meet(OpBuilder &builder, SumStates states) {
  if (llvm::none_of(states, [](SumState *state) { return state->plan.slots; }))
    return;
  if (rank) {
    waitForPartials(builder);
  } else {
    synchronize(builder);
  }
  bool gathers = false;
  for (SumState *state : states)
    if (state->plan.gathers) {
      gatherTotals(builder, *state);
      gathers = true;
    }
  if (gathers)
    synchronize(builder);
}

/// Adds up the slots of each total, a warp for every so many-th of them.
void KernelBuilder::gatherTotals(OpBuilder &builder, const SumState &state) {
  int64_t lanes = schedule.getLanesPerRow(), warps = 1;
  Value mine = index(builder, 0);
  if (schedule.getThreadsPerRow() > kWarpSize) {
    warps = schedule.getThreadsPerBlock() / kWarpSize;
    mine = arith::DivUIOp::create(builder, loc, inBlock,
                                  index(builder, kWarpSize));
  }
  vector::CombiningKind kind = state.sum->kind;
  int64_t count = state.plan.slotsPerTotal;
  buildLoop(
      builder, loc, mine, index(builder, state.plan.numTotals),
      index(builder, warps), {}, [&](OpBuilder &inside, Value number) {
        Value total =
            row::buildIdentity(inside, loc, kind, inside.getF32Type());
        Value first =
            arith::MulIOp::create(inside, loc, number, index(inside, count));
        buildLoop(inside, loc, lane, index(inside, count), index(inside, lanes),
                  {&total}, [&](OpBuilder &each, Value slot) {
                    slot = arith::AddIOp::create(each, loc, first, slot);
                    total = row::buildCombine(each, loc, kind, total,
                                              loadPartial(each, state, slot));
                  });
        for (int32_t offset = lanes / 2; offset > 0; offset /= 2)
          total = buildButterfly(inside, loc, kind, total, offset);
        Value slot = arith::AddIOp::create(
            inside, loc, sharedBase,
            index(inside, state.firstSlot + state.plan.getNumPartials()));
        slot = arith::AddIOp::create(inside, loc, slot, number);
        Value isFirst = arith::CmpIOp::create(
            inside, loc, arith::CmpIPredicate::eq, lane, index(inside, 0));
        buildIf(inside, loc, isFirst, [&](OpBuilder &then) {
          memref::StoreOp::create(then, loc, total, shared, slot);
        });
      });
}

/// Adds up, of each of some sums, `count` slots from its slot `first` on. Every
/// warp does so by itself: a second barrier would cost more than the repeated
/// work.
void KernelBuilder::combineSlots(OpBuilder &builder, SumStates states,
                                 int64_t first, int64_t count) {
  int64_t width = std::min<int64_t>(llvm::PowerOf2Ceil(count), kWarpSize);
  Value mine =
      arith::RemUIOp::create(builder, loc, lane, index(builder, width));
  for (int64_t turn = 0; turn < count; turn += width) {
    Value slot =
        arith::AddIOp::create(builder, loc, mine, index(builder, turn));
    Value exists;
    if (turn + width > count) {
      exists = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult,
                                     slot, index(builder, count));
      // Of words that others want as well, not of another one in their banks.
      slot =
          arith::MinUIOp::create(builder, loc, slot, index(builder, count - 1));
    }
    if (first)
      slot = arith::AddIOp::create(builder, loc, slot, index(builder, first));
    for (SumState *state : states) {
      vector::CombiningKind kind = state->sum->kind;
      Value partial = loadPartial(builder, *state, slot);
      if (exists)
        partial = arith::SelectOp::create(
            builder, loc, exists, partial,
            row::buildIdentity(builder, loc, kind, partial.getType()));
      state->total =
          turn ? row::buildCombine(builder, loc, kind, state->total, partial)
               : partial;
    }
  }
  for (int32_t offset = width / 2; offset > 0; offset /= 2)
    for (SumState *state : states)
      state->total =
          buildButterfly(builder, loc, state->sum->kind, state->total, offset);
}

//===- KernelWarpSums.cpp - Sums that share their shuffles ----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A butterfly gives each lane the total of one sum. Several sums would take
// all of its steps once for each. Here a lane passes on one of two sums and
// keeps the other, so that after the first steps it has part in one sum only,
// and lanes hand the totals around at the end. A sum adds its lanes in the
// same order as alone.
//
//===----------------------------------------------------------------------===//

#include "KernelBuilder.h"
#include "KernelCode.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace seednorm;

static constexpr int64_t kWarpSize = 32;

/// How many neighbouring lanes have part in the same of `count` sums.
static int64_t getLanesPerSum(size_t count) {
  return kWarpSize / llvm::PowerOf2Ceil(count);
}

static Value buildShuffle(OpBuilder &builder, Location loc, Value value,
                          int32_t lane, gpu::ShuffleMode mode) {
  return gpu::ShuffleOp::create(builder, loc, value, lane,
                                static_cast<int32_t>(kWarpSize), mode)
      .getShuffleResult();
}

/// `value` combined with those of the lanes whose numbers differ in bits from
/// `offset` down.
static Value buildButterflies(OpBuilder &builder, Location loc,
                              vector::CombiningKind kind, Value value,
                              int32_t offset) {
  for (; offset > 0; offset /= 2)
    value = buildButterfly(builder, loc, kind, value, offset);
  return value;
}

SmallVector<KernelBuilder::SumStates>
KernelBuilder::groupSums(SumStates states) {
  SmallVector<SumStates> groups;
  for (size_t first = 0, end; first < states.size(); first = end) {
    const SumState &state = *states[first];
    auto isAlike = [&](const SumState &other) {
      return other.plan.wholeRow && other.plan.lanes == kWarpSize &&
             other.sum->kind == state.sum->kind &&
             other.partials.front().front().getType() ==
                 state.partials.front().front().getType();
    };
    end = first;
    while (end < states.size() && end - first < size_t(kWarpSize) &&
           isAlike(*states[end]))
      ++end;
    if (end - first > 1)
      groups.push_back(states.slice(first, end - first));
    end = std::max(end, first + 1);
  }
  return groups;
}

/// Combines the partials of all lanes: what a lane has is a total of the warp,
/// of the sum with the number that `getSumOfLane` gives.
Value KernelBuilder::shuffleTogether(OpBuilder &builder, SumStates group) {
  vector::CombiningKind kind = group.front()->sum->kind;
  SmallVector<Value> values;
  for (SumState *state : group)
    values.push_back(state->partials.front().front());
  int32_t offset = kWarpSize / 2;
  for (size_t half = llvm::PowerOf2Ceil(values.size()) / 2; half > 0;
       half /= 2, offset /= 2) {
    Value bit =
        arith::AndIOp::create(builder, loc, lane, index(builder, offset));
    Value isUpper = arith::CmpIOp::create(
        builder, loc, arith::CmpIPredicate::ne, bit, index(builder, 0));
    for (size_t i = 0; i < half; ++i) {
      if (i + half >= values.size()) {
        Value other = buildShuffle(builder, loc, values[i], offset,
                                   gpu::ShuffleMode::XOR);
        values[i] = row::buildCombine(builder, loc, kind, values[i], other);
        continue;
      }
      Value kept = arith::SelectOp::create(builder, loc, isUpper,
                                           values[i + half], values[i]);
      Value passed = arith::SelectOp::create(builder, loc, isUpper, values[i],
                                             values[i + half]);
      Value other =
          buildShuffle(builder, loc, passed, offset, gpu::ShuffleMode::XOR);
      values[i] = row::buildCombine(builder, loc, kind, kept, other);
    }
    values.resize(half);
  }
  return buildButterflies(builder, loc, kind, values.front(), offset);
}

/// Which of the sums of `group` the lane has part in. Where their number is no
/// power of two, some lanes have the same and others the last one.
Value KernelBuilder::getSumOfLane(OpBuilder &builder, SumStates group) {
  return arith::DivUIOp::create(builder, loc, lane,
                                index(builder, getLanesPerSum(group.size())));
}

/// Gives all lanes the totals of all sums, of which each lane has one.
void KernelBuilder::passTotals(OpBuilder &builder, SumStates group,
                               Value held) {
  int64_t lanes = getLanesPerSum(group.size());
  for (auto [number, state] : llvm::enumerate(group))
    state->total =
        buildShuffle(builder, loc, held, number * lanes, gpu::ShuffleMode::IDX);
}

/// Stores what lanes have of the totals of a warp, or of a block for all of the
/// cluster, each one once, in slot `slot` of their sums. Those of a slot are
/// next to each other: slots that lanes then take at once, of some warps and
/// all sums, are words one after the other, in banks of their own.
void KernelBuilder::storeTogether(OpBuilder &builder, SumStates group,
                                  Value held, Value slot, bool toCluster) {
  const SumState &first = *group.front();
  Value number = getSumOfLane(builder, group);
  int64_t lanes = getLanesPerSum(group.size());
  auto getPosition = [&](OpBuilder &inside) -> Value {
    Value position = arith::AddIOp::create(inside, loc, sharedBase,
                                           index(inside, first.firstSlot));
    position = arith::AddIOp::create(inside, loc, position, number);
    return arith::AddIOp::create(
        inside, loc, position,
        arith::MulIOp::create(inside, loc, slot, index(inside, group.size())));
  };
  Value stores;
  auto require = [&](Value condition) {
    stores =
        stores
            ? arith::AndIOp::create(builder, loc, stores, condition).getResult()
            : condition;
  };
  if (!llvm::isPowerOf2_64(group.size()))
    require(arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult,
                                  number, index(builder, group.size())));
  if (toCluster) {
    buildIf(builder, loc, stores, [&](OpBuilder &inside) {
      storeToCluster(inside, held, getPosition(inside), lanes);
    });
    return;
  }
  require(arith::CmpIOp::create(
      builder, loc, arith::CmpIPredicate::eq,
      arith::RemUIOp::create(builder, loc, lane, index(builder, lanes)),
      index(builder, 0)));
  buildIf(builder, loc, stores, [&](OpBuilder &inside) {
    memref::StoreOp::create(inside, loc, held, shared, getPosition(inside));
  });
}

/// Combines `count` slots from slot `first` on of all sums: a lane has what
/// those of its sum come to. Lanes with part in a sum take its slots in turn.
Value KernelBuilder::combineTogether(OpBuilder &builder, SumStates group,
                                     int64_t first, int64_t count) {
  const SumState &state = *group.front();
  vector::CombiningKind kind = state.sum->kind;
  int64_t padded = llvm::PowerOf2Ceil(count);
  int64_t width = std::min(getLanesPerSum(group.size()), padded);
  Value number = getSumOfLane(builder, group);
  if (!llvm::isPowerOf2_64(group.size()))
    number = arith::MinUIOp::create(builder, loc, number,
                                    index(builder, group.size() - 1));
  Value mine =
      arith::RemUIOp::create(builder, loc, lane, index(builder, width));
  SmallVector<Value> values;
  for (int64_t turn = 0; turn < padded; turn += width) {
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
    Value ofSlot =
        arith::MulIOp::create(builder, loc, slot, index(builder, group.size()));
    Value value = loadPartial(
        builder, state, arith::AddIOp::create(builder, loc, ofSlot, number));
    if (exists)
      value = arith::SelectOp::create(
          builder, loc, exists, value,
          row::buildIdentity(builder, loc, kind, value.getType()));
    values.push_back(value);
  }
  // In the order in which a butterfly of all slots would.
  for (size_t half = values.size() / 2; half > 0; half /= 2)
    for (size_t i = 0; i < half; ++i)
      values[i] =
          row::buildCombine(builder, loc, kind, values[i], values[i + half]);
  return buildButterflies(builder, loc, kind, values.front(), width / 2);
}

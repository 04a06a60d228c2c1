//===- RowSums.cpp - Sums over the columns of a row -----------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All sums of a level share one sweep. Vector accumulators run over the whole
// row, or over a segment where a sum has a total for each part of the row; the
// totals of parts go to memory.
//
//===----------------------------------------------------------------------===//

#include "RowLoopBuilder.h"

#include "seednorm/Dialect/Row/Transforms/OnlineSums.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace seednorm;
using row::Chunk;
using row::Sum;

Value RowLoopBuilder::buildIsSegmentOfRun(OpBuilder &builder,
                                          const Chunk &chunk, int64_t run,
                                          int64_t position) const {
  return arith::CmpIOp::create(
      builder, loc, arith::CmpIPredicate::eq,
      arith::RemUIOp::create(builder, loc, chunk.column, index(builder, run)),
      index(builder, position * segment));
}

Value RowLoopBuilder::getTotal(OpBuilder &builder, const Sum &sum,
                               Chunk &chunk) {
  if (sum.isFolded)
    return slicer.fold(builder, sum, chunk);
  if (isUniformInRow(sum.resultRun))
    return row().totals.at(sum.op);
  return memref::LoadOp::create(
      builder, loc, partTotals.at(sum.op),
      buildElementNumber(builder, sum.resultRun, chunk));
}

/// `piece` extended by the identity to as many lanes as an accumulator has.
static Value extendToVector(OpBuilder &builder, const Sum &sum, Value piece,
                            VectorType type) {
  if (piece.getType() == type)
    return piece;
  Location loc = sum.op->getLoc();
  return vector::InsertStridedSliceOp::create(
      builder, loc, piece, row::buildIdentity(builder, loc, sum.kind, type),
      /*offsets=*/ArrayRef<int64_t>{0}, /*strides=*/ArrayRef<int64_t>{1});
}

Value RowLoopBuilder::combineAccumulators(OpBuilder &builder, const Sum &sum,
                                          ValueRange accumulators) {
  SmallVector<Value> values(accumulators);
  for (; values.size() > 1; values.truncate(values.size() / 2))
    for (size_t i = 0, half = values.size() / 2; i < half; ++i)
      values[i] = row::buildCombine(builder, sum.op->getLoc(), sum.kind,
                                    values[i], values[i + half]);
  return row::buildReduction(builder, sum.op->getLoc(), sum.kind,
                             values.front());
}

/// What a segment adds to `sum`, whose source is one number in it. A number
/// that stands for several segments counts once, at the first.
Value RowLoopBuilder::buildUniformSummand(OpBuilder &builder, const Sum &sum) {
  Chunk &part = row().chunk;
  Value value = slicer.slice(builder, sum.source, part);
  if (sum.sourceRun == segment)
    return value;
  Value identity = row::buildIdentity(builder, loc, sum.kind, value.getType());
  return arith::SelectOp::create(
      builder, loc, buildIsSegmentOfRun(builder, part, sum.sourceRun, 0), value,
      identity);
}

/// Adds a segment's share to the total it belongs to.
void RowLoopBuilder::storePart(OpBuilder &builder, const Sum &sum,
                               Value value) {
  const Chunk &part = row().chunk;
  Value number = buildElementNumber(builder, sum.resultRun, part);
  Value totals = partTotals.at(sum.op);
  if (sum.resultRun != segment) {
    Value identity =
        row::buildIdentity(builder, loc, sum.kind, value.getType());
    Value before = arith::SelectOp::create(
        builder, loc, buildIsSegmentOfRun(builder, part, sum.resultRun, 0),
        identity, memref::LoadOp::create(builder, loc, totals, number));
    value = row::buildCombine(builder, loc, sum.kind, before, value);
  }
  memref::StoreOp::create(builder, loc, value, totals, number);
}

/// What the accumulators of a slot are with the columns of `chunk`.
SmallVector<Value> RowLoopBuilder::accumulate(OpBuilder &builder,
                                              const Level &level, Chunk &chunk,
                                              int64_t slot, ValueRange before) {
  size_t numMaxima = level.wholeRow.size() * accumulators;
  size_t numVectors = numMaxima + level.online.size() * accumulators;
  SmallVector<Value> after(before);
  SmallVector<Value> summands;
  for (auto [number, sum] : llvm::enumerate(
           llvm::concat<const Sum *const>(level.wholeRow, level.parts))) {
    // The accumulators of online sums are in between.
    size_t first = number * accumulators;
    if (number >= level.wholeRow.size())
      first += numVectors - numMaxima;
    Value &total = after[first + slot];
    summands.push_back(extendToVector(builder, *sum,
                                      slicer.sliceSummand(builder, *sum, chunk),
                                      cast<VectorType>(total.getType())));
    total = row::buildCombine(builder, sum->op->getLoc(), sum->kind, total,
                              summands.back());
  }
  for (auto [number, pair] : llvm::enumerate(level.online)) {
    Value &total = after[numMaxima + number * accumulators + slot];
    total =
        row::buildOnlineStep(builder, pair.second->op->getLoc(),
                             {before[pair.first * accumulators + slot], total},
                             summands[pair.first])
            .sum;
  }
  return after;
}

/// What all accumulators of the current rows are with `columns`.
SmallVector<Value> RowLoopBuilder::accumulateRows(OpBuilder &builder,
                                                  const Level &level,
                                                  const Columns &columns,
                                                  int64_t slot,
                                                  ValueRange before) {
  SmallVector<Value> after;
  visitColumns(columns, [&](size_t number, Chunk &chunk) {
    llvm::append_range(after, accumulate(builder, level, chunk, slot,
                                         getShare(before, number)));
  });
  return after;
}

/// One segment of the sweep. Of each row, `carried` holds the accumulators of
/// each whole-row sum, then one scalar for each uniform sum over the whole row.
SmallVector<Value> RowLoopBuilder::buildSegmentSums(OpBuilder &builder,
                                                    const Level &level,
                                                    ValueRange carried) {
  size_t numVectors =
      (level.wholeRow.size() + level.online.size()) * accumulators;
  SmallVector<Value> values;
  forEachRow([&](size_t number) {
    llvm::append_range(values,
                       getShare(carried, number).take_front(numVectors));
    for (const Sum *sum : level.parts)
      values.append(
          accumulators,
          row::buildIdentity(
              builder, loc, sum->kind,
              VectorType::get({vector}, getElementTypeOrSelf(sum->source))));
  });
  if (!level.wholeRow.empty() || !level.parts.empty())
    values = buildColumns(builder, values,
                          [&](OpBuilder &body, const Columns &columns,
                              int64_t slot, ValueRange before) {
                            return accumulateRows(body, level, columns, slot,
                                                  before);
                          });
  SmallVector<Value> after;
  forEachRow([&](size_t number) {
    ValueRange share = getShare(values, number);
    llvm::append_range(after, share.take_front(numVectors));
    ValueRange ofParts = share.drop_front(numVectors);
    for (const Sum *sum : level.parts) {
      storePart(
          builder, *sum,
          combineAccumulators(builder, *sum, ofParts.take_front(accumulators)));
      ofParts = ofParts.drop_front(accumulators);
    }
    ValueRange scalars = getShare(carried, number).drop_front(numVectors);
    for (const Sum *sum : level.uniform) {
      Value summand = buildUniformSummand(builder, *sum);
      if (!isUniformInRow(sum->resultRun)) {
        storePart(builder, *sum, summand);
        continue;
      }
      after.push_back(row::buildCombine(builder, sum->op->getLoc(), sum->kind,
                                        scalars.front(), summand));
      scalars = scalars.drop_front();
    }
  });
  return after;
}

/// Sums of the next level that this sweep can have, if the schedule wants them.
void RowLoopBuilder::addOnlineSums(Level &level, unsigned number) {
  if (!schedule.getOnline())
    return;
  for (row::OnlineSum pair : row::findOnlineSums(analysis, number)) {
    auto *maximum = llvm::find(level.wholeRow, pair.maximum);
    if (maximum == level.wholeRow.end())
      continue;
    level.online.push_back({maximum - level.wholeRow.begin(), pair.sum});
    done.insert(pair.sum->op);
  }
}

/// The totals of online sums and of their maxima, from all accumulators.
void RowLoopBuilder::combineOnline(OpBuilder &builder, const Level &level,
                                   ValueRange accumulated) {
  size_t numMaxima = level.wholeRow.size() * accumulators;
  for (auto [number, pair] : llvm::enumerate(level.online)) {
    SmallVector<row::OnlinePair> pairs;
    for (int64_t i = 0; i < accumulators; ++i)
      pairs.push_back({accumulated[pair.first * accumulators + i],
                       accumulated[numMaxima + number * accumulators + i]});
    for (; pairs.size() > 1; pairs.truncate(pairs.size() / 2))
      for (size_t i = 0, half = pairs.size() / 2; i < half; ++i)
        pairs[i] =
            row::buildOnlineCombine(builder, loc, pairs[i], pairs[i + half]);
    row::OnlinePair total =
        row::buildOnlineReduction(builder, loc, pairs.front());
    row().totals[level.wholeRow[pair.first]->op] = total.maximum;
    row().totals[pair.second->op] = total.sum;
  }
}

/// The sums of level `number` that no earlier sweep has.
RowLoopBuilder::Level RowLoopBuilder::collectLevel(unsigned number) {
  Level level;
  for (const Sum &sum : analysis.getSums(number)) {
    if (done.contains(sum.op))
      continue;
    level.sources.push_back(sum.source);
    auto &sums = isUniformInSegment(sum.sourceRun) ? level.uniform
                 : isUniformInRow(sum.resultRun)   ? level.wholeRow
                                                   : level.parts;
    sums.push_back(&sum);
  }
  addOnlineSums(level, number);
  return level;
}

/// What the accumulators of whole rows start from.
SmallVector<Value> RowLoopBuilder::buildIdentities(OpBuilder &builder,
                                                   const Level &level) {
  SmallVector<Value> identities;
  auto add = [&](const Sum *sum) {
    auto type = VectorType::get({vector}, getElementTypeOrSelf(sum->source));
    identities.append(accumulators,
                      row::buildIdentity(builder, loc, sum->kind, type));
  };
  llvm::for_each(level.wholeRow, add);
  for (auto [maximum, sum] : level.online)
    add(sum);
  return identities;
}

/// The totals of whole rows from their accumulators.
void RowLoopBuilder::finishLevel(OpBuilder &builder, const Level &level,
                                 ValueRange accumulated) {
  combineOnline(builder, level, accumulated);
  for (const Sum *sum : level.wholeRow) {
    if (!row().totals.contains(sum->op))
      row().totals[sum->op] = combineAccumulators(
          builder, *sum, accumulated.take_front(accumulators));
    accumulated = accumulated.drop_front(accumulators);
  }
}

void RowLoopBuilder::buildLevel(OpBuilder &builder, unsigned number) {
  Level level = collectLevel(number);
  if (level.sources.empty())
    return;
  levelInHand = number;
  SmallVector<const Sum *> scalars;
  llvm::copy_if(level.uniform, std::back_inserter(scalars),
                [&](const Sum *sum) { return isUniformInRow(sum->resultRun); });
  SmallVector<Value> inits;
  forEachRow([&](size_t) {
    llvm::append_range(inits, buildIdentities(builder, level));
    for (const Sum *sum : scalars)
      inits.push_back(row::buildIdentity(builder, loc, sum->kind,
                                         getElementTypeOrSelf(sum->source)));
  });
  SmallVector<Value> totals = buildSegments(
      builder, level.sources, inits, [&](OpBuilder &body, ValueRange carried) {
        return buildSegmentSums(body, level, carried);
      });
  forEachRow([&](size_t row) {
    ValueRange share = getShare(totals, row);
    finishLevel(builder, level, share.drop_back(scalars.size()));
    for (auto [sum, total] :
         llvm::zip_equal(scalars, share.take_back(scalars.size())))
      rows[row].totals[sum->op] = total;
  });
}

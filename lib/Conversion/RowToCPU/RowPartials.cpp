//===- RowPartials.cpp - Tiles of rows and their partial sums -------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where rows have outputs in common, a tile adds its rows, in order, to partial
// sums of its own. A group or a place in a cycle whose rows are all in one tile
// has its total there; for all else a second loop follows.
//
//===----------------------------------------------------------------------===//

#include "RowLoopBuilder.h"
#include "RowTotals.h"

#include "seednorm/Conversion/RowToCPU.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace seednorm;

/// Partial sums of different threads lie in different pairs of cache lines, as
/// processors fetch pairs.
static constexpr int64_t kPartialAlignment = 128;
/// Partial sums of which all elements have the same place in a page are in each
/// other's way: in the first-level cache they share one set.
static constexpr int64_t kPageBytes = 4096;

/// Partial sums of a tile of a cycle, so that they stay in a second-level cache
/// with the rows that go by.
static constexpr int64_t kCacheBytes = 64 * 1024;

static bool isCycle(const RowOperand &output) {
  return output.access.getKind() == row::AccessKind::Cycle;
}

static MemRefType getPartialsType(const RowOperand &output) {
  Type element = getElementTypeOrSelf(output.slice);
  int64_t bytes = element.getIntOrFloatBitWidth() / 8;
  int64_t size = llvm::alignTo(row::getNumElements(output.slice) * bytes,
                               kPartialAlignment);
  if (size % kPageBytes == 0)
    size += kPartialAlignment;
  return MemRefType::get({ShapedType::kDynamic, size / bytes}, element);
}

static int64_t getNumBytes(MemRefType partials) {
  return partials.getDimSize(1) * partials.getElementTypeBitWidth() / 8;
}

/// The outputs that are summed over all rows, or over those of a class.
SmallVector<RowOperand *> RowLoopBuilder::getSummed(bool ofClass) {
  SmallVector<RowOperand *> summed;
  for (RowOperand &output : outputs)
    if (output.access.isSummed() && output.isOfClass() == ofClass)
      summed.push_back(&output);
  return summed;
}

RowTiles RowLoopBuilder::chooseTiles(OpBuilder &builder, Value rows) {
  SmallVector<RowOperand *> ofClass = getSummed(/*ofClass=*/true);
  TileLimits limits;
  limits.minRows = std::max(schedule.getPartial(), schedule.getGrain());
  limits.minPartial = schedule.getPartial();
  if (ofClass.empty())
    return buildGroupTiles(builder, loc, rows, Value(), limits);
  int64_t bytes = 0;
  for (RowOperand *output : ofClass)
    bytes += getNumBytes(getPartialsType(*output));
  limits.maxClasses = std::max<int64_t>(kCacheBytes / bytes, 1);
  Value period = getValueOrCreateConstantIndexOp(
      builder, loc, ofClass.front()->address.period);
  return isCycle(*ofClass.front())
             ? buildCycleTiles(builder, loc, rows, period, limits)
             : buildGroupTiles(builder, loc, rows, period, limits);
}

/// i1: whether a tile has all rows of its classes.
Value RowLoopBuilder::buildIsWhole(OpBuilder &builder,
                                   const RowTiles &tiles) const {
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq,
                               tiles.parts, index(builder, 1));
}

/// A partial sum of a tile has its number. Classes of a tile that come one
/// after the other share it; in cycles of several parts each has one.
void RowLoopBuilder::allocatePartials(OpBuilder &builder,
                                      const RowTiles &tiles) {
  for (RowOperand &output : outputs) {
    if (!output.access.isSummed())
      continue;
    Value number = tiles.tiles;
    if (isCycle(output))
      number = arith::SelectOp::create(builder, loc,
                                       buildIsWhole(builder, tiles), number,
                                       builder.createOrFold<arith::MulIOp>(
                                           loc, number, tiles.classesPerTile));
    // One at least, where there are no rows: totals use it.
    number =
        builder.createOrFold<arith::MaxUIOp>(loc, number, index(builder, 1));
    output.partials =
        memref::AllocOp::create(builder, loc, getPartialsType(output), number,
                                builder.getI64IntegerAttr(kPartialAlignment));
  }
}

Value seednorm::viewPartial(OpBuilder &builder, Location loc,
                            const RowOperand &output, Value number) {
  auto source = cast<MemRefType>(output.partials.getType());
  int64_t size = source.getDimSize(1);
  auto type = MemRefType::get(
      {size}, source.getElementType(),
      StridedLayoutAttr::get(builder.getContext(), ShapedType::kDynamic, {1}));
  Value offset = builder.createOrFold<arith::MulIOp>(
      loc, number, arith::ConstantIndexOp::create(builder, loc, size));
  return memref::ReinterpretCastOp::create(
      builder, loc, type, output.partials, OpFoldResult(offset),
      {builder.getIndexAttr(size)}, {builder.getIndexAttr(1)});
}

/// The partial sums of class `place` of `output`.
static PartialRange buildPartialRange(OpBuilder &builder, Location loc,
                                      const RowTiles &tiles,
                                      const RowOperand &output, Value place) {
  Value one = arith::ConstantIndexOp::create(builder, loc, 1);
  if (!isCycle(output))
    return {arith::MulIOp::create(builder, loc, place, tiles.parts),
            tiles.parts, one};
  Value stride = tiles.classesPerTile;
  Value tile = arith::MulIOp::create(
      builder, loc, arith::DivUIOp::create(builder, loc, place, stride),
      tiles.parts);
  Value first = arith::AddIOp::create(
      builder, loc, arith::MulIOp::create(builder, loc, tile, stride),
      arith::RemUIOp::create(builder, loc, place, stride));
  return {first, tiles.parts, stride};
}

/// The number of slices of an output.
static Value buildNumSlices(OpBuilder &builder, Value output, Type slice) {
  Location loc = output.getLoc();
  int64_t leading =
      cast<MemRefType>(output.getType()).getRank() - row::getSliceRank(slice);
  Value number = arith::ConstantIndexOp::create(builder, loc, 1);
  for (int64_t dim = 0; dim < leading; ++dim)
    number = builder.createOrFold<arith::MulIOp>(
        loc, number, builder.createOrFold<memref::DimOp>(loc, output, dim));
  return number;
}

/// Rows go to the partial sums of that number from here on, which are zero.
void RowLoopBuilder::startPartials(OpBuilder &builder,
                                   ArrayRef<RowOperand *> summed,
                                   Value number) {
  llvm::MapVector<Type, SmallVector<Value>> views;
  for (RowOperand *output : summed) {
    output->partial = viewPartial(builder, loc, *output, number);
    views[output->partial.getType()].push_back(output->partial);
  }
  for (const auto &group : views) {
    auto memory = cast<MemRefType>(group.first);
    int64_t width = kPartialAlignment * 8 / memory.getElementTypeBitWidth();
    Value zero = arith::ConstantOp::create(
        builder, loc,
        builder.getZeroAttr(VectorType::get({width}, memory.getElementType())));
    scf::ForOp::create(
        builder, loc, index(builder, 0), index(builder, memory.getDimSize(0)),
        index(builder, width), ValueRange(),
        [&](OpBuilder &body, Location, Value column, ValueRange) {
          for (Value view : group.second)
            vector::StoreOp::create(body, loc, zero, view, column);
          scf::YieldOp::create(body, loc);
        });
  }
}

/// What the partial sum is at element `number` with `value` added.
Value RowLoopBuilder::addToPartial(OpBuilder &builder, Value value,
                                   const RowOperand &output,
                                   Value number) const {
  Value before;
  if (auto type = dyn_cast<VectorType>(value.getType()))
    before = vector::LoadOp::create(builder, loc, type, output.partial, number);
  else
    before = memref::LoadOp::create(builder, loc, output.partial, number);
  return row::buildAccumulation(builder, loc, before, value);
}

void RowLoopBuilder::buildRows(OpBuilder &builder, Value begin, Value end) {
  if (schedule.getRows() > 1)
    return buildBlocksOf(builder, begin, end);
  scf::ForOp::create(builder, loc, begin, end, index(builder, 1), ValueRange(),
                     [&](OpBuilder &body, Location, Value number, ValueRange) {
                       buildRow(body, number);
                       scf::YieldOp::create(body, loc);
                     });
}

/// The total of class `place` of a tile that has all its rows.
void RowLoopBuilder::buildWholeTotals(OpBuilder &builder, Value tile,
                                      Value place) {
  SmallVector<Total> totals;
  for (RowOperand *output : getSummed(/*ofClass=*/true))
    totals.push_back({output, viewSlice(builder, *output, place)});
  for (ArrayRef<Total> group : groupTotals(totals))
    TotalBuilder(group, {tile, index(builder, 1), index(builder, 1)})
        .build(builder, loc);
}

/// The rows of a tile, group by group.
void RowLoopBuilder::buildGroups(OpBuilder &builder, const RowTiles &tiles,
                                 Value tile) {
  TileRange range = buildTileRange(builder, loc, tiles, tile);
  scf::ForOp::create(
      builder, loc, range.firstClass, range.lastClass, index(builder, 1),
      ValueRange(), [&](OpBuilder &body, Location, Value group, ValueRange) {
        startPartials(body, getSummed(/*ofClass=*/true), tile);
        Value first = arith::MulIOp::create(body, loc, group, tiles.period);
        Value last = arith::AddIOp::create(body, loc, first, range.lastRow);
        buildRows(body, arith::AddIOp::create(body, loc, first, range.firstRow),
                  arith::MinUIOp::create(body, loc, last, tiles.rows));
        scf::IfOp::create(body, loc, buildIsWhole(body, tiles),
                          [&](OpBuilder &inside, Location) {
                            buildWholeTotals(inside, tile, group);
                            scf::YieldOp::create(inside, loc);
                          });
        scf::YieldOp::create(body, loc);
      });
}

/// Starts `count` partial sums of each output of classes.
void RowLoopBuilder::startRange(OpBuilder &builder, Value first, Value count) {
  scf::ForOp::create(
      builder, loc, index(builder, 0), count, index(builder, 1), ValueRange(),
      [&](OpBuilder &body, Location, Value number, ValueRange) {
        startPartials(body, getSummed(/*ofClass=*/true),
                      arith::AddIOp::create(body, loc, first, number));
        scf::YieldOp::create(body, loc);
      });
}

/// The row of a cycle at `place`, which goes to the given partial sum.
void RowLoopBuilder::buildRowOfCycle(OpBuilder &builder, const RowTiles &tiles,
                                     Value cycle, Value place, Value partial) {
  for (RowOperand *output : getSummed(/*ofClass=*/true))
    output->partial = viewPartial(builder, loc, *output, partial);
  Value first = arith::MulIOp::create(builder, loc, cycle, tiles.period);
  buildRow(builder, arith::AddIOp::create(builder, loc, first, place));
}

/// The rows of a tile of cycles. Where classes are whole, one comes after the
/// other, as groups do; elsewhere rows come in their order, which is that of
/// memory, and each class has a partial sum.
void RowLoopBuilder::buildCycles(OpBuilder &builder, const RowTiles &tiles,
                                 Value tile) {
  TileRange range = buildTileRange(builder, loc, tiles, tile);
  Value isWhole = buildIsWhole(builder, tiles);
  auto select = [&](OpBuilder &body, Value ifWhole, Value otherwise) -> Value {
    return arith::SelectOp::create(body, loc, isWhole, ifWhole, otherwise);
  };
  Value firstPartial =
      arith::MulIOp::create(builder, loc, tile, tiles.classesPerTile);
  startRange(builder, firstPartial,
             select(builder, index(builder, 0),
                    arith::SubIOp::create(builder, loc, range.lastClass,
                                          range.firstClass)));
  scf::ForOp::create(
      builder, loc, select(builder, range.firstClass, range.firstRow),
      select(builder, range.lastClass, range.lastRow), index(builder, 1),
      ValueRange(), [&](OpBuilder &body, Location, Value outer, ValueRange) {
        startRange(body, tile, select(body, index(body, 1), index(body, 0)));
        // Rows left from this class, or this cycle, on.
        Value left = arith::SubIOp::create(
            body, loc, tiles.rows,
            select(body, outer,
                   arith::MulIOp::create(body, loc, outer, tiles.period)));
        Value last = select(
            body, arith::CeilDivUIOp::create(body, loc, left, tiles.period),
            arith::MinUIOp::create(body, loc, range.lastClass, left));
        scf::ForOp::create(
            body, loc, select(body, index(body, 0), range.firstClass), last,
            index(body, 1), ValueRange(),
            [&](OpBuilder &inner, Location, Value number, ValueRange) {
              Value place = select(inner, outer, number);
              Value inTile =
                  arith::SubIOp::create(inner, loc, place, range.firstClass);
              Value partial = select(
                  inner, tile,
                  arith::AddIOp::create(inner, loc, firstPartial, inTile));
              buildRowOfCycle(inner, tiles, select(inner, number, outer), place,
                              partial);
              scf::YieldOp::create(inner, loc);
            });
        scf::IfOp::create(body, loc, isWhole, [&](OpBuilder &inside, Location) {
          buildWholeTotals(inside, tile, outer);
          scf::YieldOp::create(inside, loc);
        });
        scf::YieldOp::create(body, loc);
      });
}

void RowLoopBuilder::buildTile(OpBuilder &builder, const RowTiles &tiles,
                               Value tile) {
  allocateForRows(builder);
  if (schedule.getRows() > 1 && !isSideBySide())
    planBlock(builder);
  startPartials(builder, getSummed(/*ofClass=*/false), tile);
  SmallVector<RowOperand *> ofClass = getSummed(/*ofClass=*/true);
  if (!ofClass.empty())
    return isCycle(*ofClass.front()) ? buildCycles(builder, tiles, tile)
                                     : buildGroups(builder, tiles, tile);
  Value begin = arith::MulIOp::create(builder, loc, tile, tiles.partRows);
  Value end = arith::AddIOp::create(builder, loc, begin, tiles.partRows);
  buildRows(builder, begin,
            arith::MinUIOp::create(builder, loc, end, tiles.rows));
}

/// The totals of the classes of output `number`, unless tiles have them. Slices
/// that no row has are zero.
void RowLoopBuilder::buildClassTotals(OpBuilder &builder, const RowTiles &tiles,
                                      unsigned number) {
  const RowOperand &output = outputs[number];
  Value zero = index(builder, 0), one = index(builder, 1);
  Value last = arith::SelectOp::create(
      builder, loc, buildIsWhole(builder, tiles), zero, tiles.classes);
  int64_t numElements = row::getNumElements(output.slice);
  Value share = builder.createOrFold<arith::MaxUIOp>(
      loc,
      builder.createOrFold<arith::DivUIOp>(
          loc, index(builder, kPartialsPerThread / numElements),
          builder.createOrFold<arith::MaxUIOp>(loc, tiles.parts, one)),
      one);
  Value shares = arith::CeilDivUIOp::create(builder, loc, last, share);
  auto loop = scf::ParallelOp::create(
      builder, loc, zero, shares, one,
      [&](OpBuilder &body, Location, ValueRange numbers) {
        Value first = arith::MulIOp::create(body, loc, numbers.front(), share);
        Value end = arith::AddIOp::create(body, loc, first, share);
        scf::ForOp::create(
            body, loc, first, arith::MinUIOp::create(body, loc, end, last),
            index(body, 1), ValueRange(),
            [&](OpBuilder &inner, Location, Value place, ValueRange) {
              TotalBuilder(Total{&output, viewSlice(inner, output, place)},
                           buildPartialRange(inner, loc, tiles, output, place))
                  .build(inner, loc);
              scf::YieldOp::create(inner, loc);
            });
      });
  loop->setAttr(kTotalsAttrName, builder.getUnitAttr());
  scf::ForOp::create(
      builder, loc, tiles.classes,
      buildNumSlices(builder, program.getOutputs()[number], output.slice), one,
      ValueRange(), [&](OpBuilder &body, Location, Value place, ValueRange) {
        TotalBuilder(Total{&output, viewSlice(body, output, place)},
                     {zero, zero, one})
            .build(body, loc);
        scf::YieldOp::create(body, loc);
      });
}

void RowLoopBuilder::buildTotals(OpBuilder &builder, const RowTiles &tiles) {
  SmallVector<Total> ofCall;
  for (RowOperand *output : getSummed(/*ofClass=*/false))
    ofCall.push_back({output, viewSlice(builder, *output, index(builder, 0))});
  for (ArrayRef<Total> group : groupTotals(ofCall))
    TotalBuilder(group, {index(builder, 0), tiles.tiles, index(builder, 1)})
        .buildParallel(builder, loc);
  for (auto [number, output] : llvm::enumerate(outputs)) {
    if (output.isOfClass())
      buildClassTotals(builder, tiles, number);
    if (output.access.isSummed())
      memref::DeallocOp::create(builder, loc, output.partials);
  }
}

void RowLoopBuilder::buildTiles(OpBuilder &builder, Value rows) {
  RowTiles tiles = chooseTiles(builder, rows);
  allocatePartials(builder, tiles);
  auto loop = scf::ParallelOp::create(
      builder, loc, index(builder, 0), tiles.tiles, index(builder, 1),
      [&](OpBuilder &body, Location, ValueRange numbers) {
        buildTile(body, tiles, numbers.front());
      });
  describeLoop(builder, loop, /*grain=*/1);
  buildTotals(builder, tiles);
}

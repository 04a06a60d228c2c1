//===- RowTiles.cpp - Rows that are summed together -----------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The arithmetic of tiles. It knows rows, periods and the schedule, and nothing
// of threads: so that results do not, either.
//
//===----------------------------------------------------------------------===//

#include "RowTiles.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace seednorm;

/// Tiles that a program with rows enough has: some for each of 64 threads, so
/// that none waits long for the last, and few enough that adding their partial
/// sums takes no time that counts.
static constexpr int64_t kNumTiles = 256;

namespace {
/// Arithmetic on numbers of rows.
struct Arithmetic {
  OpBuilder &builder;
  Location loc;

  Value number(int64_t value) const {
    return arith::ConstantIndexOp::create(builder, loc, value);
  }
  Value add(Value a, Value b) const {
    return builder.createOrFold<arith::AddIOp>(loc, a, b);
  }
  Value multiply(Value a, Value b) const {
    return builder.createOrFold<arith::MulIOp>(loc, a, b);
  }
  Value divide(Value a, Value b) const {
    return builder.createOrFold<arith::DivUIOp>(loc, a, b);
  }
  Value remainder(Value a, Value b) const {
    return builder.createOrFold<arith::RemUIOp>(loc, a, b);
  }
  Value divideUp(Value a, Value b) const {
    return builder.createOrFold<arith::CeilDivUIOp>(loc, a, b);
  }
  Value min(Value a, Value b) const {
    return builder.createOrFold<arith::MinUIOp>(loc, a, b);
  }
  Value max(Value a, Value b) const {
    return builder.createOrFold<arith::MaxUIOp>(loc, a, b);
  }
};
} // namespace

/// Rows that a tile should have.
static Value buildTileRows(const Arithmetic &math, Value rows,
                           const TileLimits &limits) {
  return math.max(math.divideUp(rows, math.number(kNumTiles)),
                  math.number(limits.minRows));
}

/// Cuts `rows`, of a class, into parts of `least` or somewhat less, alike.
static void cutIntoParts(const Arithmetic &math, Value rows, Value least,
                         RowTiles &tiles) {
  Value one = math.number(1);
  Value parts = math.max(math.divideUp(rows, least), one);
  tiles.partRows = math.max(math.divideUp(rows, parts), one);
  tiles.parts = math.divideUp(rows, tiles.partRows);
}

static void setNumber(const Arithmetic &math, RowTiles &tiles) {
  tiles.tiles = math.multiply(
      math.divideUp(tiles.classes, tiles.classesPerTile), tiles.parts);
}

RowTiles seednorm::buildGroupTiles(OpBuilder &builder, Location loc, Value rows,
                                   Value period, const TileLimits &limits) {
  Arithmetic math{builder, loc};
  Value one = math.number(1);
  RowTiles tiles;
  tiles.rows = rows;
  Value all = math.max(rows, one);
  tiles.period = period ? math.min(period, all) : all;
  Value tileRows = buildTileRows(math, rows, limits);
  cutIntoParts(math, tiles.period, tileRows, tiles);
  tiles.classRows = tiles.period;
  if (!period) {
    tiles.tiles = tiles.parts;
    return tiles;
  }
  tiles.classes = math.divideUp(rows, tiles.period);
  tiles.classesPerTile = math.max(math.divide(tileRows, tiles.period), one);
  setNumber(math, tiles);
  return tiles;
}

RowTiles seednorm::buildCycleTiles(OpBuilder &builder, Location loc, Value rows,
                                   Value period, const TileLimits &limits) {
  Arithmetic math{builder, loc};
  Value one = math.number(1);
  RowTiles tiles;
  tiles.rows = rows;
  tiles.period = period;
  tiles.classes = math.min(period, rows);
  Value cycles = math.divideUp(rows, period);
  Value tileRows = buildTileRows(math, rows, limits);
  // Where there are few cycles, their sums need not stay in a cache.
  tiles.classesPerTile = math.min(
      period, math.max(math.number(limits.maxClasses),
                       math.divideUp(tileRows, math.max(cycles, one))));
  cutIntoParts(math, cycles,
               math.max(math.number(limits.minPartial),
                        math.divideUp(tileRows, tiles.classesPerTile)),
               tiles);
  tiles.classRows = cycles;
  setNumber(math, tiles);
  return tiles;
}

TileRange seednorm::buildTileRange(OpBuilder &builder, Location loc,
                                   const RowTiles &tiles, Value tile) {
  Arithmetic math{builder, loc};
  TileRange range;
  range.firstClass =
      math.multiply(math.divide(tile, tiles.parts), tiles.classesPerTile);
  range.lastClass =
      math.min(math.add(range.firstClass, tiles.classesPerTile), tiles.classes);
  range.firstRow =
      math.multiply(math.remainder(tile, tiles.parts), tiles.partRows);
  range.lastRow =
      math.min(math.add(range.firstRow, tiles.partRows), tiles.classRows);
  return range;
}

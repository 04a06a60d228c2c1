//===- RowTiles.h - Rows that are summed together ---------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Rows whose slices an output has in common form a class: all rows, those of a
// group, or those with the same place in a cycle. A tile is a part of the rows
// of each of a few classes. It runs in one thread and has one partial sum for
// all its rows, and one for each of its classes.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_CONVERSION_ROWTOCPU_ROWTILES_H
#define SEEDNORM_LIB_CONVERSION_ROWTOCPU_ROWTILES_H

#include "seednorm/Dialect/Row/IR/Row.h"

#include "mlir/IR/Builders.h"

namespace seednorm {

/// How the rows of one call are dealt to tiles; all of type `index`. Where all
/// rows are one class, nothing is said of classes, and there is a tile even for
/// no rows.
///
/// Classes are counted in the order of their first rows, and rows of a class
/// in theirs. Tile t has part t mod `parts` of the classes from
/// t floordiv `parts` times `classesPerTile` on.
struct RowTiles {
  mlir::Value rows;           ///< Of the program.
  mlir::Value period;         ///< Rows of a group, or of a cycle.
  mlir::Value classes;        ///< That have rows, in a cycle at most.
  mlir::Value classesPerTile; ///< 1 for groups of several parts.
  mlir::Value classRows;      ///< The most rows that a class has.
  mlir::Value parts;          ///< That the rows of a class are cut into.
  mlir::Value partRows;       ///< Rows of a class in a part.
  mlir::Value tiles;
};

/// What the tiles of a program follow from, besides its rows.
struct TileLimits {
  int64_t minRows;        ///< Rows of a tile, as far as there are so many.
  int64_t minPartial;     ///< Rows of a class in a part, likewise.
  int64_t maxClasses = 1; ///< Of a cycle whose partial sums stay in a cache.
};

/// Tiles of groups of `period` rows; of all rows if it is null.
RowTiles buildGroupTiles(mlir::OpBuilder &builder, mlir::Location loc,
                         mlir::Value rows, mlir::Value period,
                         const TileLimits &limits);

/// Tiles of cycles of `period` rows.
RowTiles buildCycleTiles(mlir::OpBuilder &builder, mlir::Location loc,
                         mlir::Value rows, mlir::Value period,
                         const TileLimits &limits);

/// Classes and rows of classes of one tile: from the first to behind the last.
struct TileRange {
  mlir::Value firstClass, lastClass, firstRow, lastRow;
};
TileRange buildTileRange(mlir::OpBuilder &builder, mlir::Location loc,
                         const RowTiles &tiles, mlir::Value tile);

} // namespace seednorm

#endif // SEEDNORM_LIB_CONVERSION_ROWTOCPU_ROWTILES_H

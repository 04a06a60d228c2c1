//===- RowsSideBySide.cpp - Rows that take each step together -------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The loops of one row, of which each step is that of several: what rows have
// in common is read, and computed, once for all of them, and stays in
// registers, as do the sums of each row; partial sums over rows are read and
// written once. The order of all sums is that of rows alone. Rows that do not
// fill a block are taken one by one.
//
//===----------------------------------------------------------------------===//

#include "RowLoopBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace seednorm;
using row::Chunk;

/// Enters as many rows as a block has, from `first` on.
void RowLoopBuilder::enterSideBySide(OpBuilder &builder, Value first) {
  std::vector<SideRow> entered;
  int64_t rows = schedule.getRows();
  row = first;
  Value firstOfNext = buildNextRow(builder, rows, /*behind=*/rows - 1);
  for (int64_t number = 0; number < rows; ++number) {
    auto add = [&](Value before) {
      return builder.createOrFold<arith::AddIOp>(loc, before,
                                                 index(builder, number));
    };
    row = add(first);
    enterRow(builder, add(firstOfNext));
    SideRow &side = entered.emplace_back();
    side.row = row;
    side.chunk = rowChunk;
    for (const RowOperand &operand :
         llvm::concat<RowOperand>(inputs, outputs)) {
      side.views.push_back(operand.view);
      side.nextViews.push_back(operand.nextView);
    }
  }
  sideRows = std::move(entered);
}

/// Finds what needs no row, such as parameters and what is computed of them.
void RowLoopBuilder::findCommon() {
  Block &block = program.getBodyBlock();
  for (auto [argument, input] : llvm::zip_equal(block.getArguments(), inputs))
    if (input.access.getKind() == row::AccessKind::Shared)
      common.insert(argument);
  for (Operation &op : block.without_terminator())
    if (!isa<row::PhiloxOp>(op) && op.getNumRegions() == 0 &&
        !analysis.getSum(&op) &&
        llvm::all_of(op.getOperands(),
                     [&](Value value) { return common.contains(value); }))
      common.insert_range(op.getResults());
}

/// Visits `columns` of each row. What is known of them that no row is needed
/// for is known to the next one as well.
void RowLoopBuilder::visitColumns(
    Chunk &columns, function_ref<void(size_t number, Chunk &)> visit) {
  llvm::DenseMap<Value, Value> known;
  forEachRow([&](size_t number) {
    Chunk chunk = rowChunk;
    chunk.column = columns.column;
    chunk.width = columns.width;
    for (auto [value, slice] : known)
      chunk.values.try_emplace(value, slice);
    visit(number, chunk);
    if (number > 0)
      return;
    for (auto [value, slice] : chunk.values)
      if (common.contains(value))
        known[value] = slice;
  });
}

/// `value`, which is uniform in a row, of all rows: a vector with an element
/// for each. What is computed of totals is then computed once.
Value RowLoopBuilder::sliceOfRows(OpBuilder &builder, Value value) {
  if (Value known = ofRows.lookup(value))
    return known;
  Operation *op = value.getDefiningOp();
  auto type = VectorType::get({schedule.getRows()},
                              getElementTypeOrSelf(value.getType()));
  Value result;
  if (op && row::getBodyOpKind(op) == row::BodyOpKind::ElementWise) {
    SmallVector<Value> operands;
    for (Value operand : op->getOperands())
      operands.push_back(sliceOfRows(builder, operand));
    result = clone(builder, op, type, operands)->getResult(0);
  } else {
    SmallVector<Value> elements;
    forEachRow([&](size_t) {
      elements.push_back(slicer.slice(builder, value, rowChunk));
    });
    result = vector::FromElementsOp::create(builder, loc, type, elements);
  }
  return ofRows[value] = result;
}

/// Computes what `roots` need that is uniform in a row, of all rows at once.
void RowLoopBuilder::sliceUniformOfRows(OpBuilder &builder,
                                        ArrayRef<Value> roots) {
  for (Value value : findUniform(roots, analysis.getNumColumns())) {
    Value all = sliceOfRows(builder, value);
    forEachRow([&](size_t number) {
      if (!rowChunk.values.contains(value))
        rowChunk.values[value] =
            vector::ExtractOp::create(builder, loc, all, number);
    });
  }
}

/// The share of row `number` in what all rows carry.
static ValueRange getShare(ValueRange carried, size_t number, size_t rows) {
  size_t size = carried.size() / rows;
  return carried.slice(number * size, size);
}

void RowLoopBuilder::buildLevelSideBySide(OpBuilder &builder, unsigned number) {
  Level level = collectLevel(number);
  if (level.sources.empty())
    return;
  SmallVector<Value> carried;
  sliceUniformOfRows(builder, level.sources);
  forEachRow([&](size_t) {
    llvm::append_range(carried, buildIdentities(builder, level));
  });
  auto accumulateRows = [&](OpBuilder &body, Chunk &columns, int64_t slot,
                            ValueRange before) {
    SmallVector<Value> after;
    visitColumns(columns, [&](size_t side, Chunk &chunk) {
      llvm::append_range(after,
                         accumulate(body, level, chunk, slot,
                                    getShare(before, side, sideRows.size())));
    });
    return after;
  };
  Chunk columns;
  columns.column = index(builder, 0);
  levelInHand = number;
  carried = buildColumns(builder, columns, carried, accumulateRows);
  forEachRow([&](size_t side) {
    finishLevel(builder, level, getShare(carried, side, sideRows.size()));
  });
}

/// What the outputs need after the sums.
void RowLoopBuilder::buildStoresSideBySide(OpBuilder &builder) {
  // Before any store, as an output may be the memory of an input.
  OutputStores stores = collectStores();
  sliceUniformOfRows(builder, stores.rowRoots);
  sliceUniformOfRows(builder, stores.roots);
  forEachRow([&](size_t) {
    for (auto [value, operand] : collectStores().ofRow)
      storeUniform(builder, value, *operand, rowChunk);
  });
  if (collectStores().ofColumns.empty())
    return;
  Chunk columns;
  columns.column = index(builder, 0);
  buildColumns(
      builder, columns, {},
      [&](OpBuilder &body, Chunk &columns, int64_t,
          ValueRange) -> SmallVector<Value> {
        visitColumns(columns, [&](size_t, Chunk &chunk) {
          storeColumns(body, collectStores().ofColumns, chunk);
        });
        return {};
      },
      /*stores=*/true);
}

/// `count` rows from `first` on, at most a block of them.
void RowLoopBuilder::buildSideBySide(OpBuilder &builder, Value first,
                                     Value count) {
  findCommon();
  Value isBlock =
      arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, count,
                            index(builder, schedule.getRows()));
  auto buildAll = [&](OpBuilder &body, Location) {
    enterSideBySide(body, first);
    for (unsigned level = 1; level <= analysis.getNumLevels(); ++level)
      buildLevelSideBySide(body, level);
    buildStoresSideBySide(body);
    sideRows.clear();
    ofRows.clear();
    scf::YieldOp::create(body, loc);
  };
  auto buildEach = [&](OpBuilder &body, Location) {
    isLeftOver = true;
    scf::ForOp::create(
        body, loc, index(body, 0), count, index(body, 1), ValueRange(),
        [&](OpBuilder &inner, Location, Value number, ValueRange) {
          row = arith::AddIOp::create(inner, loc, first, number);
          buildRow(inner);
          scf::YieldOp::create(inner, loc);
        });
    isLeftOver = false;
    scf::YieldOp::create(body, loc);
  };
  scf::IfOp::create(builder, loc, isBlock, buildAll, buildEach);
}

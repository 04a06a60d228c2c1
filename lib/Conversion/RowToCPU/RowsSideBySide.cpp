//===- RowsSideBySide.cpp - Rows that take each step together -------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where several rows are current, each step is that of all: what they have in
// common is read, and computed, once for all of them, and stays in
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

/// As many rows as a block has, from `first` on.
std::vector<RowLoopBuilder::CurrentRow>
RowLoopBuilder::enterSideBySide(OpBuilder &builder, Value first) {
  std::vector<CurrentRow> entered;
  int64_t count = schedule.getRows();
  Value next = buildNextRow(builder, first, count, /*behind=*/count - 1);
  auto add = [&](Value before, int64_t number) {
    return builder.createOrFold<arith::AddIOp>(loc, before,
                                               index(builder, number));
  };
  for (int64_t number = 0; number < count; ++number)
    entered.push_back(enterRow(builder, add(first, number), add(next, number)));
  return entered;
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

/// Visits `columns` of each current row. What is known of them that no row is
/// needed for is known to the next one as well.
void RowLoopBuilder::visitColumns(
    const Columns &columns, function_ref<void(size_t number, Chunk &)> visit) {
  llvm::DenseMap<Value, Value> known;
  forEachRow([&](size_t number) {
    Chunk chunk = row().chunk;
    chunk.column = columns.first;
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
      elements.push_back(slicer.slice(builder, value, row().chunk));
    });
    result = vector::FromElementsOp::create(builder, loc, type, elements);
  }
  return ofRows[value] = result;
}

/// Computes what `roots` need that is uniform in a row, of all current rows.
void RowLoopBuilder::sliceUniformInRows(OpBuilder &builder,
                                        ArrayRef<Value> roots) {
  int64_t columns = analysis.getNumColumns();
  if (rows.size() == 1)
    return sliceUniform(builder, roots, columns, row().chunk);
  for (Value value : findUniform(roots, columns)) {
    Value all = sliceOfRows(builder, value);
    forEachRow([&](size_t number) {
      Value &known = row().chunk.values[value];
      if (!known)
        known = vector::ExtractOp::create(builder, loc, all, number);
    });
  }
}

/// `count` rows from `first` on, at most a block of them.
void RowLoopBuilder::buildSideBySide(OpBuilder &builder, Value first,
                                     Value count) {
  findCommon();
  Value isBlock =
      arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, count,
                            index(builder, schedule.getRows()));
  auto buildAll = [&](OpBuilder &body, Location) {
    takeRows(enterSideBySide(body, first));
    buildCurrentRows(body);
    scf::YieldOp::create(body, loc);
  };
  auto buildEach = [&](OpBuilder &body, Location) {
    isLeftOver = true;
    // They end a tile; but each group of rows that are summed has its own.
    isOneOfFew = getSummed(/*ofClass=*/true).empty();
    scf::ForOp::create(
        body, loc, index(body, 0), count, index(body, 1), ValueRange(),
        [&](OpBuilder &inner, Location, Value number, ValueRange) {
          buildRow(inner, arith::AddIOp::create(inner, loc, first, number));
          scf::YieldOp::create(inner, loc);
        });
    isLeftOver = isOneOfFew = false;
    scf::YieldOp::create(body, loc);
  };
  scf::IfOp::create(builder, loc, isBlock, buildAll, buildEach);
}

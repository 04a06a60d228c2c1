//===- RowBlocks.cpp - Rows that go through the columns together ----------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block of rows takes each stage together: first what is uniform in each row,
// then panel by panel the columns of each. What rows have in common is read
// from the first-level cache by all but the first. Between panels the
// accumulators of a row are in memory, and so are its uniform values: its sums
// are the same, bit by bit, as those of a row alone.
//
//===----------------------------------------------------------------------===//

#include "RowLoopBuilder.h"

#include "seednorm/Conversion/RowToCPU.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace seednorm;
using row::Chunk;

//===----------------------------------------------------------------------===//
// Plan
//===----------------------------------------------------------------------===//

/// The stage of a level of sums, without its memory.
RowLoopBuilder::Stage RowLoopBuilder::planStage(unsigned level) {
  Stage stage;
  stage.level = collectLevel(level);
  stage.roots = stage.level.sources;
  auto addSum = [&](const row::Sum *sum) {
    stage.totals.push_back({sum->op, {}});
    stage.accumulated.append(accumulators, {});
  };
  llvm::for_each(stage.level.wholeRow, addSum);
  for (auto [maximum, sum] : stage.level.online)
    addSum(sum);
  return stage;
}

/// Finds what is uniform in the rows of a stage and gives it and all else that
/// stays between sweeps its memory: one buffer for all of a type, so that one
/// address serves them.
void RowLoopBuilder::allocateCarried(OpBuilder &builder, Stage &stage) {
  Chunk ofRow;
  ofRow.segment = segment;
  llvm::MapVector<Type, SmallVector<PlaceInBlock *>> places;
  for (Value value : findUniform(stage.roots, analysis.getNumColumns()))
    // Constants are built again where they are needed.
    if (!matchPattern(value, m_Constant()))
      stage.uniform.push_back({value, {}});
  for (auto &[value, place] : stage.uniform)
    places[slicer.getSliceType(value, ofRow)].push_back(&place);
  for (auto [number, total] : llvm::enumerate(stage.totals)) {
    Type element = getElementTypeOrSelf(total.first->getResult(0));
    places[element].push_back(&total.second);
    for (int64_t i = 0; i < accumulators; ++i)
      places[VectorType::get({vector}, element)].push_back(
          &stage.accumulated[number * accumulators + i]);
  }
  for (auto &[type, ofType] : places) {
    int64_t count = ofType.size();
    Value memory = memref::AllocaOp::create(
        builder, loc, MemRefType::get({schedule.getRows(), count}, type));
    for (auto [number, place] : llvm::enumerate(ofType))
      *place = {memory, static_cast<int64_t>(number)};
  }
}

/// Finds the stages of a block and allocates their memory, once for all blocks.
void RowLoopBuilder::planBlock(OpBuilder &builder) {
  for (unsigned number = 1; number <= analysis.getNumLevels(); ++number)
    if (Stage stage = planStage(number); !stage.roots.empty())
      stages.push_back(std::move(stage));
  Stage last;
  last.roots = collectStores().roots;
  stages.push_back(std::move(last));
  for (Stage &stage : stages)
    allocateCarried(builder, stage);
}

Value RowLoopBuilder::loadOfRow(OpBuilder &builder, const PlaceInBlock &memory,
                                Value place) {
  return memref::LoadOp::create(
      builder, loc, memory.memory,
      ValueRange{place, index(builder, memory.number)});
}

void RowLoopBuilder::storeOfRow(OpBuilder &builder, Value value,
                                const PlaceInBlock &memory, Value place) {
  memref::StoreOp::create(builder, loc, value, memory.memory,
                          ValueRange{place, index(builder, memory.number)});
}

//===----------------------------------------------------------------------===//
// Rows
//===----------------------------------------------------------------------===//

/// Runs `build` for each row of a block; the row is entered.
void RowLoopBuilder::buildRowsOfBlock(OpBuilder &builder, Value first,
                                      Value count, BuildRowOfBlock build) {
  auto loop = scf::ForOp::create(
      builder, loc, index(builder, 0), count, index(builder, 1), ValueRange(),
      [&](OpBuilder &body, Location, Value place, ValueRange) {
        Value number = arith::AddIOp::create(body, loc, first, place);
        takeRows({enterRow(body, number,
                           buildNextRow(body, number, schedule.getRows()))});
        build(body, place);
        scf::YieldOp::create(body, loc);
      });
  // Where it has no loop over columns inside.
  loop->setAttr(kTripsAttrName, builder.getIndexAttr(1));
}

/// Takes what is uniform in a row from memory.
void RowLoopBuilder::recallUniform(OpBuilder &builder, const Stage &stage,
                                   Value place) {
  for (auto [value, memory] : stage.uniform)
    row().chunk.values[value] = loadOfRow(builder, memory, place);
}

/// The totals of a row, whose accumulators have all panels, for later stages.
void RowLoopBuilder::finishSums(OpBuilder &builder, const Stage &stage,
                                Value place) {
  recallUniform(builder, stage, place);
  SmallVector<Value> values;
  for (const PlaceInBlock &memory : stage.accumulated)
    values.push_back(loadOfRow(builder, memory, place));
  values = buildRest(
      builder, values,
      [&](OpBuilder &body, const Columns &columns, int64_t slot,
          ValueRange before) {
        return accumulateRows(body, stage.level, columns, slot, before);
      },
      /*stores=*/false);
  finishLevel(builder, stage.level, values);
  for (auto [sum, memory] : stage.totals)
    storeOfRow(builder, row().totals.at(sum), memory, place);
}

/// What a row needs before its columns take part in a stage.
void RowLoopBuilder::startStage(OpBuilder &builder, size_t number,
                                Value place) {
  const Stage &stage = stages[number];
  for (const Stage &before : ArrayRef(stages).take_front(number)) {
    if (&before == &stages[number] - 1) {
      finishSums(builder, before, place);
      continue;
    }
    for (auto [sum, memory] : before.totals)
      row().totals[sum] = loadOfRow(builder, memory, place);
  }
  for (auto [value, memory] : stage.uniform)
    storeOfRow(builder, slicer.slice(builder, value, row().chunk), memory,
               place);
  if (!stage.accumulated.empty()) {
    for (auto [identity, memory] : llvm::zip_equal(
             buildIdentities(builder, stage.level), stage.accumulated))
      storeOfRow(builder, identity, memory, place);
    return;
  }
  // Behind what the columns need, as an output may be the memory of an input.
  OutputStores stores = collectStores();
  sliceUniformInRows(builder, stores.rowRoots);
  for (auto [value, operand] : stores.ofRow)
    storeUniform(builder, value, *operand, row().chunk);
}

//===----------------------------------------------------------------------===//
// Columns
//===----------------------------------------------------------------------===//

/// The columns `begin` to `end` of the row that is entered.
void RowLoopBuilder::sweepPanel(OpBuilder &builder, const Stage &stage,
                                Value place, Value begin, Value end) {
  recallUniform(builder, stage, place);
  if (stage.accumulated.empty()) {
    buildSteps(
        builder, begin, end, {},
        [&](OpBuilder &body, const Columns &columns, int64_t,
            ValueRange) -> SmallVector<Value> {
          storeColumns(body, collectStores().ofColumns, columns);
          return {};
        },
        /*stores=*/true);
    return;
  }
  SmallVector<Value> values;
  for (const PlaceInBlock &memory : stage.accumulated)
    values.push_back(loadOfRow(builder, memory, place));
  values = buildSteps(
      builder, begin, end, values,
      [&](OpBuilder &body, const Columns &columns, int64_t slot,
          ValueRange before) {
        return accumulateRows(body, stage.level, columns, slot, before);
      },
      /*stores=*/false);
  for (auto [value, memory] : llvm::zip_equal(values, stage.accumulated))
    storeOfRow(builder, value, memory, place);
}

/// All columns in whole steps, a panel of each row after that of another.
void RowLoopBuilder::buildPanels(OpBuilder &builder, const Stage &stage,
                                 Value first, Value count) {
  int64_t step = vector * accumulators;
  int64_t done = getNumInSteps(stage.accumulated.empty());
  int64_t panel = std::max(schedule.getPanel() / step, int64_t(1)) * step;
  if (panel >= done) {
    buildRowsOfBlock(builder, first, count, [&](OpBuilder &body, Value place) {
      sweepPanel(body, stage, place, index(body, 0), index(body, done));
    });
    return;
  }
  scf::ForOp::create(
      builder, loc, index(builder, 0), index(builder, done),
      index(builder, panel), ValueRange(),
      [&](OpBuilder &body, Location, Value begin, ValueRange) {
        Value end = arith::AddIOp::create(body, loc, begin, index(body, panel));
        if (done % panel != 0)
          end = arith::MinUIOp::create(body, loc, end, index(body, done));
        buildRowsOfBlock(body, first, count,
                         [&](OpBuilder &inner, Value place) {
                           sweepPanel(inner, stage, place, begin, end);
                         });
        scf::YieldOp::create(body, loc);
      });
}

void RowLoopBuilder::buildBlock(OpBuilder &builder, Value first, Value count) {
  if (isSideBySide())
    return buildSideBySide(builder, first, count);
  for (auto [number, stage] : llvm::enumerate(stages)) {
    buildRowsOfBlock(builder, first, count,
                     [&, number = number](OpBuilder &body, Value place) {
                       startStage(body, number, place);
                     });
    if (!stage.roots.empty())
      buildPanels(builder, stage, first, count);
  }
  const Stage &last = stages.back();
  if (last.roots.empty() || getNumInSteps(/*stores=*/true) == segment)
    return;
  buildRowsOfBlock(builder, first, count, [&](OpBuilder &body, Value place) {
    recallUniform(body, last, place);
    buildRest(
        body, {},
        [&](OpBuilder &inner, const Columns &columns, int64_t,
            ValueRange) -> SmallVector<Value> {
          storeColumns(inner, collectStores().ofColumns, columns);
          return {};
        },
        /*stores=*/true);
  });
}

//===----------------------------------------------------------------------===//
// Blocks
//===----------------------------------------------------------------------===//

/// The rows `begin` to `end`, block by block.
void RowLoopBuilder::buildBlocksOf(OpBuilder &builder, Value begin, Value end) {
  Value size = index(builder, schedule.getRows());
  scf::ForOp::create(
      builder, loc, begin, end, size, ValueRange(),
      [&](OpBuilder &body, Location, Value first, ValueRange) {
        Value left = arith::SubIOp::create(body, loc, end, first);
        buildBlock(body, first, arith::MinUIOp::create(body, loc, left, size));
        scf::YieldOp::create(body, loc);
      });
}

/// All rows; threads take whole blocks.
void RowLoopBuilder::buildBlocks(OpBuilder &builder, Value rows) {
  Value size = index(builder, schedule.getRows());
  Value number = arith::CeilDivUIOp::create(builder, loc, rows, size);
  auto loop = scf::ParallelOp::create(
      builder, loc, index(builder, 0), number, index(builder, 1),
      [&](OpBuilder &body, Location, ValueRange numbers) {
        allocateForRows(body);
        if (!isSideBySide())
          planBlock(body);
        Value first = arith::MulIOp::create(body, loc, numbers.front(), size);
        Value left = arith::SubIOp::create(body, loc, rows, first);
        buildBlock(body, first, arith::MinUIOp::create(body, loc, left, size));
      });
  describeLoop(builder, loop,
               llvm::divideCeil(schedule.getGrain(), schedule.getRows()));
}

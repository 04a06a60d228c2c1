//===- RowStaged.cpp - Columns that are written past the caches together --===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A processor has few buffers for lines that it writes past the caches, and
// shares them with what it waits for: where parameters come from the
// second-level cache in between, lines leave with a part of their bytes. So
// several are computed to memory that the first-level cache holds, and then
// written with nothing in between.
//
//===----------------------------------------------------------------------===//

#include "RowLoopBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace seednorm;
using row::Chunk;

/// A copy is in flight in so many registers.
static constexpr int64_t kRegisters = 8;
/// Vectors of a schedule are of f32.
static constexpr int64_t kLaneBytes = 4;

/// Whole steps, whose number divides that of all. The parts of a row do not
/// start on lines.
int64_t RowLoopBuilder::getStagedColumns() const {
  if (segment != analysis.getNumColumns())
    return 0;
  int64_t step = getStep(/*stores=*/true);
  int64_t all = getNumInSteps(/*stores=*/true) / step;
  int64_t steps = std::min(schedule.getStaged() / step, all);
  while (steps > 1 && all % steps != 0)
    --steps;
  return steps > 1 ? steps * step : 0;
}

/// Allocates what columns wait in.
void RowLoopBuilder::allocateStaged(OpBuilder &builder) {
  int64_t rows = isSideBySide() ? schedule.getRows() : 1;
  if (int64_t columns = streams ? rows * getStagedColumns() : 0)
    for (RowOperand &output : outputs)
      if (output.streams)
        output.staged = memref::AllocaOp::create(
            builder, loc,
            MemRefType::get({columns}, getElementTypeOrSelf(output.slice)),
            builder.getI64IntegerAttr(kLineBytes));
}

/// Where columns from `column` on are stored: to the output, or, in calls that
/// write past the caches, to what is copied there.
Value RowLoopBuilder::viewStaged(OpBuilder &builder, const RowOperand &output,
                                 Value column) {
  auto type = cast<MemRefType>(output.view.getType());
  Value before = arith::SubIOp::create(
      builder, loc, index(builder, sideNumber * getStagedColumns()), column);
  Value staged = memref::ReinterpretCastOp::create(
      builder, loc, type, output.staged, OpFoldResult(before),
      {builder.getIndexAttr(type.getDimSize(0))}, {builder.getIndexAttr(1)});
  return arith::SelectOp::create(builder, loc, streams, staged, output.view);
}

/// Writes what was staged to the columns from `column` on.
void RowLoopBuilder::copyStaged(OpBuilder &builder, const RowOperand &output,
                                Value column) {
  auto memory = cast<MemRefType>(output.staged.getType());
  int64_t bytes = memory.getElementTypeBitWidth() / 8;
  int64_t width = std::min(kLineBytes / bytes, vector * accumulators);
  int64_t registers =
      std::max<int64_t>(width * bytes / (vector * kLaneBytes), 1);
  int64_t atOnce = width * std::max<int64_t>(kRegisters / registers, 1);
  auto type = VectorType::get({width}, memory.getElementType());
  int64_t columns = getStagedColumns();
  for (int64_t first = 0; first < columns; first += atOnce) {
    int64_t last = std::min(first + atOnce, columns);
    SmallVector<Value> lines;
    for (int64_t offset = first; offset < last; offset += width)
      lines.push_back(vector::LoadOp::create(
          builder, loc, type, output.staged,
          index(builder, sideNumber * columns + offset)));
    for (auto [number, line] : llvm::enumerate(lines)) {
      Value place = arith::AddIOp::create(
          builder, loc, column, index(builder, first + number * width));
      vector::StoreOp::create(builder, loc, line, output.view, place,
                              /*nontemporal=*/true,
                              llvm::MaybeAlign(width * bytes));
    }
  }
}

/// As `buildSteps` with stores, staged; `begin` and `end` are multiples of the
/// columns that are staged together.
void RowLoopBuilder::buildStagedSteps(OpBuilder &builder, const Chunk &part,
                                      Value begin, Value end,
                                      BuildChunk build) {
  int64_t columns = getStagedColumns();
  scf::ForOp::create(
      builder, loc, begin, end, index(builder, columns), ValueRange(),
      [&](OpBuilder &body, Location, Value first, ValueRange) {
        std::vector<SmallVector<Value>> views;
        forEachRow([&](size_t) {
          SmallVector<Value> &ofRow = views.emplace_back();
          for (RowOperand &output : outputs) {
            ofRow.push_back(output.view);
            if (output.staged)
              output.view = viewStaged(body, output, first);
          }
        });
        Value last =
            arith::AddIOp::create(body, loc, first, index(body, columns));
        buildStepLoop(body, part, first, last, {}, build, /*stores=*/true);
        forEachRow([&](size_t number) {
          for (auto [output, view] : llvm::zip_equal(outputs, views[number]))
            output.view = view;
        });
        scf::IfOp::create(body, loc, streams, [&](OpBuilder &inside, Location) {
          forEachRow([&](size_t) {
            for (const RowOperand &output : outputs)
              if (output.staged)
                copyStaged(inside, output, first);
          });
          scf::YieldOp::create(inside, loc);
        });
        scf::YieldOp::create(body, loc);
      });
}

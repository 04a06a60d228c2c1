//===- RowLoops.cpp - Loops over rows, segments and columns ---------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The skeleton: which loops there are, which columns an iteration takes, and
// the computation of uniform values outside the loops they do not vary in.
//
//===----------------------------------------------------------------------===//

#include "RowLoopBuilder.h"

#include "seednorm/Conversion/RowToCPU.h"
#include "seednorm/Dialect/Row/Transforms/CPUSegments.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/bit.h"

using namespace mlir;
using namespace seednorm;
using row::Chunk;

RowLoopBuilder::RowLoopBuilder(row::ProgramOp program,
                               row::CPUScheduleAttr schedule)
    : program(program), analysis(program), schedule(schedule),
      slicer(analysis, *this), loc(program.getLoc()),
      segment(row::getCPUSegment(analysis)) {
  vector = std::min<int64_t>(schedule.getVector(),
                             llvm::bit_floor(uint64_t(segment)));
  accumulators = std::min<int64_t>(schedule.getAccumulators(),
                                   llvm::bit_floor(uint64_t(segment / vector)));
  for (auto [number, memory] : llvm::enumerate(program.getInputs()))
    inputs.push_back({program.getInputAccess(number),
                      program.getBodyBlock().getArgument(number).getType(),
                      memory,
                      {},
                      Value()});
  for (auto [number, memory] : llvm::enumerate(program.getOutputs()))
    outputs.push_back({program.getOutputAccess(number),
                       program.getOutputSliceType(number),
                       memory,
                       {},
                       Value()});
  for (auto [operand, memory] : llvm::zip_equal(
           llvm::concat<RowOperand>(inputs, outputs), program->getOperands()))
    operand.numStored =
        row::getNumStoredElements(memory.getType(), operand.slice);
  for (auto [output, memory] : llvm::zip_equal(outputs, program.getOutputs()))
    if (output.access.isSummed())
      output.summed = row::getSummedSlice(memory.getType(), output.slice);
}

Value RowLoopBuilder::index(OpBuilder &builder, int64_t value) const {
  return arith::ConstantIndexOp::create(builder, loc, value);
}

void RowLoopBuilder::build(OpBuilder &builder) {
  locateSlices(builder);
  Value rows = row::buildNumRows(builder, program);
  if (llvm::any_of(outputs, [](const RowOperand &output) {
        return output.access.isSummed();
      }))
    return buildTiles(builder, rows);
  auto loop = scf::ParallelOp::create(
      builder, loc, index(builder, 0), rows, index(builder, 1),
      [&](OpBuilder &body, Location, ValueRange numbers) {
        row = numbers.front();
        allocateParts(body);
        buildRow(body);
      });
  loop->setAttr(kGrainAttrName, builder.getIndexAttr(schedule.getGrain()));
}

/// Memory for the totals of parts of a row.
void RowLoopBuilder::allocateParts(OpBuilder &builder) {
  for (unsigned level = 1; level <= analysis.getNumLevels(); ++level)
    for (const row::Sum &sum : analysis.getSums(level))
      if (!isUniformInRow(sum.resultRun))
        partTotals[sum.op] = memref::AllocaOp::create(
            builder, loc,
            MemRefType::get({analysis.getNumColumns() / sum.resultRun},
                            getElementTypeOrSelf(sum.source)));
}

void RowLoopBuilder::buildRow(OpBuilder &builder) {
  for (RowOperand &operand : llvm::concat<RowOperand>(inputs, outputs))
    if (!operand.access.isSummed())
      operand.view =
          viewSlice(builder, operand,
                    row::buildSliceNumber(builder, loc, operand.access,
                                          operand.address, row));
  rowChunk.column = index(builder, 0);
  rowChunk.segment = segment;
  for (unsigned level = 1; level <= analysis.getNumLevels(); ++level)
    buildLevel(builder, level);
  buildStores(builder);
}

/// Computes what `roots` need and what has one element for a multiple of `run`
/// columns, at the columns of `chunk`.
void RowLoopBuilder::sliceUniform(OpBuilder &builder, ArrayRef<Value> roots,
                                  int64_t run, Chunk &chunk) {
  SmallVector<Value> worklist(llvm::reverse(roots));
  llvm::DenseSet<Value> seen;
  while (!worklist.empty()) {
    Value value = worklist.pop_back_val();
    if (!seen.insert(value).second)
      continue;
    if (analysis.getRun(value) % run == 0) {
      slicer.slice(builder, value, chunk);
      continue;
    }
    Operation *op = value.getDefiningOp();
    if (!op)
      continue;
    // The columns behind a sum belong to its own stage.
    if (const row::Sum *sum = analysis.getSum(op)) {
      if (sum->init)
        worklist.push_back(sum->init);
      continue;
    }
    llvm::append_range(worklist, llvm::reverse(op->getOperands()));
  }
}

/// Runs `build` for every segment, with all values known that are uniform in
/// it and that `roots` need.
SmallVector<Value> RowLoopBuilder::buildSegments(OpBuilder &builder,
                                                 ArrayRef<Value> roots,
                                                 ValueRange inits,
                                                 BuildSegment build) {
  int64_t columns = analysis.getNumColumns();
  sliceUniform(builder, roots, columns, rowChunk);
  if (segment == columns) {
    Chunk whole = rowChunk;
    return build(builder, whole, inits);
  }
  auto loop = scf::ForOp::create(
      builder, loc, index(builder, 0), index(builder, columns),
      index(builder, segment), inits,
      [&](OpBuilder &body, Location, Value column, ValueRange carried) {
        Chunk part = rowChunk;
        part.column = column;
        sliceUniform(body, roots, segment, part);
        scf::YieldOp::create(body, loc, build(body, part, carried));
      });
  return SmallVector<Value>(loop.getResults());
}

/// Runs `build` for the columns of `part`: as many vectors a step as there are
/// accumulators, then what is left in vectors of falling width.
SmallVector<Value> RowLoopBuilder::buildColumns(OpBuilder &builder,
                                                const Chunk &part,
                                                ValueRange inits,
                                                BuildChunk build) {
  auto buildChunk = [&](OpBuilder &body, Value first, int64_t offset,
                        int64_t width, int64_t slot, ValueRange carried) {
    Chunk chunk = part;
    chunk.width = width;
    chunk.column =
        body.createOrFold<arith::AddIOp>(loc, first, index(body, offset));
    return build(body, chunk, slot, carried);
  };
  int64_t step = vector * accumulators;
  int64_t done = segment - segment % step;
  // One step needs no loop: it is built as what is left.
  if (done == step)
    done = 0;
  SmallVector<Value> carried(inits);
  if (done != 0) {
    Value end = builder.createOrFold<arith::AddIOp>(loc, part.column,
                                                    index(builder, done));
    auto loop = scf::ForOp::create(
        builder, loc, part.column, end, index(builder, step), carried,
        [&](OpBuilder &body, Location, Value column, ValueRange arguments) {
          SmallVector<Value> values(arguments);
          for (int64_t slot = 0; slot < accumulators; ++slot)
            values =
                buildChunk(body, column, slot * vector, vector, slot, values);
          scf::YieldOp::create(body, loc, values);
        });
    carried = SmallVector<Value>(loop.getResults());
  }
  for (int64_t slot = 0; done < segment; slot = (slot + 1) % accumulators) {
    int64_t width =
        std::min<int64_t>(vector, llvm::bit_floor(uint64_t(segment - done)));
    carried = buildChunk(builder, part.column, done, width, slot, carried);
    done += width;
  }
  return carried;
}

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
  auto add = [&](SmallVector<RowOperand> &operands, row::AccessAttr access,
                 Type slice) {
    RowOperand &operand = operands.emplace_back();
    operand.access = access;
    operand.slice = slice;
    operand.number = inputs.size() + outputs.size() - 1;
    operand.memory = program->getOperand(operand.number);
    operand.numStored =
        row::getNumStoredElements(operand.memory.getType(), slice);
  };
  for (BlockArgument argument : program.getBodyBlock().getArguments())
    add(inputs, program.getInputAccess(argument.getArgNumber()),
        argument.getType());
  for (unsigned number = 0; number < program.getOutputs().size(); ++number)
    add(outputs, program.getOutputAccess(number),
        program.getOutputSliceType(number));
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
  chooseStreams(builder, rows);
  if (llvm::any_of(outputs, [](const RowOperand &output) {
        return output.access.isSummed();
      }))
    return buildTiles(builder, rows);
  if (schedule.getRows() > 1)
    return buildBlocks(builder, rows);
  auto loop = scf::ParallelOp::create(
      builder, loc, index(builder, 0), rows, index(builder, 1),
      [&](OpBuilder &body, Location, ValueRange numbers) {
        allocateForRows(body);
        buildRow(body, numbers.front());
      });
  describeLoop(builder, loop, schedule.getGrain());
}

/// Says of the loop over rows what `convert-parallel-to-pool` needs to know.
void RowLoopBuilder::describeLoop(OpBuilder &builder, scf::ParallelOp loop,
                                  int64_t grain) const {
  loop->setAttr(kGrainAttrName, builder.getIndexAttr(grain));
  if (streams)
    loop->setAttr(kStreamsAttrName, builder.getUnitAttr());
}

/// Visits the current rows, one after the other.
void RowLoopBuilder::forEachRow(function_ref<void(size_t number)> visit) {
  for (inHand = 0; inHand < rows.size(); ++inHand)
    visit(inHand);
  inHand = 0;
}

/// Memory that rows use one after the other, for the totals of their parts.
void RowLoopBuilder::allocateForRows(OpBuilder &builder) {
  for (unsigned level = 1; level <= analysis.getNumLevels(); ++level)
    for (const row::Sum &sum : analysis.getSums(level))
      if (!isUniformInRow(sum.resultRun))
        partTotals[sum.op] = memref::AllocaOp::create(
            builder, loc,
            MemRefType::get({analysis.getNumColumns() / sum.resultRun},
                            getElementTypeOrSelf(sum.source)));
}

/// A row of which nothing is known yet but its slices and those of row `next`.
RowLoopBuilder::CurrentRow RowLoopBuilder::enterRow(OpBuilder &builder,
                                                    Value number, Value next) {
  CurrentRow entered;
  entered.number = number;
  for (RowOperand &operand : llvm::concat<RowOperand>(inputs, outputs)) {
    Value view;
    if (!operand.access.isSummed())
      view = viewSlice(builder, operand,
                       row::buildSliceNumber(builder, loc, operand.access,
                                             operand.address, number));
    entered.views.push_back(view);
  }
  for (const RowOperand &input : inputs)
    entered.nextViews.push_back(viewNextSlice(builder, input, next));
  entered.chunk.column = index(builder, 0);
  entered.chunk.segment = segment;
  return entered;
}

void RowLoopBuilder::takeRows(std::vector<CurrentRow> entered) {
  rows = std::move(entered);
  inHand = 0;
  ofRows.clear();
}

void RowLoopBuilder::buildCurrentRows(OpBuilder &builder) {
  for (unsigned level = 1; level <= analysis.getNumLevels(); ++level)
    buildLevel(builder, level);
  buildStores(builder);
}

void RowLoopBuilder::buildRow(OpBuilder &builder, Value number) {
  takeRows({enterRow(builder, number,
                     buildNextRow(builder, number, /*distance=*/1))});
  buildCurrentRows(builder);
}

/// What `roots` need and what has one element for a multiple of `run` columns.
SmallVector<Value> RowLoopBuilder::findUniform(ArrayRef<Value> roots,
                                               int64_t run) const {
  SmallVector<Value> uniform;
  SmallVector<Value> worklist(llvm::reverse(roots));
  llvm::DenseSet<Value> seen;
  while (!worklist.empty()) {
    Value value = worklist.pop_back_val();
    if (!seen.insert(value).second)
      continue;
    if (analysis.getRun(value) % run == 0) {
      uniform.push_back(value);
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
  return uniform;
}

/// Computes that at the columns of `chunk`.
void RowLoopBuilder::sliceUniform(OpBuilder &builder, ArrayRef<Value> roots,
                                  int64_t run, Chunk &chunk) {
  for (Value value : findUniform(roots, run))
    slicer.slice(builder, value, chunk);
}

/// Runs `build` for every segment, with all values known that are uniform in
/// it and that `roots` need.
SmallVector<Value> RowLoopBuilder::buildSegments(OpBuilder &builder,
                                                 ArrayRef<Value> roots,
                                                 ValueRange inits,
                                                 BuildSegment build) {
  int64_t columns = analysis.getNumColumns();
  sliceUniformInRows(builder, roots);
  if (segment == columns)
    return build(builder, inits);
  Chunk whole = row().chunk;
  auto loop = scf::ForOp::create(
      builder, loc, index(builder, 0), index(builder, columns),
      index(builder, segment), inits,
      [&](OpBuilder &body, Location, Value column, ValueRange carried) {
        row().chunk.column = column;
        sliceUniform(body, roots, segment, row().chunk);
        scf::YieldOp::create(body, loc, build(body, carried));
      });
  row().chunk = std::move(whole);
  return SmallVector<Value>(loop.getResults());
}

/// Columns of a step: a vector for each accumulator. Rows side by side store a
/// line each, where that is fewer.
int64_t RowLoopBuilder::getStep(bool stores) const {
  int64_t step = vector * accumulators;
  if (!stores || !isSideBySide())
    return step;
  int64_t bits = 8 * kLineBytes;
  for (const RowOperand &output : outputs)
    bits = std::min<int64_t>(
        bits, getElementTypeOrSelf(output.slice).getIntOrFloatBitWidth());
  return std::clamp(8 * kLineBytes / bits, vector, step);
}

/// Columns of a segment that whole steps take. One step needs no loop: it is
/// built as what is left.
int64_t RowLoopBuilder::getNumInSteps(bool stores) const {
  int64_t step = getStep(stores);
  int64_t done = segment - segment % step;
  return done == step ? 0 : done;
}

/// Runs `build` for columns `begin` to `end`: as many vectors a step as there
/// are accumulators. With `stores`, a row is done with after that.
SmallVector<Value> RowLoopBuilder::buildSteps(OpBuilder &builder, Value begin,
                                              Value end, ValueRange inits,
                                              BuildColumns build, bool stores) {
  int64_t step = getStep(stores);
  // What the sums of rows side by side read last is in the first-level cache
  // still: their last step is stored first.
  Value last;
  if (stores && rows.size() > 1)
    last = builder.createOrFold<arith::SubIOp>(
        loc, builder.createOrFold<arith::AddIOp>(loc, begin, end),
        index(builder, step));
  auto loop = scf::ForOp::create(
      builder, loc, begin, end, index(builder, step), inits,
      [&](OpBuilder &body, Location, Value column, ValueRange arguments) {
        SmallVector<Value> values(arguments);
        forEachRow([&](size_t number) {
          if (isNextFetched(number, stores))
            buildPrefetches(body, column, step);
        });
        delaysStores = stores && !isOneOfFew && (streams || rows.size() > 1);
        if (last)
          column = arith::SubIOp::create(body, loc, last, column);
        for (int64_t slot = 0; slot * vector < step; ++slot) {
          Value first = body.createOrFold<arith::AddIOp>(
              loc, column, index(body, slot * vector));
          values = build(body, {first, vector}, slot, values);
        }
        buildDelayedStores(body);
        scf::YieldOp::create(body, loc, values);
      });
  if (schedule.getRows() > 1)
    loop->setAttr(
        kTripsAttrName,
        builder.getIndexAttr(isLeftOver ? 0 : getNumInSteps(stores) / step));
  return SmallVector<Value>(loop.getResults());
}

/// Runs `build` for the columns of a segment behind its steps, in vectors of
/// falling width.
SmallVector<Value> RowLoopBuilder::buildRest(OpBuilder &builder,
                                             ValueRange inits,
                                             BuildColumns build, bool stores) {
  SmallVector<Value> carried(inits);
  int64_t done = getNumInSteps(stores);
  for (int64_t slot = 0; done < segment; slot = (slot + 1) % accumulators) {
    int64_t width =
        std::min<int64_t>(vector, llvm::bit_floor(uint64_t(segment - done)));
    Value first = builder.createOrFold<arith::AddIOp>(loc, row().chunk.column,
                                                      index(builder, done));
    carried = build(builder, {first, width}, slot, carried);
    done += width;
  }
  return carried;
}

SmallVector<Value> RowLoopBuilder::buildColumns(OpBuilder &builder,
                                                ValueRange inits,
                                                BuildColumns build,
                                                bool stores) {
  SmallVector<Value> carried(inits);
  if (int64_t done = getNumInSteps(stores)) {
    Value begin = row().chunk.column;
    Value end =
        builder.createOrFold<arith::AddIOp>(loc, begin, index(builder, done));
    carried = buildSteps(builder, begin, end, inits, build, stores);
  }
  return buildRest(builder, carried, build, stores);
}

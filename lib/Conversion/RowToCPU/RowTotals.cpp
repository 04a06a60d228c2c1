//===- RowTotals.cpp - Totals of partial sums over rows -------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Columns are independent: a few vectors of them at a time visit all partial
// sums in order. Elements that belong together only in the output are added
// when each has its total, since these are few.
//
//===----------------------------------------------------------------------===//

#include "RowTotals.h"

#include "seednorm/Conversion/RowToCPU.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace seednorm;

/// A cache line of f32; machines with shorter vectors take several.
static constexpr int64_t kWidth = 16;
/// Vectors at a time, which hide the latency of an addition: of one output, or
/// of several together. 8 or 12 registers of 16 bytes, of f32.
static constexpr int64_t kVectors = 2, kMaxTotals = 3;
static constexpr int64_t kMaxStep = kWidth * kVectors;

static Value index(OpBuilder &builder, Location loc, int64_t value) {
  return arith::ConstantIndexOp::create(builder, loc, value);
}

SmallVector<SmallVector<Total>> seednorm::groupTotals(ArrayRef<Total> totals) {
  SmallVector<SmallVector<Total>> groups;
  for (const Total &total : totals) {
    bool fits =
        !groups.empty() &&
        groups.back().size() < static_cast<size_t>(kMaxTotals) &&
        groups.back().front().getNumElements() == total.getNumElements();
    if (!fits)
      groups.emplace_back();
    groups.back().push_back(total);
  }
  return groups;
}

TotalBuilder::TotalBuilder(ArrayRef<Total> totals, PartialRange range)
    : totals(totals), range(range),
      numElements(totals.front().getNumElements()),
      step(totals.size() == 1 ? kMaxStep : kWidth) {}

/// Stores values as elements of the output from `number` on: the one rounding.
static void storeTotal(OpBuilder &builder, Location loc, const Total &total,
                       Value value, Value number) {
  Value view = total.view;
  Type type = value.getType();
  auto vector = dyn_cast<VectorType>(type);
  Type element = cast<MemRefType>(view.getType()).getElementType();
  Type stored = vector ? vector.clone(element) : element;
  if (total.output->access.addsToOperand()) {
    Value held =
        vector ? vector::LoadOp::create(builder, loc, cast<VectorType>(stored),
                                        view, number)
                     .getResult()
               : memref::LoadOp::create(builder, loc, view, number).getResult();
    if (stored != type)
      held = arith::ExtFOp::create(builder, loc, type, held);
    value = arith::AddFOp::create(builder, loc, held, value);
  }
  if (stored != type)
    value = arith::TruncFOp::create(builder, loc, stored, value);
  if (vector)
    vector::StoreOp::create(builder, loc, value, view, number);
  else
    memref::StoreOp::create(builder, loc, value, view, number);
}

/// Adds partial sum `number` of each output at each of `columns`.
SmallVector<Value> TotalBuilder::addPartials(OpBuilder &builder, Location loc,
                                             Value number, ValueRange columns,
                                             ValueRange before) const {
  Value distance =
      builder.createOrFold<arith::MulIOp>(loc, number, range.stride);
  Value place = builder.createOrFold<arith::AddIOp>(loc, range.first, distance);
  SmallVector<Value> after;
  for (const Total &total : totals) {
    Value partial = viewPartial(builder, loc, *total.output, place);
    for (Value column : columns) {
      Value sum = before[after.size()];
      after.push_back(arith::AddFOp::create(
          builder, loc, sum,
          vector::LoadOp::create(builder, loc, cast<VectorType>(sum.getType()),
                                 partial, column)));
    }
  }
  return after;
}

/// The totals of vectors of these widths, side by side from `column` on.
void TotalBuilder::buildStep(OpBuilder &builder, Location loc, Value column,
                             ArrayRef<int64_t> widths) const {
  SmallVector<Value> columns, inits;
  for (int64_t width : widths) {
    columns.push_back(column);
    column = builder.createOrFold<arith::AddIOp>(loc, column,
                                                 index(builder, loc, width));
  }
  for (const Total &total : totals)
    for (int64_t width : widths) {
      auto type =
          VectorType::get({width}, getElementTypeOrSelf(total.output->slice));
      inits.push_back(
          arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type)));
    }
  auto loop = scf::ForOp::create(
      builder, loc, index(builder, loc, 0), range.count, index(builder, loc, 1),
      inits, [&](OpBuilder &body, Location, Value number, ValueRange before) {
        scf::YieldOp::create(body, loc,
                             addPartials(body, loc, number, columns, before));
      });
  ValueRange sums = loop.getResults();
  for (const Total &total : totals) {
    for (auto [sum, column] :
         llvm::zip_equal(sums.take_front(columns.size()), columns))
      if (total.addsElements())
        vector::StoreOp::create(
            builder, loc, sum,
            viewPartial(builder, loc, *total.output, range.first), column);
      else
        storeTotal(builder, loc, total, sum, column);
    sums = sums.drop_front(columns.size());
  }
}

/// The totals of columns `begin`, a multiple of a step, to `end`, which is one
/// as well or the last.
void TotalBuilder::buildColumns(OpBuilder &builder, Location loc, Value begin,
                                Value end) const {
  int64_t numWhole = numElements - numElements % step;
  if (numWhole != 0) {
    Value last = builder.createOrFold<arith::MinUIOp>(
        loc, end, index(builder, loc, numWhole));
    scf::ForOp::create(
        builder, loc, begin, last, index(builder, loc, step), ValueRange(),
        [&](OpBuilder &body, Location, Value column, ValueRange) {
          buildStep(body, loc, column,
                    SmallVector<int64_t>(step / kWidth, kWidth));
          scf::YieldOp::create(body, loc);
        });
  }
  if (numWhole == numElements)
    return;
  SmallVector<int64_t> widths;
  for (int64_t left = numElements - numWhole; left > 0; left -= widths.back())
    widths.push_back(
        std::min<int64_t>(kWidth, llvm::bit_floor(uint64_t(left))));
  Value isLast = builder.createOrFold<arith::CmpIOp>(
      loc, arith::CmpIPredicate::eq, end, index(builder, loc, numElements));
  scf::IfOp::create(builder, loc, isLast, [&](OpBuilder &inside, Location) {
    buildStep(inside, loc, index(inside, loc, numWhole), widths);
    scf::YieldOp::create(inside, loc);
  });
}

/// Adds the totals that belong to one element of an output.
void TotalBuilder::buildElements(OpBuilder &builder, Location loc,
                                 const Total &total) const {
  const RowOperand &output = *total.output;
  Value totals = viewPartial(builder, loc, output, range.first);
  Value zero = index(builder, loc, 0), one = index(builder, loc, 1);
  Value kept = index(builder, loc, output.summed.kept);
  Value behind = index(builder, loc, output.summed.behind);
  Value none = arith::ConstantOp::create(
      builder, loc, builder.getZeroAttr(getElementTypeOrSelf(output.slice)));
  auto addBehind = [&](OpBuilder &body, Value number, Value before) -> Value {
    Value begin = arith::MulIOp::create(body, loc, number, behind);
    return scf::ForOp::create(
               body, loc, zero, behind, one, before,
               [&](OpBuilder &inner, Location, Value last, ValueRange sum) {
                 Value element =
                     memref::LoadOp::create(inner, loc, totals,
                                            ValueRange(arith::AddIOp::create(
                                                inner, loc, begin, last)));
                 scf::YieldOp::create(inner, loc,
                                      ValueRange(arith::AddFOp::create(
                                          inner, loc, sum.front(), element)));
               })
        .getResult(0);
  };
  scf::ForOp::create(
      builder, loc, zero, kept, one, ValueRange(),
      [&](OpBuilder &body, Location, Value number, ValueRange) {
        auto sum = scf::ForOp::create(
            body, loc, zero, index(body, loc, output.summed.before), one, none,
            [&](OpBuilder &inner, Location, Value first, ValueRange before) {
              Value row = arith::MulIOp::create(inner, loc, first, kept);
              Value element = arith::AddIOp::create(inner, loc, row, number);
              scf::YieldOp::create(
                  inner, loc,
                  ValueRange(addBehind(inner, element, before.front())));
            });
        storeTotal(body, loc, total, sum.getResult(0), number);
        scf::YieldOp::create(body, loc);
      });
}

void TotalBuilder::buildElements(OpBuilder &builder, Location loc) const {
  for (const Total &total : totals)
    if (total.addsElements())
      buildElements(builder, loc, total);
}

void TotalBuilder::build(OpBuilder &builder, Location loc) const {
  buildColumns(builder, loc, index(builder, loc, 0),
               index(builder, loc, numElements));
  buildElements(builder, loc);
}

void TotalBuilder::buildParallel(OpBuilder &builder, Location loc) const {
  if (numElements <= 2 * kMaxStep)
    return build(builder, loc);
  // So many steps of columns that there is work enough in them.
  Value most = index(builder, loc, numElements);
  Value atLeastOne = builder.createOrFold<arith::MaxUIOp>(
      loc, range.count, index(builder, loc, 1));
  int64_t stepElements = step * totals.size();
  Value steps = builder.createOrFold<arith::CeilDivUIOp>(
      loc, index(builder, loc, kPartialsPerThread / stepElements), atLeastOne);
  Value columns = builder.createOrFold<arith::MulIOp>(
      loc, steps, index(builder, loc, step));
  auto loop = scf::ParallelOp::create(
      builder, loc, index(builder, loc, 0),
      builder.createOrFold<arith::CeilDivUIOp>(loc, most, columns),
      index(builder, loc, 1),
      [&](OpBuilder &body, Location, ValueRange numbers) {
        Value begin =
            arith::MulIOp::create(body, loc, numbers.front(), columns);
        Value end = arith::MinUIOp::create(
            body, loc, arith::AddIOp::create(body, loc, begin, columns), most);
        buildColumns(body, loc, begin, end);
      });
  loop->setAttr(kTotalsAttrName, builder.getUnitAttr());
  buildElements(builder, loc);
}

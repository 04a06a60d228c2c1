//===- KernelMemory.cpp - Loads and stores of a kernel --------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Slices of operands at a thread's columns: whole vectors where there is one
// element a column, single elements elsewhere, and nothing beyond the row.
//
//===----------------------------------------------------------------------===//

#include "KernelBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace seednorm;
using row::Chunk;

static constexpr int64_t kMaxAccessBytes = 16;

/// What the hardware may assume of the address of `type` at an aligned column.
static int64_t getAccessAlignment(VectorType type) {
  int64_t bytes =
      type.getNumElements() * type.getElementType().getIntOrFloatBitWidth() / 8;
  return std::min(std::max<int64_t>(bytes, 1), kMaxAccessBytes);
}

/// Runs `build` where the columns of `chunk` exist; elsewhere the value is 0.
static Value buildIfValid(OpBuilder &builder, Location loc, Value valid,
                          Type type, function_ref<Value(OpBuilder &)> build) {
  if (!valid)
    return build(builder);
  auto choice = scf::IfOp::create(builder, loc, type, valid,
                                  /*withElseRegion=*/true);
  OpBuilder inside = choice.getThenBodyBuilder();
  scf::YieldOp::create(inside, loc, build(inside));
  OpBuilder outside = choice.getElseBodyBuilder();
  Value zero =
      arith::ConstantOp::create(outside, loc, outside.getZeroAttr(type));
  scf::YieldOp::create(outside, loc, zero);
  return choice.getResult(0);
}

static void buildIf(OpBuilder &builder, Location loc, Value condition,
                    function_ref<void(OpBuilder &)> build) {
  if (!condition)
    return build(builder);
  auto choice = scf::IfOp::create(builder, loc, condition,
                                  /*withElseRegion=*/false);
  OpBuilder inside = choice.getThenBodyBuilder();
  build(inside);
}

/// `column` + `offset`, divided by `run`.
static Value buildElementIndex(OpBuilder &builder, Location loc, Value column,
                               int64_t offset, int64_t run) {
  Value result = column;
  if (offset)
    result = arith::AddIOp::create(
        builder, loc, result,
        arith::ConstantIndexOp::create(builder, loc, offset));
  if (run != 1)
    result = arith::DivUIOp::create(
        builder, loc, result,
        arith::ConstantIndexOp::create(builder, loc, run));
  return result;
}

void KernelBuilder::viewOperand(OpBuilder &builder, KernelOperand &operand) {
  using row::AccessKind;
  int64_t elements = operand.numStored;
  bool isShared = operand.access.getKind() == AccessKind::Shared;
  if (isShared &&
      (operand.staged || isConstantIntValue(operand.address.offset, 0))) {
    operand.view = operand.staged ? operand.staged : operand.base;
    return;
  }
  Value slice =
      row::buildSliceNumber(builder, loc, operand.access, operand.address, row);
  // 64-bit: rows times columns exceeds 32 bits.
  Value offset = row::buildSliceOffset(builder, loc, operand.address, slice);
  auto layout =
      StridedLayoutAttr::get(builder.getContext(), ShapedType::kDynamic, {1});
  auto type =
      MemRefType::get({elements}, getElementTypeOrSelf(operand.slice), layout);
  operand.view = memref::ReinterpretCastOp::create(
      builder, loc, type, operand.base, OpFoldResult(offset),
      {builder.getIndexAttr(elements)}, {builder.getIndexAttr(1)});
}

/// Where the columns of `chunk` may be accessed in `operand`; null for
/// everywhere.
Value KernelBuilder::getPredicate(OpBuilder &builder,
                                  const KernelOperand &operand,
                                  const Chunk &chunk) {
  Value predicate = exists;
  auto require = [&](Value condition) {
    predicate = predicate
                    ? arith::AndIOp::create(builder, loc, predicate, condition)
                          .getResult()
                    : condition;
  };
  if (chunk.valid)
    require(chunk.valid);
  // The schedule's vectors divide what is stored of a row.
  if (operand.isPadded())
    require(arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult,
                                  chunk.column,
                                  index(builder, operand.numStored)));
  return predicate;
}

/// Copies an operand that all rows share to shared memory: every thread of the
/// block a chunk after the other.
void KernelBuilder::stageOperand(OpBuilder &builder, KernelOperand &operand) {
  int64_t elements = operand.numStored;
  Type element = getElementTypeOrSelf(operand.slice);
  int64_t width =
      std::min<int64_t>(operand.alignment * 8 / element.getIntOrFloatBitWidth(),
                        elements & -elements);
  int64_t threads = schedule.getThreadsPerRow() * schedule.getRowsPerBlock();
  int64_t count = elements / width;
  auto type = VectorType::get({width}, element);
  llvm::MaybeAlign alignment(getAccessAlignment(type));
  for (int64_t first = 0; first < count; first += threads) {
    Value number =
        arith::AddIOp::create(builder, loc, inBlock, index(builder, first));
    Value owned;
    if (first + threads > count)
      owned = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult,
                                    number, index(builder, count));
    buildIf(builder, loc, owned, [&](OpBuilder &inside) {
      Value column =
          arith::MulIOp::create(inside, loc, number, index(inside, width));
      Value source =
          row::buildSliceOffset(inside, loc, operand.address, index(inside, 0));
      source = inside.createOrFold<arith::AddIOp>(loc, source, column);
      Value copied =
          vector::LoadOp::create(inside, loc, type, operand.base, source,
                                 /*nontemporal=*/false, alignment);
      vector::StoreOp::create(inside, loc, copied, operand.staged, column,
                              /*nontemporal=*/false, alignment);
    });
  }
}

Value KernelBuilder::loadSlice(OpBuilder &builder, const KernelOperand &operand,
                               int64_t run, const Chunk &chunk) {
  Type element = getElementTypeOrSelf(operand.slice);
  bool repeats = operand.repeats();
  auto getPosition = [&](OpBuilder &inside, int64_t offset) {
    Value number = buildElementIndex(inside, loc, chunk.column, offset, run);
    if (repeats)
      number = arith::RemUIOp::create(inside, loc, number,
                                      index(inside, operand.numStored));
    return number;
  };
  if (chunk.isUniform(run)) {
    bool wholeRow = run == analysis.getNumColumns();
    return buildIfValid(
        builder, loc, wholeRow ? exists : getPredicate(builder, operand, chunk),
        element, [&](OpBuilder &inside) -> Value {
          Value position = wholeRow ? index(inside, 0) : getPosition(inside, 0);
          return memref::LoadOp::create(inside, loc, operand.view, position);
        });
  }
  auto type = VectorType::get({chunk.width}, element);
  // A chunk that straddles two repetitions is no vector in memory.
  bool isVector = run == 1 && operand.numStored % chunk.width == 0;
  return buildIfValid(
      builder, loc, getPredicate(builder, operand, chunk), type,
      [&](OpBuilder &inside) -> Value {
        if (isVector)
          return vector::LoadOp::create(
              inside, loc, type, operand.view, getPosition(inside, 0),
              /*nontemporal=*/false,
              llvm::MaybeAlign(getAccessAlignment(type)));
        SmallVector<Value> elements;
        for (int64_t i = 0; i < chunk.width; ++i)
          elements.push_back(memref::LoadOp::create(inside, loc, operand.view,
                                                    getPosition(inside, i)));
        return vector::FromElementsOp::create(inside, loc, type, elements);
      });
}

Value KernelBuilder::getInput(OpBuilder &builder, BlockArgument input,
                              Chunk &chunk) {
  const KernelOperand &operand = inputs[input.getArgNumber()];
  int64_t run = analysis.getRun(input);
  if (run != analysis.getNumColumns() || !chunk.isUniform(run))
    return loadSlice(builder, operand, run, chunk);
  Value &loaded = rowInputs[input];
  if (!loaded)
    loaded = loadSlice(builder, operand, run, Chunk(chunk));
  return loaded;
}

void KernelBuilder::loadInputs(OpBuilder &builder,
                               ArrayRef<BlockArgument> stageInputs,
                               bool onlyByRow) {
  for (Chunk &chunk : chunks)
    for (BlockArgument input : stageInputs)
      if (!onlyByRow ||
          inputs[input.getArgNumber()].access.getKind() == row::AccessKind::Row)
        slicer.slice(builder, input, chunk);
}

void KernelBuilder::storeSlice(OpBuilder &builder, const KernelOperand &operand,
                               int64_t run, Value value, const Chunk &chunk) {
  if (run == 1) {
    buildIf(builder, loc, getPredicate(builder, operand, chunk),
            [&](OpBuilder &inside) {
              if (auto type = dyn_cast<VectorType>(value.getType()))
                vector::StoreOp::create(
                    inside, loc, value, operand.view, chunk.column,
                    /*nontemporal=*/false,
                    llvm::MaybeAlign(getAccessAlignment(type)));
              else
                memref::StoreOp::create(inside, loc, value, operand.view,
                                        chunk.column);
            });
    return;
  }
  // The first column of each run stores the element of the run.
  auto type = dyn_cast<VectorType>(value.getType());
  for (int64_t i = 0, count = type ? chunk.width : 1; i < count; ++i) {
    Value column = buildElementIndex(builder, loc, chunk.column, i, 1);
    Value first = arith::CmpIOp::create(
        builder, loc, arith::CmpIPredicate::eq,
        arith::RemUIOp::create(builder, loc, column, index(builder, run)),
        index(builder, 0));
    if (Value predicate = getPredicate(builder, operand, chunk))
      first = arith::AndIOp::create(builder, loc, first, predicate);
    buildIf(builder, loc, first, [&](OpBuilder &inside) {
      Value element =
          type ? vector::ExtractOp::create(inside, loc, value, i).getResult()
               : value;
      memref::StoreOp::create(
          inside, loc, element, operand.view,
          buildElementIndex(inside, loc, chunk.column, i, run));
    });
  }
}

void KernelBuilder::storeOutputs(OpBuilder &builder) {
  for (Chunk &chunk : chunks)
    for (auto [operand, value] :
         llvm::zip_equal(outputs, program.getYield().getValues()))
      storeSlice(builder, operand, analysis.getRun(value),
                 slicer.slice(builder, value, chunk), chunk);
}

//===- RowOperands.cpp - Loads and stores of a row ------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The slice of each operand that a row sees, and the elements of a slice at a
// chunk. An output may be the memory of an input with the same slices: an
// element is stored after its last use.
//
//===----------------------------------------------------------------------===//

#include "RowLoopBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace seednorm;
using row::AccessKind;
using row::Chunk;

//===----------------------------------------------------------------------===//
// Slices
//===----------------------------------------------------------------------===//

/// Computes what does not depend on the row.
void RowLoopBuilder::locateSlices(OpBuilder &builder) {
  SmallVector<row::SliceAddress> addresses =
      row::buildSliceAddresses(builder, program);
  for (auto [operand, address] :
       llvm::zip_equal(llvm::concat<RowOperand>(inputs, outputs), addresses)) {
    operand.address = std::move(address);
    auto type = cast<MemRefType>(operand.memory.getType());
    if (!type.getLayout().isIdentity())
      operand.memory =
          memref::ExtractStridedMetadataOp::create(builder, loc, operand.memory)
              .getBaseBuffer();
  }
}

/// The slice of that number of `operand`, flat.
Value RowLoopBuilder::viewSlice(OpBuilder &builder, const RowOperand &operand,
                                Value number) const {
  Value offset = row::buildSliceOffset(builder, loc, operand.address, number);
  int64_t elements = operand.numStored;
  auto source = cast<MemRefType>(operand.memory.getType());
  auto type = MemRefType::get(
      {elements}, source.getElementType(),
      StridedLayoutAttr::get(builder.getContext(), ShapedType::kDynamic, {1}),
      source.getMemorySpace());
  return memref::ReinterpretCastOp::create(
      builder, loc, type, operand.memory, OpFoldResult(offset),
      {builder.getIndexAttr(elements)}, {builder.getIndexAttr(1)});
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

/// The number of the element at `chunk` where each stands for `run` columns.
Value RowLoopBuilder::buildElementNumber(OpBuilder &builder, int64_t run,
                                         const Chunk &chunk) {
  if (isUniformInRow(run))
    return index(builder, 0);
  if (run == 1)
    return chunk.column;
  return arith::DivUIOp::create(builder, loc, chunk.column,
                                index(builder, run));
}

/// How many columns are stored from `chunk` on; none if not positive.
Value RowLoopBuilder::buildNumLeft(OpBuilder &builder,
                                   const RowOperand &operand,
                                   const Chunk &chunk) {
  return arith::SubIOp::create(builder, loc, index(builder, operand.numStored),
                               chunk.column);
}

/// `value` as an integer of its width, or back as `type`. Where x86 carries a
/// lone bf16 from block to block it rounds it anew, which takes denormals for
/// zeros.
static Value buildBits(OpBuilder &builder, Location loc, Value value) {
  Type type = value.getType();
  if (!isa<FloatType>(type) || type.getIntOrFloatBitWidth() >= 32)
    return value;
  return arith::BitcastOp::create(
      builder, loc, builder.getIntegerType(type.getIntOrFloatBitWidth()),
      value);
}
static Value buildFromBits(OpBuilder &builder, Location loc, Value bits,
                           Type type) {
  if (bits.getType() == type)
    return bits;
  return arith::BitcastOp::create(builder, loc, type, bits);
}

/// The elements at `chunk`, one a column, of an operand with shorter rows.
Value RowLoopBuilder::loadPadded(OpBuilder &builder, const RowOperand &operand,
                                 const Chunk &chunk) {
  Type element = getElementTypeOrSelf(operand.slice);
  auto type = VectorType::get({chunk.width}, element);
  Value left = buildNumLeft(builder, operand, chunk);
  if (chunk.width > 1) {
    Value zero =
        arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
    Value stored = vector::CreateMaskOp::create(
        builder, loc, type.clone(builder.getI1Type()), left);
    return vector::MaskedLoadOp::create(builder, loc, type, getView(operand),
                                        chunk.column, stored, zero);
  }
  Value last = index(builder, operand.numStored - 1);
  Value column = arith::MinUIOp::create(builder, loc, chunk.column, last);
  Value bits =
      buildBits(builder, loc,
                memref::LoadOp::create(builder, loc, getView(operand), column));
  Value zero = arith::ConstantOp::create(builder, loc,
                                         builder.getZeroAttr(bits.getType()));
  Value stored = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sgt,
                                       left, index(builder, 0));
  bits = arith::SelectOp::create(builder, loc, stored, bits, zero);
  Value loaded = buildFromBits(builder, loc, bits, element);
  if (chunk.isUniform(1))
    return loaded;
  return vector::BroadcastOp::create(builder, loc, type, loaded);
}

/// The elements at `chunk`, one a column, of an operand that its slice repeats.
Value RowLoopBuilder::loadRepeated(OpBuilder &builder,
                                   const RowOperand &operand,
                                   const Chunk &chunk) {
  auto type =
      VectorType::get({chunk.width}, getElementTypeOrSelf(operand.slice));
  Value size = index(builder, operand.numStored);
  // A repetition is whole segments, or whole chunks.
  if (operand.numStored % chunk.segment == 0 ||
      (operand.numStored % chunk.width == 0 &&
       chunk.hasWholeBlocks(chunk.width, analysis.getNumColumns()))) {
    Value first = arith::RemUIOp::create(builder, loc, chunk.column, size);
    return vector::LoadOp::create(builder, loc, type, getView(operand), first);
  }
  SmallVector<Value> elements;
  for (int64_t i = 0; i < chunk.width; ++i) {
    Value column =
        arith::AddIOp::create(builder, loc, chunk.column, index(builder, i));
    elements.push_back(memref::LoadOp::create(
        builder, loc, getView(operand),
        builder.createOrFold<arith::RemUIOp>(loc, column, size)));
  }
  return vector::FromElementsOp::create(builder, loc, type, elements);
}

Value RowLoopBuilder::getInput(OpBuilder &builder, BlockArgument input,
                               Chunk &chunk) {
  const RowOperand &operand = inputs[input.getArgNumber()];
  int64_t run = analysis.getRun(input);
  Type element = getElementTypeOrSelf(operand.slice);
  if (operand.isPadded())
    return loadPadded(builder, operand, chunk);
  bool repeats = operand.repeats();
  if (repeats && !chunk.isUniform(run))
    return loadRepeated(builder, operand, chunk);
  Value number = buildElementNumber(builder, run, chunk);
  if (repeats)
    number = arith::RemUIOp::create(builder, loc, number,
                                    index(builder, operand.numStored));
  if (chunk.isUniform(run))
    return memref::LoadOp::create(builder, loc, getView(operand), number);
  return vector::LoadOp::create(builder, loc,
                                VectorType::get({chunk.width}, element),
                                getView(operand), number);
}

/// Stores an element that stands for the segment at `chunk`, or for several of
/// which it is the last.
void RowLoopBuilder::storeUniform(OpBuilder &builder, Value value,
                                  const RowOperand &operand, Chunk &chunk) {
  int64_t run = analysis.getRun(value);
  Value element = slicer.slice(builder, value, chunk);
  Value number = buildElementNumber(builder, run, chunk);
  if (operand.isPadded()) {
    storeColumn(builder, element, operand, chunk);
    return;
  }
  auto store = [&](OpBuilder &inside) {
    Value stored = operand.access.isSummed()
                       ? addToPartial(inside, element, operand, number)
                       : element;
    memref::StoreOp::create(inside, loc, stored, getView(operand), number);
  };
  if (isUniformInRow(run) || run == segment)
    return store(builder);
  Value last = buildIsSegmentOfRun(builder, chunk, run, run / segment - 1);
  scf::IfOp::create(builder, loc, last, [&](OpBuilder &inside, Location) {
    store(inside);
    scf::YieldOp::create(inside, loc);
  });
}

/// Stores the elements at `chunk`, one a column.
void RowLoopBuilder::storeColumn(OpBuilder &builder, Value value,
                                 const RowOperand &operand,
                                 const Chunk &chunk) {
  auto type = dyn_cast<VectorType>(value.getType());
  if (operand.access.isSummed()) {
    if (DelayedStore *earlier = findDelayed(operand, chunk)) {
      earlier->value =
          row::buildAccumulation(builder, loc, earlier->value, value);
      return;
    }
    value = addToPartial(builder, value, operand, chunk.column);
  }
  if (delayStore(value, operand, chunk))
    return;
  if (!operand.isPadded()) {
    vector::StoreOp::create(builder, loc, value, getView(operand),
                            chunk.column);
    return;
  }
  Value left = buildNumLeft(builder, operand, chunk);
  if (chunk.width > 1) {
    Value stored = vector::CreateMaskOp::create(
        builder, loc, type.clone(builder.getI1Type()), left);
    vector::MaskedStoreOp::create(builder, loc, getView(operand), chunk.column,
                                  stored, value);
    return;
  }
  if (type)
    value = vector::ExtractOp::create(builder, loc, value, 0);
  Value bits = buildBits(builder, loc, value);
  Value stored = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sgt,
                                       left, index(builder, 0));
  scf::IfOp::create(builder, loc, stored, [&](OpBuilder &inside, Location) {
    memref::StoreOp::create(inside, loc,
                            buildFromBits(inside, loc, bits, value.getType()),
                            getView(operand), chunk.column);
    scf::YieldOp::create(inside, loc);
  });
}

/// Stores what the current rows have at `columns`.
void RowLoopBuilder::storeColumns(OpBuilder &builder, ArrayRef<Store> stores,
                                  const Columns &columns) {
  visitColumns(columns, [&](size_t, Chunk &chunk) {
    SmallVector<Value> values;
    for (auto [value, operand] : stores)
      values.push_back(slicer.slice(builder, value, chunk));
    for (auto [value, store] : llvm::zip_equal(values, stores))
      storeColumn(builder, value, *store.second, chunk);
  });
}

RowLoopBuilder::OutputStores RowLoopBuilder::collectStores() {
  OutputStores stores;
  for (auto [value, operand] :
       llvm::zip_equal(program.getYield().getValues(), outputs)) {
    int64_t run = analysis.getRun(value);
    bool uniform = isUniformInRow(run);
    auto &group = uniform                   ? stores.ofRow
                  : isUniformInSegment(run) ? stores.ofSegment
                                            : stores.ofColumns;
    group.push_back({value, &operand});
    (uniform ? stores.rowRoots : stores.roots).push_back(value);
  }
  return stores;
}

/// The last stage: everything that the outputs need after the sums.
void RowLoopBuilder::buildStores(OpBuilder &builder) {
  OutputStores stores = collectStores();
  // Before any store, as an output may be the memory of an input.
  sliceUniformInRows(builder, stores.rowRoots);
  sliceUniformInRows(builder, stores.roots);
  auto storeEach = [&](OpBuilder &body, ArrayRef<Store> ofRows) {
    forEachRow([&](size_t) {
      for (auto [value, operand] : ofRows)
        storeUniform(body, value, *operand, row().chunk);
    });
  };
  storeEach(builder, stores.ofRow);
  if (stores.roots.empty())
    return;
  buildSegments(builder, stores.roots, {},
                [&](OpBuilder &body, ValueRange) -> SmallVector<Value> {
                  storeEach(body, stores.ofSegment);
                  if (stores.ofColumns.empty())
                    return {};
                  return buildColumns(
                      body, {},
                      [&](OpBuilder &inner, const Columns &columns, int64_t,
                          ValueRange) -> SmallVector<Value> {
                        storeColumns(inner, stores.ofColumns, columns);
                        return {};
                      },
                      /*stores=*/true);
                });
}

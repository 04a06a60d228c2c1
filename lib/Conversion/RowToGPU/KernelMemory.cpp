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
#include "KernelCode.h"

#include "seednorm/Dialect/Row/Transforms/StagedPlaces.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

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

/// Whether nobody but this thread, and only once, reads what it loads: caches
/// are for parameters then.
static bool isReadOnce(const KernelOperand &operand,
                       row::GPUScheduleAttr schedule) {
  return operand.access.getKind() == row::AccessKind::Row &&
         schedule.getKeep() != row::RowKeep::Global;
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

/// Views slice `number` of an operand.
void KernelBuilder::viewSlice(OpBuilder &builder, KernelOperand &operand,
                              Value number) {
  int64_t elements = operand.numStored;
  // 64-bit: rows times columns exceeds 32 bits.
  Value offset = row::buildSliceOffset(builder, loc, operand.address, number);
  auto layout =
      StridedLayoutAttr::get(builder.getContext(), ShapedType::kDynamic, {1});
  auto type =
      MemRefType::get({elements}, getElementTypeOrSelf(operand.slice), layout);
  operand.view = memref::ReinterpretCastOp::create(
      builder, loc, type, operand.base, OpFoldResult(offset),
      {builder.getIndexAttr(elements)}, {builder.getIndexAttr(1)});
}

void KernelBuilder::viewSharedOperands(OpBuilder &builder) {
  for (KernelOperand &operand : inputs) {
    if (operand.access.getKind() != row::AccessKind::Shared)
      continue;
    if (operand.staged)
      operand.view = operand.staged;
    else if (isConstantIntValue(operand.address.offset, 0))
      operand.view = operand.base;
    else
      viewSlice(builder, operand, index(builder, 0));
  }
}

/// Views what the row has of its own, or in common with some others.
void KernelBuilder::viewRow(OpBuilder &builder) {
  for (KernelOperand &operand : llvm::concat<KernelOperand>(inputs, outputs))
    if (!operand.isSummed &&
        operand.access.getKind() != row::AccessKind::Shared)
      viewSlice(builder, operand,
                row::buildSliceNumber(builder, loc, operand.access,
                                      operand.address, row));
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

/// Parts in which vectors of the schedule's columns lie in the block's copy of
/// an operand, each of as many bytes as an access takes at most: neighbouring
/// lanes then access neighbouring words.
int64_t KernelBuilder::getStagedParts(unsigned input) const {
  return row::getStagedPlaces(program, schedule, input).parts;
}

/// Where part `part` of vector `number` lies in such a copy.
Value KernelBuilder::getStagedPlace(OpBuilder &builder,
                                    const KernelOperand &operand, Value number,
                                    Value part) {
  Type element = getElementTypeOrSelf(operand.slice);
  row::StagedPlaces places = row::getStagedPlaces(
      operand.numStored, llvm::divideCeil(element.getIntOrFloatBitWidth(), 8),
      schedule.getVector(), operand.stagedParts);
  Value first = arith::MulIOp::create(builder, loc, part,
                                      index(builder, places.partStride));
  return arith::AddIOp::create(
      builder, loc, first,
      arith::MulIOp::create(builder, loc, number,
                            index(builder, places.width)));
}

/// The vector at a chunk of such a copy.
Value KernelBuilder::loadStagedParts(OpBuilder &builder,
                                     const KernelOperand &operand,
                                     VectorType type, Value column) {
  int64_t width = type.getNumElements() / operand.stagedParts;
  auto partType = VectorType::get({width}, type.getElementType());
  Value number = arith::DivUIOp::create(builder, loc, column,
                                        index(builder, type.getNumElements()));
  SmallVector<Value> parts;
  for (int64_t part = 0; part < operand.stagedParts; ++part)
    parts.push_back(vector::LoadOp::create(
        builder, loc, partType, operand.staged,
        getStagedPlace(builder, operand, number, index(builder, part)),
        /*nontemporal=*/false, llvm::MaybeAlign(getAccessAlignment(partType))));
  return buildConcatenation(builder, loc, parts);
}

/// Copies an operand that all rows share to shared memory: every thread of the
/// block a chunk after the other.
void KernelBuilder::stageOperand(OpBuilder &builder, KernelOperand &operand) {
  int64_t elements = operand.numStored;
  Type element = getElementTypeOrSelf(operand.slice);
  int64_t width =
      std::min<int64_t>(operand.alignment * 8 / element.getIntOrFloatBitWidth(),
                        elements & -elements);
  int64_t threads = schedule.getThreadsPerBlock();
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
      Value target = column;
      if (operand.stagedParts > 1) {
        Value parts = index(inside, operand.stagedParts);
        target = getStagedPlace(
            inside, operand, arith::DivUIOp::create(inside, loc, number, parts),
            arith::RemUIOp::create(inside, loc, number, parts));
      }
      vector::StoreOp::create(inside, loc, copied, operand.staged, target,
                              /*nontemporal=*/false, alignment);
    });
  }
}

void KernelBuilder::stageOperands(OpBuilder &builder) {
  bool copied = false;
  for (KernelOperand &operand : inputs)
    if (operand.staged) {
      stageOperand(builder, operand);
      copied = true;
    }
  if (copied)
    gpu::BarrierOp::create(builder, loc);
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
  // Of a row that does not exist nothing is stored; columns that do not are 0.
  Value predicate = getPredicate(builder, operand, chunk);
  return buildIfValid(
      builder, loc, predicate, type,
      [&](OpBuilder &inside) -> Value {
        if (isVector && operand.staged && operand.stagedParts > 1)
          return loadStagedParts(inside, operand, type, getPosition(inside, 0));
        if (isVector)
          return vector::LoadOp::create(
              inside, loc, type, operand.view, getPosition(inside, 0),
              /*nontemporal=*/isReadOnce(operand, schedule),
              llvm::MaybeAlign(getAccessAlignment(type)));
        SmallVector<Value> elements;
        for (int64_t i = 0; i < chunk.width; ++i)
          elements.push_back(memref::LoadOp::create(inside, loc, operand.view,
                                                    getPosition(inside, i)));
        return vector::FromElementsOp::create(inside, loc, type, elements);
      },
      predicate == exists ? Elsewhere::Anything : Elsewhere::Zero);
}

Value KernelBuilder::getInput(OpBuilder &builder, BlockArgument input,
                              Chunk &chunk) {
  const KernelOperand &operand = inputs[input.getArgNumber()];
  int64_t run = analysis.getRun(input);
  bool isAtHand =
      !chunks.empty() && &chunk >= chunks.begin() && &chunk < chunks.end();
  if (operand.copied && isAtHand)
    return loadCopied(builder, operand, chunk);
  if (run != analysis.getNumColumns() || !chunk.isUniform(run))
    return loadSlice(builder, operand, run, chunk);
  Value &loaded = rowInputs[input];
  if (!loaded)
    loaded = loadSlice(builder, operand, run, Chunk(chunk));
  return loaded;
}

void KernelBuilder::loadInputs(OpBuilder &builder,
                               ArrayRef<BlockArgument> stageInputs) {
  for (Chunk &chunk : chunks)
    for (BlockArgument input : stageInputs)
      slicer.slice(builder, input, chunk);
}

/// Loads what stage `stage` reads of the whole row, before a loop over columns
/// would.
void KernelBuilder::loadWholeRow(OpBuilder &builder, unsigned stage) {
  if (!schedule.sweepsColumns())
    return;
  for (BlockArgument input : analysis.getStageInputs(stage))
    if (analysis.getRun(input) == analysis.getNumColumns())
      slicer.slice(builder, input, chunks.front());
}

/// Loads, stage by stage, the inputs of which `condition` holds.
void KernelBuilder::loadInputsIf(
    OpBuilder &builder, function_ref<bool(row::AccessKind)> condition) {
  for (unsigned stage = 1; stage <= analysis.getNumLevels() + 1; ++stage) {
    SmallVector<BlockArgument> stageInputs = analysis.getStageInputs(stage);
    llvm::erase_if(stageInputs, [&](BlockArgument input) {
      return !condition(inputs[input.getArgNumber()].access.getKind());
    });
    loadInputs(builder, stageInputs);
  }
}

/// Stores a vector, or a single element, at `position` of `view`, plus what
/// `added` has there if that is given.
static void buildStore(OpBuilder &builder, Location loc, Value value,
                       Value view, Value added, Value position) {
  auto type = dyn_cast<VectorType>(value.getType());
  llvm::MaybeAlign alignment(type ? getAccessAlignment(type) : 1);
  if (added) {
    Value other;
    if (type)
      other = vector::LoadOp::create(builder, loc, type, added, position,
                                     /*nontemporal=*/false, alignment);
    else
      other = memref::LoadOp::create(builder, loc, added, position);
    value = row::buildAccumulation(builder, loc, other, value);
  }
  if (type)
    vector::StoreOp::create(builder, loc, value, view, position,
                            /*nontemporal=*/false, alignment);
  else
    memref::StoreOp::create(builder, loc, value, view, position);
}

/// Stores what a slice has at a chunk; what `added`, of the same shape, has
/// there is added if given.
void KernelBuilder::storeSlice(OpBuilder &builder, const KernelOperand &operand,
                               int64_t run, Value value, const Chunk &chunk,
                               Value added) {
  if (run == 1) {
    buildIf(builder, loc, getPredicate(builder, operand, chunk),
            [&](OpBuilder &inside) {
              buildStore(inside, loc, value, operand.view, added, chunk.column);
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
      buildStore(inside, loc, element, operand.view, added,
                 buildElementIndex(inside, loc, chunk.column, i, run));
    });
  }
}

void KernelBuilder::storeOutputs(OpBuilder &builder) {
  for (Chunk &chunk : chunks)
    for (auto [operand, value] :
         llvm::zip_equal(outputs, program.getYield().getValues()))
      if (!operand.isSummed)
        storeSlice(builder, operand, analysis.getRun(value),
                   slicer.slice(builder, value, chunk), chunk);
}

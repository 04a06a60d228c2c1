//===- KernelShared.cpp - Shared memory of a kernel -----------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a block has in shared memory, and rows that are copied there while the
// block does something else. A thread copies the columns that it reads itself,
// so that it waits for its own copies only and for no other thread.
//
//===----------------------------------------------------------------------===//

#include "KernelBuilder.h"
#include "KernelCode.h"

#include "seednorm/Dialect/Row/Transforms/Schedule.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace seednorm;
using row::Chunk;

static constexpr int64_t kAccessBytes = 16;
/// The least that an asynchronous copy takes.
static constexpr int64_t kMinAsyncBytes = 4;

//===----------------------------------------------------------------------===//
// Layout
//===----------------------------------------------------------------------===//

static int64_t getByteWidth(Type element) {
  return llvm::divideCeil(element.getIntOrFloatBitWidth(), 8);
}

bool KernelBuilder::needsDynamicShared() const {
  return row::getDynamicSharedBytes(program, schedule) != 0;
}

/// Types of the pieces of the kernel's shared memory.
SmallVector<Type> KernelBuilder::getSharedTypes(OpBuilder &builder) const {
  auto space = gpu::AddressSpaceAttr::get(builder.getContext(),
                                          gpu::AddressSpace::Workgroup);
  SmallVector<Type> types;
  for (const row::SharedPiece &piece : row::planSharedMemory(program, schedule))
    types.push_back(MemRefType::get({piece.elements}, piece.element,
                                    MemRefLayoutAttrInterface(), space));
  return types;
}

/// Gives everybody their piece: of what the launch asks for, or one of the
/// function's own.
void KernelBuilder::takeShared(OpBuilder &builder, gpu::GPUFuncOp function) {
  SmallVector<Type> types = getSharedTypes(builder);
  Value dynamic;
  if (needsDynamicShared())
    dynamic = gpu::DynamicSharedMemoryOp::create(
        builder, loc,
        MemRefType::get({ShapedType::kDynamic}, builder.getI8Type(),
                        MemRefLayoutAttrInterface(),
                        cast<MemRefType>(types.front()).getMemorySpace()));
  int64_t offset = 0;
  for (auto [number, piece] :
       llvm::enumerate(row::planSharedMemory(program, schedule))) {
    offset = llvm::alignTo(offset, kAccessBytes);
    if (dynamic)
      takePiece(piece,
                memref::ViewOp::create(builder, loc, types[number], dynamic,
                                       index(builder, offset), ValueRange()));
    else
      takePiece(piece, function.getWorkgroupAttributions()[number]);
    offset += piece.elements * getByteWidth(piece.element);
  }
}

void KernelBuilder::takePiece(const row::SharedPiece &piece, Value memory) {
  switch (piece.kind) {
  case row::SharedPiece::Slots:
    shared = memory;
    return;
  case row::SharedPiece::Arrivals:
    arrivals = memory;
    return;
  case row::SharedPiece::CopyBarriers:
    copyBarriers = memory;
    return;
  case row::SharedPiece::Staged:
    inputs[piece.operand].staged = memory;
    inputs[piece.operand].stagedParts = getStagedParts(piece.operand);
    return;
  case row::SharedPiece::Copied:
    inputs[piece.operand].copied = memory;
    inputs[piece.operand].places =
        row::getThreadPlaces(analysis.getNumColumns(), schedule, piece.element);
    return;
  case row::SharedPiece::Added:
    outputs[piece.operand].added = memory;
    if (row::hasThreadPlaces(program, schedule, piece.operand))
      outputs[piece.operand].places = row::getAddedPlaces(
          analysis.getNumColumns(), schedule, piece.element);
    return;
  }
}

//===----------------------------------------------------------------------===//
// Places of a thread
//===----------------------------------------------------------------------===//

/// Where this thread's part `part` of chunk `chunk` of those at hand begins.
Value KernelBuilder::getPlace(OpBuilder &builder, const KernelOperand &operand,
                              size_t chunk, int64_t part) {
  const row::ThreadPlaces &places = *operand.places;
  bool sharesPlaces = operand.isSummed && schedule.getRowsPerBlock() > 1;
  Value position =
      arith::MulIOp::create(builder, loc, sharesPlaces ? thread : inBlock,
                            index(builder, places.width));
  Value ofChunk = builder.createOrFold<arith::MulIOp>(
      loc, numbers[chunk], index(builder, places.getChunkStride()));
  position = builder.createOrFold<arith::AddIOp>(loc, position, ofChunk);
  if (part)
    position = arith::AddIOp::create(
        builder, loc, position, index(builder, part * places.getPartStride()));
  return position;
}

/// Elements `first` to before `end` of a vector.
static Value extractPart(OpBuilder &builder, Location loc, Value vector,
                         int64_t first, int64_t end) {
  return vector::ShuffleOp::create(builder, loc, vector, vector,
                                   llvm::to_vector(llvm::seq(first, end)));
}

static llvm::MaybeAlign getPartAlignment(VectorType type) {
  return llvm::MaybeAlign(llvm::PowerOf2Ceil(
      type.getNumElements() * getByteWidth(type.getElementType())));
}

/// What the thread has at a chunk, of type `type`, in `memory`, from `first` on
/// if that is given. A chunk of one column is no vector.
Value KernelBuilder::loadPlaces(OpBuilder &builder,
                                const KernelOperand &operand, Value memory,
                                Value first, size_t chunk, Type type) {
  auto part =
      VectorType::get({operand.places->width}, getElementTypeOrSelf(type));
  SmallVector<Value> parts;
  for (int64_t number = 0; number < operand.places->parts; ++number) {
    Value position = getPlace(builder, operand, chunk, number);
    if (first)
      position = arith::AddIOp::create(builder, loc, first, position);
    if (!isa<VectorType>(type))
      return memref::LoadOp::create(builder, loc, memory, position);
    parts.push_back(vector::LoadOp::create(builder, loc, part, memory, position,
                                           /*nontemporal=*/false,
                                           getPartAlignment(part)));
  }
  return buildConcatenation(builder, loc, parts);
}

/// Stores what the thread has at a chunk.
void KernelBuilder::storePlaces(OpBuilder &builder,
                                const KernelOperand &operand, Value memory,
                                size_t chunk, Value value) {
  const row::ThreadPlaces &places = *operand.places;
  if (!isa<VectorType>(value.getType())) {
    memref::StoreOp::create(builder, loc, value, memory,
                            getPlace(builder, operand, chunk, /*part=*/0));
    return;
  }
  for (int64_t number = 0; number < places.parts; ++number) {
    Value part = places.parts == 1
                     ? value
                     : extractPart(builder, loc, value, number * places.width,
                                   (number + 1) * places.width);
    vector::StoreOp::create(builder, loc, part, memory,
                            getPlace(builder, operand, chunk, number),
                            /*nontemporal=*/false,
                            getPartAlignment(cast<VectorType>(part.getType())));
  }
}

//===----------------------------------------------------------------------===//
// Copies of rows
//===----------------------------------------------------------------------===//

/// Copies a chunk from the view of the operand, to memory from `first` on if
/// that is given. Too few bytes for an asynchronous copy go through registers.
void KernelBuilder::copyChunk(OpBuilder &builder, const KernelOperand &operand,
                              size_t chunk, Value first) {
  const row::ThreadPlaces &places = *operand.places;
  Type element = getElementTypeOrSelf(operand.slice);
  int64_t bytes = places.width * getByteWidth(element);
  auto type = VectorType::get({places.width}, element);
  for (int64_t part = 0; part < places.parts; ++part) {
    Value source = chunks[chunk].column;
    if (part)
      source = arith::AddIOp::create(builder, loc, source,
                                     index(builder, part * places.width));
    Value target = getPlace(builder, operand, chunk, part);
    if (first)
      target = arith::AddIOp::create(builder, loc, first, target);
    if (bytes >= kMinAsyncBytes) {
      nvgpu::DeviceAsyncCopyOp::create(
          builder, loc, nvgpu::DeviceAsyncTokenType::get(builder.getContext()),
          operand.copied, target, operand.view, source,
          builder.getIndexAttr(places.width), /*srcElements=*/Value(),
          bytes == kAccessBytes ? builder.getUnitAttr() : UnitAttr());
      continue;
    }
    Value loaded =
        vector::LoadOp::create(builder, loc, type, operand.view, source,
                               /*nontemporal=*/false, getPartAlignment(type));
    vector::StoreOp::create(builder, loc, loaded, operand.copied, target,
                            /*nontemporal=*/false, getPartAlignment(type));
  }
}

/// Copies the row at hand to row `place` of shared memory, and ends a group of
/// copies, with a row or without.
void KernelBuilder::copyRow(OpBuilder &builder, RingPlace place) {
  if (copyBarriers)
    return copyRowInBulk(builder, place);
  sweep(builder, {}, [&](OpBuilder &inside) {
    for (size_t chunk = 0; chunk < chunks.size(); ++chunk)
      for (const KernelOperand &operand : inputs) {
        if (!operand.copied)
          continue;
        buildIf(inside, loc, getPredicate(inside, operand, chunks[chunk]),
                [&](OpBuilder &then) {
                  Value first;
                  if (place.number)
                    first = arith::MulIOp::create(
                        then, loc, place.number,
                        index(then, operand.places->getNumElements()));
                  copyChunk(then, operand, chunk, first);
                });
      }
  });
  NVVM::CpAsyncCommitGroupOp::create(builder, loc);
}

/// Waits until the row at hand is in shared memory, while so many groups of
/// copies behind it may be under way.
void KernelBuilder::waitForRow(OpBuilder &builder, int64_t groups) {
  if (copyBarriers)
    return waitForBulkRow(builder);
  NVVM::CpAsyncWaitGroupOp::create(builder, loc, groups);
}

/// The slice of an operand at a chunk, of those at hand, of the copied row.
Value KernelBuilder::loadCopied(OpBuilder &builder,
                                const KernelOperand &operand,
                                const Chunk &chunk) {
  Type element = getElementTypeOrSelf(operand.slice);
  Type type = chunk.isUniform(/*run=*/1)
                  ? element
                  : VectorType::get({chunk.width}, element);
  size_t number = &chunk - chunks.data();
  return buildIfValid(builder, loc, getPredicate(builder, operand, chunk), type,
                      [&](OpBuilder &inside) {
                        Value first;
                        if (ring.number)
                          first = arith::MulIOp::create(
                              inside, loc, ring.number,
                              index(inside, operand.places->getNumElements()));
                        return loadPlaces(inside, operand, operand.copied,
                                          first, number, type);
                      });
}

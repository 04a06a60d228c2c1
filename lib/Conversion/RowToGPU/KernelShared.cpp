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

/// Types of the kernel's shared memory: the slots of the sums and where they
/// arrive, then staged operands and rows, then what threads of the block add
/// to.
SmallVector<Type> KernelBuilder::getSharedTypes(OpBuilder &builder) const {
  auto space = gpu::AddressSpaceAttr::get(builder.getContext(),
                                          gpu::AddressSpace::Workgroup);
  SmallVector<Type> types;
  auto add = [&](int64_t elements, Type slice) {
    types.push_back(MemRefType::get({elements}, getElementTypeOrSelf(slice),
                                    MemRefLayoutAttrInterface(), space));
  };
  if (int64_t slots = row::getNumBlockSlots(analysis, schedule))
    add(slots, builder.getF32Type());
  if (int64_t arrivals = row::getNumArrivals(analysis, schedule))
    add(arrivals, builder.getI64Type());
  auto getPlaces = [&](Type slice) {
    return row::getThreadPlaces(analysis.getNumColumns(), schedule,
                                getElementTypeOrSelf(slice))
        .getNumElements();
  };
  for (auto [index, operand] : llvm::enumerate(inputs)) {
    if (row::isStaged(program, schedule, index))
      add(operand.numStored, operand.slice);
    if (row::isCopiedByRow(program, schedule, index))
      add(schedule.getRowsInShared() * getPlaces(operand.slice), operand.slice);
  }
  for (auto [index, operand] : llvm::enumerate(outputs))
    if (row::isAddedInBlock(program, schedule, index))
      add(row::hasThreadPlaces(program, schedule, index)
              ? getPlaces(operand.slice)
              : operand.numStored,
          operand.slice);
  return types;
}

/// Gives operands their shared memory, in the order of `getSharedTypes`.
void KernelBuilder::takeShared(OpBuilder &builder, gpu::GPUFuncOp function) {
  ArrayRef<BlockArgument> variables = function.getWorkgroupAttributions();
  SmallVector<Type> types = getSharedTypes(builder);
  Value dynamic;
  int64_t offset = 0;
  size_t next = 0;
  auto take = [&]() -> Value {
    if (!needsDynamicShared())
      return variables[next++];
    auto type = cast<MemRefType>(types[next++]);
    if (!dynamic)
      dynamic = gpu::DynamicSharedMemoryOp::create(
          builder, loc,
          MemRefType::get({ShapedType::kDynamic}, builder.getI8Type(),
                          MemRefLayoutAttrInterface(), type.getMemorySpace()));
    offset = llvm::alignTo(offset, kAccessBytes);
    Value view = memref::ViewOp::create(builder, loc, type, dynamic,
                                        index(builder, offset), ValueRange());
    offset += type.getNumElements() * getByteWidth(type.getElementType());
    return view;
  };
  auto place = [&](KernelOperand &operand) {
    operand.places = row::getThreadPlaces(analysis.getNumColumns(), schedule,
                                          getElementTypeOrSelf(operand.slice));
  };
  if (row::getNumBlockSlots(analysis, schedule))
    shared = take();
  if (row::getNumArrivals(analysis, schedule))
    arrivals = take();
  for (auto [index, operand] : llvm::enumerate(inputs)) {
    if (row::isStaged(program, schedule, index)) {
      operand.staged = take();
      operand.stagedParts = getStagedParts(index);
    }
    if (row::isCopiedByRow(program, schedule, index)) {
      operand.copied = take();
      place(operand);
    }
  }
  for (auto [index, operand] : llvm::enumerate(outputs))
    if (row::isAddedInBlock(program, schedule, index)) {
      operand.added = take();
      if (row::hasThreadPlaces(program, schedule, index))
        place(operand);
    }
}

//===----------------------------------------------------------------------===//
// Places of a thread
//===----------------------------------------------------------------------===//

/// Where this thread's part `part` of chunk `chunk` of those at hand begins.
Value KernelBuilder::getPlace(OpBuilder &builder, const KernelOperand &operand,
                              size_t chunk, int64_t part) {
  const row::ThreadPlaces &places = *operand.places;
  Value position = arith::MulIOp::create(builder, loc, inBlock,
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

/// Copies the row at hand to row `place` of shared memory, the only one if that
/// is null, and ends a group of copies, with a row or without.
void KernelBuilder::copyRow(OpBuilder &builder, Value place) {
  sweep(builder, {}, [&](OpBuilder &inside) {
    for (size_t chunk = 0; chunk < chunks.size(); ++chunk)
      for (const KernelOperand &operand : inputs) {
        if (!operand.copied)
          continue;
        buildIf(inside, loc, getPredicate(inside, operand, chunks[chunk]),
                [&](OpBuilder &then) {
                  Value first;
                  if (place)
                    first = arith::MulIOp::create(
                        then, loc, place,
                        index(then, operand.places->getNumElements()));
                  copyChunk(then, operand, chunk, first);
                });
      }
  });
  NVVM::CpAsyncCommitGroupOp::create(builder, loc);
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
                        if (ring)
                          first = arith::MulIOp::create(
                              inside, loc, ring,
                              index(inside, operand.places->getNumElements()));
                        return loadPlaces(inside, operand, operand.copied,
                                          first, number, type);
                      });
}

//===- SecondStage.cpp - The kernel that adds up partial sums -------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block takes a few elements of one output. Its threads divide the terms of
// each: partials, and what the output is summed along of a slice. They add
// theirs up one after the other, then meet in a tree.
//
//===----------------------------------------------------------------------===//

#include "SecondStage.h"

#include "KernelBuilder.h"
#include "KernelCode.h"

#include "seednorm/Dialect/Row/Transforms/GPUSums.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace seednorm;

/// Neighbouring elements of a block, with 4 bytes each a sector at least; where
/// terms lie next to each other instead, no more than these.
static constexpr int64_t kMinElements = 8;
/// Terms of a thread in flight at once. A thread has as few as elements leave
/// threads for: with 66 of 528 one after the other, the kernel took 10.5 us of
/// the 89 us of SeeDNorm on 32768 x 1024 (H100, 2026-11-26).
static constexpr int64_t kTermsInFlight = 8;
static constexpr int64_t kAlignment = 16;

SecondStageBuilder::SecondStageBuilder(row::ProgramOp program,
                                       row::GPUScheduleAttr schedule,
                                       ArrayRef<row::SliceAddress> addresses)
    : loc(program.getLoc()), partialsOfSlice(schedule.getParts()),
      maxPartials(schedule.getBlocks()) {
  SmallVector<row::SliceAddress> own;
  for (unsigned number : row::getSummedOutputs(program)) {
    Type type = program.getOutputs()[number].getType();
    Type slice = program.getOutputSliceType(number);
    own.push_back(addresses[program.getInputs().size() + number]);
    outputs.push_back({number, program.getOutputAccess(number),
                       getElementTypeOrSelf(type), getElementTypeOrSelf(slice),
                       row::getSummedSlice(type, slice), own.back(), Value(),
                       Value(), Value()});
  }
  dynamicParts = seednorm::getDynamicParts(own);
}

Value SecondStageBuilder::index(OpBuilder &builder, int64_t value) const {
  return arith::ConstantIndexOp::create(builder, loc, value);
}

SecondStageBuilder::Tile
SecondStageBuilder::getTile(const SummedOutput &output) const {
  auto [before, kept, behind] = output.slice;
  int64_t terms =
      before * behind * (output.isPeriodic() ? partialsOfSlice : maxPartials);
  int64_t parts = std::min<int64_t>(
      llvm::PowerOf2Ceil(llvm::divideCeil(terms, kTermsInFlight)),
      kThreads / kMinElements);
  bool partsFirst = behind > 1;
  int64_t elements = std::min<int64_t>(
      llvm::PowerOf2Ceil(kept), partsFirst ? kMinElements : kThreads / parts);
  return {elements, kThreads / elements, partsFirst};
}

int64_t SecondStageBuilder::getNumTiles(const SummedOutput &output) const {
  return llvm::divideCeil(output.slice.kept, getTile(output).elements);
}

Value SecondStageBuilder::buildNumBlocks(OpBuilder &builder,
                                         const SummedOutput &output,
                                         Value numSlices) const {
  Value tiles = index(builder, getNumTiles(output));
  if (!output.isPeriodic())
    return tiles;
  return arith::MulIOp::create(builder, loc, numSlices, tiles);
}

Value SecondStageBuilder::buildNumBlocks(OpBuilder &builder,
                                         Value numSlices) const {
  Value blocks = index(builder, 0);
  for (const SummedOutput &output : outputs)
    blocks = builder.createOrFold<arith::AddIOp>(
        loc, blocks, buildNumBlocks(builder, output, numSlices));
  return builder.createOrFold<arith::MaxUIOp>(loc, blocks, index(builder, 1));
}

/// What the back end may assume of partials: nothing else leads to them.
static void setPartialsAttributes(gpu::GPUFuncOp function,
                                  BlockArgument partials) {
  Builder builder(function.getContext());
  unsigned number = partials.getArgNumber();
  function.setArgAttr(number, LLVM::LLVMDialect::getNoAliasAttrName(),
                      builder.getUnitAttr());
  function.setArgAttr(number, LLVM::LLVMDialect::getReadonlyAttrName(),
                      builder.getUnitAttr());
  function.setArgAttr(number, LLVM::LLVMDialect::getAlignAttrName(),
                      builder.getI64IntegerAttr(kAlignment));
}

gpu::GPUFuncOp SecondStageBuilder::createFunction(OpBuilder &builder,
                                                  StringRef name) {
  SmallVector<Type> types, sharedTypes;
  auto space = gpu::AddressSpaceAttr::get(builder.getContext(),
                                          gpu::AddressSpace::Workgroup);
  llvm::SmallSetVector<Type, 2> partialElements;
  for (const SummedOutput &output : outputs) {
    types.push_back(MemRefType::get({output.slice.getNumElements()},
                                    output.partialElement));
    types.append(output.access.addsToOperand() ? 2 : 1,
                 MemRefType::get({output.slice.kept}, output.element));
    if (partialElements.insert(output.partialElement))
      sharedTypes.push_back(MemRefType::get({kThreads}, output.partialElement,
                                            MemRefLayoutAttrInterface(),
                                            space));
  }
  size_t numPointers = types.size();
  types.append(dynamicParts.size() + (partialsOfSlice ? 2 : 1),
               builder.getIndexType());
  auto function = gpu::GPUFuncOp::create(
      builder, loc, name, builder.getFunctionType(types, {}), sharedTypes);
  function->setAttr(gpu::GPUDialect::getKernelFuncAttrName(),
                    builder.getUnitAttr());
  function.setKnownBlockSizeAttr(
      builder.getDenseI32ArrayAttr({static_cast<int32_t>(kThreads), 1, 1}));
  // Shared memory is behind the arguments.
  ArrayRef<BlockArgument> arguments =
      function.getArguments().take_front(types.size());
  ArrayRef<BlockArgument> pointers = arguments.take_front(numPointers);
  for (SummedOutput &output : outputs) {
    setPartialsAttributes(function, pointers.front());
    output.partials = pointers.front();
    output.held = pointers[1];
    output.base = pointers[output.access.addsToOperand() ? 2 : 1];
    pointers = pointers.drop_front(output.access.addsToOperand() ? 3 : 2);
    replaceDynamicParts(output.address, dynamicParts.getArrayRef(),
                        arguments.slice(numPointers, dynamicParts.size()));
  }
  numPartials = arguments.back();
  if (partialsOfSlice)
    numSlices = arguments.drop_back().back();
  for (auto [number, type] : llvm::enumerate(partialElements)) {
    shared[type] = function.getWorkgroupAttributions()[number];
    function.setWorkgroupAttributionAttr(number,
                                         LLVM::LLVMDialect::getAlignAttrName(),
                                         builder.getI64IntegerAttr(kAlignment));
  }
  return function;
}

/// Term `term` of an element of slice `slice`: what one partial sum has at one
/// place that the output is summed along.
Value SecondStageBuilder::loadTerm(OpBuilder &builder,
                                   const SummedOutput &output, Value slice,
                                   Value element, Value term) {
  auto [before, kept, behind] = output.slice;
  auto multiply = [&](Value value, int64_t factor) -> Value {
    return arith::MulIOp::create(builder, loc, value, index(builder, factor));
  };
  Value outer = term, inner = index(builder, 0);
  if (behind != 1) {
    outer = arith::DivUIOp::create(builder, loc, term, index(builder, behind));
    inner = arith::RemUIOp::create(builder, loc, term, index(builder, behind));
  }
  if (slice)
    outer = arith::AddIOp::create(builder, loc, outer,
                                  multiply(slice, partialsOfSlice * before));
  Value position =
      arith::AddIOp::create(builder, loc, multiply(outer, kept), element);
  position =
      arith::AddIOp::create(builder, loc, multiply(position, behind), inner);
  auto type = MemRefType::get(
      {1}, output.partialElement,
      StridedLayoutAttr::get(builder.getContext(), ShapedType::kDynamic, {1}));
  Value view = memref::ReinterpretCastOp::create(
      builder, loc, type, output.partials, OpFoldResult(position),
      {builder.getIndexAttr(1)}, {builder.getIndexAttr(1)});
  return memref::LoadOp::create(builder, loc, view, index(builder, 0));
}

/// Adds up the terms `part`, `part` + `parts`, ... of an element.
Value SecondStageBuilder::addTerms(OpBuilder &builder,
                                   const SummedOutput &output, Value slice,
                                   Value element, Value part, int64_t parts) {
  Value partials = slice ? index(builder, partialsOfSlice) : numPartials;
  Value terms = arith::MulIOp::create(
      builder, loc, partials,
      index(builder, output.slice.before * output.slice.behind));
  Value zero = arith::ConstantOp::create(
      builder, loc, builder.getZeroAttr(output.partialElement));
  SmallVector<Value> sums(kTermsInFlight, zero);
  auto loop = scf::ForOp::create(
      builder, loc, part, terms, index(builder, parts * kTermsInFlight), sums,
      [&](OpBuilder &inside, Location, Value first, ValueRange carried) {
        SmallVector<Value> loaded, next;
        for (int64_t i = 0; i < kTermsInFlight; ++i) {
          Value term = arith::AddIOp::create(inside, loc, first,
                                             index(inside, i * parts));
          Value exists;
          if (i > 0)
            exists = arith::CmpIOp::create(
                inside, loc, arith::CmpIPredicate::ult, term, terms);
          loaded.push_back(buildIfValid(
              inside, loc, exists, output.partialElement, [&](OpBuilder &then) {
                return loadTerm(then, output, slice, element, term);
              }));
        }
        for (auto [sum, value] : llvm::zip_equal(carried, loaded))
          next.push_back(arith::AddFOp::create(inside, loc, sum, value));
        scf::YieldOp::create(inside, loc, next);
      });
  Value total = loop.getResult(0);
  for (Value sum : loop.getResults().drop_front())
    total = arith::AddFOp::create(builder, loc, total, sum);
  return total;
}

/// The sum over all parts of an element, as those with part 0 have it.
Value SecondStageBuilder::combineParts(OpBuilder &builder, const Tile &tile,
                                       Value sum, Value element, Value part) {
  Value memory = shared.lookup(sum.getType());
  Value row =
      arith::MulIOp::create(builder, loc, part, index(builder, tile.elements));
  Value place = arith::AddIOp::create(builder, loc, row, element);
  memref::StoreOp::create(builder, loc, sum, memory, place);
  for (int64_t count = tile.parts / 2; count > 0; count /= 2) {
    gpu::BarrierOp::create(builder, loc);
    Value adds = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult,
                                       part, index(builder, count));
    buildIf(builder, loc, adds, [&](OpBuilder &then) {
      Value other = arith::AddIOp::create(then, loc, place,
                                          index(then, count * tile.elements));
      Value total = arith::AddFOp::create(
          then, loc, memref::LoadOp::create(then, loc, memory, place),
          memref::LoadOp::create(then, loc, memory, other));
      memref::StoreOp::create(then, loc, total, memory, place);
    });
  }
  // Who has part 0 has stored the total itself.
  return memref::LoadOp::create(builder, loc, memory, place);
}

void SecondStageBuilder::storeTotal(OpBuilder &builder,
                                    const SummedOutput &output, Value slice,
                                    Value element, Value total) {
  auto type = MemRefType::get(
      {output.slice.kept}, output.element,
      StridedLayoutAttr::get(builder.getContext(), ShapedType::kDynamic, {1}));
  Value offset = row::buildSliceOffset(builder, loc, output.address,
                                       slice ? slice : index(builder, 0));
  auto view = [&](Value memory) -> Value {
    return memref::ReinterpretCastOp::create(
        builder, loc, type, memory, OpFoldResult(offset),
        {builder.getIndexAttr(output.slice.kept)}, {builder.getIndexAttr(1)});
  };
  bool converts = output.element != output.partialElement;
  if (output.access.addsToOperand()) {
    Value held =
        memref::LoadOp::create(builder, loc, view(output.held), element);
    if (converts)
      held = arith::ExtFOp::create(builder, loc, output.partialElement, held);
    total = arith::AddFOp::create(builder, loc, held, total);
  }
  if (converts)
    total = arith::TruncFOp::create(builder, loc, output.element, total);
  memref::StoreOp::create(builder, loc, total, view(output.base), element);
}

/// Block `block` of those that an output has.
void SecondStageBuilder::buildOutput(OpBuilder &builder,
                                     const SummedOutput &output, Value block) {
  Tile tile = getTile(output);
  Value slice;
  if (output.isPeriodic()) {
    Value tiles = index(builder, getNumTiles(output));
    slice = arith::DivUIOp::create(builder, loc, block, tiles);
    block = arith::RemUIOp::create(builder, loc, block, tiles);
  }
  Value fast = index(builder, tile.partsFirst ? tile.parts : tile.elements);
  Value inner = arith::RemUIOp::create(builder, loc, thread, fast);
  Value outer = arith::DivUIOp::create(builder, loc, thread, fast);
  Value inTile = tile.partsFirst ? outer : inner;
  Value part = tile.partsFirst ? inner : outer;
  Value element = arith::AddIOp::create(
      builder, loc,
      arith::MulIOp::create(builder, loc, block, index(builder, tile.elements)),
      inTile);
  Value exists, loaded = element;
  if (output.slice.kept % tile.elements != 0) {
    exists = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult,
                                   element, index(builder, output.slice.kept));
    // A thread without an element works on the first one, in vain.
    loaded = arith::SelectOp::create(builder, loc, exists, element,
                                     index(builder, 0));
  }
  Value sum = addTerms(builder, output, slice, loaded, part, tile.parts);
  Value total = combineParts(builder, tile, sum, inTile, part);
  Value stores = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq,
                                       part, index(builder, 0));
  if (exists)
    stores = arith::AndIOp::create(builder, loc, stores, exists);
  buildIf(builder, loc, stores, [&](OpBuilder &then) {
    storeTotal(then, output, slice, element, total);
  });
}

/// Each output has as many of the blocks as it needs, one after the other.
void SecondStageBuilder::buildOutputs(OpBuilder &builder,
                                      ArrayRef<SummedOutput> outputs,
                                      Value block) {
  if (outputs.empty())
    return;
  const SummedOutput &output = outputs.front();
  // The last one has the blocks that are left, unless that may be none.
  if (outputs.size() == 1 && !output.isPeriodic())
    return buildOutput(builder, output, block);
  Value count = buildNumBlocks(builder, output, numSlices);
  Value isFirst = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult,
                                        block, count);
  auto choice =
      scf::IfOp::create(builder, loc, isFirst, /*withElseRegion=*/true);
  OpBuilder first = choice.getThenBodyBuilder();
  buildOutput(first, output, block);
  OpBuilder others = choice.getElseBodyBuilder();
  buildOutputs(others, outputs.drop_front(),
               arith::SubIOp::create(others, loc, block, count));
}

gpu::GPUFuncOp SecondStageBuilder::build(OpBuilder &builder, StringRef name) {
  gpu::GPUFuncOp function = createFunction(builder, name);
  OpBuilder body = OpBuilder::atBlockEnd(&function.getBody().front());
  thread = gpu::ThreadIdOp::create(body, loc, gpu::Dimension::x,
                                   body.getIndexAttr(kThreads));
  Value block = gpu::BlockIdOp::create(body, loc, gpu::Dimension::x,
                                       body.getIndexAttr(INT32_MAX));
  buildOutputs(body, outputs, block);
  gpu::ReturnOp::create(body, loc);
  return function;
}

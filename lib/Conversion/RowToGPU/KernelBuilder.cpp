//===- KernelBuilder.cpp - Ownership and order of a kernel's work ---------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which columns a thread owns, and the skeleton of a kernel: load, combine the
// sums of each level, store.
//
//===----------------------------------------------------------------------===//

#include "KernelBuilder.h"

#include "seednorm/Dialect/Row/Transforms/Schedule.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace seednorm;
using row::Chunk;

/// Base addresses are aligned to the widest access.
static constexpr int64_t kBaseAlignment = 16;
static constexpr int64_t kWarpSize = 32;

llvm::SetVector<Value>
seednorm::getDynamicParts(ArrayRef<row::SliceAddress> addresses) {
  llvm::SetVector<Value> parts;
  auto add = [&](OpFoldResult part) {
    if (auto value = dyn_cast_if_present<Value>(part))
      parts.insert(value);
  };
  for (const row::SliceAddress &address : addresses) {
    add(address.offset);
    llvm::for_each(address.sizes, add);
    llvm::for_each(address.strides, add);
    add(address.period);
  }
  return parts;
}

void seednorm::replaceDynamicParts(row::SliceAddress &address,
                                   ArrayRef<Value> parts,
                                   ArrayRef<BlockArgument> arguments) {
  IRMapping known;
  known.map(parts, arguments);
  auto replace = [&](OpFoldResult &part) {
    if (auto value = dyn_cast_if_present<Value>(part))
      part = known.lookup(value);
  };
  replace(address.offset);
  llvm::for_each(address.sizes, replace);
  llvm::for_each(address.strides, replace);
  replace(address.period);
}

KernelBuilder::KernelBuilder(row::ProgramOp program,
                             row::GPUScheduleAttr schedule,
                             ArrayRef<row::SliceAddress> addresses)
    : program(program), analysis(program), schedule(schedule),
      slicer(analysis, *this), loc(program.getLoc()),
      dynamicParts(getDynamicParts(addresses)) {
  for (BlockArgument input : program.getBodyBlock().getArguments())
    inputs.push_back({program.getInputAccess(input.getArgNumber()),
                      input.getType(), Value(), Value()});
  for (unsigned output = 0; output < program.getOutputs().size(); ++output) {
    outputs.push_back({program.getOutputAccess(output),
                       program.getOutputSliceType(output), Value(), Value()});
    outputs.back().isSummed = outputs.back().access.isSummed();
  }
  for (auto [operand, memory, address] :
       llvm::zip_equal(llvm::concat<KernelOperand>(inputs, outputs),
                       program->getOperands(), addresses)) {
    operand.address = address;
    operand.numStored =
        operand.isSummed
            ? row::getNumElements(operand.slice)
            : row::getNumStoredElements(memory.getType(), operand.slice);
    if (!operand.isSummed)
      operand.alignment = row::getSliceAlignment(memory, operand.slice);
  }
}

Value KernelBuilder::index(OpBuilder &builder, int64_t value) const {
  return arith::ConstantIndexOp::create(builder, loc, value);
}

/// Whether some output is written over an input: then no pointer of the kernel
/// is the only way to its memory.
static bool writesOverInput(row::ProgramOp program) {
  auto getBase = [](Value value) {
    while (auto view = value.getDefiningOp<ViewLikeOpInterface>())
      value = view.getViewSource();
    return value;
  };
  return llvm::any_of(program.getOutputs(), [&](Value output) {
    return llvm::any_of(program.getInputs(), [&](Value input) {
      return getBase(input) == getBase(output);
    });
  });
}

/// Types of the kernel's shared memory: the slots of the sums, then the staged
/// operands, then what threads of the block add to.
SmallVector<Type> KernelBuilder::getSharedTypes(OpBuilder &builder) const {
  auto space = gpu::AddressSpaceAttr::get(builder.getContext(),
                                          gpu::AddressSpace::Workgroup);
  auto getType = [&](int64_t elements, Type element) {
    return MemRefType::get({elements}, element, MemRefLayoutAttrInterface(),
                           space);
  };
  SmallVector<Type> types;
  if (int64_t slots = row::getNumBlockSlots(analysis, schedule))
    types.push_back(getType(slots, builder.getF32Type()));
  for (auto [index, operand] : llvm::enumerate(inputs))
    if (row::isStaged(program, schedule, index))
      types.push_back(
          getType(operand.numStored, getElementTypeOrSelf(operand.slice)));
  for (auto [index, operand] : llvm::enumerate(outputs))
    if (row::isAddedInBlock(program, schedule, index))
      types.push_back(
          getType(operand.numStored, getElementTypeOrSelf(operand.slice)));
  return types;
}

/// What the back end may assume of the kernel's pointers.
void KernelBuilder::setPointerAttributes(OpBuilder &builder,
                                         gpu::GPUFuncOp function) const {
  bool noAlias = !writesOverInput(program);
  for (unsigned index = 0; index < inputs.size() + outputs.size(); ++index) {
    if (noAlias)
      function.setArgAttr(index, LLVM::LLVMDialect::getNoAliasAttrName(),
                          builder.getUnitAttr());
    function.setArgAttr(index,
                        index < inputs.size()
                            ? LLVM::LLVMDialect::getReadonlyAttrName()
                            : LLVM::LLVMDialect::getWriteOnlyAttrName(),
                        builder.getUnitAttr());
    function.setArgAttr(
        index, LLVM::LLVMDialect::getAlignAttrName(),
        builder.getI64IntegerAttr(
            index >= inputs.size() && outputs[index - inputs.size()].isSummed
                ? kBaseAlignment
                : row::getBaseAlignment(program->getOperand(index))));
  }
  // LLVM's analyses take a variable without alignment to be aligned well; the
  // NVPTX back end then aligns it to an element only.
  for (unsigned index = 0; index < function.getNumWorkgroupAttributions();
       ++index)
    function.setWorkgroupAttributionAttr(
        index, LLVM::LLVMDialect::getAlignAttrName(),
        builder.getI64IntegerAttr(kBaseAlignment));
}

gpu::GPUFuncOp KernelBuilder::createFunction(OpBuilder &builder,
                                             StringRef name) {
  SmallVector<Type> types;
  for (const KernelOperand &operand :
       llvm::concat<KernelOperand>(inputs, outputs))
    types.push_back(MemRefType::get({operand.numStored},
                                    getElementTypeOrSelf(operand.slice)));
  types.append(dynamicParts.size() + (schedule.getParts() ? 2 : 1),
               builder.getIndexType());
  auto function = gpu::GPUFuncOp::create(builder, loc, name,
                                         builder.getFunctionType(types, {}),
                                         getSharedTypes(builder));
  function->setAttr(gpu::GPUDialect::getKernelFuncAttrName(),
                    builder.getUnitAttr());
  function.setKnownBlockSizeAttr(builder.getDenseI32ArrayAttr(
      {static_cast<int32_t>(schedule.getThreadsPerBlock()), 1, 1}));
  setPointerAttributes(builder, function);
  takeArguments(function);
  return function;
}

void KernelBuilder::takeArguments(gpu::GPUFuncOp function) {
  for (auto [operand, argument] :
       llvm::zip(llvm::concat<KernelOperand>(inputs, outputs),
                 function.getArguments()))
    operand.base = argument;
  // Shared memory is behind the arguments.
  unsigned last = function.getFunctionType().getNumInputs() - 1;
  numRows = function.getArgument(last);
  if (schedule.getParts())
    numSlices = function.getArgument(last - 1);
  for (KernelOperand &operand : llvm::concat<KernelOperand>(inputs, outputs))
    replaceDynamicParts(
        operand.address, dynamicParts.getArrayRef(),
        function.getArguments().slice(inputs.size() + outputs.size(),
                                      dynamicParts.size()));
  ArrayRef<BlockArgument> memory = function.getWorkgroupAttributions();
  auto take = [&]() -> Value {
    Value first = memory.front();
    memory = memory.drop_front();
    return first;
  };
  if (row::getNumBlockSlots(analysis, schedule))
    shared = take();
  for (auto [index, operand] : llvm::enumerate(inputs))
    if (row::isStaged(program, schedule, index))
      operand.staged = take();
  for (auto [index, operand] : llvm::enumerate(outputs))
    if (row::isAddedInBlock(program, schedule, index))
      operand.added = take();
}

void KernelBuilder::identifyThread(OpBuilder &builder) {
  int64_t threads = schedule.getThreadsPerRow();
  int64_t rows = schedule.getRowsPerBlock();
  inBlock = gpu::ThreadIdOp::create(builder, loc, gpu::Dimension::x,
                                    builder.getIndexAttr(threads * rows));
  block = gpu::BlockIdOp::create(builder, loc, gpu::Dimension::x,
                                 builder.getIndexAttr(INT32_MAX));
  rowInBlock = index(builder, 0);
  thread = inBlock;
  if (rows > 1) {
    Value size = index(builder, threads);
    rowInBlock = arith::DivUIOp::create(builder, loc, inBlock, size);
    thread = arith::RemUIOp::create(builder, loc, inBlock, size);
  }
  Value first =
      arith::MulIOp::create(builder, loc, block, index(builder, rows));
  row = arith::AddIOp::create(builder, loc, first, rowInBlock);
  lane = thread;
  warp = index(builder, 0);
  if (threads > kWarpSize) {
    Value size = index(builder, kWarpSize);
    warp = arith::DivUIOp::create(builder, loc, thread, size);
    lane = arith::RemUIOp::create(builder, loc, thread, size);
  }
  if (!shared)
    return;
  int64_t slots = cast<MemRefType>(shared.getType()).getNumElements() / rows;
  sharedBase =
      arith::MulIOp::create(builder, loc, rowInBlock, index(builder, slots));
}

void KernelBuilder::ownChunks(OpBuilder &builder) {
  int64_t vector = schedule.getVector();
  int64_t threads = schedule.getThreadsPerRow();
  int64_t count = analysis.getNumColumns() / vector;
  for (int64_t first = 0; first < count; first += threads) {
    Chunk chunk;
    chunk.width = chunk.segment = vector;
    Value number = thread;
    if (first)
      number =
          arith::AddIOp::create(builder, loc, thread, index(builder, first));
    // A thread without columns here works on the first ones, in vain.
    if (first + threads > count) {
      chunk.valid =
          arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult, number,
                                index(builder, count));
      number = arith::SelectOp::create(builder, loc, chunk.valid, number,
                                       index(builder, 0));
    }
    chunk.column =
        arith::MulIOp::create(builder, loc, number, index(builder, vector));
    chunks.push_back(chunk);
  }
}

void KernelBuilder::loadRow(OpBuilder &builder) {
  bool early = schedule.getParameters() == row::ParameterLoads::Early;
  loadInputsIf(builder, [&](row::AccessKind kind) {
    return early || kind == row::AccessKind::Row;
  });
}

void KernelBuilder::buildStages(OpBuilder &builder) {
  unsigned stages = analysis.getNumLevels() + 1;
  for (unsigned stage = 1; stage < stages; ++stage) {
    loadInputs(builder, analysis.getStageInputs(stage));
    buildLevel(builder, stage);
  }
  loadInputs(builder, analysis.getStageInputs(stages));
  storeOutputs(builder);
}

void KernelBuilder::buildOneRow(OpBuilder &builder) {
  viewSharedOperands(builder);
  viewRow(builder);
  ownChunks(builder);
  // The row first, so that it is in flight while the block copies.
  loadRow(builder);
  stageOperands(builder);
  buildStages(builder);
}

gpu::GPUFuncOp KernelBuilder::build(OpBuilder &builder, StringRef name) {
  gpu::GPUFuncOp function = createFunction(builder, name);
  OpBuilder body = OpBuilder::atBlockEnd(&function.getBody().front());
  identifyThread(body);
  if (schedule.isPersistent()) {
    buildRows(body);
    gpu::ReturnOp::create(body, loc);
    return function;
  }
  // Also keeps the one block of a launch without rows from doing anything.
  exists =
      arith::CmpIOp::create(body, loc, arith::CmpIPredicate::ult, row, numRows);
  if (schedule.getParameters() == row::ParameterLoads::Staged) {
    // All threads of the block copy and meet, with a row or without.
    buildOneRow(body);
    gpu::ReturnOp::create(body, loc);
    return function;
  }
  auto guard = scf::IfOp::create(body, loc, exists, /*withElseRegion=*/false);
  gpu::ReturnOp::create(body, loc);
  exists = Value();
  OpBuilder inner = OpBuilder::atBlockBegin(guard.thenBlock());
  buildOneRow(inner);
  return function;
}

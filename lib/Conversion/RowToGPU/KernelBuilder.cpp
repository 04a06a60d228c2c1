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
#include "KernelCode.h"

#include "seednorm/Dialect/Row/Transforms/Schedule.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace seednorm;
using row::Chunk;

/// Base addresses are aligned to the widest access.
static constexpr int64_t kBaseAlignment = 16;
static constexpr int64_t kWarpSize = 32;
/// Of a loop over columns: chunks, and columns of programs that sum over rows.
static constexpr int64_t kMaxChunksAtOnce = 4, kMaxColumnsAtOnce = 8;

KernelBuilder::KernelBuilder(row::ProgramOp program,
                             row::GPUScheduleAttr schedule,
                             ArrayRef<row::SliceAddress> addresses)
    : program(program), analysis(program), schedule(schedule),
      slicer(analysis, *this), loc(program.getLoc()),
      dynamicParts(getDynamicParts(addresses)),
      sendsTotalsOnly(row::sendsTotalsOnly(analysis, schedule)) {
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

/// What the back end may assume of the kernel's pointers.
void KernelBuilder::setPointerAttributes(OpBuilder &builder,
                                         gpu::GPUFuncOp function) const {
  bool noAlias = !writesOverInput(program);
  for (unsigned index = 0; index < inputs.size() + outputs.size(); ++index) {
    if (noAlias)
      function.setArgAttr(index, LLVM::LLVMDialect::getNoAliasAttrName(),
                          builder.getUnitAttr());
    bool addsThere =
        index >= inputs.size() && outputs[index - inputs.size()].isSummed &&
        row::getSumPlace(program, schedule, index - inputs.size()) ==
            row::SumPlace::Global;
    if (!addsThere)
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
  auto function = gpu::GPUFuncOp::create(
      builder, loc, name, builder.getFunctionType(types, {}),
      needsDynamicShared() ? SmallVector<Type>() : getSharedTypes(builder));
  function->setAttr(gpu::GPUDialect::getKernelFuncAttrName(),
                    builder.getUnitAttr());
  function.setKnownBlockSizeAttr(builder.getDenseI32ArrayAttr(
      {static_cast<int32_t>(schedule.getThreadsPerBlock()), 1, 1}));
  if (schedule.getCluster() > 1)
    function.setKnownClusterSizeAttr(builder.getDenseI32ArrayAttr(
        {static_cast<int32_t>(schedule.getCluster()), 1, 1}));
  // The assembler would rather have more blocks at once than are launched, at
  // the price of registers.
  if (schedule.isPersistent())
    function->setAttr(
        NVVM::NVVMDialect::getMinctasmAttrName(),
        builder.getI32IntegerAttr(row::getPersistentBlocksPerMultiprocessor(
            schedule.getThreadsPerBlock())));
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
}

void KernelBuilder::identifyThread(OpBuilder &builder) {
  int64_t threads = schedule.getThreadsPerRow();
  int64_t rows = schedule.getRowsPerBlock(), cluster = schedule.getCluster();
  inBlock = gpu::ThreadIdOp::create(
      builder, loc, gpu::Dimension::x,
      builder.getIndexAttr(schedule.getThreadsPerBlock()));
  block = gpu::BlockIdOp::create(builder, loc, gpu::Dimension::x,
                                 builder.getIndexAttr(INT32_MAX));
  rowInBlock = index(builder, 0);
  thread = inBlock;
  if (rows > 1) {
    Value size = index(builder, threads);
    rowInBlock = arith::DivUIOp::create(builder, loc, inBlock, size);
    thread = arith::RemUIOp::create(builder, loc, inBlock, size);
  }
  if (cluster > 1) {
    // Blocks of a cluster have consecutive numbers.
    rank = arith::RemUIOp::create(builder, loc, block, index(builder, cluster));
    block =
        arith::DivUIOp::create(builder, loc, block, index(builder, cluster));
    Value first = arith::MulIOp::create(
        builder, loc, rank, index(builder, schedule.getThreadsPerBlock()));
    thread = arith::AddIOp::create(builder, loc, first, inBlock);
  }
  Value first =
      arith::MulIOp::create(builder, loc, block, index(builder, rows));
  row = arith::AddIOp::create(builder, loc, first, rowInBlock);
  lane = thread;
  warp = index(builder, 0);
  if (threads > kWarpSize) {
    Value size = index(builder, kWarpSize);
    warp = arith::DivUIOp::create(builder, loc, thread, size);
    lane = arith::RemUIOp::create(builder, loc, inBlock, size);
  }
  if (!shared)
    return;
  int64_t slots = row::getNumBlockSlots(analysis, schedule) / rows;
  sharedBase =
      arith::MulIOp::create(builder, loc, rowInBlock, index(builder, slots));
}

/// The `count` chunks of this thread from its chunk `first` on.
void KernelBuilder::ownChunks(OpBuilder &builder, Value first, int64_t count) {
  int64_t vector = schedule.getVector();
  int64_t threads = schedule.getThreadsPerRow();
  int64_t chunksOfRow = analysis.getNumColumns() / vector;
  bool isWhole = chunksOfRow % threads == 0;
  chunks.clear();
  numbers.clear();
  for (int64_t i = 0; i < count; ++i) {
    Chunk chunk;
    chunk.width = chunk.segment = vector;
    Value mine = first;
    if (i)
      mine = builder.createOrFold<arith::AddIOp>(loc, first, index(builder, i));
    Value number = builder.createOrFold<arith::AddIOp>(
        loc,
        builder.createOrFold<arith::MulIOp>(loc, mine, index(builder, threads)),
        thread);
    // A thread without columns here works on the first ones, in vain.
    std::optional<int64_t> known = getConstantIntValue(mine);
    if (!isWhole && (!known || (*known + 1) * threads > chunksOfRow)) {
      chunk.valid =
          arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult, number,
                                index(builder, chunksOfRow));
      number = arith::SelectOp::create(builder, loc, chunk.valid, number,
                                       index(builder, 0));
    }
    chunk.column =
        arith::MulIOp::create(builder, loc, number, index(builder, vector));
    chunks.push_back(std::move(chunk));
    numbers.push_back(mine);
  }
}

/// Chunks of each thread.
int64_t KernelBuilder::getNumChunks() const {
  return llvm::divideCeil(analysis.getNumColumns(),
                          schedule.getVector() * schedule.getThreadsPerRow());
}

/// Chunks that a loop over columns takes at once, for their loads to be in
/// flight together; fewer of programs that sum over rows, as more than that
/// would spill (SeeDNorm backward with 128 registers, ptxas 13.0). Nor are
/// their loops unrolled behind our back, which comes to the same.
int64_t KernelBuilder::getChunksAtOnce() const {
  int64_t limit = kMaxChunksAtOnce;
  if (row::hasSummedOutputs(program))
    limit = std::min(limit, kMaxColumnsAtOnce / schedule.getVector());
  for (int64_t several = limit; several > 1; --several)
    if (getNumChunks() % several == 0)
      return several;
  return 1;
}

void KernelBuilder::ownColumns(OpBuilder &builder) {
  ownChunks(builder, index(builder, 0),
            schedule.sweepsColumns() ? 1 : getNumChunks());
}

/// Runs `build` where `chunks` are the columns at hand, until all of the
/// thread's have been: once if it keeps the row in registers, else in a loop
/// with the values `carried`. What is computed for one turn of it is not known
/// behind it.
void KernelBuilder::sweep(OpBuilder &builder, ArrayRef<Value *> carried,
                          function_ref<void(OpBuilder &)> build) {
  if (!schedule.sweepsColumns())
    return build(builder);
  int64_t atOnce = getChunksAtOnce();
  auto outside = std::tuple(chunks, numbers, rowInputs, folded);
  auto take = [&](OpBuilder &inside, Value first) {
    ownChunks(inside, first, atOnce);
    build(inside);
  };
  buildLoop(builder, loc, index(builder, 0), index(builder, getNumChunks()),
            index(builder, atOnce), carried, take,
            row::hasSummedOutputs(program) ? Unrolling::Never
                                           : Unrolling::Free);
  std::tie(chunks, numbers, rowInputs, folded) = std::move(outside);
}

void KernelBuilder::loadRow(OpBuilder &builder) {
  if (schedule.sweepsColumns())
    return;
  bool early = schedule.getParameters() == row::ParameterLoads::Early;
  loadInputsIf(builder, [&](row::AccessKind kind) {
    return early || kind == row::AccessKind::Row;
  });
}

void KernelBuilder::buildStages(OpBuilder &builder,
                                MutableArrayRef<Value> accumulated) {
  unsigned stages = analysis.getNumLevels() + 1;
  for (unsigned stage = 1; stage < stages; ++stage)
    buildLevel(builder, stage);
  loadWholeRow(builder, stages);
  sweep(builder, {}, [&](OpBuilder &inside) {
    loadInputs(inside, analysis.getStageInputs(stages));
    storeOutputs(inside);
    accumulate(inside, /*swept=*/true, accumulated);
  });
  accumulate(builder, /*swept=*/false, accumulated);
}

/// Lets the kernel before finish, which this one may have started ahead of,
/// once all is loaded that it does not write.
void KernelBuilder::waitForKernelBefore(OpBuilder &builder) {
  if (!schedule.getDependent())
    return;
  if (schedule.getParameters() == row::ParameterLoads::Early)
    loadInputsIf(builder, [](row::AccessKind kind) {
      return kind == row::AccessKind::Shared;
    });
  NVVM::GriddepcontrolOp::create(builder, loc, NVVM::GridDepActionKind::wait);
}

void KernelBuilder::buildOneRow(OpBuilder &builder) {
  arriveAtCluster(builder);
  initCopyBarriers(builder);
  viewSharedOperands(builder);
  viewRow(builder);
  ownColumns(builder);
  if (schedule.getDependent())
    stageOperands(builder);
  waitForKernelBefore(builder);
  // The row first, so that it is in flight while the block copies.
  if (schedule.getRowsInShared())
    copyRow(builder, RingPlace());
  loadRow(builder);
  if (!schedule.getDependent())
    stageOperands(builder);
  if (schedule.getRowsInShared())
    waitForRow(builder, /*groups=*/0);
  buildStages(builder, {});
}

gpu::GPUFuncOp KernelBuilder::build(OpBuilder &builder, StringRef name) {
  gpu::GPUFuncOp function = createFunction(builder, name);
  OpBuilder body = OpBuilder::atBlockEnd(&function.getBody().front());
  takeShared(body, function);
  identifyThread(body);
  auto finish = [&] {
    if (schedule.getDependent())
      NVVM::GriddepcontrolOp::create(
          body, loc, NVVM::GridDepActionKind::launch_dependents);
    gpu::ReturnOp::create(body, loc);
    return function;
  };
  if (schedule.isPersistent()) {
    buildRows(body);
    return finish();
  }
  // Also keeps the one block of a launch without rows from doing anything.
  exists =
      arith::CmpIOp::create(body, loc, arith::CmpIPredicate::ult, row, numRows);
  // All threads of a block copy operands and meet, and all lanes of a warp
  // shuffle, with a row or without.
  if (schedule.getParameters() == row::ParameterLoads::Staged ||
      schedule.getThreadsPerRow() < kWarpSize) {
    buildOneRow(body);
    return finish();
  }
  auto guard = scf::IfOp::create(body, loc, exists, /*withElseRegion=*/false);
  exists = Value();
  OpBuilder inner = guard.getThenBodyBuilder();
  buildOneRow(inner);
  return finish();
}

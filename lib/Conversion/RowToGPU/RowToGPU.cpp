//===- RowToGPU.cpp - Row programs as kernels and launches ----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The host's side: a module for the kernels, and a launch in the place of each
// program with as many blocks as its rows need; a second one adds up what
// blocks have of summed outputs.
//
//===----------------------------------------------------------------------===//

#include "AddedMemory.h"
#include "KernelBuilder.h"
#include "SecondStage.h"

#include "seednorm/Conversion/Passes.h"
#include "seednorm/Conversion/RowToGPU.h"
#include "seednorm/Dialect/Row/Transforms/Schedule.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/TypeUtilities.h"

namespace seednorm {
#define GEN_PASS_DEF_CONVERTROWTOGPUPASS
#include "seednorm/Conversion/Passes.h.inc"
} // namespace seednorm

using namespace mlir;
using namespace seednorm;

/// The memory of `operand` as a kernel takes it: the elements of one slice.
static Value buildFlatView(OpBuilder &builder, Location loc, Value operand,
                           int64_t elements) {
  auto type = MemRefType::get({elements}, getElementTypeOrSelf(operand));
  if (operand.getType() == type)
    return operand;
  return memref::ReinterpretCastOp::create(
      builder, loc, type, operand, OpFoldResult(builder.getIndexAttr(0)),
      {builder.getIndexAttr(elements)}, {builder.getIndexAttr(1)});
}

namespace {
/// Makes the kernels of one program, and launches them in its place.
class ProgramLowering {
public:
  ProgramLowering(OpBuilder &builder, row::ProgramOp program,
                  row::GPUScheduleAttr schedule)
      : builder(builder), program(program), schedule(schedule),
        loc(program.getLoc()) {}

  /// Adds kernels to `kernels`: `rows`, and `sums` if the program sums over
  /// rows.
  void lower(gpu::GPUModuleOp kernels, StringRef rows, StringRef sums);

private:
  Value index(int64_t value) {
    return arith::ConstantIndexOp::create(builder, loc, value);
  }
  Value buildNumSlices();
  void buildGrid();
  void buildPartials();
  gpu::LaunchFuncOp launch(gpu::GPUFuncOp kernel, ArrayRef<Value> operands,
                           Value blocks, int64_t threads,
                           int64_t dynamicBytes = 0, int64_t cluster = 1);
  void launchRows(gpu::GPUFuncOp kernel);
  void launchSums(const SecondStageBuilder &stage, gpu::GPUFuncOp kernel);

  OpBuilder &builder;
  row::ProgramOp program;
  row::GPUScheduleAttr schedule;
  Location loc;
  Value numRows, numBlocks;
  /// What blocks divide: rows, or parts of those that have a slice in common.
  Value numParts;
  Value numSlices; ///< Of summed outputs by group or cycle; or null.
  /// Of the operands, and the same with partials for summed outputs.
  SmallVector<row::SliceAddress> addresses, rowAddresses;
  /// Memory for the partials of each output; null if it is none that is summed.
  SmallVector<Value> partials;
  SmallVector<AddedMemory> added; ///< Of each output that is added to.
};
} // namespace

/// The number of slices of the outputs that are summed by group or cycle: the
/// product of the leading dimensions of one.
Value ProgramLowering::buildNumSlices() {
  Value count = index(1);
  for (auto [number, output] : llvm::enumerate(program.getOutputs())) {
    row::AccessAttr access = program.getOutputAccess(number);
    if (!access.isSummed() || access.getKind() == row::AccessKind::Shared)
      continue;
    auto slice = dyn_cast<VectorType>(program.getOutputSliceType(number));
    int64_t leading = cast<MemRefType>(output.getType()).getRank() -
                      (slice ? slice.getRank() : 0);
    for (int64_t dim = 0; dim < leading; ++dim)
      count = builder.createOrFold<arith::MulIOp>(
          loc, count, builder.createOrFold<memref::DimOp>(loc, output, dim));
    break;
  }
  return count;
}

void ProgramLowering::buildGrid() {
  numRows = row::buildNumRows(builder, program);
  numParts = numRows;
  if (schedule.getParts()) {
    numSlices = buildNumSlices();
    numParts = arith::MulIOp::create(builder, loc, numSlices,
                                     index(schedule.getParts()));
  }
  numBlocks = arith::CeilDivUIOp::create(builder, loc, numParts,
                                         index(schedule.getRowsPerBlock()));
  // The driver refuses an empty grid; a kernel does nothing without rows.
  numBlocks = arith::MaxUIOp::create(builder, loc, numBlocks, index(1));
  // More would have nothing to add.
  if (schedule.isPersistent())
    numBlocks = arith::MinUIOp::create(builder, loc, numBlocks,
                                       index(schedule.getBlocks()));
}

void ProgramLowering::buildPartials() {
  addresses = row::buildSliceAddresses(builder, program);
  rowAddresses = addresses;
  partials.resize(program.getOutputs().size());
  for (auto [number, partial] : llvm::enumerate(partials)) {
    if (!program.getOutputAccess(number).isSummed())
      continue;
    Type slice = program.getOutputSliceType(number);
    int64_t elements = row::getNumElements(slice);
    auto type = MemRefType::get({ShapedType::kDynamic, elements},
                                getElementTypeOrSelf(slice));
    bool isPeriodic =
        program.getOutputAccess(number).getKind() != row::AccessKind::Shared;
    partial = memref::AllocOp::create(builder, loc, type,
                                      isPeriodic ? numParts : numBlocks);
    row::SliceAddress address;
    address.period = addresses[program.getInputs().size() + number].period;
    address.offset = builder.getIndexAttr(0);
    address.sizes.push_back(OpFoldResult());
    address.strides.push_back(builder.getIndexAttr(elements));
    rowAddresses[program.getInputs().size() + number] = address;
  }
}

gpu::LaunchFuncOp ProgramLowering::launch(gpu::GPUFuncOp kernel,
                                          ArrayRef<Value> operands,
                                          Value blocks, int64_t threads,
                                          int64_t dynamicBytes,
                                          int64_t cluster) {
  Value one = index(1), bytes;
  if (dynamicBytes)
    bytes = arith::ConstantIntOp::create(builder, loc, dynamicBytes, 32);
  std::optional<gpu::KernelDim3> clusters;
  if (cluster > 1) {
    blocks = arith::MulIOp::create(builder, loc, blocks, index(cluster));
    clusters = gpu::KernelDim3{index(cluster), one, one};
  }
  return gpu::LaunchFuncOp::create(
      builder, loc, kernel, gpu::KernelDim3{blocks, one, one},
      gpu::KernelDim3{index(threads), one, one}, bytes, operands,
      /*asyncTokenType=*/Type(), /*asyncDependencies=*/ValueRange(), clusters);
}

void ProgramLowering::launchRows(gpu::GPUFuncOp kernel) {
  SmallVector<Value> operands;
  for (auto [input, argument] : llvm::zip_equal(
           program.getInputs(), program.getBodyBlock().getArguments()))
    operands.push_back(buildFlatView(
        builder, loc, input,
        row::getNumStoredElements(input.getType(), argument.getType())));
  for (auto [number, output] : llvm::enumerate(program.getOutputs())) {
    Type slice = program.getOutputSliceType(number);
    Value partial = partials[number];
    operands.push_back(buildFlatView(
        builder, loc, partial ? partial : output,
        partial ? row::getNumElements(slice)
                : row::getNumStoredElements(output.getType(), slice)));
  }
  llvm::append_range(operands, getDynamicParts(rowAddresses));
  if (numSlices)
    operands.push_back(numSlices);
  operands.push_back(numRows);
  gpu::LaunchFuncOp op = launch(
      kernel, operands, numBlocks, schedule.getThreadsPerBlock(),
      row::getDynamicSharedBytes(program, schedule), schedule.getCluster());
  if (schedule.getDependent())
    op->setAttr(kDependentAttrName, builder.getUnitAttr());
}

void ProgramLowering::launchSums(const SecondStageBuilder &stage,
                                 gpu::GPUFuncOp kernel) {
  SmallVector<Value> operands;
  for (const SummedOutput &output : stage.getOutputs()) {
    operands.push_back(buildFlatView(builder, loc, partials[output.number],
                                     output.slice.getNumElements()));
    Value memory = program.getOutputs()[output.number];
    if (output.access.addsToOperand()) {
      memory = added[output.number].total;
      operands.push_back(buildFlatView(builder, loc, added[output.number].held,
                                       output.slice.kept));
    }
    operands.push_back(buildFlatView(builder, loc, memory, output.slice.kept));
  }
  llvm::append_range(operands, stage.getDynamicParts());
  if (numSlices)
    operands.push_back(numSlices);
  operands.push_back(numBlocks);
  launch(kernel, operands, stage.buildNumBlocks(builder, numSlices),
         SecondStageBuilder::kThreads);
}

void ProgramLowering::lower(gpu::GPUModuleOp kernels, StringRef rows,
                            StringRef sums) {
  // Before there are launches between the program and the copies.
  added.resize(program.getOutputs().size());
  for (auto [number, output] : llvm::enumerate(program.getOutputs()))
    if (program.getOutputAccess(number).addsToOperand())
      added[number] = forwardCopies(program, output);
  builder.setInsertionPoint(program);
  buildGrid();
  buildPartials();
  builder.setInsertionPointToEnd(kernels.getBody());
  gpu::GPUFuncOp kernel =
      KernelBuilder(program, schedule, rowAddresses).build(builder, rows);
  builder.setInsertionPoint(program);
  launchRows(kernel);
  if (!row::hasSummedOutputs(program))
    return;
  SecondStageBuilder stage(program, schedule, addresses);
  builder.setInsertionPointToEnd(kernels.getBody());
  kernel = stage.build(builder, sums);
  builder.setInsertionPoint(program);
  launchSums(stage, kernel);
  for (Value partial : partials)
    if (partial)
      memref::DeallocOp::create(builder, loc, partial);
}

/// What must hold before a program can become a kernel.
static FailureOr<row::GPUScheduleAttr> checkProgram(row::ProgramOp program) {
  if (!program.hasBufferSemantics()) {
    program.emitOpError("expects memrefs; bufferize before convert-row-to-gpu");
    return failure();
  }
  auto schedule =
      dyn_cast_if_present<row::GPUScheduleAttr>(program.getScheduleAttr());
  if (!schedule) {
    program.emitOpError("expects a '#row.gpu_schedule'; run "
                        "row-schedule{target=gpu} before convert-row-to-gpu");
    return failure();
  }
  if (failed(row::verifyDenseSlices(program)))
    return failure();
  if (failed(row::verifyGPUSchedule(program, schedule)))
    return failure();
  return schedule;
}

/// A name that PTX takes, after the function that holds the program. PTX knows
/// letters, digits, `_` and `$`.
static std::string getKernelName(row::ProgramOp program) {
  auto function = program->getParentOfType<func::FuncOp>();
  std::string name = function ? function.getName().str() : "program";
  for (char &c : name)
    if (!llvm::isAlnum(c) && c != '_' && c != '$')
      c = '_';
  return (llvm::isDigit(name.front()) ? "_" : "") + name;
}

namespace {
struct ConvertRowToGPU
    : seednorm::impl::ConvertRowToGPUPassBase<ConvertRowToGPU> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    SmallVector<row::ProgramOp> programs;
    module.walk([&](row::ProgramOp program) { programs.push_back(program); });
    if (programs.empty())
      return;
    module->setAttr(gpu::GPUDialect::getContainerModuleAttrName(),
                    UnitAttr::get(&getContext()));
    SymbolTable symbols(module);
    OpBuilder builder(&getContext());
    auto kernels =
        gpu::GPUModuleOp::create(builder, module.getLoc(), "kernels");
    symbols.insert(kernels, module.getBody()->begin());

    llvm::StringMap<unsigned> numbers;
    for (row::ProgramOp program : programs) {
      FailureOr<row::GPUScheduleAttr> schedule = checkProgram(program);
      if (failed(schedule))
        return signalPassFailure();
      std::string name = getKernelName(program);
      std::string number = std::to_string(numbers[name]++);
      ProgramLowering(builder, program, *schedule)
          .lower(kernels, name + "_rows" + number, name + "_sums" + number);
      program.erase();
    }
  }
};
} // namespace

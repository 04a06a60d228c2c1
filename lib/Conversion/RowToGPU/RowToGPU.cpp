//===- RowToGPU.cpp - Row programs as kernels and launches ----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The host's side: a module for the kernels, and a launch in the place of each
// program with as many blocks as its rows need.
//
//===----------------------------------------------------------------------===//

#include "KernelBuilder.h"

#include "seednorm/Conversion/Passes.h"
#include "seednorm/Dialect/Row/Transforms/Schedule.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace seednorm {
#define GEN_PASS_DEF_CONVERTROWTOGPUPASS
#include "seednorm/Conversion/Passes.h.inc"
} // namespace seednorm

using namespace mlir;
using namespace seednorm;

/// The memory of `operand`, as the kernel takes it.
static Value buildFlatView(OpBuilder &builder, Location loc, Value operand,
                           Type slice) {
  MemRefType type = getKernelArgumentType(operand.getType(), slice);
  if (operand.getType() == type)
    return operand;
  return memref::ReinterpretCastOp::create(
      builder, loc, type, operand, OpFoldResult(builder.getIndexAttr(0)),
      {builder.getIndexAttr(type.getNumElements())}, {builder.getIndexAttr(1)});
}

static void buildLaunch(OpBuilder &builder, row::ProgramOp program,
                        row::GPUScheduleAttr schedule,
                        ArrayRef<row::SliceAddress> addresses,
                        gpu::GPUFuncOp kernel) {
  Location loc = program.getLoc();
  auto index = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(builder, loc, value);
  };
  SmallVector<Value> operands;
  for (auto [input, argument] : llvm::zip_equal(
           program.getInputs(), program.getBodyBlock().getArguments()))
    operands.push_back(buildFlatView(builder, loc, input, argument.getType()));
  for (auto [number, output] : llvm::enumerate(program.getOutputs()))
    operands.push_back(buildFlatView(builder, loc, output,
                                     program.getOutputSliceType(number)));
  llvm::append_range(operands, getDynamicParts(addresses));
  Value rows = row::buildNumRows(builder, program);
  operands.push_back(rows);
  Value blocks = arith::CeilDivUIOp::create(builder, loc, rows,
                                            index(schedule.getRowsPerBlock()));
  // The driver refuses an empty grid; a kernel does nothing without rows.
  blocks = arith::MaxUIOp::create(builder, loc, blocks, index(1));
  Value one = index(1);
  Value threads =
      index(schedule.getThreadsPerRow() * schedule.getRowsPerBlock());
  gpu::LaunchFuncOp::create(builder, loc, kernel,
                            gpu::KernelDim3{blocks, one, one},
                            gpu::KernelDim3{threads, one, one},
                            /*dynamicSharedMemorySize=*/Value(), operands);
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
  return (llvm::isDigit(name.front()) ? "_" : "") + name + "_rows";
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
      name += std::to_string(numbers[name]++);
      builder.setInsertionPoint(program);
      SmallVector<row::SliceAddress> addresses =
          row::buildSliceAddresses(builder, program);
      builder.setInsertionPointToEnd(kernels.getBody());
      gpu::GPUFuncOp kernel =
          KernelBuilder(program, *schedule, addresses).build(builder, name);
      builder.setInsertionPoint(program);
      buildLaunch(builder, program, *schedule, addresses, kernel);
      program.erase();
    }
  }
};
} // namespace

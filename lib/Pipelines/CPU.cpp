//===- CPU.cpp - From row programs to the LLVM dialect --------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The CPU's line. Loops come out vectorised, so LLVM has only to generate code.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Conversion/Passes.h"
#include "seednorm/Dialect/Row/Transforms/Passes.h"
#include "seednorm/Pipelines/Pipelines.h"
#include "seednorm/Transforms/Passes.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

static void addCleanup(OpPassManager &pm) {
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.addPass(createLoopInvariantCodeMotionPass());
}

/// Programs that have a schedule keep it.
void seednorm::buildCPUSchedulePipeline(OpPassManager &pm,
                                        const CPUPipelineOptions &options) {
  seednorm::row::RowSchedulePassOptions schedule;
  schedule.target = "cpu";
  schedule.vectorBytes = options.vectorBytes;
  schedule.vectorRegisters = options.vectorRegisters;
  schedule.nativeBFloat16 = options.nativeBFloat16;
  schedule.override = options.override;
  schedule.cacheBytes = options.cacheBytes;
  schedule.firstCacheBytes = options.firstCacheBytes;
  schedule.firstCacheWays = options.firstCacheWays;
  pm.addPass(seednorm::row::createRowSchedulePass(schedule));
}

/// Row programs and all else become loops.
static void addLoops(OpPassManager &pm) {
  pm.addPass(seednorm::createConvertRowToCPUPass());
  pm.addPass(seednorm::createExpandStridedCopiesPass());
  pm.addNestedPass<func::FuncOp>(createConvertLinalgToLoopsPass());
  // Moves constants and offsets out of the row loop, so that they are captured
  // rather than computed again for each row.
  addCleanup(pm);
}

/// What a machine has no instruction for becomes what it has.
static void addMath(OpPassManager &pm,
                    const seednorm::CPUPipelineOptions &options) {
  pm.addPass(seednorm::createResolveRoundingModesPass());
  pm.addPass(seednorm::createExpandMathPass());
  // Before bf16 is, which it casts to.
  pm.addPass(seednorm::createExpandFloat8Pass());
  pm.addPass(
      seednorm::createExpandBFloat16Pass({/*casts=*/!options.nativeBFloat16}));
  // Behind all that makes them: functions and arithmetic on bf16.
  if (!options.nativeFMA)
    pm.addPass(seednorm::createExpandFMAPass());
  addCleanup(pm);
}

static void addLLVM(OpPassManager &pm) {
  // Structured control flow first: the others convert within blocks.
  pm.addPass(createSCFToControlFlowPass());
  pm.addPass(seednorm::createExpandDynamicViewsPass());
  // Views become arithmetic on `index`, which all below then lower.
  pm.addPass(memref::createExpandStridedMetadataPass());
  pm.addPass(createLowerAffinePass());
  pm.addPass(seednorm::createViewsToPointersPass());
  pm.addPass(createConvertMathToLLVMPass());
  // Functions of f64, and those that graphs outside rows use. Before vectors
  // are gone, since it takes them apart.
  pm.addPass(createConvertMathToLibmPass());
  pm.addPass(createConvertVectorToLLVMPass());
  pm.addPass(createFinalizeMemRefToLLVMConversionPass());
  pm.addPass(createArithToLLVMConversionPass());
  pm.addPass(createConvertControlFlowToLLVMPass());
  pm.addPass(createUBToLLVMConversionPass());
  pm.addPass(createConvertFuncToLLVMPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  // Last, as CSE does the opposite.
  pm.addPass(seednorm::createSinkNarrowFloatsPass());
}

void seednorm::buildRowToCPUPipeline(OpPassManager &pm,
                                     const CPUPipelineOptions &options) {
  buildCPUSchedulePipeline(pm, options);
  addLoops(pm);
}

void seednorm::buildLoopsToLLVMPipeline(OpPassManager &pm,
                                        const CPUPipelineOptions &options) {
  pm.addPass(createConvertParallelToPoolPass());
  addMath(pm, options);
  addLLVM(pm);
}

void seednorm::buildCPUPipeline(OpPassManager &pm,
                                const CPUPipelineOptions &options) {
  pm.addPass(createExportPublicFunctionsPass());
  buildRowToCPUPipeline(pm, options);
  buildLoopsToLLVMPipeline(pm, options);
}

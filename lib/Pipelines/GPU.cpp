//===- GPU.cpp - Pipelines from row programs to NVVM ----------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The order of passes on the way to a GPU, and why.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Pipelines/GPU.h"

#include "seednorm/Conversion/Passes.h"
#include "seednorm/Dialect/Row/Transforms/Passes.h"
#include "seednorm/Target/NVPTX/Architecture.h"
#include "seednorm/Transforms/Passes.h"

#include "mlir/Conversion/AffineToStandard/AffineToStandard.h"
#include "mlir/Conversion/GPUToNVVM/GPUToNVVMPass.h"
#include "mlir/Conversion/NVGPUToNVVM/NVGPUToNVVM.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/GPU/Transforms/Passes.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace seednorm;

static const NVPTXArchitecture &getArchitecture(StringRef arch) {
  llvm::Expected<const NVPTXArchitecture *> architecture =
      lookupNVPTXArchitecture(arch);
  assert(architecture && "callers check the architecture");
  return **architecture;
}

void seednorm::buildGPUSchedulePipeline(OpPassManager &pm, StringRef arch,
                                        StringRef schedule) {
  const NVPTXArchitecture &architecture = getArchitecture(arch);
  row::RowSchedulePassOptions options;
  options.target = "gpu";
  options.chip = architecture.chip.str();
  options.multiprocessors = architecture.multiprocessors;
  options.sharedBytes = architecture.sharedBytesPerBlock;
  options.cluster = architecture.blocksPerCluster;
  options.dependentLaunches = architecture.hasDependentLaunches();
  options.bulkCopies = architecture.hasBulkCopies();
  options.override = schedule.str();
  pm.addPass(row::createRowSchedulePass(options));
}

void seednorm::buildRowToGPUPipeline(OpPassManager &pm, StringRef arch,
                                     StringRef schedule) {
  buildGPUSchedulePipeline(pm, arch, schedule);
  // From here on nothing knows rows; only threads and memory.
  pm.addPass(createConvertRowToGPUPass());
  // Chunks repeat what is uniform in a row: one copy is enough.
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

void seednorm::buildGPUToNVVMPipeline(OpPassManager &pm, StringRef arch,
                                      const ApproximateFunctions &approximate) {
  const NVPTXArchitecture &architecture = getArchitecture(arch);
  OpPassManager &kernels = pm.nest<gpu::GPUModuleOp>();
  // Functions of narrow floats are computed in f32 and rounded once.
  kernels.addPass(math::createMathExtendToSupportedTypes());
  // What there are instructions for; the rest is arithmetic.
  ConvertFunctionsToNVVMPassOptions functions;
  functions.approximateTanh = approximate.tanh;
  kernels.addPass(createConvertFunctionsToNVVMPass(functions));
  kernels.addPass(createExpandMathPass());
  kernels.addPass(createExpandFloat8Pass());
  // Before convert-gpu-to-nvvm, which would call libdevice for what is left.
  kernels.addPass(createConvertMathToNVVMPass());
  kernels.addPass(createSCFToControlFlowPass());
  // Row offsets of reinterpret_cast become address arithmetic.
  kernels.addPass(memref::createExpandStridedMetadataPass());
  kernels.addPass(createLowerAffinePass());
  kernels.addPass(createConvertNVGPUToNVVMPass());

  GpuNVVMAttachTargetOptions target;
  target.chip = architecture.chip.str();
  target.features = architecture.features.str();
  target.optLevel = 3;
  pm.addPass(createGpuNVVMAttachTarget(target));

  OpPassManager &lowered = pm.nest<gpu::GPUModuleOp>();
  ConvertGpuOpsToNVVMOpsOptions toNVVM;
  // One pointer an operand: what a launch passes, and what noalias needs.
  toNVVM.useBarePtrCallConv = true;
  lowered.addPass(createConvertGpuOpsToNVVMOps(toNVVM));
  lowered.addPass(createCanonicalizerPass());
  lowered.addPass(createCSEPass());
  lowered.addPass(createReconcileUnrealizedCastsPass());
}

//===- Registration.cpp - The pipelines under their flags -----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `--seednorm-to-rows`, `--norm-differentiate`, `--seednorm-bufferize`,
// `--seednorm-to-gpu` and `--seednorm-to-cpu`.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Pipelines/GPU.h"
#include "seednorm/Pipelines/Pipelines.h"
#include "seednorm/Target/CPU/TargetCPU.h"
#include "seednorm/Target/NVPTX/Architecture.h"

#include "mlir/Pass/PassRegistry.h"

using namespace mlir;
using namespace seednorm;

/// Unlike other options an architecture can be wrong in a way that LLVM does
/// not survive, so it is checked before any pass is made, as are the functions
/// that passes are told of by flags.
static LogicalResult
buildGPUPipelineFromText(OpPassManager &pm, StringRef text,
                         function_ref<LogicalResult(const Twine &)> fail) {
  GPUPipelineOptions options;
  if (failed(options.parseFromString(text)))
    return fail("cannot read the options '" + text + "' of seednorm-to-gpu");
  llvm::Expected<const NVPTXArchitecture *> architecture =
      lookupNVPTXArchitecture(options.arch);
  if (!architecture)
    return fail("seednorm-to-gpu " + llvm::toString(architecture.takeError()));
  llvm::Expected<ApproximateFunctions> approximate =
      ApproximateFunctions::parse(options.approximate);
  if (!approximate)
    return fail("seednorm-to-gpu " + llvm::toString(approximate.takeError()));
  buildRowsPipeline(pm);
  buildBufferizePipeline(pm);
  buildRowToGPUPipeline(pm, options.arch, options.schedule);
  buildGPUToNVVMPipeline(pm, options.arch, *approximate);
  return success();
}

namespace {
/// What the flag has beside what the function takes.
struct NamedCPUPipelineOptions : CPUPipelineOptions {
  PassOptions::Option<std::string> cpu{
      *this, "cpu",
      llvm::cl::desc("LLVM's name of the processor, as x86-64-v3, aarch64 or "
                     "neoverse-n1, which tells what is not given"),
      llvm::cl::init("")};
};
} // namespace

static LogicalResult
buildCPUPipelineFromText(OpPassManager &pm, StringRef text,
                         function_ref<LogicalResult(const Twine &)> fail) {
  NamedCPUPipelineOptions options;
  if (failed(options.parseFromString(text)))
    return fail("cannot read the options '" + text + "' of seednorm-to-cpu");
  if (options.cpu.hasValue()) {
    llvm::Expected<TargetCPU> cpu = lookupTargetCPU(options.cpu);
    if (!cpu)
      return fail("seednorm-to-cpu " + llvm::toString(cpu.takeError()));
    if (!options.vectorBytes.hasValue())
      options.vectorBytes = cpu->vectorBytes;
    if (!options.vectorRegisters.hasValue())
      options.vectorRegisters = cpu->vectorRegisters;
    if (!options.nativeBFloat16.hasValue())
      options.nativeBFloat16 = cpu->hasBFloat16;
    if (!options.nativeFMA.hasValue())
      options.nativeFMA = cpu->hasFMA;
  }
  buildRowsPipeline(pm);
  buildBufferizePipeline(pm);
  buildCPUPipeline(pm, options);
  return success();
}

void seednorm::registerPipelines() {
  PassPipelineRegistration<RowsPipelineOptions>(
      "seednorm-to-rows", "Turn norms and linalg ops into row programs",
      buildRowsPipeline);
  PassPipelineRegistration<DifferentiatePipelineOptions>(
      "norm-differentiate",
      "Turn norms and linalg ops into row programs, and add their backward "
      "functions",
      [](OpPassManager &pm, const DifferentiatePipelineOptions &options) {
        buildRowsPipeline(pm);
        buildDifferentiatePipeline(pm, options);
      });
  PassPipelineRegistration<>(
      "seednorm-bufferize",
      "Turn tensors into memrefs; callers pass the memory of results",
      buildBufferizePipeline);
  registerPassPipeline(
      "seednorm-to-gpu",
      "Turn norms and row programs into GPU kernels in the NVVM dialect",
      buildGPUPipelineFromText,
      [](function_ref<void(const detail::PassOptions &)> handle) {
        handle(GPUPipelineOptions());
      });
  registerPassPipeline(
      "seednorm-to-cpu",
      "Turn norms, row programs and linalg into LLVM's dialect for a CPU",
      buildCPUPipelineFromText,
      [](function_ref<void(const detail::PassOptions &)> handle) {
        handle(NamedCPUPipelineOptions());
      });
}

//===- GPU.h - Pipelines from row programs to NVVM --------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The GPU line as functions, for tools and embedders alike.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_PIPELINES_GPU_H
#define SEEDNORM_PIPELINES_GPU_H

#include "seednorm/Target/NVPTX/ApproximateFunctions.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"

#include <string>

namespace seednorm {

/// Options of `seednorm-to-gpu`.
struct GPUPipelineOptions
    : public mlir::PassPipelineOptions<GPUPipelineOptions> {
  PassOptions::Option<std::string> arch{
      *this, "arch",
      llvm::cl::desc("Architecture to compile for, such as sm_90a"),
      llvm::cl::init("sm_90a")};
  PassOptions::Option<std::string> schedule{
      *this, "schedule",
      llvm::cl::desc("Fields that override those of every schedule, as they "
                     "print, with a comma between"),
      llvm::cl::init("")};
  PassOptions::Option<std::string> approximate{
      *this, "approximate",
      llvm::cl::desc("Functions to compute by an instruction that approximates "
                     "them, with a comma between: tanh"),
      llvm::cl::init("")};
};

// `arch` must be an architecture of `getNVPTXArchitectures()`. `schedule` has
// the fields that override those of chosen schedules, "vector = 4, keep =
// shared"; a pass fails on what is no field or breaks a limit of `arch`.

/// Gives row programs their schedules for `arch`.
void buildGPUSchedulePipeline(mlir::OpPassManager &pm, llvm::StringRef arch,
                              llvm::StringRef schedule = "");

/// Bufferized row programs to kernels in the gpu dialect, and launches.
void buildRowToGPUPipeline(mlir::OpPassManager &pm, llvm::StringRef arch,
                           llvm::StringRef schedule = "");

/// Kernels in the gpu dialect to the NVVM dialect for `arch`. Functions are as
/// precise as docs/Numerics.md has it, but for those in `approximate`.
void buildGPUToNVVMPipeline(mlir::OpPassManager &pm, llvm::StringRef arch,
                            const ApproximateFunctions &approximate = {});

} // namespace seednorm

#endif // SEEDNORM_PIPELINES_GPU_H

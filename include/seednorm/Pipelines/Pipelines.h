//===- Pipelines.h - The compiler's lines of passes -------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Pipelines are functions for embedders first and flags of seednorm-opt second.
// Those of the GPU are in GPU.h.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_PIPELINES_PIPELINES_H
#define SEEDNORM_PIPELINES_PIPELINES_H

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"

namespace seednorm {

/// What becomes a row program.
struct RowsPipelineOptions
    : public mlir::PassPipelineOptions<RowsPipelineOptions> {
  PassOptions::Option<bool> linalg{
      *this, "linalg",
      llvm::cl::desc("Linalg ops, not only norms; they stay as they are "
                     "otherwise"),
      llvm::cl::init(true)};
  PassOptions::Option<bool> report{
      *this, "report",
      llvm::cl::desc("Say of each linalg op that stays why it does"),
      llvm::cl::init(false)};
  PassOptions::Option<bool> strict{
      *this, "strict", llvm::cl::desc("Leave factors in their sums"),
      llvm::cl::init(false)};
  PassOptions::Option<bool> dropAsserts{
      *this, "drop-asserts",
      llvm::cl::desc("Remove every 'cf.assert', as if it held"),
      llvm::cl::init(false)};
  PassOptions::Option<bool> raise{
      *this, "raise",
      llvm::cl::desc("Name the programs that are norms, simplify these, and "
                     "write what is left as programs again"),
      llvm::cl::init(false)};
};

/// From what frameworks write to norms and linalg: calls of norms by name, and
/// StableHLO where the build reads it.
void buildImportPipeline(mlir::OpPassManager &pm);

/// From graphs to row programs on tensors, `buildImportPipeline` first.
void buildRowsPipeline(mlir::OpPassManager &pm,
                       const RowsPipelineOptions &options = {});

/// Whose gradients backward functions are for.
struct DifferentiatePipelineOptions
    : public mlir::PassPipelineOptions<DifferentiatePipelineOptions> {
  PassOptions::Option<std::string> function{
      *this, "function",
      llvm::cl::desc("Which function; every public one if empty"),
      llvm::cl::init("")};
  PassOptions::ListOption<int64_t> wrt{
      *this, "wrt",
      llvm::cl::desc("Numbers of the arguments whose gradients are results")};
  PassOptions::ListOption<int64_t> of{
      *this, "of",
      llvm::cl::desc("Numbers of the results whose gradients are arguments")};
  PassOptions::ListOption<int64_t> accumulate{
      *this, "accumulate",
      llvm::cl::desc("Numbers of the arguments whose gradients are added to "
                     "what further arguments hold")};
  PassOptions::ListOption<std::string> save{
      *this, "save",
      llvm::cl::desc("Names of ops whose numbers of rows or heads forward "
                     "keeps")};
};

/// Adds backward functions to functions with row programs on tensors, and
/// simplifies them; `rows` as for `buildRowsPipeline`.
void buildDifferentiatePipeline(mlir::OpPassManager &pm,
                                const DifferentiatePipelineOptions &options,
                                const RowsPipelineOptions &rows = {});

/// From tensors to memrefs. Public functions take the memory of their results
/// as arguments; what computes a result writes it there. Intermediate buffers
/// are freed.
void buildBufferizePipeline(mlir::OpPassManager &pm);

/// What the code for a CPU depends on; see `TargetCPU`.
struct CPUPipelineOptions
    : public mlir::PassPipelineOptions<CPUPipelineOptions> {
  PassOptions::Option<int64_t> vectorBytes{
      *this, "vector-bytes",
      llvm::cl::desc("Width of the vector registers in bytes"),
      llvm::cl::init(32)};
  PassOptions::Option<int64_t> vectorRegisters{
      *this, "vector-registers",
      llvm::cl::desc("Number of the vector registers"), llvm::cl::init(16)};
  /// x86's instruction flushes subnormal bf16 to zero.
  PassOptions::Option<bool> nativeBFloat16{
      *this, "native-bfloat16",
      llvm::cl::desc("The machine rounds to bf16 by an instruction"),
      llvm::cl::init(false)};
  PassOptions::Option<std::string> override{
      *this, "override",
      llvm::cl::desc("Fields that override those of every schedule, as they "
                     "are written in it"),
      llvm::cl::init("")};
  PassOptions::Option<int64_t> cacheBytes{
      *this, "cache-bytes",
      llvm::cl::desc("Size of the largest cache in bytes"),
      llvm::cl::init(32 << 20)};
  PassOptions::Option<int64_t> firstCacheBytes{
      *this, "first-cache-bytes",
      llvm::cl::desc("Size of the first-level cache for data in bytes"),
      llvm::cl::init(0)};
  PassOptions::Option<int64_t> firstCacheWays{
      *this, "first-cache-ways",
      llvm::cl::desc("Lines of that cache which can have the same place; 0 if "
                     "it is not known"),
      llvm::cl::init(0)};
  PassOptions::Option<bool> nativeFMA{
      *this, "native-fma",
      llvm::cl::desc("The machine multiplies and adds by one instruction"),
      llvm::cl::init(true)};
};

/// Gives row programs their schedules for a CPU.
void buildCPUSchedulePipeline(mlir::OpPassManager &pm,
                              const CPUPipelineOptions &options);

/// Bufferized row programs, and the linalg and memref ops around them, to
/// loops; those over rows are `scf.parallel`.
void buildRowToCPUPipeline(mlir::OpPassManager &pm,
                           const CPUPipelineOptions &options);

/// What `buildRowToCPUPipeline` makes to the LLVM dialect.
void buildLoopsToLLVMPipeline(mlir::OpPassManager &pm,
                              const CPUPipelineOptions &options);

/// All of it, to the LLVM dialect. Public functions are called through
/// `_mlir_ciface_<name>`.
void buildCPUPipeline(mlir::OpPassManager &pm,
                      const CPUPipelineOptions &options);

/// Registers `seednorm-to-rows`, `norm-differentiate`, `seednorm-bufferize`,
/// `seednorm-to-gpu` and `seednorm-to-cpu`.
void registerPipelines();

} // namespace seednorm

#endif // SEEDNORM_PIPELINES_PIPELINES_H

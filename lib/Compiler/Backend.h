//===- Backend.h - What a target does with a graph --------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The seam between the driver, which knows signatures and errors, and the
// targets, which know code.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_COMPILER_BACKEND_H
#define SEEDNORM_LIB_COMPILER_BACKEND_H

#include "Frontend.h"

#include "seednorm/Runtime/Signature.h"
#include "seednorm/Target/CPU/TargetCPU.h"

#include "llvm/ADT/STLExtras.h"

namespace seednorm {

/// Code that can be called.
class Executable {
public:
  virtual ~Executable() = default;
  virtual int64_t getNumKernels() const = 0;

  /// Runs on checked arguments, with the results behind them. `counters`, if
  /// not null, takes what each kernel did, on the emulator only.
  virtual llvm::Error run(llvm::ArrayRef<TensorView> buffers,
                          const RunOptions &options,
                          std::vector<emulator::Counters> *counters) const = 0;
};

/// Code that was compiled here, and all that was made on the way.
class Backend : public Executable {
public:
  /// One of the target's stages, all but the reports and the package.
  virtual llvm::Expected<std::string> emit(llvm::StringRef stage) const = 0;
  virtual llvm::Expected<std::vector<KernelReport>> getReport() const = 0;
  /// The alignment the code relies on for each argument, results behind.
  virtual std::vector<int64_t> getAlignments() const = 0;
  /// Adds the code to a kernel that has all the rest.
  virtual llvm::Error addCode(runtime::PackagedKernel &kernel) const = 0;
};

/// The processor that a target for CPUs names.
llvm::Expected<TargetCPU> getTargetCPU(const Target &target);

/// What a back end starts from: the text, so that any stage can be made again.
struct BackendInput {
  std::string text, bufferName;
  CompileOptions options;
  runtime::Signature signature;

  /// Arguments, and results behind them.
  auto getSpecs() const {
    return llvm::concat<const TensorSpec>(signature.arguments,
                                          signature.results);
  }
};

/// Parses the input again and lowers it to bufferized row programs.
llvm::Expected<Graph> lowerToBuffers(const BackendInput &input);

/// What is known of the row programs of `function` before any lowering, one
/// report each, in order.
std::vector<KernelReport> reportPrograms(mlir::func::FuncOp function);

/// Stages that each of them makes.
llvm::ArrayRef<llvm::StringRef> getCPUStages();
llvm::ArrayRef<llvm::StringRef> getGPUStages();

llvm::Expected<std::unique_ptr<Backend>> createCPUBackend(BackendInput input,
                                                          Graph graph);
llvm::Expected<std::unique_ptr<Backend>> createGPUBackend(BackendInput input,
                                                          Graph graph);

} // namespace seednorm

#endif // SEEDNORM_LIB_COMPILER_BACKEND_H

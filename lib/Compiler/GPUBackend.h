//===- GPUBackend.h - Kernels on a device or on the emulator ----*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compilation is in GPUBackend.cpp, the device in GPUDevice.cpp, the report in
// GPUReport.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_COMPILER_GPUBACKEND_H
#define SEEDNORM_LIB_COMPILER_GPUBACKEND_H

#include "Backend.h"
#include "LaunchPlan.h"

#include "seednorm/Runtime/GPUKernels.h"
#include "seednorm/Target/NVPTX/PTXAssembler.h"

#include <mutex>
#include <optional>

namespace llvm {
class LLVMContext;
class Module;
} // namespace llvm

namespace seednorm {

class GPUBackend final : public Backend {
public:
  GPUBackend(BackendInput input, const NVPTXArchitecture &architecture,
             std::vector<KernelReport> programs);
  ~GPUBackend() override;

  llvm::Error compile(Graph graph);

  int64_t getNumKernels() const override { return plan.launches.size(); }
  llvm::Expected<std::string> emit(llvm::StringRef stage) const override;
  llvm::Expected<std::vector<KernelReport>> getReport() const override;
  std::vector<int64_t> getAlignments() const override;
  llvm::Error addCode(runtime::PackagedKernel &kernel) const override;
  llvm::Error run(llvm::ArrayRef<TensorView> buffers, const RunOptions &options,
                  std::vector<emulator::Counters> *counters) const override;

private:
  struct LLVMKernels {
    std::unique_ptr<llvm::LLVMContext> context;
    std::unique_ptr<llvm::Module> module;
  };

  llvm::Expected<LLVMKernels> translate(mlir::ModuleOp module) const;
  llvm::Expected<LLVMKernels> translateAgain() const;
  llvm::Expected<std::string> emitPTXOf(LLVMKernels kernels) const;
  llvm::Expected<std::string> getPTX() const;
  llvm::Expected<Cubin> getCubin() const;
  llvm::Expected<std::string> getSASS() const;
  llvm::Expected<std::string> getImage() const;

  llvm::Expected<std::vector<KernelReport>> reportSchedules() const;
  llvm::Error reportCounts(std::vector<KernelReport> &reports) const;

  llvm::Error runEmulated(emulator::Emulator &emulator,
                          llvm::ArrayRef<TensorView> buffers,
                          llvm::ArrayRef<int64_t> sizes,
                          const RunOptions &options,
                          std::vector<emulator::Counters> *counters) const;
  llvm::Error runOnDevice(llvm::ArrayRef<TensorView> buffers,
                          llvm::ArrayRef<int64_t> sizes,
                          const RunOptions &options) const;

  BackendInput input;
  const NVPTXArchitecture &architecture;
  std::vector<KernelReport> programs;
  /// Of the buffers of each launch; none for what adds up partial sums.
  std::vector<llvm::ArrayRef<KernelReport::Role>> roles;
  LaunchPlan plan;
  bool contract = true; ///< Of products and sums, as `emitPTX` takes it.
  std::unique_ptr<emulator::Emulator> emulated;

  mutable std::mutex mutex; ///< Guards what is made on demand, below.
  mutable std::string ptx;
  mutable Cubin cubin;
  mutable std::optional<runtime::GPUKernels> device;
};

} // namespace seednorm

#endif // SEEDNORM_LIB_COMPILER_GPUBACKEND_H

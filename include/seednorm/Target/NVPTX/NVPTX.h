//===- NVPTX.h - From kernels in the NVVM dialect to PTX --------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One LLVM module, optimised once, goes both to the NVPTX back end and to the
// emulator: what is proved on the CPU is what runs on the GPU.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_TARGET_NVPTX_NVPTX_H
#define SEEDNORM_TARGET_NVPTX_NVPTX_H

#include "seednorm/Target/NVPTX/Architecture.h"

#include "llvm/Support/Error.h"

#include <memory>
#include <string>

namespace llvm {
class LLVMContext;
class Module;
} // namespace llvm

namespace mlir {
class Operation;
} // namespace mlir

namespace seednorm {

/// Translates `kernels`, a `gpu.module` in the LLVM and NVVM dialects, and
/// optimises it for `architecture`.
llvm::Expected<std::unique_ptr<llvm::Module>>
translateKernelsToLLVMIR(mlir::Operation *kernels,
                         const NVPTXArchitecture &architecture,
                         llvm::LLVMContext &context);

/// PTX for a module of `translateKernelsToLLVMIR`. An error if it would need a
/// function that is not part of it. With `contract`, a product that is only
/// added may be rounded with the sum, once.
llvm::Expected<std::string> emitPTX(llvm::Module &module,
                                    const NVPTXArchitecture &architecture,
                                    bool contract = true);

} // namespace seednorm

#endif // SEEDNORM_TARGET_NVPTX_NVPTX_H

//===- CPUCode.h - Machine code for a processor -----------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From a module in the LLVM dialect to code for any processor, this machine's
// or another's: as an object file, as an image to load, or as text to read.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_TARGET_CPU_CPUCODE_H
#define SEEDNORM_TARGET_CPU_CPUCODE_H

#include "seednorm/Runtime/CPUImage.h"
#include "seednorm/Target/CPU/TargetCPU.h"

#include "mlir/IR/BuiltinOps.h"

namespace seednorm {

struct CPUCodeOptions {
  /// LLVM's passes on IR, from 0 (none) to 3. Loops over rows are vectorised
  /// already and gain nothing; loops of single elements do.
  unsigned optLevel = 0;
  /// Whether a product that is only added may be rounded with the sum, once.
  bool contract = true;
  /// Names of the functions that are looked up, packed, and with all they need
  /// the only ones that are kept; all, packed and not, if there are none.
  std::vector<std::string> exports = {};
};

/// What the export that takes the address of each argument of a function is
/// called, from the name of the function.
std::string getPackedName(llvm::StringRef name);

/// The object file of a module in the LLVM dialect, ELF on Linux. The module is
/// not kept.
llvm::Expected<std::string> emitObject(mlir::ModuleOp module,
                                       const TargetCPU &cpu,
                                       const CPUCodeOptions &options = {});

/// The same, linked. The error names a function that it calls and the run-time
/// library does not have.
llvm::Expected<runtime::CPUImage>
compileImage(mlir::ModuleOp module, const TargetCPU &cpu,
             const CPUCodeOptions &options = {});

/// The assembly text of the module.
llvm::Expected<std::string> emitAssembly(mlir::ModuleOp module,
                                         const TargetCPU &cpu,
                                         const CPUCodeOptions &options = {});

} // namespace seednorm

#endif // SEEDNORM_TARGET_CPU_CPUCODE_H

//===- HostJIT.h - Run compiled functions on this machine -------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What this machine can do, and its code for a module in the LLVM dialect:
// callable, or as assembly to read.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_TARGET_CPU_HOSTJIT_H
#define SEEDNORM_TARGET_CPU_HOSTJIT_H

#include "seednorm/Runtime/CPUImage.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace seednorm {

/// The machine this process runs on.
struct HostCPU {
  std::string name;         ///< LLVM's name of the processor.
  std::string features;     ///< LLVM's feature string: "+avx2,+fma,...".
  int64_t vectorBytes = 16; ///< Width of the vector registers.
  bool hasBFloat16 = false; ///< Rounds to bf16 by an instruction.
};

/// Detects the processor and what the system lets a process use of it.
HostCPU detectHostCPU();

struct HostJITOptions {
  /// LLVM's passes on IR, from 0 (none) to 3. Loops over rows are vectorised
  /// already and gain nothing; loops of single elements do.
  unsigned optLevel = 0;
  /// Whether a product that is only added may be rounded with the sum, once.
  bool contract = true;
  /// Names of the functions that are looked up, packed, and with all they need
  /// the only ones that are kept; all, packed and not, if there are none.
  std::vector<std::string> exports = {};
};

/// The functions of one module, compiled for this machine. Lookups, and calls
/// of what they return, may run in several threads at once.
class HostJIT {
public:
  /// Compiles a module in the LLVM dialect. The module is not kept.
  static llvm::Expected<std::unique_ptr<HostJIT>>
  create(mlir::ModuleOp module, const HostJITOptions &options = {});

  /// The address of function `name` as the module has it. For a function that
  /// was public before its conversion, `_mlir_ciface_<name>` takes a pointer to
  /// the descriptor of each memref, and other arguments by value.
  llvm::Expected<void *> lookup(llvm::StringRef name) const;

  /// A function that takes the address of each argument of `name`.
  llvm::Expected<void (*)(void **)> lookupPacked(llvm::StringRef name) const;

  /// The code, to be loaded by another process on a machine like this.
  const runtime::CPUImage &getImage() const { return image; }

private:
  HostJIT(runtime::CPUImage image, runtime::LoadedImage loaded)
      : image(std::move(image)), loaded(std::move(loaded)) {}

  runtime::CPUImage image;
  runtime::LoadedImage loaded;
};

/// What a processor must have to run this machine's code, by LLVM's names.
std::vector<std::string> getHostCodeFeatures();

/// The assembly text of what `HostJIT` would run.
llvm::Expected<std::string>
emitHostAssembly(mlir::ModuleOp module, const HostJITOptions &options = {});

} // namespace seednorm

#endif // SEEDNORM_TARGET_CPU_HOSTJIT_H

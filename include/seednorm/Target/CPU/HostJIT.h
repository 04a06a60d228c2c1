//===- HostJIT.h - Run compiled functions on this machine -------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Functions that were compiled for this machine, or for one that has no more
// than this, by their names.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_TARGET_CPU_HOSTJIT_H
#define SEEDNORM_TARGET_CPU_HOSTJIT_H

#include "seednorm/Target/CPU/CPUCode.h"

#include <memory>

namespace seednorm {

/// The functions of one module, compiled for this machine. Lookups, and calls
/// of what they return, may run in several threads at once.
class HostJIT {
public:
  /// Compiles a module in the LLVM dialect. The module is not kept.
  static llvm::Expected<std::unique_ptr<HostJIT>>
  create(mlir::ModuleOp module, const CPUCodeOptions &options = {});

  /// Loads code that `checkRunsHere` has no objection to.
  static llvm::Expected<std::unique_ptr<HostJIT>>
  load(const runtime::CPUImage &image);

  /// The address of function `name` as the module has it. For a function that
  /// was public before its conversion, `_mlir_ciface_<name>` takes a pointer to
  /// the descriptor of each memref, and other arguments by value.
  llvm::Expected<void *> lookup(llvm::StringRef name) const;

  /// A function that takes the address of each argument of `name`.
  llvm::Expected<void (*)(void **)> lookupPacked(llvm::StringRef name) const;

private:
  explicit HostJIT(runtime::LoadedImage loaded) : loaded(std::move(loaded)) {}

  runtime::LoadedImage loaded;
};

} // namespace seednorm

#endif // SEEDNORM_TARGET_CPU_HOSTJIT_H

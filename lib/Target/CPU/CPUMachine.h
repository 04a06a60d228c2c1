//===- CPUMachine.h - LLVM's code generators for processors -----*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One choice of code generation options for whatever runs, prints or reads
// code.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_TARGET_CPU_CPUMACHINE_H
#define SEEDNORM_LIB_TARGET_CPU_CPUMACHINE_H

#include "seednorm/Target/CPU/TargetCPU.h"

#include "llvm/Target/TargetMachine.h"

#include <memory>

namespace seednorm {

/// LLVM's back end for a triple; the error names one that this LLVM lacks. Safe
/// to call from any thread.
llvm::Expected<const llvm::Target *> lookupCPUBackend(llvm::StringRef triple);

/// A code generator for exactly this processor. Safe to call from any thread.
llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
createCPUMachine(const TargetCPU &cpu, bool contract);

} // namespace seednorm

#endif // SEEDNORM_LIB_TARGET_CPU_CPUMACHINE_H

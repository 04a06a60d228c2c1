//===- HostMachine.h - LLVM's code generator for this machine ---*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One choice of code generation options for whatever runs or prints code.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_TARGET_CPU_HOSTMACHINE_H
#define SEEDNORM_LIB_TARGET_CPU_HOSTMACHINE_H

#include "llvm/Support/Error.h"
#include "llvm/Target/TargetMachine.h"

#include <memory>

namespace seednorm {

/// A code generator for exactly this processor. Safe to call from any thread.
llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
createHostMachine(bool contract);

} // namespace seednorm

#endif // SEEDNORM_LIB_TARGET_CPU_HOSTMACHINE_H

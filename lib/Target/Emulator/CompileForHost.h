//===- CompileForHost.h - Compile a rewritten module ------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The just-in-time compiler behind an emulator.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_TARGET_EMULATOR_COMPILEFORHOST_H
#define SEEDNORM_LIB_TARGET_EMULATOR_COMPILEFORHOST_H

#include "HostProgram.h"

#include "llvm/ExecutionEngine/Orc/ThreadSafeModule.h"

#include <memory>

namespace seednorm::emulator {

/// Owns compiled code.
class CompiledModule {
public:
  virtual ~CompiledModule() = default;
};

/// Compiles a module and fills in the addresses that `program` lacks.
llvm::Expected<std::unique_ptr<CompiledModule>>
compileForHost(llvm::orc::ThreadSafeModule module, HostProgram &program);

} // namespace seednorm::emulator

#endif // SEEDNORM_LIB_TARGET_EMULATOR_COMPILEFORHOST_H

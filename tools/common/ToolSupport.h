//===- ToolSupport.h - What the command-line tools share --------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiling a module, and ending with an error a person can read.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_TOOLS_COMMON_TOOLSUPPORT_H
#define SEEDNORM_TOOLS_COMMON_TOOLSUPPORT_H

#include "seednorm/Compiler/Compiler.h"

#include "llvm/Support/MemoryBuffer.h"

namespace seednorm {

/// Compiles a module that `readModule` read; it has to become
/// `expectPrograms` row programs unless that is negative. `schedule` has fields
/// that override those of GPU schedules, `approximate` names of functions that
/// GPUs approximate.
llvm::Expected<std::unique_ptr<CompiledGraph>>
compileModule(const llvm::MemoryBuffer &module, llvm::StringRef target,
              llvm::StringRef entry, int64_t expectPrograms = -1,
              llvm::StringRef schedule = "", llvm::StringRef approximate = "");

/// Prints an error, if there is one, and returns the exit status.
int finishTool(llvm::Error error);

} // namespace seednorm

#endif // SEEDNORM_TOOLS_COMMON_TOOLSUPPORT_H

//===- Package.h - Packages of compiled graphs ------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the run-time library loads without a compiler: docs/Packages.md.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_COMPILER_PACKAGE_H
#define SEEDNORM_COMPILER_PACKAGE_H

#include "seednorm/Compiler/Compiler.h"

namespace seednorm {

/// The bytes of a package with these graphs, each for its own target. The error
/// names what two of them have in common, or the tool that is missing.
llvm::Expected<std::string>
writePackage(llvm::ArrayRef<const CompiledGraph *> graphs);

} // namespace seednorm

#endif // SEEDNORM_COMPILER_PACKAGE_H

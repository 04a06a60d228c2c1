//===- Help.h - The --help of seednorm-opt ----------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The help of `mlir-opt` has 1300 lines, of passes of others and options of
// LLVM. Ours has our passes and what one uses them with.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_TOOLS_SEEDNORM_OPT_HELP_H
#define SEEDNORM_TOOLS_SEEDNORM_OPT_HELP_H

#include "llvm/ADT/StringRef.h"

namespace seednorm {

/// If the arguments ask for `--help`, drops all others, which may name passes
/// that are not registered for help, and returns true.
bool keepHelpOnly(int &argc, char **argv);

/// Chooses the options that `--help` and completion have. To be called when all
/// options and passes are registered.
void setUpOptOptions();

/// The first lines of `--help`.
llvm::StringRef getOptOverview();

} // namespace seednorm

#endif // SEEDNORM_TOOLS_SEEDNORM_OPT_HELP_H

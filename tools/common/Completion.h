//===- Completion.h - Shells that complete options --------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Options of a tool as the scripts that bash and zsh read.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_TOOLS_COMMON_COMPLETION_H
#define SEEDNORM_TOOLS_COMMON_COMPLETION_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

#include <string>
#include <vector>

namespace seednorm {

/// An option as shells see it.
struct CompletedOption {
  std::string name; // With its dashes.
  llvm::StringRef help;
  bool takesValue = false;
  bool takesFile = false;
  bool repeats = false;
  std::vector<std::string> values; // Empty if any text may be one.
};

/// A script for bash: the function `_<tool>`, and its registration.
void printBashCompletion(llvm::StringRef tool,
                         llvm::ArrayRef<CompletedOption> options,
                         llvm::raw_ostream &os);

/// A script for zsh, which finds it as `_<tool>` in a folder of `fpath`.
void printZshCompletion(llvm::StringRef tool,
                        llvm::ArrayRef<CompletedOption> options,
                        llvm::raw_ostream &os);

} // namespace seednorm

#endif // SEEDNORM_TOOLS_COMMON_COMPLETION_H

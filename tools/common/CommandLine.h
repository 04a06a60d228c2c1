//===- CommandLine.h - Options of command-line tools ------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A tool links all of LLVM, whose libraries bring hundreds of options along.
// Here are the few things that every tool does about its own, and completion
// for shells, written from the options that a tool has.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_TOOLS_COMMON_COMMANDLINE_H
#define SEEDNORM_TOOLS_COMMON_COMMANDLINE_H

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace seednorm {

/// What a shell offers as values of an option; LLVM does not tell.
struct OptionValues {
  llvm::StringRef option; // Without dashes.
  std::vector<std::string> values;
};

/// What a tool knows of its options that LLVM's command line does not.
struct ToolOptions {
  llvm::StringRef tool;
  std::vector<OptionValues> values = {};
  /// What an option does that has no description, such as one of those that
  /// run a pass; may be null.
  std::function<llvm::StringRef(llvm::StringRef name)> describe = nullptr;
};

/// Gives a tool `--version` and `--completion`, and leaves in `--help` these
/// and the options of `category`; `--help-hidden` shows the others, too. To be
/// called once, right before the options are parsed.
void setUpOptions(llvm::cl::OptionCategory &category, ToolOptions tool);

/// The contents of a file, or of the standard input for "-".
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
readModule(llvm::StringRef path);

/// Flushes the standard output. Where it could not be written, says so and
/// returns 1, else `status`.
int finishOutput(int status);

} // namespace seednorm

#endif // SEEDNORM_TOOLS_COMMON_COMMANDLINE_H

//===- ToolSupport.cpp - What the command-line tools share ----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ToolSupport.h"

#include "CommandLine.h"

#include "llvm/Support/raw_ostream.h"

using namespace seednorm;

llvm::Expected<std::unique_ptr<CompiledGraph>>
seednorm::compileModule(const llvm::MemoryBuffer &module,
                        llvm::StringRef target, llvm::StringRef entry,
                        int64_t expectPrograms, llvm::StringRef schedule,
                        llvm::StringRef approximate) {
  CompileOptions options;
  options.schedule = schedule.str();
  options.expectPrograms = expectPrograms;
  options.entry = entry.str();
  if (llvm::Error error = ApproximateFunctions::parse(approximate)
                              .moveInto(options.approximate))
    return std::move(error);
  if (llvm::Error error = Target::parse(target).moveInto(options.target))
    return std::move(error);
  return CompiledGraph::compile(module.getBuffer(), options,
                                module.getBufferIdentifier());
}

int seednorm::finishTool(llvm::Error error) {
  if (!error)
    return finishOutput(0);
  std::string message = llvm::toString(std::move(error));
  // Diagnostics of a module come as "file:line:column: error: ...".
  bool isDiagnostic = llvm::StringRef(message).contains(": error: ");
  // In the order things happened, where both go to one place.
  finishOutput(1);
  llvm::errs() << (isDiagnostic ? "" : "error: ") << message << '\n';
  return 1;
}

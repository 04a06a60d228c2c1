//===- CompiledGraphImpl.h - What a compiled graph has ----------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A graph was compiled here or restored from a package. The latter has code to
// run, and compiles its text when it is asked for more.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_COMPILER_COMPILEDGRAPHIMPL_H
#define SEEDNORM_LIB_COMPILER_COMPILEDGRAPHIMPL_H

#include "Backend.h"

#include <mutex>

namespace seednorm {

struct CompiledGraph::Impl {
  CompileOptions options;
  runtime::Signature signature;
  std::vector<llvm::StringRef> stages;
  std::unique_ptr<Executable> executable;

  /// Of a graph that was compiled; the back end is its executable.
  const Backend *backend = nullptr;
  GraphReport programs;

  /// Of a graph that was restored.
  std::string text, bufferName;
  mutable std::mutex mutex; ///< Guards the next.
  mutable std::unique_ptr<CompiledGraph> compiled;

  /// This one if it was compiled, else what its text becomes.
  llvm::Expected<const Impl &> getCompiled() const;

  /// Checks a call and runs it.
  llvm::Error run(llvm::ArrayRef<TensorView> given,
                  llvm::ArrayRef<TensorView> destinations,
                  const RunOptions &runOptions,
                  std::vector<emulator::Counters> *counters) const;
};

/// Options that are about GPUs are not dropped for a CPU.
llvm::Error checkOptions(const CompileOptions &options);

/// What `emit` takes for a target.
std::vector<llvm::StringRef> getStagesOf(Target::Kind kind);

} // namespace seednorm

#endif // SEEDNORM_LIB_COMPILER_COMPILEDGRAPHIMPL_H

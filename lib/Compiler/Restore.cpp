//===- Restore.cpp - Compiled graphs from packages ------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs the code of a package as the run-time library does.
//
//===----------------------------------------------------------------------===//

#include "CompiledGraphImpl.h"

#include "seednorm/Runtime/LoadedKernel.h"

#include "llvm/ADT/StringExtras.h"

#include <atomic>

using namespace seednorm;
using llvm::StringRef;

static llvm::Error toError(const std::string &message) {
  return llvm::createStringError(message);
}

namespace {
/// Code that this machine need not be able to run is loaded by the first call:
/// to compile for a GPU none has to be there.
class PackagedExecutable final : public Executable {
public:
  /// `cpu` is the processor that code is for, unless it is for a GPU.
  PackagedExecutable(runtime::Package package, std::optional<TargetCPU> cpu)
      : package(std::move(package)), cpu(std::move(cpu)),
        numKernels(countKernels(this->package.kernels.front())) {}

  llvm::Error load() const;
  int64_t getNumKernels() const override { return numKernels; }
  llvm::Error run(llvm::ArrayRef<TensorView> buffers, const RunOptions &options,
                  std::vector<emulator::Counters> *counters) const override;

private:
  static int64_t countKernels(const runtime::PackagedKernel &kernel) {
    return kernel.cpu ? kernel.cpu->numLoops
                      : static_cast<int64_t>(kernel.gpu->plan.launches.size());
  }

  mutable std::mutex mutex; ///< Guards loading.
  mutable std::atomic<bool> isLoaded = false;
  mutable runtime::Package package; ///< Until it is loaded.
  mutable std::optional<runtime::LoadedKernel> loaded;
  std::optional<TargetCPU> cpu;
  int64_t numKernels;
};
} // namespace

llvm::Error PackagedExecutable::load() const {
  if (isLoaded.load(std::memory_order_acquire))
    return llvm::Error::success();
  std::lock_guard<std::mutex> lock(mutex);
  if (loaded)
    return llvm::Error::success();
  if (cpu)
    if (llvm::Error error = checkRunsHere(*cpu))
      return error;
  const runtime::PackagedKernel &kernel = package.kernels.front();
  auto result = runtime::LoadedKernel::load(package, kernel.entry,
                                            kernel.cpu ? runtime::Device::CPU
                                                       : runtime::Device::CUDA);
  if (!result)
    return toError(result.message());
  loaded = std::move(*result);
  package = {};
  isLoaded.store(true, std::memory_order_release);
  return llvm::Error::success();
}

llvm::Error
PackagedExecutable::run(llvm::ArrayRef<TensorView> buffers,
                        const RunOptions &options,
                        std::vector<emulator::Counters> *counters) const {
  assert(!counters && "only the emulator counts");
  if (llvm::Error error = load())
    return error;
  size_t numArguments = loaded->getKernel().signature.arguments.size();
  runtime::Status status =
      loaded->run(runtime::Span(buffers.data(), numArguments),
                  runtime::Span(buffers.data() + numArguments,
                                buffers.size() - numArguments),
                  static_cast<runtime::CudaStream>(options.stream));
  return status ? llvm::Error::success() : toError(status.message());
}

/// What a package has to be for `options`; the rest its writer vouches for.
static llvm::Error checkPackage(const runtime::Package &package,
                                const CompileOptions &options,
                                const std::optional<TargetCPU> &cpu) {
  if (options.target.kind == Target::Kind::Emulated)
    return toError("expects target 'cpu' or one of a GPU to restore a kernel, "
                   "but got 'emulated'");
  if (package.kernels.size() != 1)
    return toError("expects a package of one kernel to restore it, but got " +
                   std::to_string(package.kernels.size()));
  const runtime::PackagedKernel &kernel = package.kernels.front();
  if (kernel.entry != options.entry)
    return toError("expects a package with entry '" + options.entry +
                   "', but got '" + kernel.entry + "'");
  const std::string &wanted = cpu ? cpu->architecture : options.target.chip;
  if (cpu.has_value() != kernel.cpu.has_value() || kernel.getTarget() != wanted)
    return toError("expects a package with code for " + wanted +
                   ", but got code for " + kernel.getTarget());
  if (cpu && kernel.cpu->features != cpu->needed)
    return toError("expects a package with code for '" + cpu->name +
                   "', but got code for a processor with " +
                   llvm::join(kernel.cpu->features, ", "));
  return llvm::Error::success();
}

llvm::Expected<std::unique_ptr<CompiledGraph>>
CompiledGraph::restore(StringRef package, StringRef text,
                       const CompileOptions &options, StringRef bufferName) {
  if (llvm::Error error = checkOptions(options))
    return std::move(error);
  auto read = runtime::readPackage({package.data(), package.size()});
  if (!read)
    return toError(read.message());
  std::optional<TargetCPU> cpu;
  if (options.target.kind == Target::Kind::CPU)
    if (llvm::Error error = getTargetCPU(options.target).moveInto(cpu))
      return std::move(error);
  if (llvm::Error error = checkPackage(*read, options, cpu))
    return std::move(error);
  auto impl = std::make_unique<Impl>();
  impl->options = options;
  impl->signature = read->kernels.front().signature;
  impl->stages = getStagesOf(options.target.kind);
  impl->text = text.str();
  impl->bufferName = bufferName.str();
  auto executable = std::make_unique<PackagedExecutable>(std::move(*read), cpu);
  if (options.target.kind == Target::Kind::CPU && options.target.chip.empty())
    if (llvm::Error error = executable->load())
      return std::move(error);
  impl->executable = std::move(executable);
  return std::unique_ptr<CompiledGraph>(new CompiledGraph(std::move(impl)));
}

llvm::Expected<const CompiledGraph::Impl &>
CompiledGraph::Impl::getCompiled() const {
  if (backend)
    return *this;
  std::lock_guard<std::mutex> lock(mutex);
  if (!compiled)
    if (llvm::Error error = CompiledGraph::compile(text, options, bufferName)
                                .moveInto(compiled))
      return std::move(error);
  return *compiled->impl;
}

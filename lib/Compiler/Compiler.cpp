//===- Compiler.cpp - From a graph to something that runs -----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The driver: chooses a back end, checks what goes in and out, hands the rest
// on.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Compiler/Compiler.h"

#include "Backend.h"
#include "CallConstraints.h"
#include "InPlace.h"
#include "LowerToRows.h"
#include "ProgramReport.h"
#include "Report.h"

#include "seednorm/Compiler/Package.h"
#include "seednorm/Pipelines/Pipelines.h"
#include "seednorm/Runtime/Package.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/StringExtras.h"

using namespace seednorm;
using llvm::StringRef;

struct CompiledGraph::Impl {
  CompileOptions options;
  runtime::Signature signature;
  GraphReport programs;
  std::unique_ptr<Backend> backend;
  std::vector<StringRef> stages;

  llvm::Error run(llvm::ArrayRef<TensorView> given,
                  llvm::ArrayRef<TensorView> destinations,
                  const RunOptions &runOptions,
                  std::vector<emulator::Counters> *counters) const;
};

CompiledGraph::CompiledGraph(std::unique_ptr<Impl> impl)
    : impl(std::move(impl)) {}
CompiledGraph::~CompiledGraph() = default;

static llvm::Error bufferize(const Graph &graph,
                             const CompileOptions &options) {
  if (llvm::Error error = runPasses(*graph.module, buildBufferizePipeline))
    return error;
  return shareMemory(graph.getEntry(options.entry), options.shared);
}

llvm::Expected<Graph> seednorm::lowerToBuffers(const BackendInput &input) {
  llvm::Expected<Graph> graph = parseGraph(
      input.text, input.options.entry, input.bufferName, input.options.layouts);
  if (!graph)
    return graph.takeError();
  if (llvm::Error error = lowerToRows(*graph->module))
    return std::move(error);
  if (llvm::Error error = bufferize(*graph, input.options))
    return std::move(error);
  return graph;
}

/// What callers vouch for of strided arguments is all that code relies on.
static void setAlignment(TensorSpec &spec, int64_t alignment) {
  spec.alignment =
      spec.numDense < 0 ? alignment : std::min(spec.alignment, alignment);
}

/// Argument `index`, or a result behind the arguments.
static TensorSpec &getSpec(runtime::Signature &signature, size_t index) {
  size_t numArguments = signature.arguments.size();
  return index < numArguments ? signature.arguments[index]
                              : signature.results[index - numArguments];
}

/// Adds what is known of a call once the graph is bufferized.
static llvm::Error addResults(const Graph &graph, StringRef entry,
                              runtime::Signature &signature) {
  if (llvm::Error error =
          getResultSpecs(graph.getEntry(entry)).moveInto(signature.results))
    return error;
  llvm::Expected<CallConstraints> constraints =
      buildCallConstraints(graph.getEntry(entry));
  if (!constraints)
    return constraints.takeError();
  signature.sizes = constraints->sizes.takeNodes();
  signature.constraints = std::move(constraints->constraints);
  return llvm::Error::success();
}

llvm::Expected<std::unique_ptr<CompiledGraph>>
CompiledGraph::compile(StringRef text, const CompileOptions &options,
                       StringRef bufferName) {
  if (options.target.kind == Target::Kind::CPU && !options.schedule.empty())
    return llvm::createStringError(
        "expects no schedule for target 'cpu', as its fields are those of a "
        "GPU, but got '" +
        options.schedule + "'");
  BackendInput input{text.str(), bufferName.str(), options, {}};
  llvm::Expected<Graph> given =
      parseGraph(text, options.entry, bufferName, options.layouts);
  if (!given)
    return given.takeError();
  runtime::Signature &signature = input.signature;
  signature.shared = options.shared;
  if (llvm::Error error = getArgumentSpecs(given->getEntry(options.entry))
                              .moveInto(signature.arguments))
    return std::move(error);
  if (llvm::Error error = lowerToRows(*given->module))
    return std::move(error);
  GraphReport programs = reportGraph(given->getEntry(options.entry));
  if (llvm::Error error =
          checkPrograms(programs, options.expectPrograms, options.entry))
    return std::move(error);
  if (llvm::Error error = bufferize(*given, options))
    return std::move(error);
  if (llvm::Error error = addResults(*given, options.entry, signature))
    return std::move(error);

  auto impl = std::make_unique<Impl>();
  impl->options = options;
  impl->signature = signature;
  impl->programs = std::move(programs);
  auto create = options.target.kind == Target::Kind::CPU ? createCPUBackend
                                                         : createGPUBackend;
  if (llvm::Error error =
          create(std::move(input), std::move(*given)).moveInto(impl->backend))
    return std::move(error);
  std::vector<int64_t> alignments = impl->backend->getAlignments();
  for (auto [index, alignment] : llvm::enumerate(alignments))
    setAlignment(getSpec(impl->signature, index), alignment);
  impl->stages = impl->backend->getStages().vec();
  llvm::append_range(impl->stages, llvm::ArrayRef<StringRef>{
                                       "package", "report", "report.json",
                                       "programs", "programs.json"});
  return std::unique_ptr<CompiledGraph>(new CompiledGraph(std::move(impl)));
}

llvm::ArrayRef<TensorSpec> CompiledGraph::getArguments() const {
  return impl->signature.arguments;
}
llvm::ArrayRef<TensorSpec> CompiledGraph::getResults() const {
  return impl->signature.results;
}
const CompileOptions &CompiledGraph::getOptions() const {
  return impl->options;
}
int64_t CompiledGraph::getNumKernels() const {
  return impl->backend->getNumKernels();
}
llvm::ArrayRef<StringRef> CompiledGraph::getStages() const {
  return impl->stages;
}

llvm::Expected<std::string> CompiledGraph::emit(StringRef stage) const {
  if (!llvm::is_contained(impl->stages, stage))
    return llvm::createStringError("expects a stage among " +
                                   llvm::join(impl->stages, ", ") +
                                   ", but got '" + stage + "'");
  if (stage == "package")
    return writePackage({this});
  const auto &[programs, outside] = impl->programs;
  if (stage == "programs")
    return formatPrograms(programs) + formatOutside(outside);
  if (stage == "programs.json")
    return formatGraphAsJSON(impl->programs);
  if (!stage.starts_with("report"))
    return impl->backend->emit(stage);
  llvm::Expected<std::vector<KernelReport>> kernels = getReport();
  if (!kernels)
    return kernels.takeError();
  bool onGPU = impl->options.target.kind != Target::Kind::CPU;
  return stage == "report"
             ? formatReport(*kernels, onGPU) + formatOutside(outside)
             : formatReportAsJSON(*kernels, onGPU);
}

llvm::Expected<runtime::PackagedKernel>
CompiledGraph::getPackagedKernel() const {
  runtime::PackagedKernel kernel{impl->options.entry, impl->signature,
                                 std::nullopt, std::nullopt};
  if (llvm::Error error = impl->backend->addCode(kernel))
    return std::move(error);
  return kernel;
}

const GraphReport &CompiledGraph::getPrograms() const { return impl->programs; }

llvm::Expected<std::vector<KernelReport>> CompiledGraph::getReport() const {
  return impl->backend->getReport();
}

static runtime::Span<TensorView> toSpan(llvm::ArrayRef<TensorView> views) {
  return {views.data(), views.size()};
}

static llvm::Error toError(const runtime::Status &status) {
  return status ? llvm::Error::success()
                : llvm::createStringError(status.message());
}

llvm::Expected<std::vector<std::vector<int64_t>>>
CompiledGraph::getResultShapes(llvm::ArrayRef<TensorView> arguments) const {
  if (llvm::Error error =
          toError(impl->signature.checkArguments(toSpan(arguments))))
    return std::move(error);
  return impl->signature.getResultShapes(toSpan(arguments));
}

llvm::Error CompiledGraph::checkCall(llvm::ArrayRef<TensorView> arguments,
                                     llvm::ArrayRef<TensorView> results) const {
  return toError(impl->signature.check(toSpan(arguments), toSpan(results)));
}

/// Checks a call and runs it.
llvm::Error
CompiledGraph::Impl::run(llvm::ArrayRef<TensorView> given,
                         llvm::ArrayRef<TensorView> destinations,
                         const RunOptions &runOptions,
                         std::vector<emulator::Counters> *counters) const {
  if (llvm::Error error =
          toError(signature.check(toSpan(given), toSpan(destinations))))
    return error;
  std::vector<TensorView> buffers = given.vec();
  buffers.insert(buffers.end(), destinations.begin(), destinations.end());
  for (TensorView &buffer : buffers)
    buffer.strides = getStrides(buffer);
  return backend->run(buffers, runOptions, counters);
}

llvm::Error CompiledGraph::run(llvm::ArrayRef<TensorView> arguments,
                               llvm::ArrayRef<TensorView> results,
                               const RunOptions &options) const {
  return impl->run(arguments, results, options, nullptr);
}

llvm::Expected<std::vector<emulator::Counters>>
CompiledGraph::runCounted(llvm::ArrayRef<TensorView> arguments,
                          llvm::ArrayRef<TensorView> results,
                          const RunOptions &options) const {
  if (impl->options.target.kind != Target::Kind::Emulated)
    return llvm::createStringError("expects target 'emulated' to count what "
                                   "kernels do; compile for it");
  std::vector<emulator::Counters> counters;
  if (llvm::Error error = impl->run(arguments, results, options, &counters))
    return std::move(error);
  return counters;
}

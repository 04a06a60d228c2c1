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

#include "CallConstraints.h"
#include "CompiledGraphImpl.h"
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

std::vector<StringRef> seednorm::getStagesOf(Target::Kind kind) {
  std::vector<StringRef> stages =
      (kind == Target::Kind::CPU ? getCPUStages() : getGPUStages()).vec();
  stages.insert(stages.end(), {"package", "report", "report.json", "programs",
                               "programs.json"});
  return stages;
}

llvm::Error seednorm::checkOptions(const CompileOptions &options) {
  if (options.target.kind != Target::Kind::CPU)
    return llvm::Error::success();
  if (options.approximate.any())
    return llvm::createStringError(
        "expects no approximate functions for target 'cpu', as these are "
        "instructions of a GPU, but got '" +
        options.approximate.getNames() + "'");
  return llvm::Error::success();
}

llvm::Expected<std::unique_ptr<CompiledGraph>>
CompiledGraph::compile(StringRef text, const CompileOptions &options,
                       StringRef bufferName) {
  if (llvm::Error error = checkOptions(options))
    return std::move(error);
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
  llvm::Expected<std::unique_ptr<Backend>> backend =
      create(std::move(input), std::move(*given));
  if (!backend)
    return backend.takeError();
  std::vector<int64_t> alignments = (*backend)->getAlignments();
  for (auto [index, alignment] : llvm::enumerate(alignments))
    setAlignment(getSpec(impl->signature, index), alignment);
  impl->stages = getStagesOf(options.target.kind);
  impl->backend = backend->get();
  impl->executable = std::move(*backend);
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
  return impl->executable->getNumKernels();
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
  llvm::Expected<const Impl &> compiled = impl->getCompiled();
  if (!compiled)
    return compiled.takeError();
  const auto &[programs, outside] = compiled->programs;
  if (stage == "programs")
    return formatPrograms(programs) + formatOutside(outside);
  if (stage == "programs.json")
    return formatGraphAsJSON(compiled->programs);
  if (!stage.starts_with("report"))
    return compiled->backend->emit(stage);
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
  llvm::Expected<const Impl &> compiled = impl->getCompiled();
  if (!compiled)
    return compiled.takeError();
  runtime::PackagedKernel kernel{impl->options.entry, impl->signature,
                                 std::nullopt, std::nullopt};
  if (llvm::Error error = compiled->backend->addCode(kernel))
    return std::move(error);
  return kernel;
}

llvm::Expected<const GraphReport &> CompiledGraph::getPrograms() const {
  llvm::Expected<const Impl &> compiled = impl->getCompiled();
  if (!compiled)
    return compiled.takeError();
  return compiled->programs;
}

llvm::Expected<std::vector<KernelReport>> CompiledGraph::getReport() const {
  llvm::Expected<const Impl &> compiled = impl->getCompiled();
  if (!compiled)
    return compiled.takeError();
  return compiled->backend->getReport();
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

llvm::Error
CompiledGraph::Impl::run(llvm::ArrayRef<TensorView> given,
                         llvm::ArrayRef<TensorView> destinations,
                         const RunOptions &runOptions,
                         std::vector<emulator::Counters> *counters) const {
  if (!runOptions.isChecked)
    if (llvm::Error error =
            toError(signature.check(toSpan(given), toSpan(destinations))))
      return error;
  std::vector<TensorView> buffers;
  buffers.reserve(given.size() + destinations.size());
  buffers.insert(buffers.end(), given.begin(), given.end());
  buffers.insert(buffers.end(), destinations.begin(), destinations.end());
  return executable->run(buffers, runOptions, counters);
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

//===- CPUBackend.cpp - Row loops on this machine -------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiles a graph with LLVM's JIT and calls it with memref descriptors.
//
//===----------------------------------------------------------------------===//

#include "Backend.h"

#include "seednorm/Dialect/Row/Transforms/Schedule.h"
#include "seednorm/Pipelines/Pipelines.h"
#include "seednorm/Runtime/CPUFeatures.h"
#include "seednorm/Runtime/Package.h"
#include "seednorm/Target/CPU/HostJIT.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/raw_ostream.h"

using namespace seednorm;
using llvm::StringRef;

namespace {

class CPUBackend final : public Backend {
public:
  explicit CPUBackend(BackendInput input) : input(std::move(input)) {}

  llvm::Error compile(Graph graph);

  int64_t getNumKernels() const override { return programs.size(); }
  llvm::Expected<std::string> emit(StringRef stage) const override;
  llvm::Expected<std::vector<KernelReport>> getReport() const override;
  std::vector<int64_t> getAlignments() const override;
  llvm::Error addCode(runtime::PackagedKernel &kernel) const override;
  llvm::Error run(llvm::ArrayRef<TensorView> buffers, const RunOptions &options,
                  std::vector<emulator::Counters> *counters) const override;

private:
  /// Lowers a bufferized graph to the LLVM dialect.
  llvm::Error lower(mlir::ModuleOp module) const;

  BackendInput input;
  CPUPipelineOptions pipeline;
  HostJITOptions jitOptions;
  std::vector<KernelReport> programs;
  std::unique_ptr<HostJIT> jit;
  runtime::PackedFunction entry = nullptr;
};

} // namespace

/// Options of the pipeline for this machine.
static void setHostOptions(CPUPipelineOptions &options) {
  HostCPU host = detectHostCPU();
  options.vectorBytes = host.vectorBytes;
  options.vectorRegisters = host.vectorBytes == 64 ? 32 : 16;
  options.nativeBFloat16 = host.hasBFloat16;
}

/// Whether some code is not vectors already and gains from LLVM's passes.
static bool hasScalarLoops(mlir::ModuleOp module) {
  return module
      .walk(
          [](mlir::linalg::LinalgOp) { return mlir::WalkResult::interrupt(); })
      .wasInterrupted();
}

llvm::Error CPUBackend::lower(mlir::ModuleOp module) const {
  return runPasses(
      module, [&](mlir::OpPassManager &pm) { buildCPUPipeline(pm, pipeline); });
}

llvm::Error CPUBackend::compile(Graph graph) {
  setHostOptions(pipeline);
  pipeline.override = input.options.schedule;
  programs = reportPrograms(graph.getEntry(input.options.entry));
  jitOptions.exports = {"_mlir_ciface_" + input.options.entry};
  jitOptions.contract = !(*graph.module)->hasAttr(kStrictAttrName);
  if (hasScalarLoops(*graph.module))
    jitOptions.optLevel = 2;
  if (llvm::Error error = lower(*graph.module))
    return error;
  DiagnosticCollector diagnostics(graph.context.get());
  if (llvm::Error error =
          HostJIT::create(*graph.module, jitOptions).moveInto(jit))
    return diagnostics.takeError(llvm::toString(std::move(error)));
  return jit->lookupPacked(jitOptions.exports.front()).moveInto(entry);
}

llvm::ArrayRef<StringRef> seednorm::getCPUStages() {
  static const StringRef stages[] = {"row", "scf", "llvm", "asm"};
  return stages;
}

/// The module as LLVM IR.
static llvm::Expected<std::string> printLLVMIR(mlir::ModuleOp module) {
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> translated =
      mlir::translateModuleToLLVMIR(module, context);
  if (!translated)
    return llvm::createStringError("the module has no translation to LLVM IR");
  std::string text;
  llvm::raw_string_ostream stream(text);
  translated->print(stream, nullptr);
  return text;
}

llvm::Expected<std::string> CPUBackend::emit(StringRef stage) const {
  llvm::Expected<Graph> graph = lowerToBuffers(input);
  if (!graph)
    return graph.takeError();
  if (stage == "row")
    return print(*graph->module);
  if (stage == "scf") {
    if (llvm::Error error =
            runPasses(*graph->module, [&](mlir::OpPassManager &pm) {
              buildRowToCPUPipeline(pm, pipeline);
            }))
      return std::move(error);
    return print(*graph->module);
  }
  if (llvm::Error error = lower(*graph->module))
    return std::move(error);
  if (stage == "asm")
    return emitHostAssembly(*graph->module, jitOptions);
  return printLLVMIR(*graph->module);
}

llvm::Expected<std::vector<KernelReport>> CPUBackend::getReport() const {
  llvm::Expected<Graph> graph = lowerToBuffers(input);
  if (!graph)
    return graph.takeError();
  if (llvm::Error error =
          runPasses(*graph->module, [&](mlir::OpPassManager &pm) {
            buildCPUSchedulePipeline(pm, pipeline);
          }))
    return std::move(error);
  std::vector<KernelReport> reports = programs;
  size_t number = 0;
  graph->getEntry(input.options.entry).walk([&](row::ProgramOp program) {
    KernelReport &report = reports[number];
    report.name = input.options.entry + "_rows" + std::to_string(number);
    llvm::raw_string_ostream(report.schedule) << program.getScheduleAttr();
    report.accesses = row::describeCPUAccesses(
        program, mlir::cast<row::CPUScheduleAttr>(program.getScheduleAttr()),
        {pipeline.vectorBytes, pipeline.vectorRegisters,
         pipeline.nativeBFloat16, pipeline.cacheBytes});
    ++number;
  });
  return reports;
}

std::vector<int64_t> CPUBackend::getAlignments() const {
  // Vector accesses of this line claim no more than an element's alignment.
  std::vector<int64_t> alignments;
  for (const TensorSpec &spec : input.getSpecs())
    alignments.push_back(getByteWidth(spec.type));
  return alignments;
}

llvm::Error CPUBackend::addCode(runtime::PackagedKernel &kernel) const {
  const runtime::CPUImage &image = jit->getImage();
  kernel.cpu =
      runtime::CPUCode{runtime::getCPUArchitecture(), getHostCodeFeatures(),
                       image.exports.front().name, image, getNumKernels()};
  return llvm::Error::success();
}

llvm::Error CPUBackend::run(llvm::ArrayRef<TensorView> buffers,
                            const RunOptions &,
                            std::vector<emulator::Counters> *counters) const {
  assert(!counters && "only the emulator counts");
  runtime::callOnMemRefs(entry, runtime::Span(buffers.data(), buffers.size()));
  return llvm::Error::success();
}

llvm::Expected<std::unique_ptr<Backend>>
seednorm::createCPUBackend(BackendInput input, Graph graph) {
  auto backend = std::make_unique<CPUBackend>(std::move(input));
  if (llvm::Error error = backend->compile(std::move(graph)))
    return std::move(error);
  return backend;
}

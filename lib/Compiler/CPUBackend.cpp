//===- CPUBackend.cpp - Row loops on a processor --------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiles a graph to an image and, where this machine can run it, calls it
// with memref descriptors.
//
//===----------------------------------------------------------------------===//

#include "Backend.h"

#include "CPULoops.h"

#include "seednorm/Dialect/Row/Transforms/Schedule.h"
#include "seednorm/Pipelines/Pipelines.h"
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
  TargetCPU cpu;
  CPUPipelineOptions pipeline;
  CPUCodeOptions codeOptions;
  std::vector<KernelReport> programs;
  runtime::CPUImage image;
  std::unique_ptr<HostJIT> jit; ///< Null for code that does not run here.
  runtime::PackedFunction entry = nullptr;
};

} // namespace

/// Whether some code is not vectors already and gains from LLVM's passes.
static bool hasScalarLoops(mlir::ModuleOp module) {
  return module
      .walk(
          [](mlir::linalg::LinalgOp) { return mlir::WalkResult::interrupt(); })
      .wasInterrupted();
}

llvm::Error CPUBackend::lower(mlir::ModuleOp module) const {
  return runPasses(
      module, [&](mlir::OpPassManager &pm) { buildCPUPipeline(pm, pipeline); },
      Verify::AtEnd);
}

llvm::Error CPUBackend::compile(Graph graph) {
  if (llvm::Error error = getTargetCPU(input.options.target).moveInto(cpu))
    return error;
  pipeline.vectorBytes = cpu.vectorBytes;
  pipeline.vectorRegisters = cpu.vectorRegisters;
  pipeline.nativeBFloat16 = cpu.hasBFloat16;
  pipeline.cacheBytes = cpu.cacheBytes;
  pipeline.firstCacheBytes = cpu.firstCacheBytes;
  pipeline.firstCacheWays = cpu.firstCacheWays;
  pipeline.override = input.options.schedule;
  pipeline.nativeFMA = cpu.hasFMA;
  programs = reportPrograms(graph.getEntry(input.options.entry));
  codeOptions.exports = {"_mlir_ciface_" + input.options.entry};
  codeOptions.contract = !(*graph.module)->hasAttr(kStrictAttrName);
  if (hasScalarLoops(*graph.module))
    codeOptions.optLevel = 2;
  if (llvm::Error error = lower(*graph.module))
    return error;
  DiagnosticCollector diagnostics(graph.context.get());
  if (llvm::Error error =
          compileImage(*graph.module, cpu, codeOptions).moveInto(image))
    return diagnostics.takeError(llvm::toString(std::move(error)));
  if (llvm::Error error = checkRunsHere(cpu)) {
    llvm::consumeError(std::move(error)); // A call says so.
    return llvm::Error::success();
  }
  if (llvm::Error error = HostJIT::load(image).moveInto(jit))
    return error;
  return jit->lookupPacked(codeOptions.exports.front()).moveInto(entry);
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
    return emitAssembly(*graph->module, cpu, codeOptions);
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
         pipeline.nativeBFloat16, pipeline.cacheBytes, pipeline.firstCacheBytes,
         pipeline.firstCacheWays});
    ++number;
  });
  if (llvm::Error error = reportLoops(graph->getEntry(input.options.entry), cpu,
                                      pipeline, codeOptions, reports))
    return std::move(error);
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
  kernel.cpu =
      runtime::CPUCode{cpu.architecture, cpu.needed, image.exports.front().name,
                       image, getNumKernels()};
  return llvm::Error::success();
}

llvm::Error CPUBackend::run(llvm::ArrayRef<TensorView> buffers,
                            const RunOptions &,
                            std::vector<emulator::Counters> *counters) const {
  assert(!counters && "only the emulator counts");
  // Asked for once: looking takes longer than many a call.
  if (!jit)
    return checkRunsHere(cpu);
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

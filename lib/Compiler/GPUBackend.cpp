//===- GPUBackend.cpp - Kernels on a device or on the emulator ------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiles a graph to a launch plan and LLVM IR for its kernels; the emulator
// and the NVPTX back end take it from there.
//
//===----------------------------------------------------------------------===//

#include "GPUBackend.h"

#include "seednorm/Dialect/Row/IR/Row.h"
#include "seednorm/Pipelines/GPU.h"
#include "seednorm/Target/NVPTX/NVPTX.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/raw_ostream.h"

using namespace seednorm;
using llvm::StringRef;

llvm::ArrayRef<StringRef> seednorm::getGPUStages() {
  static const StringRef stages[] = {"row", "gpu",   "nvvm", "llvm",
                                     "ptx", "cubin", "sass", "launches"};
  return stages;
}

llvm::Error GPUBackend::compile(Graph graph) {
  mlir::ModuleOp module = *graph.module;
  contract = !module->hasAttr(kStrictAttrName);
  if (llvm::Error error = runPasses(module, [&](mlir::OpPassManager &pm) {
        buildRowToGPUPipeline(pm, architecture.chip, input.options.schedule);
      }))
    return error;
  llvm::Expected<LaunchPlan> built =
      buildLaunchPlan(graph.getEntry(input.options.entry));
  if (!built)
    return built.takeError();
  plan = std::move(*built);
  for (const KernelReport &program : programs) {
    roles.push_back(program.roles);
    if (llvm::is_contained(program.roles, KernelReport::Role::Partial))
      roles.emplace_back();
  }
  llvm::Expected<LLVMKernels> kernels = translate(module);
  if (!kernels)
    return kernels.takeError();
  if (input.options.target.kind == Target::Kind::GPU)
    return emitPTXOf(std::move(*kernels)).moveInto(ptx);
  return emulator::Emulator::create(std::move(kernels->module),
                                    std::move(kernels->context))
      .moveInto(emulated);
}

/// Lowers kernels in the gpu dialect to LLVM IR, for both ways on.
llvm::Expected<GPUBackend::LLVMKernels>
GPUBackend::translate(mlir::ModuleOp module) const {
  if (llvm::Error error = runPasses(module, [&](mlir::OpPassManager &pm) {
        buildGPUToNVVMPipeline(pm, architecture.chip,
                               input.options.approximate);
      }))
    return std::move(error);
  LLVMKernels kernels{std::make_unique<llvm::LLVMContext>(), nullptr};
  auto gpuModules = module.getOps<mlir::gpu::GPUModuleOp>();
  if (gpuModules.empty())
    return llvm::createStringError(
        "expects at least one norm or row program for a GPU, but function '" +
        input.options.entry + "' has none");
  DiagnosticCollector diagnostics(module.getContext());
  auto translated = translateKernelsToLLVMIR(*gpuModules.begin(), architecture,
                                             *kernels.context);
  if (!translated)
    return diagnostics.takeError(llvm::toString(translated.takeError()));
  kernels.module = std::move(*translated);
  return kernels;
}

llvm::Expected<std::string> GPUBackend::emitPTXOf(LLVMKernels kernels) const {
  return seednorm::emitPTX(*kernels.module, architecture, contract);
}

llvm::Expected<GPUBackend::LLVMKernels> GPUBackend::translateAgain() const {
  llvm::Expected<Graph> graph = lowerToBuffers(input);
  if (!graph)
    return graph.takeError();
  if (llvm::Error error =
          runPasses(*graph->module, [&](mlir::OpPassManager &pm) {
            buildRowToGPUPipeline(pm, architecture.chip,
                                  input.options.schedule);
          }))
    return std::move(error);
  return translate(*graph->module);
}

llvm::Expected<std::string> GPUBackend::getPTX() const {
  std::lock_guard<std::mutex> lock(mutex);
  if (!ptx.empty())
    return ptx;
  llvm::Expected<LLVMKernels> kernels = translateAgain();
  if (!kernels)
    return kernels.takeError();
  if (llvm::Error error = emitPTXOf(std::move(*kernels)).moveInto(ptx))
    return std::move(error);
  return ptx;
}

llvm::Expected<Cubin> GPUBackend::getCubin() const {
  llvm::Expected<std::string> text = getPTX();
  if (!text)
    return text.takeError();
  std::lock_guard<std::mutex> lock(mutex);
  if (cubin.bytes.empty())
    if (llvm::Error error =
            assemblePTX(*text, architecture, input.options.ptxas)
                .moveInto(cubin))
      return std::move(error);
  return cubin;
}

llvm::Expected<std::string> GPUBackend::getSASS() const {
  llvm::Expected<Cubin> binary = getCubin();
  if (!binary)
    return binary.takeError();
  return disassembleCubin(binary->bytes, input.options.nvdisasm);
}

llvm::Expected<std::string> GPUBackend::emit(StringRef stage) const {
  if (stage == "ptx")
    return getPTX();
  if (stage == "sass")
    return getSASS();
  if (stage == "launches") {
    std::vector<int64_t> ranks;
    for (const TensorSpec &spec : input.getSpecs())
      ranks.push_back(spec.shape.size());
    return formatLaunchPlan(plan, ranks);
  }
  if (stage == "cubin") {
    llvm::Expected<Cubin> binary = getCubin();
    if (!binary)
      return binary.takeError();
    return binary->bytes;
  }
  if (stage == "llvm") {
    llvm::Expected<LLVMKernels> kernels = translateAgain();
    if (!kernels)
      return kernels.takeError();
    std::string text;
    llvm::raw_string_ostream stream(text);
    kernels->module->print(stream, nullptr);
    return text;
  }
  llvm::Expected<Graph> graph = lowerToBuffers(input);
  if (!graph)
    return graph.takeError();
  if (llvm::Error error =
          runPasses(*graph->module, [&](mlir::OpPassManager &pm) {
            if (stage == "row")
              return;
            buildRowToGPUPipeline(pm, architecture.chip,
                                  input.options.schedule);
            if (stage == "nvvm")
              buildGPUToNVVMPipeline(pm, architecture.chip,
                                     input.options.approximate);
          }))
    return std::move(error);
  return print(*graph->module);
}

std::vector<int64_t> GPUBackend::getAlignments() const {
  // Accesses of up to 16 bytes; a base aligned to that serves them all.
  return std::vector<int64_t>(
      input.signature.arguments.size() + input.signature.results.size(), 16);
}

llvm::Error GPUBackend::run(llvm::ArrayRef<TensorView> buffers,
                            const RunOptions &options,
                            std::vector<emulator::Counters> *counters) const {
  runtime::Result<std::vector<int64_t>> sizes = runtime::evaluatePlan(
      plan, runtime::Span(buffers.data(), buffers.size()));
  if (!sizes)
    return llvm::createStringError(sizes.message());
  if (input.options.target.kind == Target::Kind::Emulated)
    return runEmulated(*emulated, buffers, *sizes, options, counters);
  return runOnDevice(buffers, *sizes, options);
}

/// Of what a kernel takes, the one ahead of it may write all but parameters.
static void
markFromPredecessor(std::vector<emulator::Region> &regions,
                    llvm::ArrayRef<int64_t> buffers,
                    llvm::ArrayRef<KernelReport::Role> bufferRoles) {
  for (auto [index, buffer] : llvm::enumerate(buffers))
    if (bufferRoles.empty() ||
        bufferRoles[index] != KernelReport::Role::Parameter)
      regions[buffer].fromPredecessor = true;
}

llvm::Error GPUBackend::runEmulated(
    emulator::Emulator &emulator, llvm::ArrayRef<TensorView> buffers,
    llvm::ArrayRef<int64_t> sizes, const RunOptions &options,
    std::vector<emulator::Counters> *counters) const {
  std::vector<emulator::Region> regions;
  for (auto [index, spec] : llvm::enumerate(input.getSpecs())) {
    const TensorView &buffer = buffers[index];
    bool isResult = index >= input.signature.arguments.size();
    regions.push_back({spec.name, buffer.data,
                       static_cast<uint64_t>(getExtent(buffer)), isResult});
  }
  // 16 bytes more than asked for, to start at a multiple of 16.
  std::vector<std::vector<char>> memory;
  for (auto [index, temporary] : llvm::enumerate(plan.temporaries)) {
    int64_t bytes = sizes[temporary.bytes];
    memory.emplace_back(bytes + 16, char(0xA5));
    auto base =
        llvm::alignTo(reinterpret_cast<uintptr_t>(memory.back().data()), 16);
    regions.push_back({"temporary " + std::to_string(index),
                       reinterpret_cast<void *>(base),
                       static_cast<uint64_t>(bytes), true});
  }
  for (auto [index, constant] : llvm::enumerate(plan.constants)) {
    const std::string &bytes = constant.bytes;
    std::vector<char> &copy = memory.emplace_back(bytes.size() + 16);
    auto base = llvm::alignTo(reinterpret_cast<uintptr_t>(copy.data()), 16);
    llvm::copy(bytes, reinterpret_cast<char *>(base));
    regions.push_back({"constant " + std::to_string(index),
                       reinterpret_cast<void *>(base), bytes.size(), false});
  }
  for (const auto &[step, bufferRoles] :
       llvm::zip_equal(plan.launches, roles)) {
    emulator::Launch launch;
    launch.kernel = step.kernel;
    launch.grid[0] = sizes[step.blocks];
    launch.block[0] = sizes[step.threads];
    launch.sharedBytes = step.dynamicSharedBytes;
    // The device is asked for as many, too.
    launch.allowNonPortableCluster = true;
    launch.dependent = step.dependent;
    launch.regions = regions;
    if (step.dependent)
      markFromPredecessor(launch.regions, step.buffers, bufferRoles);
    launch.seed = options.seed;
    for (int64_t buffer : step.buffers)
      launch.arguments.push_back(&regions[buffer].base);
    for (int64_t number : step.numbers)
      launch.arguments.push_back(const_cast<int64_t *>(&sizes[number]));
    llvm::Expected<emulator::Counters> counted = emulator.launch(launch);
    if (!counted)
      return counted.takeError();
    if (counters)
      counters->push_back(std::move(*counted));
  }
  return llvm::Error::success();
}

llvm::Expected<std::unique_ptr<Backend>>
seednorm::createGPUBackend(BackendInput input, Graph graph) {
  llvm::Expected<const NVPTXArchitecture *> architecture =
      lookupNVPTXArchitecture(input.options.target.chip);
  if (!architecture)
    return architecture.takeError();
  std::vector<KernelReport> programs =
      reportPrograms(graph.getEntry(input.options.entry));
  auto backend = std::make_unique<GPUBackend>(std::move(input), **architecture,
                                              std::move(programs));
  if (llvm::Error error = backend->compile(std::move(graph)))
    return std::move(error);
  return backend;
}

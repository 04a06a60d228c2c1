//===- mini-compiler.cpp - A compiler with seednorm inside ----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads a module of linalg, and writes PTX of its kernels and an object file
// for this machine. Parsing, diagnostics and files are its own; the way from
// linalg down is seednorm's pipelines, as functions.
//
//===----------------------------------------------------------------------===//

#include "EmitObject.h"

#include "seednorm/InitAllDialects.h"
#include "seednorm/Pipelines/GPU.h"
#include "seednorm/Pipelines/Pipelines.h"
#include "seednorm/Target/CPU/TargetCPU.h"
#include "seednorm/Target/NVPTX/NVPTX.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/ToolOutputFile.h"

using namespace mlir;
namespace cl = llvm::cl;

static cl::opt<std::string> inputPath(cl::Positional, cl::desc("<MLIR module>"),
                                      cl::init("-"));
static cl::opt<std::string>
    outputPath("o", cl::desc("Output files without .ptx and .o"),
               cl::init("out"));
static cl::opt<std::string> arch("arch", cl::desc("Architecture of the PTX"),
                                 cl::init("sm_90a"));

static llvm::Error writeFile(const std::string &path, llvm::StringRef bytes) {
  std::string message;
  std::unique_ptr<llvm::ToolOutputFile> file = openOutputFile(path, &message);
  if (!file)
    return llvm::createStringError(message);
  file->os() << bytes;
  file->keep();
  return llvm::Error::success();
}

/// From linalg to row programs on memrefs, where the ways part. This compiler
/// has no kernels for what is no row program.
static llvm::Error lowerToRows(ModuleOp module) {
  PassManager passes(module.getContext());
  seednorm::RowsPipelineOptions options;
  options.report = true; // A remark says of each op why it stays.
  seednorm::buildRowsPipeline(passes, options);
  if (failed(passes.run(module)))
    return llvm::createStringError("the module cannot become row programs");
  Operation *left = nullptr;
  module.walk([&](linalg::LinalgOp op) { left = op; });
  if (left)
    return llvm::createStringError("expects rows to normalize, but '" +
                                   left->getName().getStringRef() +
                                   "' has none");
  PassManager bufferize(module.getContext());
  seednorm::buildBufferizePipeline(bufferize);
  if (failed(bufferize.run(module)))
    return llvm::createStringError("the module cannot be bufferized");
  return llvm::Error::success();
}

static llvm::Expected<std::string> compileForGPU(ModuleOp module) {
  // Checked before pipelines are built for it.
  auto architecture = seednorm::lookupNVPTXArchitecture(arch);
  if (!architecture)
    return llvm::createStringError("--arch " +
                                   llvm::toString(architecture.takeError()));
  PassManager passes(module.getContext());
  seednorm::buildRowToGPUPipeline(passes, arch);
  seednorm::buildGPUToNVVMPipeline(passes, arch);
  if (failed(passes.run(module)))
    return llvm::createStringError("no kernels can be made for " + arch);
  std::string text;
  for (auto kernels : module.getOps<gpu::GPUModuleOp>()) {
    llvm::LLVMContext context;
    auto lowered =
        seednorm::translateKernelsToLLVMIR(kernels, **architecture, context);
    if (!lowered)
      return lowered.takeError();
    auto ptx = seednorm::emitPTX(**lowered, **architecture);
    if (!ptx)
      return ptx.takeError();
    text += *ptx;
  }
  if (text.empty())
    return llvm::createStringError("expects ops on rows, but there are none");
  return text;
}

static llvm::Expected<std::string> compileForCPU(ModuleOp module) {
  seednorm::TargetCPU cpu = seednorm::getHostCPU();
  seednorm::CPUPipelineOptions options;
  options.vectorBytes = cpu.vectorBytes;
  options.vectorRegisters = cpu.vectorRegisters;
  options.nativeBFloat16 = cpu.hasBFloat16;
  options.nativeFMA = cpu.hasFMA;
  PassManager passes(module.getContext());
  seednorm::buildCPUPipeline(passes, options);
  if (failed(passes.run(module)))
    return llvm::createStringError("no loops can be made for this machine");
  return emitObject(module, cpu.name, cpu.features);
}

static llvm::Error run(MLIRContext &context) {
  llvm::SourceMgr sources;
  SourceMgrDiagnosticHandler diagnostics(sources, &context);
  OwningOpRef<ModuleOp> module =
      parseSourceFile<ModuleOp>(inputPath, sources, &context);
  if (!module)
    return llvm::createStringError("expects an MLIR module");
  if (llvm::Error error = lowerToRows(*module))
    return error;
  OwningOpRef<ModuleOp> kernels = module->clone();
  llvm::Expected<std::string> ptx = compileForGPU(*kernels);
  if (!ptx)
    return ptx.takeError();
  llvm::Expected<std::string> object = compileForCPU(*module);
  if (!object)
    return object.takeError();
  if (llvm::Error error = writeFile(outputPath + ".ptx", *ptx))
    return error;
  return writeFile(outputPath + ".o", *object);
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::ParseCommandLineOptions(argc, argv, "linalg to PTX and an object file\n");
  DialectRegistry registry;
  registerAllDialects(registry);
  registerAllExtensions(registry);
  registerAllToLLVMIRTranslations(registry);
  seednorm::registerAllDialects(registry);
  MLIRContext context(registry);
  if (llvm::Error error = run(context)) {
    llvm::errs() << "error: " << llvm::toString(std::move(error)) << '\n';
    return 1;
  }
  return 0;
}

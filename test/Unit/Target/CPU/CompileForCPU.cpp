//===- CompileForCPU.cpp - From text to a function on this machine --------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Parses, runs the pipelines, and hands the module to the JIT.
//
//===----------------------------------------------------------------------===//

#include "CompileForCPU.h"

#include "seednorm/InitAllDialects.h"
#include "seednorm/Pipelines/Pipelines.h"

#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Parser/Parser.h"

using namespace mlir;
using namespace seednorm;

static const DialectRegistry &getRegistry() {
  static const DialectRegistry registry = [] {
    DialectRegistry all;
    mlir::registerAllDialects(all);
    mlir::registerAllExtensions(all);
    seednorm::registerAllDialects(all);
    return all;
  }();
  return registry;
}

llvm::Expected<std::unique_ptr<HostJIT>> compileForCPU(llvm::StringRef text,
                                                       int64_t vectorBytes,
                                                       bool nativeBFloat16,
                                                       bool nativeFMA) {
  MLIRContext context(getRegistry());
  auto module = parseSourceString<ModuleOp>(text, &context);
  if (!module)
    return llvm::createStringError("the text does not parse");
  CPUPipelineOptions options;
  options.vectorBytes = vectorBytes;
  options.nativeBFloat16 = nativeBFloat16;
  options.nativeFMA = nativeFMA;
  PassManager pm(&context);
  buildBufferizePipeline(pm);
  buildCPUPipeline(pm, options);
  if (failed(pm.run(*module)))
    return llvm::createStringError("the pipeline fails");
  CPUCodeOptions code;
  code.contract = nativeFMA;
  return HostJIT::create(*module, code);
}

llvm::Expected<std::unique_ptr<HostJIT>>
compileLLVM(llvm::StringRef text, const CPUCodeOptions &options) {
  MLIRContext context(getRegistry());
  auto module = parseSourceString<ModuleOp>(text, &context);
  if (!module)
    return llvm::createStringError("the text does not parse");
  return HostJIT::create(*module, options);
}

llvm::Expected<std::string> emitObject(llvm::StringRef text,
                                       const CPUCodeOptions &options) {
  MLIRContext context(getRegistry());
  auto module = parseSourceString<ModuleOp>(text, &context);
  if (!module)
    return llvm::createStringError("the text does not parse");
  return emitObject(*module, getHostCPU(), options);
}

llvm::Expected<std::string> emitAssembly(llvm::StringRef text) {
  MLIRContext context(getRegistry());
  auto module = parseSourceString<ModuleOp>(text, &context);
  if (!module)
    return llvm::createStringError("the text does not parse");
  return emitAssembly(*module, getHostCPU());
}

//===- HostJIT.cpp - Run compiled functions on this machine ---------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// MLIR's execution engine with our code generation options and the symbols
// that generated code calls.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Target/CPU/HostJIT.h"

#include "HostMachine.h"

#include "seednorm/Runtime/ThreadPool.h"

#include "mlir/ExecutionEngine/ExecutionEngine.h"
#include "mlir/ExecutionEngine/OptUtils.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/bit.h"
#include "llvm/ExecutionEngine/Orc/CoreContainers.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"

using namespace mlir;
using namespace seednorm;

//===----------------------------------------------------------------------===//
// Functions that generated code calls
//===----------------------------------------------------------------------===//

/// `value` as a float of 16 bits, in the register that returns a float: its low
/// half.
static float returnNarrow(llvm::APFloat value,
                          const llvm::fltSemantics &semantics) {
  bool inexact;
  value.convert(semantics, llvm::APFloat::rmNearestTiesToEven, &inexact);
  return llvm::bit_cast<float>(uint32_t(value.bitcastToAPInt().getZExtValue()));
}

// LLVM calls these for sums of bf16 and conversions from f64 on machines
// without bf16; libgcc has them from version 13 on.
static float truncateFloat(float value) {
  return returnNarrow(llvm::APFloat(value), llvm::APFloat::BFloat());
}
static float truncateDouble(double value) {
  return returnNarrow(llvm::APFloat(value), llvm::APFloat::BFloat());
}

// And this on machines without f16, which libgcc has in a static library only.
static float truncateDoubleToHalf(double value) {
  return returnNarrow(llvm::APFloat(value), llvm::APFloat::IEEEhalf());
}

static llvm::orc::SymbolMap getSymbols(llvm::orc::MangleAndInterner interner) {
  llvm::orc::SymbolMap symbols;
  auto add = [&](llvm::StringRef name, auto *function) {
    symbols[interner(name)] = {llvm::orc::ExecutorAddr::fromPtr(function),
                               llvm::JITSymbolFlags::Exported};
  };
  add("seednorm_parallel_for", &seednorm_parallel_for);
  add("__truncsfbf2", &truncateFloat);
  add("__truncdfbf2", &truncateDouble);
  add("__truncdfhf2", &truncateDoubleToHalf);
  return symbols;
}

//===----------------------------------------------------------------------===//
// HostJIT
//===----------------------------------------------------------------------===//

static void registerTranslations(MLIRContext &context) {
  registerBuiltinDialectTranslation(context);
  registerLLVMDialectTranslation(context);
}

HostJIT::HostJIT(std::unique_ptr<ExecutionEngine> engine)
    : engine(std::move(engine)) {}
HostJIT::~HostJIT() = default;

llvm::Expected<std::unique_ptr<HostJIT>>
HostJIT::create(ModuleOp module, const HostJITOptions &options) {
  registerTranslations(*module.getContext());
  auto machine = createHostMachine(options.contract);
  if (!machine)
    return machine.takeError();
  auto optimize = makeOptimizingTransformer(options.optLevel, /*sizeLevel=*/0,
                                            machine->get());
  ExecutionEngineOptions engineOptions;
  if (options.optLevel > 0)
    engineOptions.transformer = optimize;
  engineOptions.jitCodeGenOptLevel = llvm::CodeGenOptLevel::Default;
  engineOptions.enableGDBNotificationListener = false;
  engineOptions.enablePerfNotificationListener = false;
  auto engine =
      ExecutionEngine::create(module, engineOptions, std::move(*machine));
  if (!engine)
    return engine.takeError();
  (*engine)->registerSymbols(getSymbols);
  (*engine)->initialize();
  return std::unique_ptr<HostJIT>(new HostJIT(std::move(*engine)));
}

llvm::Expected<void *> HostJIT::lookup(llvm::StringRef name) const {
  return engine->lookup(name);
}

llvm::Expected<void (*)(void **)>
HostJIT::lookupPacked(llvm::StringRef name) const {
  return engine->lookupPacked(name);
}

//===----------------------------------------------------------------------===//
// Assembly
//===----------------------------------------------------------------------===//

llvm::Expected<std::string>
seednorm::emitHostAssembly(ModuleOp module, const HostJITOptions &options) {
  registerTranslations(*module.getContext());
  auto machine = createHostMachine(options.contract);
  if (!machine)
    return machine.takeError();
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> lowered =
      translateModuleToLLVMIR(module, context);
  if (!lowered)
    return llvm::createStringError("the module is not in the LLVM dialect");
  ExecutionEngine::setupTargetTripleAndDataLayout(lowered.get(),
                                                  machine->get());
  if (options.optLevel > 0)
    if (llvm::Error error = makeOptimizingTransformer(
            options.optLevel, /*sizeLevel=*/0, machine->get())(lowered.get()))
      return error;
  llvm::SmallString<0> text;
  llvm::raw_svector_ostream stream(text);
  llvm::legacy::PassManager passes;
  if ((*machine)->addPassesToEmitFile(passes, stream, /*DwoOut=*/nullptr,
                                      llvm::CodeGenFileType::AssemblyFile))
    return llvm::createStringError("this machine's code has no text form");
  passes.run(*lowered);
  return text.str().str();
}

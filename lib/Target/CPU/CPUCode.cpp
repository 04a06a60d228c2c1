//===- CPUCode.cpp - Machine code for a processor -------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One way for all code: an object file, linked to an image, which the run-time
// library loads, here or from a package.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Target/CPU/CPUCode.h"

#include "CPUMachine.h"
#include "LinkImage.h"

#include "mlir/ExecutionEngine/ExecutionEngine.h"
#include "mlir/ExecutionEngine/OptUtils.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"

using namespace mlir;
using namespace seednorm;

/// What the packed form of a function is found by.
static constexpr llvm::StringLiteral kPackedPrefix = "_mlir_";

std::string seednorm::getPackedName(llvm::StringRef name) {
  return (kPackedPrefix + name).str();
}

//===----------------------------------------------------------------------===//
// LLVM IR
//===----------------------------------------------------------------------===//

/// Adds a function that takes the addresses of the arguments of `function` and,
/// behind them, of its result.
static void addPacked(llvm::Function &function) {
  llvm::LLVMContext &context = function.getContext();
  auto *pointer = llvm::PointerType::getUnqual(context);
  auto *type = llvm::FunctionType::get(llvm::Type::getVoidTy(context), pointer,
                                       /*isVarArg=*/false);
  auto *packed = llvm::Function::Create(
      type, llvm::GlobalValue::ExternalLinkage,
      llvm::Twine(kPackedPrefix) + function.getName(), function.getParent());
  packed->setDSOLocal(true);
  llvm::IRBuilder<> builder(llvm::BasicBlock::Create(context, "", packed));
  auto getAddress = [&](unsigned index) {
    llvm::Value *slot =
        builder.CreateConstGEP1_64(pointer, packed->getArg(0), index);
    return builder.CreateLoad(pointer, slot);
  };
  llvm::SmallVector<llvm::Value *> arguments;
  for (auto [index, argument] : llvm::enumerate(function.args()))
    arguments.push_back(
        builder.CreateLoad(argument.getType(), getAddress(index)));
  llvm::Value *result = builder.CreateCall(&function, arguments);
  if (!result->getType()->isVoidTy())
    builder.CreateStore(result, getAddress(arguments.size()));
  builder.CreateRetVoid();
}

static void addAllPacked(llvm::Module &module, const CPUCodeOptions &options) {
  llvm::SmallVector<llvm::Function *> functions;
  for (llvm::Function &function : module) {
    if (function.isDeclaration())
      continue;
    function.setDSOLocal(true);
    if (!function.hasLocalLinkage() &&
        (options.exports.empty() ||
         llvm::is_contained(options.exports, function.getName())))
      functions.push_back(&function);
  }
  for (llvm::Function *function : functions)
    addPacked(*function);
}

/// The LLVM IR of a module in the LLVM dialect, as code is generated from it.
static llvm::Expected<std::unique_ptr<llvm::Module>>
translate(ModuleOp module, llvm::LLVMContext &context,
          llvm::TargetMachine &machine, const CPUCodeOptions &options) {
  registerBuiltinDialectTranslation(*module.getContext());
  registerLLVMDialectTranslation(*module.getContext());
  std::unique_ptr<llvm::Module> lowered =
      translateModuleToLLVMIR(module, context);
  if (!lowered)
    return llvm::createStringError("the module is not in the LLVM dialect");
  ExecutionEngine::setupTargetTripleAndDataLayout(lowered.get(), &machine);
  if (options.optLevel > 0)
    if (llvm::Error error = makeOptimizingTransformer(
            options.optLevel, /*sizeLevel=*/0, &machine)(lowered.get()))
      return error;
  return lowered;
}

static llvm::Error emitFile(llvm::Module &module, llvm::TargetMachine &machine,
                            llvm::CodeGenFileType type,
                            llvm::SmallVectorImpl<char> &bytes) {
  llvm::raw_svector_ostream stream(bytes);
  llvm::legacy::PassManager passes;
  if (machine.addPassesToEmitFile(passes, stream, /*DwoOut=*/nullptr, type))
    return llvm::createStringError("the processor's code has no such form");
  passes.run(module);
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Forms of code
//===----------------------------------------------------------------------===//

static llvm::Expected<std::string> emit(ModuleOp module, const TargetCPU &cpu,
                                        const CPUCodeOptions &options,
                                        llvm::CodeGenFileType type) {
  auto machine = createCPUMachine(cpu, options.contract);
  if (!machine)
    return machine.takeError();
  llvm::LLVMContext context;
  auto lowered = translate(module, context, **machine, options);
  if (!lowered)
    return lowered.takeError();
  // For people the code alone, without what calls it.
  if (type == llvm::CodeGenFileType::ObjectFile)
    addAllPacked(**lowered, options);
  llvm::SmallVector<char, 0> bytes;
  if (llvm::Error error = emitFile(**lowered, **machine, type, bytes))
    return std::move(error);
  return std::string(bytes.data(), bytes.size());
}

llvm::Expected<std::string>
seednorm::emitObject(ModuleOp module, const TargetCPU &cpu,
                     const CPUCodeOptions &options) {
  return emit(module, cpu, options, llvm::CodeGenFileType::ObjectFile);
}

llvm::Expected<std::string>
seednorm::emitAssembly(ModuleOp module, const TargetCPU &cpu,
                       const CPUCodeOptions &options) {
  return emit(module, cpu, options, llvm::CodeGenFileType::AssemblyFile);
}

/// An image for another processor is not loaded here, so what it lacks would
/// only be found there.
static llvm::Error checkImports(const runtime::CPUImage &image) {
  for (const runtime::ImageSymbol &import : image.imports)
    if (!runtime::findImport(import.name))
      return llvm::createStringError(
          "expects compiled code to call functions of the run-time library, "
          "but it calls '" +
          import.name + "', which it does not have");
  return llvm::Error::success();
}

llvm::Expected<runtime::CPUImage>
seednorm::compileImage(ModuleOp module, const TargetCPU &cpu,
                       const CPUCodeOptions &options) {
  llvm::Expected<std::string> object = emitObject(module, cpu, options);
  if (!object)
    return object.takeError();
  std::vector<std::string> exports;
  for (const std::string &name : options.exports)
    exports.push_back(getPackedName(name));
  auto image = linkImage({*object, "object"}, exports);
  if (!image)
    return image.takeError();
  if (llvm::Error error = checkImports(*image))
    return std::move(error);
  return image;
}

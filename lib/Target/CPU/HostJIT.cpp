//===- HostJIT.cpp - Run compiled functions on this machine ---------------===//
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

#include "seednorm/Target/CPU/HostJIT.h"

#include "HostMachine.h"
#include "LinkImage.h"

#include "mlir/ExecutionEngine/ExecutionEngine.h"
#include "mlir/ExecutionEngine/OptUtils.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/SmallVectorMemoryBuffer.h"

using namespace mlir;
using namespace seednorm;

/// What `lookupPacked` finds a function by.
static constexpr llvm::StringLiteral kPackedPrefix = "_mlir_";

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

static void addAllPacked(llvm::Module &module, const HostJITOptions &options) {
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
          llvm::TargetMachine &machine, const HostJITOptions &options) {
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
    return llvm::createStringError("this machine's code has no such form");
  passes.run(module);
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// HostJIT
//===----------------------------------------------------------------------===//

llvm::Expected<std::unique_ptr<HostJIT>>
HostJIT::create(ModuleOp module, const HostJITOptions &options) {
  auto machine = createHostMachine(options.contract);
  if (!machine)
    return machine.takeError();
  llvm::LLVMContext context;
  auto lowered = translate(module, context, **machine, options);
  if (!lowered)
    return lowered.takeError();
  addAllPacked(**lowered, options);
  llvm::SmallVector<char, 0> object;
  if (llvm::Error error = emitFile(**lowered, **machine,
                                   llvm::CodeGenFileType::ObjectFile, object))
    return std::move(error);
  std::vector<std::string> exports;
  for (const std::string &name : options.exports)
    exports.push_back(kPackedPrefix.str() + name);
  auto image = linkImage(
      {llvm::StringRef(object.data(), object.size()), "object"}, exports);
  if (!image)
    return image.takeError();
  auto loaded = runtime::LoadedImage::load(*image);
  if (!loaded)
    return llvm::createStringError(loaded.message());
  return std::unique_ptr<HostJIT>(
      new HostJIT(std::move(*image), std::move(*loaded)));
}

llvm::Expected<void *> HostJIT::lookup(llvm::StringRef name) const {
  auto found = loaded.lookup(name);
  if (!found)
    return llvm::createStringError(found.message());
  return *found;
}

llvm::Expected<void (*)(void **)>
HostJIT::lookupPacked(llvm::StringRef name) const {
  llvm::Expected<void *> found = lookup(kPackedPrefix.str() + name.str());
  if (!found)
    return found.takeError();
  return reinterpret_cast<void (*)(void **)>(*found);
}

//===----------------------------------------------------------------------===//
// Assembly
//===----------------------------------------------------------------------===//

llvm::Expected<std::string>
seednorm::emitHostAssembly(ModuleOp module, const HostJITOptions &options) {
  auto machine = createHostMachine(options.contract);
  if (!machine)
    return machine.takeError();
  llvm::LLVMContext context;
  auto lowered = translate(module, context, **machine, options);
  if (!lowered)
    return lowered.takeError();
  llvm::SmallString<0> text;
  if (llvm::Error error = emitFile(**lowered, **machine,
                                   llvm::CodeGenFileType::AssemblyFile, text))
    return std::move(error);
  return text.str().str();
}

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
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/OptBisect.h"
#include "llvm/Transforms/Utils/Cloning.h"

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
static llvm::Function *addPacked(llvm::Function &function) {
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
  return packed;
}

/// Adds the packed functions of those that are looked up, and returns them.
static llvm::SmallVector<llvm::Function *>
addAllPacked(llvm::Module &module, const CPUCodeOptions &options) {
  llvm::SmallVector<llvm::Function *> functions, packed;
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
    packed.push_back(addPacked(*function));
  return packed;
}

/// A call in `caller` of a function that nobody else calls, or null.
static llvm::CallBase *findOnlyCall(llvm::Function &caller) {
  for (llvm::Instruction &instruction : llvm::instructions(caller)) {
    auto *call = llvm::dyn_cast<llvm::CallBase>(&instruction);
    llvm::Function *callee = call ? call->getCalledFunction() : nullptr;
    if (callee && callee != &caller && callee->hasLocalLinkage() &&
        callee->hasOneUse() && !callee->isDeclaration())
      return call;
  }
  return nullptr;
}

/// Makes the packed functions the only ones that others see, and puts what only
/// they call into them: descriptors of memrefs do not go from stack to stack.
static void hideAllBut(llvm::ArrayRef<llvm::Function *> packed,
                       llvm::Module &module) {
  for (llvm::Function &function : module)
    if (!function.isDeclaration() && !llvm::is_contained(packed, &function))
      function.setLinkage(llvm::GlobalValue::InternalLinkage);
  for (llvm::Function *caller : packed)
    while (llvm::CallBase *call = findOnlyCall(*caller)) {
      llvm::Function *callee = call->getCalledFunction();
      llvm::InlineFunctionInfo info;
      if (!llvm::InlineFunction(*call, info).isSuccess())
        break;
      callee->eraseFromParent();
    }
}

/// The LLVM IR of a module in the LLVM dialect, as code is generated from it;
/// it is right from here on.
static llvm::Expected<std::unique_ptr<llvm::Module>>
translate(ModuleOp module, llvm::LLVMContext &context,
          llvm::TargetMachine &machine, const CPUCodeOptions &options,
          llvm::CodeGenFileType type) {
  registerBuiltinDialectTranslation(*module.getContext());
  registerLLVMDialectTranslation(*module.getContext());
  std::unique_ptr<llvm::Module> lowered =
      translateModuleToLLVMIR(module, context);
  if (!lowered)
    return llvm::createStringError("the module is not in the LLVM dialect");
  ExecutionEngine::setupTargetTripleAndDataLayout(lowered.get(), &machine);
  // For people the code alone, without what calls it.
  if (type == llvm::CodeGenFileType::ObjectFile) {
    auto packed = addAllPacked(*lowered, options);
    if (!options.exports.empty())
      hideAllBut(packed, *lowered);
  }
  if (options.optLevel > 0)
    if (llvm::Error error = makeOptimizingTransformer(
            options.optLevel, /*sizeLevel=*/0, &machine)(lowered.get()))
      return error;
  return lowered;
}

namespace {
/// Leaves out what makes loops over rows no faster on x86, whose addresses are
/// sums of a base, a counter and a constant as they come. Kernels take 0.95 to
/// 1.05 of the time without this pass, in cache, and gradients compile in 0.86
/// of it.
class RowLoopGate final : public llvm::OptPassGate {
public:
  bool isEnabled() const override { return true; }
  bool shouldRunPass(llvm::StringRef name, llvm::StringRef) const override {
    return name != "Loop Strength Reduction";
  }
};
} // namespace

static llvm::Error emitFile(llvm::Module &module, llvm::TargetMachine &machine,
                            const CPUCodeOptions &options,
                            llvm::CodeGenFileType type,
                            llvm::SmallVectorImpl<char> &bytes) {
  RowLoopGate gate;
  if (options.optLevel == 0 && machine.getTargetTriple().isX86())
    module.getContext().setOptPassGate(gate);
  llvm::raw_svector_ostream stream(bytes);
  llvm::legacy::PassManager passes;
  if (machine.addPassesToEmitFile(passes, stream, /*DwoOut=*/nullptr, type,
                                  /*DisableVerify=*/true))
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
  auto lowered = translate(module, context, **machine, options, type);
  if (!lowered)
    return lowered.takeError();
  llvm::SmallVector<char, 0> bytes;
  if (llvm::Error error = emitFile(**lowered, **machine, options, type, bytes))
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

//===- NVPTX.cpp - From kernels in the NVVM dialect to PTX ----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Translation, LLVM's optimisation pipeline for the chip, and code generation.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Target/NVPTX/NVPTX.h"

#include "CacheHints.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Operation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/NVPTXAddrSpace.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Vectorize/LoadStoreVectorizer.h"

#include <mutex>

using namespace llvm;
using namespace seednorm;

static Expected<std::unique_ptr<TargetMachine>>
createTargetMachine(const NVPTXArchitecture &architecture, bool contract) {
  static std::once_flag initialized;
  std::call_once(initialized, [] {
    LLVMInitializeNVPTXTargetInfo();
    LLVMInitializeNVPTXTarget();
    LLVMInitializeNVPTXTargetMC();
    LLVMInitializeNVPTXAsmPrinter();
  });
  Triple triple("nvptx64-nvidia-cuda");
  std::string error;
  const llvm::Target *target = TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return createStringError("this LLVM has no NVPTX back end: " + error);
  TargetOptions options;
  // docs/Numerics.md: a product that is only added may be fused with the sum.
  options.AllowFPOpFusion = contract ? FPOpFusion::Fast : FPOpFusion::Standard;
  return std::unique_ptr<TargetMachine>(target->createTargetMachine(
      triple, architecture.chip, architecture.features, options, Reloc::PIC_));
}

static void
runPasses(llvm::Module &module, TargetMachine &machine,
          function_ref<ModulePassManager(PassBuilder &)> getPasses) {
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager sccs;
  ModuleAnalysisManager modules;
  PassBuilder builder(&machine);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(sccs);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, sccs, modules);
  getPasses(builder).run(module, modules);
}

/// The back end puts accesses of neighbouring elements together as well, but
/// what others read and run of this IR should be the accesses that there are:
/// an element at a time has bank conflicts that no GPU sees. Where that fills
/// gaps by masked accesses, it is left to the back end.
static void vectorizeAccesses(llvm::Module &module, TargetMachine &machine) {
  auto vectorize = [&](llvm::Module &own) {
    runPasses(own, machine, [](PassBuilder &) {
      ModulePassManager passes;
      passes.addPass(
          createModuleToFunctionPassAdaptor(LoadStoreVectorizerPass()));
      return passes;
    });
  };
  std::unique_ptr<llvm::Module> trial = llvm::CloneModule(module);
  vectorize(*trial);
  if (llvm::none_of(*trial, [](const llvm::Function &function) {
        return function.getName().starts_with("llvm.masked.");
      }))
    vectorize(module);
}

static void optimize(llvm::Module &module, TargetMachine &machine) {
  runPasses(module, machine, [](PassBuilder &builder) {
    return builder.buildPerModuleDefaultPipeline(OptimizationLevel::O3);
  });
  vectorizeAccesses(module, machine);
}

/// Memory whose size the launch says is declared. MLIR defines it, without
/// elements: LLVM would take any access for one beyond its end.
static void declareDynamicSharedMemory(llvm::Module &module) {
  for (GlobalVariable &variable : module.globals()) {
    auto *type = dyn_cast<ArrayType>(variable.getValueType());
    if (variable.getAddressSpace() != NVPTXAS::ADDRESS_SPACE_SHARED || !type ||
        type->getNumElements() != 0)
      continue;
    variable.setInitializer(nullptr);
    variable.setLinkage(GlobalValue::ExternalLinkage);
  }
}

/// What is said of a loop has come down to its branch back, as an attribute
/// beside the one that the branch has for it and that is translated.
static void annotateLoops(mlir::Operation *kernels) {
  kernels->walk([](mlir::LLVM::BrOp branch) {
    auto annotation = dyn_cast_if_present<mlir::LLVM::LoopAnnotationAttr>(
        branch->removeDiscardableAttr("llvm.loop_annotation"));
    if (annotation)
      branch.setLoopAnnotationAttr(annotation);
  });
}

Expected<std::unique_ptr<llvm::Module>>
seednorm::translateKernelsToLLVMIR(mlir::Operation *kernels,
                                   const NVPTXArchitecture &architecture,
                                   LLVMContext &context) {
  Expected<std::unique_ptr<TargetMachine>> machine =
      createTargetMachine(architecture, /*contract=*/true);
  if (!machine)
    return machine.takeError();
  annotateLoops(kernels);
  std::unique_ptr<llvm::Module> module =
      mlir::translateModuleToLLVMIR(kernels, context, "kernels");
  if (!module)
    return createStringError("the kernels cannot be translated to LLVM IR");
  module->setTargetTriple((*machine)->getTargetTriple());
  module->setDataLayout((*machine)->createDataLayout());
  declareDynamicSharedMemory(*module);
  optimize(*module, **machine);
  return module;
}

Expected<std::string> seednorm::emitPTX(llvm::Module &module,
                                        const NVPTXArchitecture &architecture,
                                        bool contract) {
  for (const Function &function : module)
    if (function.isDeclaration() && !function.isIntrinsic())
      return createStringError("the kernels call '" + function.getName() +
                               "', which nothing defines");
  Expected<std::unique_ptr<TargetMachine>> machine =
      createTargetMachine(architecture, contract);
  if (!machine)
    return machine.takeError();
  applyCacheHints(module);
  SmallString<0> text;
  raw_svector_ostream stream(text);
  legacy::PassManager passes;
  if ((*machine)->addPassesToEmitFile(passes, stream, nullptr,
                                      CodeGenFileType::AssemblyFile))
    return createStringError("the NVPTX back end cannot emit assembly");
  passes.run(module);
  return text.str().str();
}

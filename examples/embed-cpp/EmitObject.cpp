//===- EmitObject.cpp - From the LLVM dialect to an object file -----------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EmitObject.h"

#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Host.h"

using namespace llvm;

static Expected<std::unique_ptr<TargetMachine>>
createMachine(const std::string &cpu, const std::string &features) {
  InitializeNativeTarget();
  InitializeNativeTargetAsmPrinter();
  Triple triple(sys::getProcessTriple());
  std::string message;
  const Target *target = TargetRegistry::lookupTarget(triple, message);
  if (!target)
    return createStringError(message);
  TargetOptions options;
  // As seednorm's own JIT does; see docs/Numerics.md.
  options.AllowFPOpFusion = FPOpFusion::Fast;
  return std::unique_ptr<TargetMachine>(
      target->createTargetMachine(triple, cpu, features, options, Reloc::PIC_));
}

Expected<std::string> emitObject(mlir::ModuleOp module, const std::string &cpu,
                                 const std::string &features) {
  Expected<std::unique_ptr<TargetMachine>> machine =
      createMachine(cpu, features);
  if (!machine)
    return machine.takeError();
  LLVMContext context;
  std::unique_ptr<Module> lowered =
      mlir::translateModuleToLLVMIR(module, context);
  if (!lowered)
    return createStringError("the module is not in LLVM's dialect");
  lowered->setTargetTriple((*machine)->getTargetTriple());
  lowered->setDataLayout((*machine)->createDataLayout());
  SmallString<0> bytes;
  raw_svector_ostream stream(bytes);
  legacy::PassManager passes;
  if ((*machine)->addPassesToEmitFile(passes, stream, /*DwoOut=*/nullptr,
                                      CodeGenFileType::ObjectFile))
    return createStringError("this machine's target has no object files");
  passes.run(*lowered);
  return bytes.str().str();
}

//===- CPUMachine.cpp - LLVM's code generators for processors -------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Back ends of LLVM, and the options of code generation.
//
//===----------------------------------------------------------------------===//

#include "CPUMachine.h"

#include "llvm/Config/Targets.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"

#include <mutex>

using namespace seednorm;

#define SEEDNORM_INITIALIZE(name)                                              \
  LLVMInitialize##name##TargetInfo();                                          \
  LLVMInitialize##name##Target();                                              \
  LLVMInitialize##name##TargetMC();                                            \
  LLVMInitialize##name##AsmPrinter();                                          \
  LLVMInitialize##name##AsmParser();                                           \
  LLVMInitialize##name##Disassembler();

llvm::Expected<const llvm::Target *>
seednorm::lookupCPUBackend(llvm::StringRef triple) {
  static std::once_flag initialized;
  std::call_once(initialized, [] {
#if LLVM_HAS_X86_TARGET
    SEEDNORM_INITIALIZE(X86)
#endif
#if LLVM_HAS_AARCH64_TARGET
    SEEDNORM_INITIALIZE(AArch64)
#endif
  });
  std::string error;
  const llvm::Target *target =
      llvm::TargetRegistry::lookupTarget(llvm::Triple(triple), error);
  if (!target)
    return llvm::createStringError("expects an LLVM with code for '" + triple +
                                   "', but this one has none: " + error);
  return target;
}

llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
seednorm::createCPUMachine(const TargetCPU &cpu, bool contract) {
  llvm::Expected<const llvm::Target *> target = lookupCPUBackend(cpu.triple);
  if (!target)
    return target.takeError();
  llvm::TargetOptions options;
  options.AllowFPOpFusion =
      contract ? llvm::FPOpFusion::Fast : llvm::FPOpFusion::Standard;
  // Images are loaded anywhere, and their parts lie close to each other.
  return std::unique_ptr<llvm::TargetMachine>((*target)->createTargetMachine(
      llvm::Triple(cpu.triple), cpu.name, cpu.features, options,
      llvm::Reloc::PIC_, llvm::CodeModel::Small, llvm::CodeGenOptLevel::Default,
      /*JIT=*/true));
}

//===- HostMachine.cpp - LLVM's code generator for this machine -----------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Detection of the processor, and the options of code generation.
//
//===----------------------------------------------------------------------===//

#include "HostMachine.h"

#include "seednorm/Runtime/CPUFeatures.h"
#include "seednorm/Target/CPU/HostJIT.h"

#include "llvm/ExecutionEngine/Orc/JITTargetMachineBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"

#include <mutex>

using namespace seednorm;

HostCPU seednorm::detectHostCPU() {
  HostCPU cpu;
  cpu.name = llvm::sys::getHostCPUName().str();
  llvm::StringMap<bool> features = llvm::sys::getHostCPUFeatures();
  llvm::SmallVector<std::string> names;
  for (const auto &feature : features)
    names.push_back((feature.second ? "+" : "-") + feature.first().str());
  llvm::sort(names);
  cpu.features = llvm::join(names, ",");
  if (features.lookup("avx512f"))
    cpu.vectorBytes = 64;
  else if (features.lookup("avx"))
    cpu.vectorBytes = 32;
  // The AArch64 feature of this name includes vectors, as x86's does.
  cpu.hasBFloat16 = features.lookup("avx512bf16") || features.lookup("bf16");
  return cpu;
}

std::vector<std::string> seednorm::getHostCodeFeatures() {
  llvm::StringMap<bool> features = llvm::sys::getHostCPUFeatures();
  std::vector<std::string> needed;
  for (const std::string &name : runtime::getKnownCPUFeatures())
    if (features.lookup(name))
      needed.push_back(name);
  return needed;
}

llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
seednorm::createHostMachine(bool contract) {
  static std::once_flag initialized;
  std::call_once(initialized, [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    llvm::InitializeNativeTargetAsmParser();
  });
  // Processor and features: the name alone can stand for fewer.
  auto builder = llvm::orc::JITTargetMachineBuilder::detectHost();
  if (!builder)
    return builder.takeError();
  builder->setCodeGenOptLevel(llvm::CodeGenOptLevel::Default);
  // Images are loaded anywhere, and their parts lie close to each other.
  builder->setRelocationModel(llvm::Reloc::PIC_);
  builder->setCodeModel(llvm::CodeModel::Small);
  builder->getOptions().AllowFPOpFusion =
      contract ? llvm::FPOpFusion::Fast : llvm::FPOpFusion::Standard;
  return builder->createTargetMachine();
}

//===- CompileForHost.cpp - Compile a rewritten module --------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// ORC with the IR left as it is: no pass may hide what the GPU would do.
//
//===----------------------------------------------------------------------===//

#include "CompileForHost.h"

#include "DeviceFunctions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/TargetSelect.h"

#include <mutex>

using namespace llvm;
using namespace llvm::orc;
using namespace seednorm::emulator;

namespace {
class JITModule : public CompiledModule {
public:
  explicit JITModule(std::unique_ptr<LLJIT> jit) : jit(std::move(jit)) {}

private:
  std::unique_ptr<LLJIT> jit;
};
} // namespace

static Expected<JITTargetMachineBuilder> describeHost() {
  static std::once_flag once;
  std::call_once(once, [] {
    InitializeNativeTarget();
    InitializeNativeTargetAsmPrinter();
  });
  Expected<JITTargetMachineBuilder> host =
      JITTargetMachineBuilder::detectHost();
  if (!host)
    return host.takeError();
  // Only what the IR allows by flags is fused. The machine's own bf16
  // instructions flush subnormal numbers, which a GPU does not.
  host->getOptions().AllowFPOpFusion = FPOpFusion::Standard;
  std::vector<std::string> features;
  for (const std::string &feature : host->getFeatures().getFeatures())
    if (is_contained({"+avx512bf16", "+avxneconvert", "+avx10.2", "+bf16"},
                     feature))
      features.push_back("-" + feature.substr(1));
  host->addFeatures(features);
  return host;
}

static SymbolMap getDeviceSymbols(LLJIT &jit) {
  SymbolMap symbols;
  for (ArrayRef<DeviceFunction> functions :
       {getLaneFunctions(), getMathFunctions()})
    for (const DeviceFunction &function : functions)
      symbols[jit.mangleAndIntern(function.name)] = {
          ExecutorAddr::fromPtr(function.address),
          JITSymbolFlags::Exported | JITSymbolFlags::Callable};
  return symbols;
}

static Error resolve(LLJIT &jit, HostProgram &program) {
  for (Kernel &kernel : program.kernels) {
    Expected<ExecutorAddr> address = jit.lookup(kernel.entrySymbol);
    if (!address)
      return address.takeError();
    kernel.entry = address->toPtr<Kernel::Entry>();
  }
  for (ModuleVariable &variable : program.variables) {
    Expected<ExecutorAddr> address = jit.lookup(variable.name);
    if (!address)
      return address.takeError();
    variable.address = address->toPtr<void *>();
  }
  return Error::success();
}

Expected<std::unique_ptr<CompiledModule>>
seednorm::emulator::compileForHost(ThreadSafeModule module,
                                   HostProgram &program) {
  Expected<JITTargetMachineBuilder> host = describeHost();
  if (!host)
    return host.takeError();
  Triple triple = host->getTargetTriple();
  Expected<std::unique_ptr<LLJIT>> jit =
      LLJITBuilder().setJITTargetMachineBuilder(std::move(*host)).create();
  if (!jit)
    return jit.takeError();
  module.withModuleDo([&](Module &module) {
    module.setTargetTriple(triple);
    module.setDataLayout((*jit)->getDataLayout());
  });
  if (Error error = (*jit)->getMainJITDylib().define(
          absoluteSymbols(getDeviceSymbols(**jit))))
    return std::move(error);
  if (Error error = (*jit)->addIRModule(std::move(module)))
    return std::move(error);
  if (Error error = resolve(**jit, program))
    return std::move(error);
  return std::make_unique<JITModule>(std::move(*jit));
}

//===- CheckSupported.cpp - Refuse what cannot be emulated ----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Looks for everything the emulator has no function for before the module is
// touched, so that one message names it all.
//
//===----------------------------------------------------------------------===//

#include "InlinePTX.h"
#include "Rewrites.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicsNVPTX.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/PatternMatch.h"

using namespace llvm;
using namespace seednorm::emulator;

namespace {
/// The things found missing, each once, in the order of the module.
class Support {
public:
  void check(const Module &module);
  Error takeError() const;

private:
  void check(const Function &function);
  void check(const Instruction &instruction);
  void checkCall(const CallBase &call);
  void checkSpace(const Value *pointer);
  void refuse(const Twine &what) {
    if (std::string text = what.str(); !is_contained(missing, text))
      missing.push_back(std::move(text));
  }

  std::vector<std::string> missing;
};
} // namespace

static bool isKnownSpace(unsigned space) {
  switch (static_cast<MemorySpace>(space)) {
  case MemorySpace::Generic:
  case MemorySpace::Global:
  case MemorySpace::Shared:
  case MemorySpace::Constant:
  case MemorySpace::Local:
  case MemorySpace::SharedCluster:
    return true;
  }
  return false;
}

void Support::checkSpace(const Value *pointer) {
  unsigned space = pointer->getType()->getPointerAddressSpace();
  if (!isKnownSpace(space))
    refuse("address space " + Twine(space));
}

// A load to several blocks at once, by the flag after the hint.
static bool isMulticast(const CallBase &call) {
  return call.getIntrinsicID() ==
             Intrinsic::nvvm_cp_async_bulk_global_to_shared_cluster &&
         !match(call.getArgOperand(6), PatternMatch::m_Zero());
}

void Support::checkCall(const CallBase &call) {
  if (const auto *assembly = dyn_cast<InlineAsm>(call.getCalledOperand())) {
    if (!findInlinePTX(call))
      refuse("inline assembly '" + assembly->getAsmString() +
             "' with constraints '" + assembly->getConstraintString() + "'");
    return;
  }
  const Function *callee = call.getCalledFunction();
  if (!callee)
    return refuse("an indirect call in '" + call.getFunction()->getName() +
                  "'");
  if (callee->isIntrinsic()) {
    if (!hasIntrinsicLowering(*callee))
      refuse("intrinsic '" + callee->getName() + "'");
    if (isMulticast(call))
      refuse("multicast by '" + callee->getName() + "'");
  } else if (callee->isDeclaration()) {
    refuse("external function '" + callee->getName() + "'");
  }
}

void Support::check(const Instruction &instruction) {
  if (const auto *call = dyn_cast<CallBase>(&instruction))
    return checkCall(*call);
  if (const Value *pointer = getLoadStorePointerOperand(&instruction))
    return checkSpace(pointer);
  if (const auto *atomic = dyn_cast<AtomicRMWInst>(&instruction))
    return checkSpace(atomic->getPointerOperand());
  if (const auto *exchange = dyn_cast<AtomicCmpXchgInst>(&instruction))
    return checkSpace(exchange->getPointerOperand());
  const auto *local = dyn_cast<AllocaInst>(&instruction);
  if (local && !local->isStaticAlloca())
    refuse("a stack variable of dynamic size in '" +
           instruction.getFunction()->getName() + "'");
}

void Support::check(const Function &function) {
  for (const BasicBlock &block : function)
    for (const Instruction &instruction : block)
      check(instruction);
}

void Support::check(const Module &module) {
  if (!module.getModuleInlineAsm().empty())
    refuse("module-level inline assembly");
  if (module.getDataLayout().getPointerSizeInBits(
          static_cast<unsigned>(MemorySpace::Shared)) != 64)
    refuse("32-bit pointers to shared memory");
  for (const GlobalAlias &alias : module.aliases())
    refuse("alias '" + alias.getName() + "'");
  for (const GlobalVariable &variable : module.globals())
    // An external shared variable is the dynamic shared memory.
    if (variable.isDeclaration() &&
        variable.getAddressSpace() !=
            static_cast<unsigned>(MemorySpace::Shared))
      refuse("external variable '" + variable.getName() + "'");
  for (const Function &function : module)
    check(function);
}

Error Support::takeError() const {
  if (missing.empty())
    return Error::success();
  return createStringError("the emulator does not support " +
                           join(missing, ", "));
}

Error seednorm::emulator::checkSupported(const Module &module) {
  Support support;
  support.check(module);
  return support.takeError();
}

//===- InstrumentMemory.cpp - Check every access at run time --------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Puts `access(address, bytes, site)` before every load, store, atomic and
// memory intrinsic. The lane's own stack is left alone.
//
//===----------------------------------------------------------------------===//

#include "DeviceFunctions.h"
#include "Rewrites.h"

#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"

using namespace llvm;
using namespace seednorm::emulator;

namespace {
/// One pointer through which an instruction touches memory.
struct Access {
  Instruction *instruction;
  Value *pointer;
  Value *bytes;
  Align alignment;
  bool reads, writes;
};

/// Collects the accesses of a module.
class AccessCollector {
public:
  explicit AccessCollector(Module &module) : layout(module.getDataLayout()) {}

  void collect(Instruction &instruction);
  SmallVector<Access> accesses;

private:
  void add(Instruction &instruction, Value *pointer, Type *type,
           Align alignment, bool reads, bool writes);

  const DataLayout &layout;
};
} // namespace

// An alignment of a memory intrinsic that is not given claims nothing.
static Align getClaim(MaybeAlign alignment) { return alignment.valueOrOne(); }

void AccessCollector::add(Instruction &instruction, Value *pointer, Type *type,
                          Align alignment, bool reads, bool writes) {
  uint64_t bytes = layout.getTypeStoreSize(type).getFixedValue();
  auto *count =
      ConstantInt::get(Type::getInt64Ty(instruction.getContext()), bytes);
  accesses.push_back({&instruction, pointer, count, alignment, reads, writes});
}

void AccessCollector::collect(Instruction &instruction) {
  if (auto *load = dyn_cast<LoadInst>(&instruction)) {
    add(*load, load->getPointerOperand(), load->getType(), load->getAlign(),
        true, false);
  } else if (auto *store = dyn_cast<StoreInst>(&instruction)) {
    add(*store, store->getPointerOperand(), store->getValueOperand()->getType(),
        store->getAlign(), false, true);
  } else if (auto *atomic = dyn_cast<AtomicRMWInst>(&instruction)) {
    add(*atomic, atomic->getPointerOperand(), atomic->getType(),
        atomic->getAlign(), true, true);
  } else if (auto *exchange = dyn_cast<AtomicCmpXchgInst>(&instruction)) {
    add(*exchange, exchange->getPointerOperand(),
        exchange->getNewValOperand()->getType(), exchange->getAlign(), true,
        true);
  } else if (auto *fill = dyn_cast<MemIntrinsic>(&instruction)) {
    accesses.push_back({fill, fill->getRawDest(), fill->getLength(),
                        getClaim(fill->getDestAlign()), false, true});
    if (auto *copy = dyn_cast<MemTransferInst>(fill))
      accesses.push_back({copy, copy->getRawSource(), copy->getLength(),
                          getClaim(copy->getSourceAlign()), true, false});
  }
}

static bool isLocal(const Value *pointer) {
  unsigned space = pointer->getType()->getPointerAddressSpace();
  return space == static_cast<unsigned>(MemorySpace::Local) ||
         isa<AllocaInst>(getUnderlyingObject(pointer));
}

void seednorm::emulator::instrumentMemory(Module &module, SiteTable &sites) {
  AccessCollector collector(module);
  for (Function &function : module)
    for (Instruction &instruction : instructions(function))
      collector.collect(instruction);

  LLVMContext &context = module.getContext();
  auto *i32 = Type::getInt32Ty(context), *i64 = Type::getInt64Ty(context);
  FunctionCallee check =
      module.getOrInsertFunction(accessFunction, Type::getVoidTy(context),
                                 PointerType::getUnqual(context), i64, i32);
  for (const Access &access : collector.accesses) {
    if (isLocal(access.pointer))
      continue;
    unsigned space = access.pointer->getType()->getPointerAddressSpace();
    uint32_t site = sites.add(*access.instruction,
                              {"", static_cast<MemorySpace>(space),
                               access.alignment.value(), access.reads,
                               access.writes, access.instruction->isAtomic()});
    IRBuilder<> builder(access.instruction);
    Value *address = builder.CreateAddrSpaceCast(
        access.pointer, PointerType::getUnqual(context));
    Value *bytes = builder.CreateZExtOrTrunc(access.bytes, i64);
    builder.CreateCall(check, {address, bytes, ConstantInt::get(i32, site)});
  }
}

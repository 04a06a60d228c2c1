//===- LowerInlinePTX.cpp - From inline assembly to plain IR --------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loads and stores become those of LLVM, so that they are checked and counted
// as such; reports quote the assembly.
//
//===----------------------------------------------------------------------===//

#include "DeviceFunctions.h"
#include "InlinePTX.h"
#include "Rewrites.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Module.h"

using namespace llvm;
using namespace seednorm::emulator;

static Value *buildAddress(IRBuilder<> &builder, Value *operand) {
  auto *global = builder.getPtrTy(static_cast<unsigned>(MemorySpace::Global));
  if (operand->getType()->isIntegerTy())
    return builder.CreateIntToPtr(operand, global);
  return builder.CreateAddrSpaceCast(operand, global);
}

static Value *buildLoad(IRBuilder<> &builder, const CallInst &call,
                        unsigned words, SiteTable &sites) {
  auto *vector = FixedVectorType::get(builder.getInt32Ty(), words);
  LoadInst *load = builder.CreateAlignedLoad(
      vector, buildAddress(builder, call.getArgOperand(0)), Align(4 * words));
  sites.inherit(call, *load);
  auto *results = dyn_cast<StructType>(call.getType());
  if (!results)
    return builder.CreateBitCast(
        builder.CreateExtractElement(load, uint64_t(0)), call.getType());
  Value *result = PoisonValue::get(results);
  for (unsigned word = 0; word < words; ++word)
    result = builder.CreateInsertValue(
        result,
        builder.CreateBitCast(builder.CreateExtractElement(load, word),
                              results->getElementType(word)),
        word);
  return result;
}

static void buildStore(IRBuilder<> &builder, const CallInst &call,
                       unsigned words, SiteTable &sites) {
  auto *i32 = builder.getInt32Ty();
  Value *value = PoisonValue::get(FixedVectorType::get(i32, words));
  for (unsigned word = 0; word < words; ++word)
    value = builder.CreateInsertElement(
        value, builder.CreateBitCast(call.getArgOperand(1 + word), i32), word);
  StoreInst *store = builder.CreateAlignedStore(
      value, buildAddress(builder, call.getArgOperand(0)), Align(4 * words));
  sites.inherit(call, *store);
}

static void buildOperation(IRBuilder<> &builder, CallInst &call,
                           Operation operation, SiteTable &sites) {
  SmallVector<Value *> operands;
  for (Value *operand : call.args()) {
    if (operand->getType()->isPointerTy())
      operand = builder.CreatePtrToInt(operand, builder.getInt64Ty());
    else if (operand->getType()->isFloatTy())
      operand = builder.CreateBitCast(operand, builder.getInt32Ty());
    operands.push_back(
        builder.CreateZExtOrTrunc(operand, builder.getInt64Ty()));
  }
  buildOperationCall(builder, operation, operands, sites.add(call));
}

static Value *buildReplacement(CallInst &call, const InlineEntry &entry,
                               SiteTable &sites) {
  IRBuilder<> builder(&call);
  switch (entry.kind) {
  case InlineKind::Load:
    return buildLoad(builder, call, entry.words, sites);
  case InlineKind::Store:
    buildStore(builder, call, entry.words, sites);
    return nullptr;
  case InlineKind::Tanh:
    return builder.CreateCall(
        call.getModule()->getOrInsertFunction("seednorm.tanh_approx",
                                              call.getType(), call.getType()),
        call.getArgOperand(0));
  case InlineKind::StoreAsync:
    buildOperation(builder, call, Operation::StoreAsync, sites);
    return nullptr;
  case InlineKind::WaitParity:
    buildOperation(builder, call, Operation::WaitParity, sites);
    return nullptr;
  case InlineKind::Policy:
    return builder.getInt64(0);
  }
  llvm_unreachable("all kinds are handled");
}

void seednorm::emulator::lowerInlinePTX(Module &module, SiteTable &sites) {
  for (Function &function : module)
    for (Instruction &instruction :
         make_early_inc_range(instructions(function))) {
      auto *call = dyn_cast<CallInst>(&instruction);
      const InlineEntry *entry = call ? findInlinePTX(*call) : nullptr;
      if (!entry)
        continue;
      if (Value *replacement = buildReplacement(*call, *entry, sites))
        call->replaceAllUsesWith(replacement);
      call->eraseFromParent();
    }
}

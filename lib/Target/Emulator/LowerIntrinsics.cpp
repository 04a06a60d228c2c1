//===- LowerIntrinsics.cpp - From NVVM intrinsics to device functions -----===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Rewrites each call to an intrinsic as the table says.
//
//===----------------------------------------------------------------------===//

#include "DeviceFunctions.h"
#include "IntrinsicTable.h"
#include "Rewrites.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"

using namespace llvm;
using namespace seednorm::emulator;

static const IntrinsicEntry *getEntry(const Function &intrinsic) {
  Intrinsic::ID id = intrinsic.getIntrinsicID();
  if (id == Intrinsic::not_intrinsic)
    return nullptr;
  return findIntrinsic(Intrinsic::getBaseName(id));
}

static bool isAllFloat(const FunctionType *type) {
  return type->getReturnType()->isFloatTy() &&
         all_of(type->params(), [](Type *type) { return type->isFloatTy(); });
}

bool seednorm::emulator::hasIntrinsicLowering(const Function &intrinsic) {
  const IntrinsicEntry *entry = getEntry(intrinsic);
  if (!entry)
    return false;
  return entry->lowering != Lowering::Call ||
         isAllFloat(intrinsic.getFunctionType());
}

namespace {
/// Rewrites the calls of one module.
class IntrinsicLowering {
public:
  IntrinsicLowering(Module &module, SiteTable &sites)
      : module(module), sites(sites),
        i32(Type::getInt32Ty(module.getContext())) {}

  void lower(CallInst &call);
  void lower(FenceInst &fence);

private:
  Value *buildReplacement(CallInst &call, const IntrinsicEntry &entry);
  Value *buildShuffle(CallInst &call, unsigned mode);
  Value *buildOperation(CallInst &call, const IntrinsicEntry &entry);
  Value *buildCall(IRBuilder<> &builder, StringRef name, Type *result,
                   ArrayRef<Value *> arguments);
  Value *getSite(const CallInst &call) {
    return ConstantInt::get(i32, sites.add(call));
  }

  Module &module;
  SiteTable &sites;
  Type *i32;
};
} // namespace

Value *IntrinsicLowering::buildCall(IRBuilder<> &builder, StringRef name,
                                    Type *result, ArrayRef<Value *> arguments) {
  SmallVector<Type *> types;
  for (Value *argument : arguments)
    types.push_back(argument->getType());
  auto *type = FunctionType::get(result, types, false);
  return builder.CreateCall(module.getOrInsertFunction(name, type), arguments);
}

Value *IntrinsicLowering::buildShuffle(CallInst &call, unsigned mode) {
  IRBuilder<> builder(&call);
  Value *value = builder.CreateBitCast(call.getArgOperand(1), i32);
  Value *packed =
      buildCall(builder, shuffleFunction, builder.getInt64Ty(),
                {ConstantInt::get(i32, mode), call.getArgOperand(0), value,
                 call.getArgOperand(2), call.getArgOperand(3), getSite(call)});
  Value *received = builder.CreateBitCast(builder.CreateTrunc(packed, i32),
                                          call.getArgOperand(1)->getType());
  if (!call.getType()->isStructTy())
    return received;
  Value *predicate =
      builder.CreateTrunc(builder.CreateLShr(packed, 32), builder.getInt1Ty());
  Value *result =
      builder.CreateInsertValue(PoisonValue::get(call.getType()), received, 0);
  return builder.CreateInsertValue(result, predicate, 1);
}

// Which side of an operation is in global memory decides what is counted.
static Site describeSite(Operation operation) {
  Site site;
  switch (operation) {
  case Operation::CopyAsync:
  case Operation::CopyAsyncZeroFill:
  case Operation::BulkLoad:
    site.reads = true;
    return site;
  case Operation::BulkStore:
    site.writes = true;
    site.viaProxy = true;
    return site;
  default:
    return site;
  }
}

static Value *buildOperand(IRBuilder<> &builder, Value *value) {
  if (value->getType()->isPointerTy())
    return builder.CreatePtrToInt(value, builder.getInt64Ty());
  return builder.CreateZExtOrTrunc(value, builder.getInt64Ty());
}

Value *seednorm::emulator::buildOperationCall(IRBuilderBase &builder,
                                              Operation operation,
                                              ArrayRef<Value *> operands,
                                              uint32_t site) {
  auto *i32 = builder.getInt32Ty(), *i64 = builder.getInt64Ty();
  SmallVector<Value *> arguments{
      ConstantInt::get(i32, static_cast<uint32_t>(operation))};
  append_range(arguments, operands);
  arguments.resize(1 + std::extent_v<decltype(OperationCall::operands)>,
                   ConstantInt::get(i64, 0));
  arguments.push_back(ConstantInt::get(i32, site));
  SmallVector<Type *> types;
  for (Value *argument : arguments)
    types.push_back(argument->getType());
  Module *module = builder.GetInsertBlock()->getModule();
  return builder.CreateCall(
      module->getOrInsertFunction(operationFunction,
                                  FunctionType::get(i64, types, false)),
      arguments);
}

Value *IntrinsicLowering::buildOperation(CallInst &call,
                                         const IntrinsicEntry &entry) {
  constexpr unsigned maxOperands =
      std::extent_v<decltype(OperationCall::operands)>;
  IRBuilder<> builder(&call);
  SmallVector<Value *> operands;
  for (Value *argument : call.args())
    if (operands.size() < maxOperands)
      operands.push_back(buildOperand(builder, argument));
  if (entry.constant != 0)
    operands.push_back(builder.getInt64(entry.constant));
  auto operation = static_cast<Operation>(entry.detail);
  Value *result = buildOperationCall(builder, operation, operands,
                                     sites.add(call, describeSite(operation)));
  if (call.getType()->isIntegerTy())
    return builder.CreateTrunc(result, call.getType());
  if (call.getType()->isPointerTy())
    return builder.CreateIntToPtr(result, call.getType());
  return nullptr;
}

Value *IntrinsicLowering::buildReplacement(CallInst &call,
                                           const IntrinsicEntry &entry) {
  IRBuilder<> builder(&call);
  switch (entry.lowering) {
  case Lowering::Keep:
  case Lowering::Drop:
    return nullptr;
  case Lowering::Call: {
    SmallVector<Value *> arguments(call.args());
    return buildCall(builder, entry.target, call.getType(), arguments);
  }
  case Lowering::Register:
    return builder.CreateTrunc(buildCall(builder, registerFunction, i32,
                                         {ConstantInt::get(i32, entry.detail)}),
                               call.getType());
  case Lowering::Barrier:
    return buildCall(builder, barrierFunction, builder.getVoidTy(),
                     {call.getArgOperand(0), getSite(call)});
  case Lowering::WarpBarrier:
    return buildCall(builder, warpBarrierFunction, builder.getVoidTy(),
                     {call.getArgOperand(0), getSite(call)});
  case Lowering::Shuffle:
    return buildShuffle(call, entry.detail);
  case Lowering::Operation:
    return buildOperation(call, entry);
  }
  llvm_unreachable("all lowerings are handled");
}

void IntrinsicLowering::lower(CallInst &call) {
  const Function *callee = call.getCalledFunction();
  const IntrinsicEntry *entry = callee ? getEntry(*callee) : nullptr;
  if (!entry || entry->lowering == Lowering::Keep)
    return;
  Value *replacement = buildReplacement(call, *entry);
  if (replacement && !call.getType()->isVoidTy())
    call.replaceAllUsesWith(replacement);
  call.eraseFromParent();
}

// The range an intrinsic declares for its result holds on the GPU only; a
// declaration left unused would keep its attributes, so it goes as well.
static void eraseUnusedDeclarations(Module &module) {
  for (Function &function : make_early_inc_range(module))
    if (function.isDeclaration() && function.use_empty())
      function.eraseFromParent();
}

// Whether others in the cluster can rely on a fence; one for the block's lanes
// alone orders nothing that the emulator would not.
static bool isClusterFence(const FenceInst &fence) {
  SmallVector<StringRef> names;
  fence.getContext().getSyncScopeNames(names);
  StringRef scope = names[fence.getSyncScopeID()];
  return scope != "block" && scope != "singlethread";
}

void IntrinsicLowering::lower(FenceInst &fence) {
  if (!isClusterFence(fence))
    return;
  IRBuilder<> builder(&fence);
  Operation operation = Operation::Fence;
  if (fence.getOrdering() == AtomicOrdering::Release)
    operation = Operation::FenceRelease;
  else if (fence.getOrdering() == AtomicOrdering::Acquire)
    operation = Operation::FenceAcquire;
  buildOperationCall(builder, operation, {}, sites.add(fence));
}

void seednorm::emulator::lowerIntrinsics(Module &module, SiteTable &sites) {
  IntrinsicLowering lowering(module, sites);
  for (Function &function : module)
    for (Instruction &instruction :
         make_early_inc_range(instructions(function)))
      if (auto *call = dyn_cast<CallInst>(&instruction))
        lowering.lower(*call);
      else if (auto *fence = dyn_cast<FenceInst>(&instruction))
        lowering.lower(*fence);
  eraseUnusedDeclarations(module);
}

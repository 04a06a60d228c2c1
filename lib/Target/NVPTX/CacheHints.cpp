//===- CacheHints.cpp - Accesses that caches need not keep ----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The last thing that happens to kernels before code generation: until then
// loads are loads, for LLVM's passes and for the emulator.
//
//===----------------------------------------------------------------------===//

#include "CacheHints.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace {
/// A load of `words` words that leaves L1 to what is read again. Not from the
/// read-only path (.nc): a load that the row loop issues for the next row must
/// be issued where it stands, but ptxas takes those that no store can change
/// past barriers, to where their result is needed.
struct HintedLoad {
  unsigned words;
  const char *text, *constraints;
};
} // namespace

static constexpr HintedLoad kLoads[] = {
    {4, "ld.global.L1::no_allocate.v4.b32 {$0, $1, $2, $3}, [$4];",
     "=r,=r,=r,=r,l"},
    {2, "ld.global.L1::no_allocate.v2.b32 {$0, $1}, [$2];", "=r,=r,l"},
    {1, "ld.global.L1::no_allocate.b32 $0, [$1];", "=r,l"},
};

static constexpr unsigned kGlobal = 1, kGeneric = 0, kWordBytes = 4;

/// The words that `load` reads at `address`, one after the other.
static void buildWords(IRBuilder<> &builder, const HintedLoad &load,
                       Value *address, SmallVectorImpl<Value *> &words) {
  SmallVector<Type *> types(load.words, builder.getInt32Ty());
  Type *result = types.front();
  if (load.words > 1)
    result = StructType::get(builder.getContext(), types);
  auto *type = FunctionType::get(result, {address->getType()},
                                 /*isVarArg=*/false);
  Value *loaded =
      builder.CreateCall(type,
                         InlineAsm::get(type, load.text, load.constraints,
                                        /*hasSideEffects=*/true),
                         {address});
  if (load.words == 1)
    return words.push_back(loaded);
  for (unsigned word = 0; word < load.words; ++word)
    words.push_back(builder.CreateExtractValue(loaded, word));
}

/// The instruction for parts of `bytes` bytes; null if there is none.
static const HintedLoad *findLoad(uint64_t bytes) {
  const HintedLoad *load = find_if(kLoads, [&](const HintedLoad &load) {
    return bytes % (load.words * kWordBytes) == 0;
  });
  // Only the widest is repeated: what else needs several is no vector.
  bool isFound = load != std::end(kLoads) &&
                 (load == kLoads || bytes == load->words * kWordBytes);
  return isFound ? load : nullptr;
}

static void applyCacheHint(LoadInst &instruction) {
  const DataLayout &layout = instruction.getDataLayout();
  unsigned space = instruction.getPointerAddressSpace();
  Type *type = instruction.getType();
  uint64_t bits = layout.getTypeSizeInBits(type);
  const HintedLoad *load = bits % 8 == 0 ? findLoad(bits / 8) : nullptr;
  if (!load || instruction.isAtomic() || instruction.isVolatile() ||
      (space != kGlobal && space != kGeneric) || type->isPointerTy() ||
      instruction.getAlign() < load->words * kWordBytes)
    return;
  IRBuilder<> builder(&instruction);
  Value *base = builder.CreateAddrSpaceCast(instruction.getPointerOperand(),
                                            builder.getPtrTy(kGlobal));
  SmallVector<Value *> words;
  for (uint64_t byte = 0; byte < bits / 8; byte += load->words * kWordBytes)
    buildWords(
        builder, *load,
        builder.CreateConstInBoundsGEP1_64(builder.getInt8Ty(), base, byte),
        words);
  Value *value = words.front();
  if (words.size() > 1) {
    value = PoisonValue::get(
        FixedVectorType::get(builder.getInt32Ty(), words.size()));
    for (auto [index, word] : enumerate(words))
      value = builder.CreateInsertElement(value, word, index);
  }
  instruction.replaceAllUsesWith(builder.CreateBitCast(value, type));
  instruction.eraseFromParent();
}

void seednorm::applyCacheHints(Module &module) {
  for (Function &function : module)
    for (BasicBlock &block : function)
      for (Instruction &instruction : make_early_inc_range(block))
        if (auto *load = dyn_cast<LoadInst>(&instruction);
            load && load->hasMetadata(LLVMContext::MD_nontemporal))
          applyCacheHint(*load);
}

//===- InlinePTX.cpp - The inline assembly of our kernels -----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The list, and which types its entries take.
//
//===----------------------------------------------------------------------===//

#include "InlinePTX.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/DerivedTypes.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstrTypes.h"

using namespace llvm;
using namespace seednorm::emulator;

static constexpr InlineEntry table[] = {
    // Loads: ld.global.nc.L1::no_allocate.
    {"ld.global.nc.L1::no_allocate.v4.b32 {$0, $1, $2, $3}, [$4];",
     "=r,=r,=r,=r,l", InlineKind::Load, 4},
    {"ld.global.nc.L1::no_allocate.v2.b32 {$0, $1}, [$2];", "=r,=r,l",
     InlineKind::Load, 2},
    {"ld.global.nc.L1::no_allocate.b32 $0, [$1];", "=r,l", InlineKind::Load, 1},
    // Loads: ld.global.nc.L1::no_allocate.L2::256B.
    {"ld.global.nc.L1::no_allocate.L2::256B.v4.b32 {$0, $1, $2, $3}, [$4];",
     "=r,=r,=r,=r,l", InlineKind::Load, 4},
    {"ld.global.nc.L1::no_allocate.L2::256B.v2.b32 {$0, $1}, [$2];", "=r,=r,l",
     InlineKind::Load, 2},
    {"ld.global.nc.L1::no_allocate.L2::256B.b32 $0, [$1];", "=r,l",
     InlineKind::Load, 1},
    // Loads: ld.global.nc.L1::evict_first.
    {"ld.global.nc.L1::evict_first.v4.b32 {$0, $1, $2, $3}, [$4];",
     "=r,=r,=r,=r,l", InlineKind::Load, 4},
    {"ld.global.nc.L1::evict_first.v2.b32 {$0, $1}, [$2];", "=r,=r,l",
     InlineKind::Load, 2},
    {"ld.global.nc.L1::evict_first.b32 $0, [$1];", "=r,l", InlineKind::Load, 1},
    // Loads: ld.global.nc.L1::evict_last.
    {"ld.global.nc.L1::evict_last.v4.b32 {$0, $1, $2, $3}, [$4];",
     "=r,=r,=r,=r,l", InlineKind::Load, 4},
    {"ld.global.nc.L1::evict_last.v2.b32 {$0, $1}, [$2];", "=r,=r,l",
     InlineKind::Load, 2},
    {"ld.global.nc.L1::evict_last.b32 $0, [$1];", "=r,l", InlineKind::Load, 1},
    // Loads: ld.global.L1::no_allocate.
    {"ld.global.L1::no_allocate.v4.b32 {$0, $1, $2, $3}, [$4];",
     "=r,=r,=r,=r,l", InlineKind::Load, 4},
    {"ld.global.L1::no_allocate.v2.b32 {$0, $1}, [$2];", "=r,=r,l",
     InlineKind::Load, 2},
    {"ld.global.L1::no_allocate.b32 $0, [$1];", "=r,l", InlineKind::Load, 1},
    // Loads: ld.global.nc.L1::no_allocate.L2::cache_hint.
    {"ld.global.nc.L1::no_allocate.L2::cache_hint.v4.b32 {$0, $1, $2, $3}, "
     "[$4], $5;",
     "=r,=r,=r,=r,l,l", InlineKind::Load, 4},
    {"ld.global.nc.L1::no_allocate.L2::cache_hint.v2.b32 {$0, $1}, [$2], $3;",
     "=r,=r,l,l", InlineKind::Load, 2},
    {"ld.global.nc.L1::no_allocate.L2::cache_hint.b32 $0, [$1], $2;", "=r,l,l",
     InlineKind::Load, 1},
    // Stores: st.global.cs.
    {"st.global.cs.v4.b32 [$0], {$1, $2, $3, $4};", "l,r,r,r,r",
     InlineKind::Store, 4},
    {"st.global.cs.v2.b32 [$0], {$1, $2};", "l,r,r", InlineKind::Store, 2},
    {"st.global.cs.b32 [$0], $1;", "l,r", InlineKind::Store, 1},
    // Stores: st.global.L1::no_allocate.
    {"st.global.L1::no_allocate.v4.b32 [$0], {$1, $2, $3, $4};", "l,r,r,r,r",
     InlineKind::Store, 4},
    {"st.global.L1::no_allocate.v2.b32 [$0], {$1, $2};", "l,r,r",
     InlineKind::Store, 2},
    {"st.global.L1::no_allocate.b32 [$0], $1;", "l,r", InlineKind::Store, 1},
    // Stores: st.global.L1::no_allocate.L2::cache_hint.
    {"st.global.L1::no_allocate.L2::cache_hint.v4.b32 [$0], {$1, $2, $3, $4}, "
     "$5;",
     "l,r,r,r,r,l", InlineKind::Store, 4},
    {"st.global.L1::no_allocate.L2::cache_hint.v2.b32 [$0], {$1, $2}, $3;",
     "l,r,r,l", InlineKind::Store, 2},
    {"st.global.L1::no_allocate.L2::cache_hint.b32 [$0], $1, $2;", "l,r,l",
     InlineKind::Store, 1},
    // Mathematics, and cache policies.
    {"tanh.approx.f32 $0, $1;", "=f,f", InlineKind::Tanh},
    {"createpolicy.fractional.L2::evict_first.b64 $0, 1.0;", "=l",
     InlineKind::Policy},
    {"createpolicy.fractional.L2::evict_last.b64 $0, 1.0;", "=l",
     InlineKind::Policy},
    // Barrier objects: a store that counts, and the loop that waits, as MLIR's
    // nvvm.mbarrier.try_wait.parity spells it.
    {"st.async.weak.shared::cluster.mbarrier::complete_tx::bytes.b32 [$0], $1, "
     "[$2];",
     "l,r,l", InlineKind::StoreAsync},
    {"{\n\t.reg .pred       P1; \n\tLAB_WAIT: \n\t"
     "mbarrier.try_wait.parity.shared.b64 P1, [$0], $1, $2; \n\t"
     "@P1 bra.uni DONE; \n\tbra.uni     LAB_WAIT; \n\tDONE: \n\t}",
     "r,r,r", InlineKind::WaitParity},
};

// The types that constraint letters allow. A pointer to global memory may be
// spelled as a pointer or as its address.
static bool isWord(const Type *type) {
  return type->isIntegerTy(32) || type->isFloatTy();
}

static bool isGlobalAddress(const Type *type) {
  if (const auto *pointer = dyn_cast<PointerType>(type))
    return pointer->getAddressSpace() <= 1;
  return type->isIntegerTy(64);
}

static bool takesTypes(const InlineEntry &entry, const FunctionType &type) {
  const Type *result = type.getReturnType();
  auto areWords = [](auto types) {
    return all_of(types, [](const Type *type) { return isWord(type); });
  };
  switch (entry.kind) {
  case InlineKind::Load:
    if (const auto *results = dyn_cast<StructType>(result))
      return results->getNumElements() == entry.words &&
             areWords(results->elements()) &&
             isGlobalAddress(type.getParamType(0));
    return entry.words == 1 && isWord(result) &&
           isGlobalAddress(type.getParamType(0));
  case InlineKind::Store:
    return isGlobalAddress(type.getParamType(0)) &&
           areWords(type.params().slice(1, entry.words));
  case InlineKind::Tanh:
    return result->isFloatTy() && type.getParamType(0)->isFloatTy();
  case InlineKind::Policy:
    return result->isIntegerTy(64);
  case InlineKind::StoreAsync:
    return type.getParamType(0)->isPointerTy() &&
           isWord(type.getParamType(1)) && type.getParamType(2)->isPointerTy();
  case InlineKind::WaitParity:
    return type.getParamType(0)->isPointerTy() &&
           type.getParamType(1)->isIntegerTy(32);
  }
  llvm_unreachable("all kinds are handled");
}

const InlineEntry *seednorm::emulator::findInlinePTX(const CallBase &call) {
  const auto *assembly = dyn_cast<InlineAsm>(call.getCalledOperand());
  if (!assembly)
    return nullptr;
  const InlineEntry *entry = find_if(table, [&](const InlineEntry &entry) {
    return entry.assembly == assembly->getAsmString() &&
           entry.constraints == assembly->getConstraintString();
  });
  if (entry == std::end(table) || !takesTypes(*entry, *call.getFunctionType()))
    return nullptr;
  return entry;
}

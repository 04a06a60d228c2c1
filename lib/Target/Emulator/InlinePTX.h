//===- InlinePTX.h - The inline assembly of our kernels ---------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one list of inline assembly that kernels may contain. A line matches a
// call whose template and constraints are the same to the letter.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_TARGET_EMULATOR_INLINEPTX_H
#define SEEDNORM_LIB_TARGET_EMULATOR_INLINEPTX_H

#include "llvm/ADT/StringRef.h"

namespace llvm {
class CallBase;
} // namespace llvm

namespace seednorm::emulator {

/// What inline assembly does. Hints to caches change no result, and are not
/// modelled.
enum class InlineKind {
  Load,       ///< Words from global memory at the first operand.
  Store,      ///< Words to global memory at the first operand.
  Tanh,       ///< A float.
  Policy,     ///< An opaque number that loads and stores take as a hint.
  StoreAsync, ///< A word to shared memory, counted at a barrier.
  WaitParity, ///< Until the phase of a barrier with this parity is over.
};

/// One line of the list.
struct InlineEntry {
  llvm::StringLiteral assembly, constraints;
  InlineKind kind;
  unsigned words = 0; ///< Of 32 bits, moved by a load or store.
};

/// The entry for a call to inline assembly whose operands have the types that
/// the entry takes, or null.
const InlineEntry *findInlinePTX(const llvm::CallBase &call);

} // namespace seednorm::emulator

#endif // SEEDNORM_LIB_TARGET_EMULATOR_INLINEPTX_H

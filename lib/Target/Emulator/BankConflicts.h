//===- BankConflicts.h - Wavefronts of a shared request ---------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Shared memory has 32 banks of 4 bytes. In one wavefront each bank gives one
// word, to any number of lanes. Accesses of 8 bytes are served by half warps,
// those of 16 by quarters; wider or less aligned ones are several instructions
// on a GPU, and counted as such.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_TARGET_EMULATOR_BANKCONFLICTS_H
#define SEEDNORM_LIB_TARGET_EMULATOR_BANKCONFLICTS_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>

namespace seednorm::emulator {

/// What one lane of a request accesses.
struct SharedAccess {
  uint32_t lane; ///< Of the warp.
  uint64_t address, bytes;
};

/// How long a request takes.
struct Wavefronts {
  uint64_t needed = 0;
  uint64_t least = 0; ///< Without two words from one bank.
};

/// Counts for the lanes of one request. `alignment` is what the instruction
/// claims.
Wavefronts countWavefronts(llvm::ArrayRef<SharedAccess> request,
                           uint64_t alignment);

} // namespace seednorm::emulator

#endif // SEEDNORM_LIB_TARGET_EMULATOR_BANKCONFLICTS_H

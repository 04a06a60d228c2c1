//===- TargetCPU.h - The processors that code is made for -------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one place that says what a processor can do, whether it is this machine's
// or another's. What it says comes from LLVM's tables and from this machine.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_TARGET_CPU_TARGETCPU_H
#define SEEDNORM_TARGET_CPU_TARGETCPU_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>
#include <vector>

namespace seednorm {

/// A processor that code is made for.
struct TargetCPU {
  std::string name;         ///< LLVM's name of the processor: "znver3".
  std::string triple;       ///< "x86_64-unknown-linux-gnu"
  std::string architecture; ///< As `runtime::getCPUArchitecture`: "x86_64".
  /// LLVM's feature string, what differs from `name`: "+avx2,-aes". Features
  /// that the run-time library cannot look for are off, so that it can tell
  /// where the code runs.
  std::string features;
  /// All that a processor must have to run the code, by LLVM's names, but for
  /// what every one of the architecture has.
  std::vector<std::string> needed;
  /// Width of the vector registers that code uses. SVE's are as wide as NEON's
  /// here: code does not know how wide they are.
  int64_t vectorBytes = 16;
  int64_t vectorRegisters = 16; ///< Their number.
  bool hasBFloat16 = false;     ///< Rounds to bf16 by an instruction.
  bool hasFMA = false;          ///< Multiplies and adds f32 by an instruction.
  /// Stores only some lanes of a vector by an instruction.
  bool hasMaskedStores = false;
  /// The largest cache: this machine's if it says so, else what servers have.
  int64_t cacheBytes = 32 << 20;
  /// The first-level cache for data, and how many of its lines can have the
  /// same place; 0 where they are not known: they differ too much for a guess.
  int64_t firstCacheBytes = 0;
  int64_t firstCacheWays = 0;
};

/// The processor of this machine, with what the system lets a process use.
TargetCPU getHostCPU();

/// A processor by LLVM's name, as "x86-64-v3", "znver4" or "neoverse-n1"; a
/// name tells the architecture. "x86-64" and "aarch64" are those that all of
/// the architecture can do. The error names what is known that is near.
llvm::Expected<TargetCPU> lookupTargetCPU(llvm::StringRef name);

/// An error, which says what this machine lacks, unless it runs code for `cpu`.
llvm::Error checkRunsHere(const TargetCPU &cpu);

} // namespace seednorm

#endif // SEEDNORM_TARGET_CPU_TARGETCPU_H

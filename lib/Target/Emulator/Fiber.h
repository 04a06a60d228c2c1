//===- Fiber.h - Lanes as coroutines ----------------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A fiber is a stack and the registers a call preserves. Switching takes a few
// nanoseconds: the system's ucontext enters the kernel each time.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_TARGET_EMULATOR_FIBER_H
#define SEEDNORM_LIB_TARGET_EMULATOR_FIBER_H

#include "llvm/Support/Error.h"

#include <cstdint>
#include <vector>

namespace seednorm::emulator {

/// Stacks with a guard page below each, kept from block to block.
class StackPool {
public:
  explicit StackPool(uint64_t stackBytes);
  ~StackPool();
  StackPool(const StackPool &) = delete;
  StackPool &operator=(const StackPool &) = delete;

  /// Makes sure that there are `count` stacks.
  llvm::Error reserve(size_t count);

  /// The highest address of a stack. Stacks start at different lines of a page,
  /// as most use a few of them only, which would compete for the same sets of
  /// the caches.
  char *getTop(size_t index) const { return tops[index]; }
  uint64_t getStackBytes() const { return stackBytes; }

private:
  uint64_t pageBytes, stackBytes;
  std::vector<char *> tops;
  std::vector<std::pair<void *, uint64_t>> mappings;
};

/// Lays out a stack so that switching to the returned stack pointer calls
/// `entry`, which must never return.
void *prepareFiber(char *stackTop, void (*entry)());

/// Stores the running stack pointer in `*save` and continues at `target`.
extern "C" void seednorm_emulator_switch(void **save, void *target);

} // namespace seednorm::emulator

#endif // SEEDNORM_LIB_TARGET_EMULATOR_FIBER_H

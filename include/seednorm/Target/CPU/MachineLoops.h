//===- MachineLoops.h - Loops of machine code for a CPU ---------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads an object file back with LLVM's disassembler: what the processor is
// given, whatever was meant.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_TARGET_CPU_MACHINELOOPS_H
#define SEEDNORM_TARGET_CPU_MACHINELOOPS_H

#include "seednorm/Target/CPU/TargetCPU.h"

namespace seednorm {

/// A loop without another in it, and what one trip executes. Both sides of a
/// branch count.
struct MachineLoop {
  std::string function;
  /// Of the source, which most instructions stem from; 0 if the object has no
  /// lines.
  int64_t line = 0;
  int64_t instructions = 0;
  /// Those with an operand in a vector register, other than arithmetic of
  /// single floats.
  int64_t vectorInstructions = 0;
  int64_t calls = 0;
  /// Loads and stores of the function's frame at a fixed place: what there was
  /// no register for.
  int64_t spillLoads = 0, spillStores = 0;
};

/// The innermost loops of an ELF object for `cpu`, in the order of their
/// addresses. The error names what the disassembler does not know.
llvm::Expected<std::vector<MachineLoop>> findInnerLoops(llvm::StringRef object,
                                                        const TargetCPU &cpu);

} // namespace seednorm

#endif // SEEDNORM_TARGET_CPU_MACHINELOOPS_H

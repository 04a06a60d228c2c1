//===- Disassembler.h - Machine instructions and their kinds ----*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What of an instruction the reader of loops asks for, of any processor that
// code is made for.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_TARGET_CPU_DISASSEMBLER_H
#define SEEDNORM_LIB_TARGET_CPU_DISASSEMBLER_H

#include "seednorm/Target/CPU/TargetCPU.h"

#include "llvm/ADT/ArrayRef.h"

#include <memory>
#include <optional>

namespace seednorm {

struct MachineInstruction {
  uint64_t address = 0;
  uint64_t size = 0;
  /// Where a branch goes that is no call.
  std::optional<uint64_t> target;
  bool isCall = false;
  bool endsBlock = false;    ///< A branch or a return.
  bool fallsThrough = true;  ///< Control may go on behind it.
  bool usesVectors = false;  ///< As `MachineLoop::vectorInstructions`.
  bool isFrameLoad = false;  ///< As `MachineLoop::spillLoads`.
  bool isFrameStore = false; ///< The same of stores.
};

/// Takes functions of one processor apart.
class Disassembler {
public:
  static llvm::Expected<Disassembler> create(const TargetCPU &cpu);
  Disassembler(Disassembler &&);
  ~Disassembler();

  /// The instructions of a function's `code`, which is at `address`. Branches
  /// at `relocated` addresses go to other functions.
  llvm::Expected<std::vector<MachineInstruction>>
  disassemble(llvm::ArrayRef<uint8_t> code, uint64_t address,
              llvm::ArrayRef<uint64_t> relocated) const;

private:
  struct Impl;
  explicit Disassembler(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl;
};

} // namespace seednorm

#endif // SEEDNORM_LIB_TARGET_CPU_DISASSEMBLER_H

//===- Rewrites.h - The steps from an NVPTX module to the host --*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The steps of `rewriteForHost`, one per file, and the sites they share.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_TARGET_EMULATOR_REWRITES_H
#define SEEDNORM_LIB_TARGET_EMULATOR_REWRITES_H

#include "DeviceFunctions.h"
#include "HostProgram.h"

#include "llvm/ADT/DenseMap.h"

namespace llvm {
class Function;
class IRBuilderBase;
class Instruction;
class Value;
} // namespace llvm

namespace seednorm::emulator {

/// Hands out sites. The texts are taken before anything is rewritten, since
/// the numbers of unnamed values change with every instruction added.
class SiteTable {
public:
  SiteTable(llvm::Module &module, HostProgram &program);

  /// Adds a site for `instruction` and returns its index.
  uint32_t add(const llvm::Instruction &instruction, Site site = {});

  /// Lets reports name `replacement` by the text of what it stands for.
  void inherit(const llvm::Instruction &original,
               const llvm::Instruction &replacement) {
    std::string text = texts.lookup(&original);
    texts[&replacement] = std::move(text);
  }

private:
  HostProgram &program;
  llvm::DenseMap<const llvm::Instruction *, std::string> texts;
};

/// Whether the intrinsic table has an entry for a declared function.
bool hasIntrinsicLowering(const llvm::Function &intrinsic);

/// Builds a call that performs an operation, with up to five operands.
llvm::Value *buildOperationCall(llvm::IRBuilderBase &builder,
                                Operation operation,
                                llvm::ArrayRef<llvm::Value *> operands,
                                uint32_t site);

/// Replaces inline assembly by the instructions it stands for.
void lowerInlinePTX(llvm::Module &module, SiteTable &sites);

/// Puts a check before every access that can leave a lane's own stack.
void instrumentMemory(llvm::Module &module, SiteTable &sites);

/// Replaces NVVM intrinsics by device functions or generic intrinsics.
void lowerIntrinsics(llvm::Module &module, SiteTable &sites);

/// Places shared variables in the shared memory of the running block.
llvm::Error lowerSharedVariables(llvm::Module &module, SharedLayout &layout);

/// Spells conversions from and to bf16 as integer arithmetic: host back ends
/// call a library function for them or flush subnormal numbers.
void lowerBFloatConversions(llvm::Module &module);

} // namespace seednorm::emulator

#endif // SEEDNORM_LIB_TARGET_EMULATOR_REWRITES_H

//===- PTXAssembler.h - ptxas and nvdisasm ----------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// NVIDIA's assembler and disassembler, run as programs. They turn PTX into
// machine code without a GPU and say what the code costs.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_TARGET_NVPTX_PTXASSEMBLER_H
#define SEEDNORM_TARGET_NVPTX_PTXASSEMBLER_H

#include "seednorm/Target/NVPTX/Architecture.h"

#include "llvm/Support/Error.h"

#include <map>
#include <string>

namespace seednorm {

/// What ptxas says of one kernel.
struct PTXResources {
  int64_t registers = 0;
  int64_t spillStoreBytes = 0, spillLoadBytes = 0;
  int64_t stackBytes = 0, sharedBytes = 0;
};

struct Cubin {
  std::string bytes;
  std::map<std::string, PTXResources> kernels;
};

/// Finds a tool of the CUDA Toolkit: `given` if not empty, then the variable
/// SEEDNORM_PTXAS or SEEDNORM_NVDISASM, the place known when this library was
/// built, PATH, and the toolkit in CUDA_HOME or CUDA_PATH. `name` is "ptxas" or
/// "nvdisasm"; the error says how to get it.
llvm::Expected<std::string> findCUDATool(llvm::StringRef name,
                                         llvm::StringRef given = "");

/// Assembles PTX. The error holds what ptxas printed.
llvm::Expected<Cubin> assemblePTX(llvm::StringRef ptx,
                                  const NVPTXArchitecture &architecture,
                                  llvm::StringRef ptxas = "");

/// SASS of a cubin, as nvdisasm prints it.
llvm::Expected<std::string> disassembleCubin(llvm::StringRef cubin,
                                             llvm::StringRef nvdisasm = "");

/// Instructions of each kernel in the text of `disassembleCubin`, by opcode
/// without modifiers, NOPs and the trailing self-branch left out.
std::map<std::string, std::map<std::string, int64_t>>
countInstructions(llvm::StringRef sass);

} // namespace seednorm

#endif // SEEDNORM_TARGET_NVPTX_PTXASSEMBLER_H

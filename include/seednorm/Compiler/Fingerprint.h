//===- Fingerprint.h - What code depends on beside its text -----*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For caches of compiled graphs, which must not return another build's code or
// another processor's.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_COMPILER_FINGERPRINT_H
#define SEEDNORM_COMPILER_FINGERPRINT_H

#include "seednorm/Compiler/Compiler.h"

namespace seednorm {

/// Lines of "what: which": the builds of this compiler and of the LLVM and MLIR
/// at hand, by the build ids that linkers write; for the CPU the processor and
/// its features; for a GPU its architecture and, as a file, the assembler.
/// Where this is the same, the same text and options become the same code.
/// Empty if this cannot be told: a program without build ids that is no file.
std::string getFingerprint(const Target &target);

} // namespace seednorm

#endif // SEEDNORM_COMPILER_FINGERPRINT_H

//===- ApproximateFunctions.h - Functions that may be off -------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// GPUs have instructions for some functions that are much less precise than
// f32. A function gets its own only where its name is given, so that nobody has
// errors in one who asked for speed in another. docs/Numerics.md has the
// bounds.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_TARGET_NVPTX_APPROXIMATEFUNCTIONS_H
#define SEEDNORM_TARGET_NVPTX_APPROXIMATEFUNCTIONS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace seednorm {

/// The functions that become such an instruction. All architectures of
/// `getNVPTXArchitectures` have all of these.
struct ApproximateFunctions {
  /// `tanh.approx.f32`, with a relative error of at most 2^-11.
  bool tanh = false;

  /// Reads names with commas between, "tanh"; none of "". The error lists what
  /// there is.
  static llvm::Expected<ApproximateFunctions> parse(llvm::StringRef names);

  bool any() const { return tanh; }
  /// As `parse` reads it.
  std::string getNames() const { return tanh ? "tanh" : ""; }
};

} // namespace seednorm

#endif // SEEDNORM_TARGET_NVPTX_APPROXIMATEFUNCTIONS_H

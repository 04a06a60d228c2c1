//===- LoopReport.h - What a loop of a CPU's kernel executes ----*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Counted in the machine code, by trips of its innermost loops: nearly all that
// a kernel of rows executes. docs/StaticModel.md says how. Nothing was run.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_COMPILER_LOOPREPORT_H
#define SEEDNORM_COMPILER_LOOPREPORT_H

#include <cstdint>
#include <string>

namespace seednorm {

/// An innermost loop. Numbers without a unit are those of one trip.
struct LoopReport {
  /// What it is for, of what it reads and writes: "sums", "outputs", "sums over
  /// rows", "zeros", "totals"; several joined by " and ". Empty if it cannot be
  /// told.
  std::string work;
  /// Elements of the tensor that it reads or writes most of; -1 if LLVM's own
  /// passes on loops may have changed it.
  int64_t elements = -1;
  /// For one trip of the loops around it that are as long as the code or its
  /// caller says: of those over rows; -1 where it is itself such a loop. 0 if
  /// it takes rows that those side by side leave over.
  int64_t trips = -1;
  int64_t instructions = 0, vectorInstructions = 0;
  int64_t calls = 0, spillLoads = 0, spillStores = 0;
  /// What it loads and stores, and what of that is of operands by row.
  int64_t bytesRead = 0, bytesWritten = 0, rowBytes = 0;

  double getPerElement(int64_t count) const {
    return static_cast<double>(count) / elements;
  }
};

} // namespace seednorm

#endif // SEEDNORM_COMPILER_LOOPREPORT_H

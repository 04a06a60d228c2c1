//===- IntrinsicTable.h - How each intrinsic is emulated --------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one list of intrinsics that kernels may use. Growing it is one line
// here, and for new mathematics a function in DeviceMath.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_TARGET_EMULATOR_INTRINSICTABLE_H
#define SEEDNORM_LIB_TARGET_EMULATOR_INTRINSICTABLE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace seednorm::emulator {

/// What becomes of a call to an intrinsic.
enum class Lowering {
  Keep,        ///< The host's back end knows it.
  Drop,        ///< A hint, or an order that running one lane at a time keeps.
  Call,        ///< A call to `target`, with the same arguments, all of f32.
  Register,    ///< A read of the special register `detail`.
  Barrier,     ///< Waits for the block.
  WarpBarrier, ///< Waits for lanes of the warp.
  Shuffle,     ///< Exchanges values in the shuffle mode `detail`.
  Operation,   ///< The operation `detail` on the arguments, then `constant`.
};

/// One line of the table.
struct IntrinsicEntry {
  llvm::StringLiteral name; ///< Without the suffix of overloaded types.
  Lowering lowering;
  llvm::StringLiteral target = "";
  unsigned detail = 0;
  unsigned constant = 0; ///< 0: none.
};

/// The lines for mathematics, hints and what the host knows.
llvm::ArrayRef<IntrinsicEntry> getMathIntrinsics();

/// The entry of an intrinsic by its name without type suffix, or null.
const IntrinsicEntry *findIntrinsic(llvm::StringRef name);

} // namespace seednorm::emulator

#endif // SEEDNORM_LIB_TARGET_EMULATOR_INTRINSICTABLE_H

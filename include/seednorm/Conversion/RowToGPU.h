//===- RowToGPU.h - What launches say of kernels ----------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What `convert-row-to-gpu` leaves at a launch for whoever performs it.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_CONVERSION_ROWTOGPU_H
#define SEEDNORM_CONVERSION_ROWTOGPU_H

#include "llvm/ADT/StringRef.h"

namespace seednorm {

/// Attribute of a launch whose kernel waits itself for the one before it, so
/// that it may start while that one runs: programmatic dependent launch.
inline constexpr llvm::StringLiteral kDependentAttrName = "row.dependent";

} // namespace seednorm

#endif // SEEDNORM_CONVERSION_ROWTOGPU_H

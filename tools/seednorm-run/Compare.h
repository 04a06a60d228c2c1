//===- Compare.h - A second opinion on results ------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The same module by another way: its norms decomposed to linalg, which goes to
// plain loops on the CPU.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_TOOLS_SEEDNORM_RUN_COMPARE_H
#define SEEDNORM_TOOLS_SEEDNORM_RUN_COMPARE_H

#include "HostTensor.h"

#include <optional>

namespace seednorm {

/// A module with its norms decomposed and its linalg ops kept, as text.
llvm::Expected<std::string> decomposeModule(llvm::StringRef text,
                                            llvm::StringRef name);

/// How far a result is from the reference.
struct Difference {
  double absolute = 0; ///< The largest one.
  /// The largest one in units of the last place of the largest element of its
  /// row: small elements are sums of large terms, and inherit their errors.
  double units = 0;
};

/// `columns` are those of the longest rows; a result whose samples do not
/// divide into such has rows of its last dimension.
Difference compareTensors(const HostTensor &result, const HostTensor &reference,
                          int64_t columns);

/// Units that two ways of computing a row of `columns` elements may differ by:
/// 2 where one rounding to a narrow type or an integer decides, otherwise one
/// for each term of a sum.
double getDefaultTolerance(ElementType type, int64_t columns);

} // namespace seednorm

#endif // SEEDNORM_TOOLS_SEEDNORM_RUN_COMPARE_H

//===- UniformFactors.h - Products of columns and numbers of a row --------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Products whose factors may be taken in any order, as those of gradients:
//
//   t * ((x * r) * dy) = (x * dy) * (r * t)
//
// for uniform r and t, where some sum multiplies x by dy already. What is left
// is one product in each column, and one in the row.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_UNIFORMFACTORS_H
#define SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_UNIFORMFACTORS_H

#include "seednorm/Dialect/Row/IR/Row.h"

namespace seednorm::row {

/// Multiplies the uniform factors of products with the fast-math flag
/// `reassoc` first, where that leaves fewer products of columns. Ops that are
/// left without a use stay.
void collectUniformFactors(ProgramOp program);

} // namespace seednorm::row

#endif // SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_UNIFORMFACTORS_H

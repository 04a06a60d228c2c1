//===- LinearSums.h - Uniform factors out of sums ---------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A sum is linear in what its columns have in common:
//
//   sum(u * v) = u * sum(v),  sum(v / u) = sum(v) / u,
//   sum((t * a + b) * v) = t * sum(a * v) + sum(b * v)
//
// for uniform t and u. If u and t need sums themselves, the sum they leave need
// not wait for those any more, and reduces together with them.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_LINEARSUMS_H
#define SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_LINEARSUMS_H

#include "seednorm/Dialect/Row/IR/Row.h"

namespace seednorm::row {

/// Takes uniform factors out of the sums of f32 and f64 of `program` that are
/// of a lower level without them. Ops that are left without a use stay.
void splitLinearSums(ProgramOp program);

} // namespace seednorm::row

#endif // SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_LINEARSUMS_H

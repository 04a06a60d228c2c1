//===- ProgramRelation.h - How two programs see each other ------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Whether one program can follow another in the same row, and what has to be
// done to the rows of either before.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_DIALECT_ROW_TRANSFORMS_PROGRAMRELATION_H
#define SEEDNORM_DIALECT_ROW_TRANSFORMS_PROGRAMRELATION_H

#include "seednorm/Dialect/Row/IR/Row.h"

namespace seednorm::row {

/// What `value` is a reshape of: the same elements in the same order.
mlir::Value getReshapeSource(mlir::Value value);

/// Whether `op` only gives another shape to the elements of its operand.
bool isReshape(mlir::Operation *op);

struct Relation {
  enum class Kind {
    None,        ///< They have nothing in common, or not in a usable way.
    SameRows,    ///< Row i of the one is row i of the other.
    Recompute,   ///< The second needs slices that each of its rows can compute.
    WidenFirst,  ///< The same if `factor` rows of the first were one,
    WidenSecond, ///< or of the second.
  };
  Kind kind = Kind::None;
  int64_t factor = 1;

  bool operator!=(const Relation &other) const {
    return kind != other.kind || factor != other.factor;
  }
};

/// As many columns as a block keeps in registers: shorter rows may become
/// longer.
inline constexpr int64_t kMaxColumns = 8192;

/// The relation of `second` to `first`, before it in its block. No row becomes
/// longer than the longer one of the two, or kMaxColumns where `second` needs
/// what `first` computes.
Relation relate(ProgramOp first, ProgramOp second);

/// The access to an operand of a program, taken `inner` by its rows, from rows
/// of another which takes the program's results as `outer`; null if there is
/// none.
AccessAttr compose(AccessAttr inner, AccessAttr outer);

} // namespace seednorm::row

#endif // SEEDNORM_DIALECT_ROW_TRANSFORMS_PROGRAMRELATION_H

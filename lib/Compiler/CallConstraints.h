//===- CallConstraints.h - What must hold of a call's sizes -----*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What static shapes leave to check at each call, for row programs to stay
// inside their operands.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_COMPILER_CALLCONSTRAINTS_H
#define SEEDNORM_LIB_COMPILER_CALLCONSTRAINTS_H

#include "Sizes.h"

namespace mlir::func {
class FuncOp;
} // namespace mlir::func

namespace seednorm {

/// What must hold of two sizes for a row program to stay inside its operands.
struct SizeConstraint {
  enum class Relation {
    Equal,
    EqualUnlessNone, ///< Equal, or anything where nothing is needed.
    AtLeast,
  };
  int64_t have, need; ///< Nodes of a SizeTable.
  Relation relation;
  std::string what; ///< "expects <what>, but got <have>", with <need> in it.

  bool holds(int64_t haveValue, int64_t needValue) const;
};

/// The constraints that static shapes leave to each call.
struct CallConstraints {
  SizeTable sizes;
  std::vector<SizeConstraint> constraints;

  llvm::Error check(llvm::ArrayRef<llvm::ArrayRef<int64_t>> shapes) const;
};

/// Reads the constraints of the row programs in `function`, on memrefs.
llvm::Expected<CallConstraints>
buildCallConstraints(mlir::func::FuncOp function);

} // namespace seednorm

#endif // SEEDNORM_LIB_COMPILER_CALLCONSTRAINTS_H

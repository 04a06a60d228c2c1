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

using runtime::SizeConstraint;

/// The constraints that static shapes leave to each call.
struct CallConstraints {
  SizeTable sizes;
  std::vector<SizeConstraint> constraints;
};

/// Reads the constraints of the row programs in `function`, on memrefs.
llvm::Expected<CallConstraints>
buildCallConstraints(mlir::func::FuncOp function);

} // namespace seednorm

#endif // SEEDNORM_LIB_COMPILER_CALLCONSTRAINTS_H

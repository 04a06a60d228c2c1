//===- Contexts.h - Contexts for one graph after the other ------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A context belongs to one graph at a time.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_COMPILER_CONTEXTS_H
#define SEEDNORM_LIB_COMPILER_CONTEXTS_H

#include "mlir/IR/MLIRContext.h"

#include <memory>

namespace seednorm {

/// Keeps a context for the next graph, or destroys it.
struct ContextKeeper {
  void operator()(mlir::MLIRContext *context) const;
  int graphs = 0; ///< That had the context.
};
using OwnedContext = std::unique_ptr<mlir::MLIRContext, ContextKeeper>;

/// A context with every dialect, interface and translation we use, which does
/// not start threads of its own: another graph's that is gone, if there is one,
/// since loading dialects takes longer than most passes do.
OwnedContext takeContext();

} // namespace seednorm

#endif // SEEDNORM_LIB_COMPILER_CONTEXTS_H

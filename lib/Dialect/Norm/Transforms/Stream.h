//===- Stream.h - Residual streams ------------------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rows that flow through a network from block to block: what linear layers
// add up, and norms read. If nobody else does, its rows may be stored in any
// form from which the norms compute the same.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_DIALECT_NORM_TRANSFORMS_STREAM_H
#define SEEDNORM_LIB_DIALECT_NORM_TRANSFORMS_STREAM_H

#include "Linear.h"

#include "llvm/ADT/SetVector.h"

#include <string>

namespace seednorm::norm {

/// Values that are connected by sums of rows and by the inits of products with
/// constants.
struct Stream {
  /// Results of such ops. They are only used within the stream.
  llvm::SetVector<mlir::Value> inner;
  /// What enters it: constants, arguments, results of other ops. These may
  /// have other uses.
  llvm::SetVector<mlir::Value> leaves;
  /// The uses by norms, of both.
  llvm::SetVector<mlir::OpOperand *> norms;
  /// Why an inner value is used by something else; empty if none is.
  std::string escape;
};

/// The operands whose rows the result of `op` adds up, if it may be inside a
/// stream.
std::optional<llvm::SmallVector<mlir::OpOperand *>>
getAddedRows(mlir::Operation *op);

/// What makes a stream.
struct StreamRules {
  /// Whether a use is by a norm of the stream.
  llvm::function_ref<bool(mlir::OpOperand &)> isNorm;
  /// Whether a value enters the stream as it is, wherever it comes from.
  llvm::function_ref<bool(mlir::Value)> isLeaf;
};

/// The stream that `rows` belongs to.
Stream collectStream(mlir::Value rows, const StreamRules &rules);

} // namespace seednorm::norm

#endif // SEEDNORM_LIB_DIALECT_NORM_TRANSFORMS_STREAM_H

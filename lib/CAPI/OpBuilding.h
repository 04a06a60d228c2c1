//===- OpBuilding.h - An operation from untrusted parts ---------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// MLIR's builders assume that what they are given fits; here nothing does until
// it is checked.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_CAPI_OPBUILDING_H
#define SEEDNORM_LIB_CAPI_OPBUILDING_H

#include "mlir/IR/Location.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

#include <utility>

namespace seednorm::capi {

/// What a caller says an operation is.
struct OpDescription {
  llvm::StringRef name;                    ///< "norm.rms_norm"
  llvm::SmallVector<mlir::Value> operands; ///< Null: optional and absent.
  /// Names, and values in MLIR's syntax.
  llvm::SmallVector<std::pair<llvm::StringRef, llvm::StringRef>> attributes;
  /// Of the first result, in MLIR's syntax; empty for the one that follows from
  /// the operands.
  llvm::StringRef resultElement;
  mlir::Location location = mlir::Location(mlir::LocationAttr());
};

/// A verified operation with one result, in no block. The error starts with the
/// operation's name without its dialect, as in "rms_norm: expects ...".
llvm::Expected<mlir::Operation *> buildOp(const OpDescription &description,
                                          mlir::MLIRContext *context);

} // namespace seednorm::capi

#endif // SEEDNORM_LIB_CAPI_OPBUILDING_H

//===- NamedCall.h - An op that calls a norm by its name --------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The only place that knows how frameworks spell a call.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_CONVERSION_CALLSTONORM_NAMEDCALL_H
#define SEEDNORM_LIB_CONVERSION_CALLSTONORM_NAMEDCALL_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Operation.h"

namespace seednorm {

/// What the names of our norms start with.
inline constexpr llvm::StringLiteral kCallPrefix = "seednorm.";

struct NamedCall {
  mlir::Operation *op;
  llvm::StringRef name; ///< "seednorm.rms_norm"
  mlir::DictionaryAttr attributes;
  mlir::SymbolRefAttr decomposition; ///< Null if there is none.

  llvm::StringRef getMnemonic() const {
    return name.drop_front(kCallPrefix.size());
  }
  /// An error at the op: "calls 'seednorm.rms_norm', which " and more.
  mlir::InFlightDiagnostic emitError() const;

  /// Reads `op` if it calls a name of ours; nothing if it does not. Fails, with
  /// an error, if it does so in a way that is not understood.
  static mlir::FailureOr<std::optional<NamedCall>> read(mlir::Operation *op);
};

} // namespace seednorm

#endif // SEEDNORM_LIB_CONVERSION_CALLSTONORM_NAMEDCALL_H

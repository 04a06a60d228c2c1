//===- EnumCases.h - What enumerations may be, by name ----------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For those who have a string where an operation wants an enumeration. Derived
// from the attributes that the dialect registers.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_DIALECT_NORM_IR_ENUMCASES_H
#define SEEDNORM_DIALECT_NORM_IR_ENUMCASES_H

#include "mlir/IR/Attributes.h"
#include "llvm/ADT/SmallVector.h"

namespace seednorm::norm {

/// A case of an enumeration: "sigmoid" and `#norm<activation sigmoid>`.
struct EnumCase {
  llvm::StringRef name;
  mlir::Attribute attribute;
};

/// The cases of each enumeration of the dialect.
llvm::SmallVector<llvm::SmallVector<EnumCase>>
getEnumCases(mlir::MLIRContext *context);

} // namespace seednorm::norm

#endif // SEEDNORM_DIALECT_NORM_IR_ENUMCASES_H

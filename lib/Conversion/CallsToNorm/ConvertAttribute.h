//===- ConvertAttribute.h - Attributes of the type an op has ----*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Producers write numbers in the types of their own languages.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_CONVERSION_CALLSTONORM_CONVERTATTRIBUTE_H
#define SEEDNORM_LIB_CONVERSION_CALLSTONORM_CONVERTATTRIBUTE_H

#include "mlir/IR/OperationSupport.h"

namespace seednorm {

/// `given` as attribute `name` of `op` may be it, without a change of its
/// value. Null if there is no such attribute; `expected` then says what is.
mlir::Attribute convertAttribute(mlir::RegisteredOperationName op,
                                 mlir::StringAttr name, mlir::Attribute given,
                                 std::string &expected);

} // namespace seednorm

#endif // SEEDNORM_LIB_CONVERSION_CALLSTONORM_CONVERTATTRIBUTE_H

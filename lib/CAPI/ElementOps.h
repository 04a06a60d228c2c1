//===- ElementOps.h - What element-wise operations compute ------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The table of the C API's element-wise operations, on single elements of one
// type, and how elements become those of another type.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_CAPI_ELEMENTOPS_H
#define SEEDNORM_LIB_CAPI_ELEMENTOPS_H

#include "mlir/IR/ImplicitLocOpBuilder.h"

#include <string>

namespace seednorm::capi {

/// Builds the result for elements of one type.
using BuildElement = mlir::Value (*)(mlir::ImplicitLocOpBuilder &,
                                     mlir::ValueRange);

struct ElementOp {
  /// What the operation does beside computing.
  enum class Kind {
    Plain,   ///< The result has the type of the operands.
    Wide,    ///< The same, but f16 and bf16 are computed in f32.
    Compare, ///< The result is i8: 1 where it holds, else 0.
    Choose,  ///< The first operand is such a result, of a type of its own.
  };

  llvm::StringLiteral name;
  unsigned numOperands;
  BuildElement ofFloats;   ///< Null if there is none for floats,
  BuildElement ofIntegers; ///< or for integers.
  Kind kind = Kind::Plain;
};

/// The operation of that name, or null.
const ElementOp *findElementOp(llvm::StringRef name);

/// "add, subtract, ..."
std::string listElementOps();

/// Builds the result of `op` for elements of one type; behind a condition, i8,
/// where it chooses.
mlir::Value buildElementOp(mlir::ImplicitLocOpBuilder &builder,
                           const ElementOp &op, mlir::ValueRange operands);

/// Builds `value` as `type`, rounded once to nearest even. An integer takes the
/// part before the point of a float, the nearest one it has if that is none of
/// its own, and 0 for NaN; from a wider integer, it takes the low bits.
mlir::Value buildCast(mlir::ImplicitLocOpBuilder &builder, mlir::Value value,
                      mlir::Type type);

/// Whether it is a format of memory: no machine computes in these.
bool isFloat8(mlir::Type type);

/// Whether it is a float of less than 32 bits, which f32 extends.
bool isNarrow(mlir::Type type);

/// "'tensor<?x64xf32>'"
std::string quote(mlir::Type type);

} // namespace seednorm::capi

#endif // SEEDNORM_LIB_CAPI_ELEMENTOPS_H

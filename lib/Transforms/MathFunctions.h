//===- MathFunctions.h - Approximations of functions ------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each takes and gives f32 or vectors of it, and is right for every input. What
// they round to is in the description of expand-math.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_TRANSFORMS_MATHFUNCTIONS_H
#define SEEDNORM_LIB_TRANSFORMS_MATHFUNCTIONS_H

#include "seednorm/Transforms/F32Builder.h"

namespace seednorm {

mlir::Value buildExp(F32Builder &b, mlir::Value x);
mlir::Value buildExp2(F32Builder &b, mlir::Value x);
mlir::Value buildExpM1(F32Builder &b, mlir::Value x);
mlir::Value buildTanh(F32Builder &b, mlir::Value x);
mlir::Value buildErf(F32Builder &b, mlir::Value x);

mlir::Value buildLog(F32Builder &b, mlir::Value x);
mlir::Value buildLog2(F32Builder &b, mlir::Value x);
mlir::Value buildLog10(F32Builder &b, mlir::Value x);
mlir::Value buildLog1P(F32Builder &b, mlir::Value x);

mlir::Value buildSin(F32Builder &b, mlir::Value x);
mlir::Value buildCos(F32Builder &b, mlir::Value x);

mlir::Value buildPow(F32Builder &b, mlir::Value x, mlir::Value y);

/// The exponential function of a sum that is not rounded.
mlir::Value buildExpOfSum(F32Builder &b, mlir::Value high, mlir::Value low);

} // namespace seednorm

#endif // SEEDNORM_LIB_TRANSFORMS_MATHFUNCTIONS_H

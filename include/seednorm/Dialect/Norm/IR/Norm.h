//===- Norm.h - The norm dialect --------------------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Normalization layers as named operations on tensors. See docs/Spec.md for
// their formulas, constraints and numerics.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_DIALECT_NORM_IR_NORM_H
#define SEEDNORM_DIALECT_NORM_IR_NORM_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "seednorm/Dialect/Norm/IR/Formula.h"

#include "seednorm/Dialect/Norm/IR/NormDialect.h.inc"
#include "seednorm/Dialect/Norm/IR/NormEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "seednorm/Dialect/Norm/IR/NormAttributes.h.inc"

#include "seednorm/Dialect/Norm/IR/NormInterfaces.h.inc"

namespace seednorm::norm {

/// The shapes of the results of `op`, whose dynamic dimensions are those of its
/// operand 0.
void reifyRows(mlir::OpBuilder &builder, mlir::Operation *op,
               mlir::ReifiedRankedShapedTypeDims &shapes);

} // namespace seednorm::norm

#define GET_OP_CLASSES
#include "seednorm/Dialect/Norm/IR/NormOps.h.inc"

#endif // SEEDNORM_DIALECT_NORM_IR_NORM_H

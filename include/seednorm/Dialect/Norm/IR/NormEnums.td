//===- NormEnums.td - Enumerations of the norm dialect -----*- tablegen -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Activation functions of the dynamic coefficient of SeeDNorm.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_DIALECT_NORM_IR_NORMENUMS_TD
#define SEEDNORM_DIALECT_NORM_IR_NORMENUMS_TD

include "mlir/IR/EnumAttr.td"
include "seednorm/Dialect/Norm/IR/NormDialect.td"

def Norm_Activation
    : I32Enum<"Activation", "Function that bounds the dynamic coefficient", [
        I32EnumCase<"Tanh", 0, "tanh">,
        I32EnumCase<"Sigmoid", 1, "sigmoid">,     // 1 / (1 + exp(-s))
        I32EnumCase<"HardTanh", 2, "hardtanh">,   // s clamped to [-1, 1]
        I32EnumCase<"SoftSign", 3, "softsign">]> { // s / (1 + |s|)
  let cppNamespace = "::seednorm::norm";
}

def Norm_ActivationAttr
    : EnumAttr<Norm_Dialect, Norm_Activation, "activation">;

#endif // SEEDNORM_DIALECT_NORM_IR_NORMENUMS_TD

//===- NormEnums.td - Enumerations of the norm dialect -----*- tablegen -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What an operation may choose from.
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

def Norm_CastingMode : I32Enum<"CastingMode", "Where a norm rounds", [
    I32EnumCase<"Gemma", 0, "gemma">,  // The result only.
    I32EnumCase<"Llama", 1, "llama">]> { // And the row before it is scaled.
  let cppNamespace = "::seednorm::norm";
}

def Norm_CastingModeAttr
    : EnumAttr<Norm_Dialect, Norm_CastingMode, "casting_mode">;

def Norm_Statistics : I32Enum<"Statistics", "What a row is normalized by", [
    I32EnumCase<"LayerNorm", 0, "layer_norm">, // Mean and variance.
    I32EnumCase<"RMSNorm", 1, "rms_norm">]> {  // Root mean square.
  let cppNamespace = "::seednorm::norm";
}

def Norm_StatisticsAttr
    : EnumAttr<Norm_Dialect, Norm_Statistics, "statistics">;

def Norm_ChannelLayout : I32Enum<"ChannelLayout", "Where channels are", [
    I32EnumCase<"First", 0, "channels_first">, // (N, C, ...)
    I32EnumCase<"Last", 1, "channels_last">]> { // (N, ..., C)
  let cppNamespace = "::seednorm::norm";
}

def Norm_ChannelLayoutAttr
    : EnumAttr<Norm_Dialect, Norm_ChannelLayout, "layout">;

def Norm_Scaling : I32Enum<"Scaling", "What shares a scale", [
    I32EnumCase<"Static", 0, "static">, // Everything; the scale is given.
    I32EnumCase<"Row", 1, "row">,
    I32EnumCase<"Group", 2, "group">]> { // Consecutive columns.
  let cppNamespace = "::seednorm::norm";
}

def Norm_ScalingAttr : EnumAttr<Norm_Dialect, Norm_Scaling, "scaling">;

#endif // SEEDNORM_DIALECT_NORM_IR_NORMENUMS_TD

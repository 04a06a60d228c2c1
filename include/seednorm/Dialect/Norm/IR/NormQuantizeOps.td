//===- NormQuantizeOps.td - Rows in eight bits -------------*- tablegen -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Rows of eight-bit numbers and their scales.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_DIALECT_NORM_IR_NORMQUANTIZEOPS_TD
#define SEEDNORM_DIALECT_NORM_IR_NORMQUANTIZEOPS_TD

include "seednorm/Dialect/Norm/IR/NormEnums.td"
include "seednorm/Dialect/Norm/IR/NormOpBase.td"

/// What rows are quantized to.
def Norm_Quantized : RankedTensorOf<[F8E4M3FN, F8E5M2, I8]>;

def Norm_QuantizeOp : Norm_Op<"quantize", [
    Pure, DeclareOpInterfaceMethods<InferTypeOpInterface>,
    DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface,
                              ["reifyResultShapes"]>,
    DeclareOpInterfaceMethods<Norm_FormulaOpInterface,
                              ["getOperandKind", "getPadding"]>]> {
  let summary = "Rows in eight bits";
  let description = [{
    For each row `x` (the innermost dimension, D elements) and each part p of it
    that shares a scale (`per`: `static`, everything; `row`; `group`, runs of
    `group_size` columns, of which the last may be shorter) computes

        scale_p = max(max(abs(x_i) for i in p), 2^-100) / max_value
        y_i     = round(x_i * (1 / scale_p(i)))

    where max_value is 448 for f8E4M3FN, 57344 for f8E5M2 and 127 for i8, and
    `round` goes to the nearest number of the type, ties to even; beyond the
    range to its end (448, 57344, 127 and -128). With `static` the scale is
    given, else it is the second result, `row_scale`, in f32 (f64 if `input` is
    f64): x is about y * scale.

    Constraints:
    - (C1) `result` has the shape of `input` and the element type `to`;
    - (C2) `input` is a ranked tensor of f16, bf16, f32 or f64, of rank 1 or
      more, without encoding;
    - (C3) the last dimension of `input` is static and not 0; it is D;
    - (C4) `to` is f8E4M3FN, f8E5M2 or i8;
    - (C5) there is a `scale` if and only if `per` is `static`; it is a tensor of
      rank 1 with one element, without encoding;
    - (C6) `scale` has the element type of `input`, or f32;
    - (C7) there is a `row_scale` if and only if `per` is not `static`, of f32 (f64
      if `input` is f64); its shape is that of `input` without the last dimension,
      or, per group, with the number of groups in its place;
    - (C8) `group_size` is at least 1.

    Numerics: in f32 (f64 if `input` is f64), rounded once. NaN becomes NaN, or 0
    in i8. A row or group that holds NaN has NaN as its scale, and only NaN (0 in
    i8) as its result; one that holds infinity has infinity as its scale, and as
    its result NaN (0 in i8) for what is infinite and 0 for the rest. A row of
    zeros has a scale and gives zeros.

    Example:

    ```mlir
    %q, %s = norm.quantize %x to f8E4M3FN per group : tensor<?x4096xf32>

    %p = norm.quantize %x to i8 per static scale(%scale : tensor<1xf32>)
        : tensor<?x4096xbf16>
    ```

    Source: Micikevicius et al., FP8 Formats for Deep Learning, 2022, arXiv
    2209.05433; groups of 128 as in DeepSeek-V3, 2024, arXiv 2412.19437.
  }];
  let arguments = (ins
    Norm_Rows:$input,            // (..., D)
    Optional<Norm_Param>:$scale, // (1)
    TypeAttr:$to,
    Norm_ScalingAttr:$per,
    DefaultValuedAttr<I64Attr, "128">:$group_size);
  let results = (outs
    Norm_Quantized:$result,         // (..., D)
    Optional<Norm_Rows>:$row_scale  // (...) or (..., groups)
  );
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// The verifier says what a result may be, in better words.
    static bool isCompatibleReturnTypes(::mlir::TypeRange, ::mlir::TypeRange) {
      return true;
    }
  }];
  let extraClassDefinition = [{
    ::llvm::LogicalResult $cppClass::reifyResultShapes(
        ::mlir::OpBuilder &builder,
        ::mlir::ReifiedRankedShapedTypeDims &shapes) {
      ::seednorm::norm::reifyRows(builder, *this, shapes);
      return ::mlir::success();
    }
  }];
  let assemblyFormat = [{
    $input `to` $to `per` custom<Scaling>($per) (`group_size` $group_size^)?
    (`scale` `(` $scale^ `:` type($scale) `)`)? attr-dict `:` type($input)
  }];
}

#endif // SEEDNORM_DIALECT_NORM_IR_NORMQUANTIZEOPS_TD

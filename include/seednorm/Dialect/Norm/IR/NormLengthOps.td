//===- NormLengthOps.td - Norms by the length of a row -----*- tablegen -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Rows divided by a norm in the sense of vector spaces.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_DIALECT_NORM_IR_NORMLENGTHOPS_TD
#define SEEDNORM_DIALECT_NORM_IR_NORMLENGTHOPS_TD

include "seednorm/Dialect/Norm/IR/NormOpBase.td"

def Norm_ScaleNormOp : Norm_RowsOp<"scale_norm", [], ["getOperandKind"]> {
  let summary = "Rows of one learned length";
  let description = [{
    For each row `x` (the innermost dimension, D elements) computes

        y_i = scale * (x_i / max(sqrt(sum(x * x)), eps))

    Constraints:
    - (C1) `result` has the shape of `input`, and its element type or f32;
    - (C2) `input` is a ranked tensor of f16, bf16, f32 or f64, of rank 1 or
      more, without encoding;
    - (C3) the last dimension of `input` is static and not 0; it is D;
    - (C4) `scale` is a tensor of rank 1 with one element, without encoding;
    - (C5) `scale` has the element type of `input`, or f32;
    - (C6) `eps`, rounded to the type computed in, is positive and finite.

    Numerics: in f32 (f64 if `input` is f64), rounded once. The order of the sum
    is not specified.

    Example:

    ```mlir
    %y = norm.scale_norm %x, %scale eps 1.0e-5
        : tensor<?x4096xbf16>, tensor<1xf32>
    ```

    Source: Nguyen and Salazar, Transformers without Tears: Improving the
    Normalization of Self-Attention, 2019, arXiv 1910.05895; eps as in its code.
  }];
  let arguments = (ins
    Norm_Rows:$input,  // (..., D)
    Norm_Param:$scale, // (1), the length g
    F64Attr:$eps);
  let assemblyFormat = [{
    $input `,` $scale `eps` $eps attr-dict `:` type($input) `,` type($scale)
    `` custom<ResultType>(type($result), ref(type($input)))
  }];
}

def Norm_L2NormOp : Norm_RowsOp<"l2_norm"> {
  let summary = "Rows of length 1";
  let description = [{
    For each row `x` (the innermost dimension, D elements) computes

        y_i = x_i / max(sqrt(sum(x * x)), eps)

    Constraints:
    - (C1) `result` has the shape of `input`, and its element type or f32;
    - (C2) `input` is a ranked tensor of f16, bf16, f32 or f64, of rank 1 or
      more, without encoding;
    - (C3) the last dimension of `input` is static and not 0; it is D;
    - (C4) `eps`, rounded to the type computed in, is positive and finite.

    Numerics: in f32 (f64 if `input` is f64), rounded once. The order of the sum
    is not specified.

    Example:

    ```mlir
    %y = norm.l2_norm %x eps 1.0e-12 : tensor<?x128xbf16>
    ```

    Source: Loshchilov, Hsieh, Sun and Ginsburg, nGPT: Normalized Transformer with
    Representation Learning on the Hypersphere, 2024, arXiv 2410.01131. The
    paper has no eps; max rather than a sum is PyTorch's `normalize`.
  }];
  let arguments = (ins
    Norm_Rows:$input, // (..., D)
    F64Attr:$eps);
  let assemblyFormat = [{
    $input `eps` $eps attr-dict `:` type($input)
    `` custom<ResultType>(type($result), ref(type($input)))
  }];
}

def Norm_L1NormOp : Norm_RowsOp<"l1_norm"> {
  let summary = "Rows whose magnitudes sum to 1";
  let description = [{
    For each row `x` (the innermost dimension, D elements) computes

        y_i = x_i / max(sum(abs(x)), eps)

    Constraints:
    - (C1) `result` has the shape of `input`, and its element type or f32;
    - (C2) `input` is a ranked tensor of f16, bf16, f32 or f64, of rank 1 or
      more, without encoding;
    - (C3) the last dimension of `input` is static and not 0; it is D;
    - (C4) `eps`, rounded to the type computed in, is positive and finite.

    Numerics: in f32 (f64 if `input` is f64), rounded once. The order of the sum
    is not specified.

    Example:

    ```mlir
    %y = norm.l1_norm %x eps 1.0e-12 : tensor<?x128xbf16>
    ```

    Source: PyTorch's `normalize` with p = 1.
  }];
  let arguments = (ins
    Norm_Rows:$input, // (..., D)
    F64Attr:$eps);
  let assemblyFormat = [{
    $input `eps` $eps attr-dict `:` type($input)
    `` custom<ResultType>(type($result), ref(type($input)))
  }];
}

#endif // SEEDNORM_DIALECT_NORM_IR_NORMLENGTHOPS_TD

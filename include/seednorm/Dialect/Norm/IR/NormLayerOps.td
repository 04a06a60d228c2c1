//===- NormLayerOps.td - Norms in the place of LayerNorm ---*- tablegen -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LayerNorm, and what replaces it without statistics.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_DIALECT_NORM_IR_NORMLAYEROPS_TD
#define SEEDNORM_DIALECT_NORM_IR_NORMLAYEROPS_TD

include "seednorm/Dialect/Norm/IR/NormOpBase.td"

def Norm_LayerNormOp : Norm_RowsOp<"layer_norm"> {
  let summary = "Normalization by mean and variance";
  let description = [{
    For each row `x` (the innermost dimension, D elements) computes

        m   = mean(x)
        v   = mean((x - m) * (x - m))
        n_i = (gamma_i + gamma_offset) * (x_i - m) / sqrt(v + eps)
        y_i = (n_i + bias_i) / sqrt(depth)

    without `bias` if it is not given. `depth` above 1 is LayerNorm Scaling for
    layer number `depth`.

    Constraints:
    - (C1) `result` has the shape of `input`, and its element type or f32;
    - (C2) `input` is a ranked tensor of f16, bf16, f32 or f64, of rank 1 or
      more, without encoding;
    - (C3) the last dimension of `input` is static and not 0; it is D;
    - (C4) `gamma` is a tensor of shape (D), or (H, D) where H is the
      size of the last but one dimension of `input`, without encoding;
    - (C5) `gamma` has the element type of `input`, or f32;
    - (C6) `eps`, rounded to the type computed in, is positive and finite;
    - (C7) `gamma_offset`, rounded likewise, is finite;
    - (C8) `bias`, if given, is a tensor of shape (D), or (H, D) where H is the
      size of the last but one dimension of `input`, without encoding;
    - (C9) `bias`, if given, has the element type of `input`, or f32;
    - (C10) `depth` is at least 1.

    Numerics: in f32 (f64 if `input` is f64), rounded once. The mean d of the
    rounded differences c = x - m corrects both: x - m is c - d, and v is
    mean(c * c) - d * d, but at least 2^-20 * mean(c * c), which matters only
    where all elements of a row are equal. So rows whose mean exceeds their
    deviation by far lose nothing (Chan, Golub and LeVeque, Algorithms for
    Computing the Sample Variance, 1983).

    Example:

    ```mlir
    %y = norm.layer_norm %x, %gamma eps 1.0e-5
        : tensor<?x4096xbf16>, tensor<4096xbf16>

    %z = norm.layer_norm %x, %gamma bias %bias eps 1.0e-5
        : tensor<?x4096xbf16>, tensor<4096xf32>, tensor<4096xf32>
    ```

    Source: Ba, Kiros and Hinton, Layer Normalization, 2016, arXiv 1607.06450.
    `depth`: Sun et al., The Curse of Depth in Large Language Models, 2025,
    arXiv 2502.05795.
  }];
  let arguments = (ins
    Norm_Rows:$input,           // (..., D)
    Norm_Param:$gamma,          // (D), scale
    Optional<Norm_Param>:$bias, // (D), shift
    F64Attr:$eps,
    DefaultValuedAttr<F64Attr, "0.0">:$gamma_offset,
    DefaultValuedAttr<I64Attr, "1">:$depth);
  let assemblyFormat = [{
    $input `,` $gamma (`bias` $bias^)? `eps` $eps
    (`gamma_offset` $gamma_offset^)? (`depth` $depth^)?
    attr-dict `:` type($input) `,` type($gamma) (`,` type($bias)^)?
    `` custom<ResultType>(type($result), ref(type($input)))
  }];
}

def Norm_DyTOp : Norm_RowsOp<"dyt", [], ["getOperandKind"]> {
  let summary = "Bounded scaling in place of a normalization";
  let description = [{
    For each row `x` (the innermost dimension, D elements) computes

        y_i = gamma_i * tanh(alpha * x_i) + bias_i

    without `bias` if it is not given. It takes no statistics of the row.

    Constraints:
    - (C1) `result` has the shape of `input`, and its element type or f32;
    - (C2) `input` is a ranked tensor of f16, bf16, f32 or f64, of rank 1 or
      more, without encoding;
    - (C3) the last dimension of `input` is static and not 0; it is D;
    - (C4) `alpha` is a tensor of rank 1 with one element, without encoding;
    - (C5) `alpha` has the element type of `input`, or f32;
    - (C6) `gamma` is a tensor of shape (D), or (H, D) where H is the
      size of the last but one dimension of `input`, without encoding;
    - (C7) `gamma` has the element type of `input`, or f32;
    - (C8) `bias`, if given, is a tensor of shape (D), or (H, D) where H is the
      size of the last but one dimension of `input`, without encoding;
    - (C9) `bias`, if given, has the element type of `input`, or f32.

    Numerics: in f32 (f64 if `input` is f64), rounded once.

    Example:

    ```mlir
    %y = norm.dyt %x, %alpha, %gamma bias %bias
        : tensor<?x4096xbf16>, tensor<1xf32>, tensor<4096xf32>, tensor<4096xf32>
    ```

    Source: Zhu, Chen, He, LeCun and Liu, Transformers without Normalization,
    2025, arXiv 2503.10622.
  }];
  let arguments = (ins
    Norm_Rows:$input,           // (..., D)
    Norm_Param:$alpha,          // (1), slope
    Norm_Param:$gamma,          // (D), scale
    Optional<Norm_Param>:$bias  // (D), shift
  );
  let assemblyFormat = [{
    $input `,` $alpha `,` $gamma (`bias` $bias^)?
    attr-dict `:` type($input) `,` type($alpha) `,` type($gamma)
    (`,` type($bias)^)?
    `` custom<ResultType>(type($result), ref(type($input)))
  }];
}

def Norm_BHyTOp : Norm_RowsOp<"bhyt", [], ["getOperandKind"]> {
  let summary = "Bounded hyperbolic tangent with a bound from the row";
  let description = [{
    For each row `x` (the innermost dimension, D elements) computes

        r   = 1 / sqrt(mean(x * x) + eps)
        y_i = gamma_i * tanh(slope / kappa * (x_i * r))

    By Chebyshev's inequality at most 1 / kappa^2 of the elements are larger
    than kappa / r, the bound that the row itself gives.

    Constraints:
    - (C1) `result` has the shape of `input`, and its element type or f32;
    - (C2) `input` is a ranked tensor of f16, bf16, f32 or f64, of rank 1 or
      more, without encoding;
    - (C3) the last dimension of `input` is static and not 0; it is D;
    - (C4) `slope` is a tensor of rank 1 with one element, without encoding;
    - (C5) `slope` has the element type of `input`, or f32;
    - (C6) `gamma` is a tensor of shape (D), or (H, D) where H is the
      size of the last but one dimension of `input`, without encoding;
    - (C7) `gamma` has the element type of `input`, or f32;
    - (C8) `eps`, rounded to the type computed in, is positive and finite;
    - (C9) `kappa`, rounded likewise, is positive and finite.

    Numerics: in f32 (f64 if `input` is f64), rounded once.

    Example:

    ```mlir
    %y = norm.bhyt %x, %slope, %gamma eps 1.0e-6 kappa 10.0
        : tensor<?x4096xbf16>, tensor<1xf32>, tensor<4096xf32>
    ```

    Source: Byun et al., Bounded Hyperbolic Tangent, 2025, arXiv 2601.09719: the
    form with the exact statistic of the row (BHyT* in its code). `slope` is
    lambda there.
  }];
  let arguments = (ins
    Norm_Rows:$input,  // (..., D)
    Norm_Param:$slope, // (1), lambda
    Norm_Param:$gamma, // (D), scale
    F64Attr:$eps,
    DefaultValuedAttr<F64Attr, "10.0">:$kappa);
  let assemblyFormat = [{
    $input `,` $slope `,` $gamma `eps` $eps (`kappa` $kappa^)?
    attr-dict `:` type($input) `,` type($slope) `,` type($gamma)
    `` custom<ResultType>(type($result), ref(type($input)))
  }];
}

#endif // SEEDNORM_DIALECT_NORM_IR_NORMLAYEROPS_TD

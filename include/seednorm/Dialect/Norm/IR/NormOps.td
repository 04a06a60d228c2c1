//===- NormOps.td - Operations of the norm dialect ---------*- tablegen -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The forward operations: norms by the root mean square here, the others in the
// files included. Constraint labels are those of docs/Spec.md.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_DIALECT_NORM_IR_NORMOPS_TD
#define SEEDNORM_DIALECT_NORM_IR_NORMOPS_TD

include "seednorm/Dialect/Norm/IR/NormConditionedOps.td"
include "seednorm/Dialect/Norm/IR/NormEnums.td"
include "seednorm/Dialect/Norm/IR/NormGroupOps.td"
include "seednorm/Dialect/Norm/IR/NormLayerOps.td"
include "seednorm/Dialect/Norm/IR/NormLengthOps.td"
include "seednorm/Dialect/Norm/IR/NormOpBase.td"
include "seednorm/Dialect/Norm/IR/NormQuantizeOps.td"
include "seednorm/Dialect/Norm/IR/NormSoftmaxOps.td"

def Norm_SeeDNormOp : Norm_RowsOp<"seednorm", [
    AttrSizedOperandSegments,
    AllTypesMatch<["alpha", "beta", "gamma"]> /*C2*/], ["getOperandKind"]> {
  let summary = "Root-mean-square normalization with an input-dependent scale";
  let description = [{
    For each row `x` (the innermost dimension, D elements) computes

        r   = 1 / sqrt(mean(x * x) + eps)
        s_h = seed_scale * sum(x_i * beta_i for i in head h)
        t_i = act(s_h(i)) * alpha_i * mask_i
        y_i = (t_i + (gamma_i + gamma_offset)) * x_i * r

    where head h owns the h-th contiguous `D / num_heads` columns, and h(i) is
    the head of column i. `r` always covers the whole row. `mask` is 1, or with
    `dropout` p for each row and column, independently, 0 with probability p and
    else 1 / (1 - p): 0 where the word that `row.philox` draws with `seed` and
    `offset` for the row, counted over all leading dimensions, and the column is
    below floor(p * 2^32), so that a backward pass can draw it again. With `beta` = 0 and
    an `act` that maps 0 to 0 the operation is `norm.rms_norm`.

    | `activation` | act(s) |
    |---|---|
    | `tanh` (default) | tanh(s) |
    | `sigmoid` | 1 / (1 + exp(-s)) |
    | `hardtanh` | min(max(s, -1), 1), NaN for NaN |
    | `softsign` | s / (1 + abs(s)) |

    Constraints:
    - (C1) `result` has the shape of `input`, and its element type or f32;
    - (C2) `alpha`, `beta` and `gamma` have the same type;
    - (C3) `input` is a ranked tensor of f16, bf16, f32 or f64, of rank 1 or
      more, without encoding;
    - (C4) the last dimension of `input` is static and not 0; it is D;
    - (C5) the parameters are tensors of shape (D), or (H, D) where H is the
      size of the last but one dimension of `input`, without encoding;
    - (C6) the parameters have the element type of `input`, or f32;
    - (C7) `eps`, rounded to the type computed in, is positive and finite;
    - (C8) `num_heads` is at least 1 and divides D;
    - (C9) `seed_scale`, rounded likewise, is finite;
    - (C10) `gamma_offset`, rounded likewise, is finite;
    - (C11) `dropout` is at least 0 and less than 1;
    - (C12) there are `seed` and `offset` if and only if `dropout` is not 0; they
      are tensors of rank 1 with one element, without encoding.

    Numerics: `input` and the parameters are extended to f32 (f64 if `input` is
    f64), everything is computed in it, `gamma + gamma_offset` included, and `y`
    is rounded once to the element type of the result. The order of the sums is not
    specified.

    Example:

    ```mlir
    %y = norm.seednorm %x, %alpha, %beta, %gamma eps 1.0e-6
        : tensor<8x128xbf16>, tensor<128xf32>

    %z = norm.seednorm %x, %alpha, %beta, %gamma eps 1.0e-6 heads 4
        activation sigmoid seed_scale 0.5 gamma_offset 1.0
        : tensor<?x4096xbf16>, tensor<4096xf32>

    %w = norm.seednorm %x, %alpha, %beta, %gamma eps 1.0e-6
        dropout 0.1 (%seed, %offset : tensor<1xi64>, tensor<1xi64>)
        : tensor<?x4096xbf16>, tensor<4096xf32>
    ```

    Source: SeeDNorm: Self-Rescaled Dynamic Normalization, arXiv 2510.22777;
    Salmon et al., Parallel Random Numbers: As Easy as 1, 2, 3, 2011.
  }];
  let arguments = (ins
    Norm_Rows:$input,            // (..., D)
    Norm_Param:$alpha,           // (D), weight of the dynamic part
    Norm_Param:$beta,            // (D), direction the row is projected on
    Norm_Param:$gamma,           // (D), static scale
    Optional<Norm_Seed>:$seed,   // (1)
    Optional<Norm_Seed>:$offset, // (1), tells draws under one seed apart
    F64Attr:$eps,
    DefaultValuedAttr<I64Attr, "1">:$num_heads,
    DefaultValuedAttr<Norm_ActivationAttr,
                      "::seednorm::norm::Activation::Tanh">:$activation,
    DefaultValuedAttr<F64Attr, "1.0">:$seed_scale,
    DefaultValuedAttr<F64Attr, "0.0">:$gamma_offset,
    DefaultValuedAttr<F64Attr, "0.0">:$dropout);
  let assemblyFormat = [{
    $input `,` $alpha `,` $beta `,` $gamma `eps` $eps (`heads` $num_heads^)?
    (`activation` custom<Activation>($activation)^)?
    (`seed_scale` $seed_scale^)? (`gamma_offset` $gamma_offset^)?
    (`dropout` $dropout ` ` `(` $seed^ `,` $offset `:` type($seed) `,`
     type($offset) `)`)?
    attr-dict `:` type($input) `,` type($alpha)
    `` custom<ResultType>(type($result), ref(type($input)))
  }];
}

def Norm_RMSNormOp : Norm_RowsOp<"rms_norm"> {
  let summary = "Root-mean-square normalization";
  let description = [{
    For each row `x` (the innermost dimension, D elements) computes

        r   = 1 / sqrt(mean(x_i * x_i for i < ceil(partial * D)) + eps)
        y_i = ((gamma_i + gamma_offset) * x_i * r + bias_i) / sqrt(depth)

    without `bias` if it is not given. With `partial` below 1 it is pRMSNorm,
    whose statistics cover the first columns only. `depth` above 1 is LayerNorm
    Scaling for layer number `depth`.

    | `casting_mode` | rounds to the type of `input` |
    |---|---|
    | `gemma` (default) | nothing before the result |
    | `llama` | x_i * r, before it is scaled |

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
    - (C10) `partial` is greater than 0 and at most 1;
    - (C11) `depth` is at least 1.

    Numerics: as `norm.seednorm`, with one sum; the product is rounded before
    `bias` is added. `partial * D` is rounded to f64 before it is rounded up.

    Example:

    ```mlir
    %y = norm.rms_norm %x, %gamma eps 1.0e-6 gamma_offset 1.0
        : tensor<?x4096xbf16>, tensor<4096xbf16>

    %z = norm.rms_norm %x, %gamma bias %bias eps 1.0e-6 partial 0.0625
        : tensor<?x4096xbf16>, tensor<4096xf32>, tensor<4096xf32>
    ```

    Source: Zhang and Sennrich, Root Mean Square Layer Normalization, 2019,
    arXiv 1910.07467, equations 4 and 6. `depth`: Sun et al., The Curse of Depth
    in Large Language Models, 2025, arXiv 2502.05795.
  }];
  let arguments = (ins
    Norm_Rows:$input,           // (..., D)
    Norm_Param:$gamma,          // (D), scale
    Optional<Norm_Param>:$bias, // (D), shift
    F64Attr:$eps,
    DefaultValuedAttr<F64Attr, "0.0">:$gamma_offset,
    DefaultValuedAttr<F64Attr, "1.0">:$partial,
    DefaultValuedAttr<Norm_CastingModeAttr,
                      "::seednorm::norm::CastingMode::Gemma">:$casting_mode,
    DefaultValuedAttr<I64Attr, "1">:$depth);
  let assemblyFormat = [{
    $input `,` $gamma (`bias` $bias^)? `eps` $eps
    (`gamma_offset` $gamma_offset^)? (`partial` $partial^)?
    (`casting_mode` custom<CastingMode>($casting_mode)^)? (`depth` $depth^)?
    attr-dict `:` type($input) `,` type($gamma) (`,` type($bias)^)?
    `` custom<ResultType>(type($result), ref(type($input)))
  }];
}

def Norm_CRMSNormOp : Norm_RowsOp<"crms_norm"> {
  let summary = "Root-mean-square normalization of a compressed zero-mean row";
  let description = [{
    For each row `x` (the innermost dimension, D elements) computes

        r   = 1 / sqrt((sum(x * x) + sum(x)^2) / (D + 1) + eps)
        y_i = (gamma_i + gamma_offset) * x_i * r

    A row of D + 1 elements with mean 0 is stored without its last element, which
    is minus the sum of the others: the result is `norm.rms_norm` of the whole
    row, without its last element.

    Constraints:
    - (C1) `result` has the shape of `input`, and its element type or f32;
    - (C2) `input` is a ranked tensor of f16, bf16, f32 or f64, of rank 1 or
      more, without encoding;
    - (C3) the last dimension of `input` is static and not 0; it is D;
    - (C4) `gamma` is a tensor of shape (D), or (H, D) where H is the
      size of the last but one dimension of `input`, without encoding;
    - (C5) `gamma` has the element type of `input`, or f32;
    - (C6) `eps`, rounded to the type computed in, is positive and finite;
    - (C7) `gamma_offset`, rounded likewise, is finite.

    Numerics: as `norm.seednorm`, with two sums.

    Example:

    ```mlir
    %y = norm.crms_norm %x, %gamma eps 1.0e-6
        : tensor<?x4095xbf16>, tensor<4095xf32>
    ```

    Source: Jiang, Gu, Zhu and Pan, Pre-RMSNorm and Pre-CRMSNorm Transformers:
    Equivalent and Efficient Pre-LN Transformers, 2023, arXiv 2305.14858.
  }];
  let arguments = (ins
    Norm_Rows:$input,  // (..., D), rows of D + 1 without their last element
    Norm_Param:$gamma, // (D), scale
    F64Attr:$eps,
    DefaultValuedAttr<F64Attr, "0.0">:$gamma_offset);
  let assemblyFormat = [{
    $input `,` $gamma `eps` $eps (`gamma_offset` $gamma_offset^)?
    attr-dict `:` type($input) `,` type($gamma)
    `` custom<ResultType>(type($result), ref(type($input)))
  }];
}

#endif // SEEDNORM_DIALECT_NORM_IR_NORMOPS_TD

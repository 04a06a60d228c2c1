//===- NormGroupOps.td - Norms of groups and heads ---------*- tablegen -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Norms whose rows are groups of channels, and a scale for each head.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_DIALECT_NORM_IR_NORMGROUPOPS_TD
#define SEEDNORM_DIALECT_NORM_IR_NORMGROUPOPS_TD

include "seednorm/Dialect/Norm/IR/NormEnums.td"
include "seednorm/Dialect/Norm/IR/NormOpBase.td"

def Norm_GroupNormOp : Norm_RowsOp<"group_norm", [AttrSizedOperandSegments],
                                   ["getOperandKind", "getRowView"]> {
  let summary = "Normalization of groups of channels";
  let description = [{
    For each sample and each of `num_groups` equal runs of the C channels, with
    `x` all elements of the group, computes as `norm.layer_norm` does

        y_c = gamma_c * (x_c - mean(x)) / sqrt(var(x) + eps) + bias_c

    without `gamma` or `bias` if they are not given. In `input` the samples come
    first, the channels next (`channels_first`, the default) or last
    (`channels_last`).

    Constraints:
    - (C1) `result` has the shape of `input`, and its element type or f32;
    - (C2) `input` is a ranked tensor of f16, bf16, f32 or f64, of rank 2 or
      more, without encoding;
    - (C3) all dimensions of `input` but the first are static and not 0;
    - (C4) `gamma` and `bias`, if given, are tensors of rank 1 with C elements,
      without encoding;
    - (C5) `gamma` and `bias`, if given, have the element type of `input`, or
      f32;
    - (C6) `eps`, rounded to the type computed in, is positive and finite;
    - (C7) `num_groups` is at least 1 and divides C;
    - (C8) `num_groups` is 1 with `channels_last`: the elements of a group are
      not next to each other otherwise, and so no row.

    Numerics: as `norm.layer_norm`.

    Example:

    ```mlir
    %y = norm.group_norm %x gamma(%gamma : tensor<320xf32>)
        bias(%bias : tensor<320xf32>) groups 32 eps 1.0e-5
        : tensor<?x320x16x16xbf16>
    ```

    Source: Wu and He, Group Normalization, 2018, arXiv 1803.08494.
  }];
  let arguments = (ins
    Norm_Rows:$input,            // (N, C, ...) or (N, ..., C)
    Optional<Norm_Param>:$gamma, // (C), scale
    Optional<Norm_Param>:$bias,  // (C), shift
    I64Attr:$num_groups,
    F64Attr:$eps,
    DefaultValuedAttr<Norm_ChannelLayoutAttr,
                      "::seednorm::norm::ChannelLayout::First">:$layout);
  let assemblyFormat = [{
    $input (`gamma` `(` $gamma^ `:` type($gamma) `)`)?
    (`bias` `(` $bias^ `:` type($bias) `)`)? `groups` $num_groups `eps` $eps
    (`layout` custom<ChannelLayout>($layout)^)? attr-dict `:` type($input)
    `` custom<ResultType>(type($result), ref(type($input)))
  }];
}

def Norm_InstanceNormOp : Norm_RowsOp<"instance_norm",
                                      [AttrSizedOperandSegments],
                                      ["getOperandKind", "getRowView"]> {
  let summary = "Normalization of each channel of a sample";
  let description = [{
    `norm.group_norm` with as many groups as channels: for each sample and each
    of the C channels, with `x` all elements of the channel,

        y_c = gamma_c * (x_c - mean(x)) / sqrt(var(x) + eps) + bias_c

    Constraints:
    - (C1) `result` has the shape of `input`, and its element type or f32;
    - (C2) `input` is a ranked tensor of f16, bf16, f32 or f64, of rank 2 or
      more, without encoding;
    - (C3) all dimensions of `input` but the first are static and not 0;
    - (C4) `gamma` and `bias`, if given, are tensors of rank 1 with C elements,
      without encoding;
    - (C5) `gamma` and `bias`, if given, have the element type of `input`, or
      f32;
    - (C6) `eps`, rounded to the type computed in, is positive and finite;
    - (C7) `layout` is `channels_first`, unless C is 1: the elements of a channel
      are not next to each other otherwise, and so no row.

    Numerics: as `norm.layer_norm`.

    Example:

    ```mlir
    %y = norm.instance_norm %x eps 1.0e-5 : tensor<?x64x32x32xf16>
    ```

    Source: Ulyanov, Vedaldi and Lempitsky, Instance Normalization, 2016, arXiv
    1607.08022.
  }];
  let arguments = (ins
    Norm_Rows:$input,            // (N, C, ...)
    Optional<Norm_Param>:$gamma, // (C), scale
    Optional<Norm_Param>:$bias,  // (C), shift
    F64Attr:$eps,
    DefaultValuedAttr<Norm_ChannelLayoutAttr,
                      "::seednorm::norm::ChannelLayout::First">:$layout);
  let assemblyFormat = [{
    $input (`gamma` `(` $gamma^ `:` type($gamma) `)`)?
    (`bias` `(` $bias^ `:` type($bias) `)`)? `eps` $eps
    (`layout` custom<ChannelLayout>($layout)^)? attr-dict `:` type($input)
    `` custom<ResultType>(type($result), ref(type($input)))
  }];
}

def Norm_HeadScaleOp : Norm_RowsOp<"head_scale", [], ["getOperandKind"]> {
  let summary = "A scale for each head";
  let description = [{
    For each row `x` (the innermost dimension, D elements) computes

        y_i = scale_h(i) * x_i

    where head h of H owns the h-th contiguous D / H columns, and h(i) is the
    head of column i.

    Constraints:
    - (C1) `result` has the shape of `input`, and its element type or f32;
    - (C2) `input` is a ranked tensor of f16, bf16, f32 or f64, of rank 1 or
      more, without encoding;
    - (C3) the last dimension of `input` is static and not 0; it is D;
    - (C4) `scale` is a tensor of rank 1, without encoding, with H elements,
      which divides D;
    - (C5) `scale` has the element type of `input`, or f32.

    Numerics: in f32 (f64 if `input` is f64), rounded once.

    Example:

    ```mlir
    %y = norm.head_scale %x, %scale : tensor<?x4096xbf16>, tensor<32xf32>
    ```

    Source: Shleifer, Weston and Ott, NormFormer, 2021, arXiv 2110.09456,
    equation 3, applied to the concatenated heads.
  }];
  let arguments = (ins
    Norm_Rows:$input, // (..., D)
    Norm_Param:$scale // (H)
  );
  let assemblyFormat = [{
    $input `,` $scale attr-dict `:` type($input) `,` type($scale)
    `` custom<ResultType>(type($result), ref(type($input)))
  }];
}

#endif // SEEDNORM_DIALECT_NORM_IR_NORMGROUPOPS_TD

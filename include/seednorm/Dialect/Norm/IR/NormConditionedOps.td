//===- NormConditionedOps.td - Norms with conditions -------*- tablegen -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Norms whose scale and shift come from outside: a diffusion step, a class.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_DIALECT_NORM_IR_NORMCONDITIONEDOPS_TD
#define SEEDNORM_DIALECT_NORM_IR_NORMCONDITIONEDOPS_TD

include "seednorm/Dialect/Norm/IR/NormEnums.td"
include "seednorm/Dialect/Norm/IR/NormOpBase.td"

def Norm_AdaSeeDNormOp : Norm_RowsOp<"ada_seednorm", [
    AllTypesMatch<["alpha", "beta"]>, AllTypesMatch<["scale", "shift"]>],
    ["getOperandKind"]> {
  let summary = "SeeDNorm with scale and shift of a sample";
  let description = [{
    For each row `x` (the innermost dimension, D elements) computes r and s as
    `norm.seednorm` does, and

        y_i = ((act(s_h(i)) * alpha_i + 1) * x_i * r) * (1 + scale_i) + shift_i

    where `scale` and `shift` have some of the first dimensions of `input`: all
    rows that agree in them, such as those of one sample, share a slice.

    Constraints:
    - (C1) `result` has the shape of `input`, and its element type or f32;
    - (C2) `input` is a ranked tensor of f16, bf16, f32 or f64, of rank 1 or
      more, without encoding;
    - (C3) the last dimension of `input` is static and not 0; it is D;
    - (C4) `alpha` and `beta` have the same type, of shape (D), or (H, D) where H
      is the size of the last but one dimension of `input`, without encoding;
    - (C5) `alpha` and `beta` have the element type of `input`, or f32;
    - (C6) `scale` and `shift` have the same type, whose shape is some of the
      first dimensions of `input`, at least those that are dynamic unless it is
      (D), and D, without encoding;
    - (C7) `scale` and `shift` have the element type of `input`, or f32;
    - (C8) `eps`, rounded to the type computed in, is positive and finite;
    - (C9) `num_heads` is at least 1 and divides D;
    - (C10) `seed_scale`, rounded likewise, is finite.

    Numerics: as `norm.seednorm`; `1 + scale` is computed in f32 (f64).

    Example:

    ```mlir
    %y = norm.ada_seednorm %x, %alpha, %beta, %scale, %shift eps 1.0e-6
        seed_scale 8.68e-4
        : tensor<?x256x1152xbf16>, tensor<1152xf32>, tensor<?x1152xbf16>
    ```

    Source: SeeDNorm, arXiv 2510.22777, its form for DiT.
  }];
  let arguments = (ins
    Norm_Rows:$input,   // (..., D)
    Norm_Param:$alpha,  // (D), weight of the dynamic part
    Norm_Param:$beta,   // (D), direction the row is projected on
    Norm_Param:$scale,  // (first dimensions of the input, D)
    Norm_Param:$shift,  // likewise
    F64Attr:$eps,
    DefaultValuedAttr<I64Attr, "1">:$num_heads,
    DefaultValuedAttr<Norm_ActivationAttr,
                      "::seednorm::norm::Activation::Tanh">:$activation,
    DefaultValuedAttr<F64Attr, "1.0">:$seed_scale);
  let assemblyFormat = [{
    $input `,` $alpha `,` $beta `,` $scale `,` $shift `eps` $eps
    (`heads` $num_heads^)? (`activation` custom<Activation>($activation)^)?
    (`seed_scale` $seed_scale^)?
    attr-dict `:` type($input) `,` type($alpha) `,` type($scale)
    `` custom<ResultType>(type($result), ref(type($input)))
  }];
}

def Norm_ModulateOp : Norm_RowsOp<"modulate", [
    AttrSizedOperandSegments, AllTypesMatch<["scale", "shift"]>],
    ["getOperandKind"]> {
  let summary = "Adaptive norm: a norm, then scale and shift of a sample";
  let description = [{
    For each row `x` (the innermost dimension, D elements) computes

        h   = residual + gate * x       if there is a residual, else x
        y_i = n(h)_i * (1 + scale_i) + shift_i

    where n is `norm.layer_norm` or `norm.rms_norm` (`statistics`) without
    parameters, `gate` is 1 if not given, and `scale`, `shift` and `gate` have
    some of the first dimensions of `input`: all rows that agree in them, such
    as those of one sample, share a slice. With a residual, `sum` is h.

    Constraints:
    - (C1) `result` has the shape of `input`, and its element type or f32;
    - (C2) `input` is a ranked tensor of f16, bf16, f32 or f64, of rank 1 or
      more, without encoding;
    - (C3) the last dimension of `input` is static and not 0; it is D;
    - (C4) `scale` and `shift` have the same type, whose shape is some of the
      first dimensions of `input`, at least those that are dynamic unless it is
      (D), and D, without encoding;
    - (C5) `scale` and `shift` have the element type of `input`, or f32;
    - (C6) there is a `sum` if and only if there is a `residual`;
    - (C7) there is a `gate` only if there is a `residual`;
    - (C8) `residual` has the shape of `input`, and its element type or f32;
    - (C9) `gate` is as C4 and C5 have `scale`;
    - (C10) `sum` is as C1 has `result`;
    - (C11) `eps`, rounded to the type computed in, is positive and finite.

    Numerics: in f32 (f64 if `input` is f64). h is rounded once to the type of
    `sum`; y is that of the rounded h, as if h had been stored and read again,
    and rounded once.

    Example:

    ```mlir
    %y = norm.modulate %x, %scale, %shift statistics layer_norm eps 1.0e-6
        : tensor<?x256x1152xbf16>, tensor<?x1152xbf16>

    %z, %h = norm.modulate %x, %scale, %shift
        residual(%residual : tensor<?x256x1152xbf16>)
        gate(%gate : tensor<?x1152xbf16>) statistics layer_norm eps 1.0e-6
        : tensor<?x256x1152xbf16>, tensor<?x1152xbf16>
    ```

    Source: Peebles and Xie, Scalable Diffusion Models with Transformers, 2022,
    arXiv 2212.09748: `modulate` in its code; adaLN-Zero has the gate, which is
    applied to what a branch adds to the residual stream. The norm of the next
    branch follows, so this operation adds first.
  }];
  let arguments = (ins
    Norm_Rows:$input,              // (..., D)
    Norm_Param:$scale,             // (first dimensions of the input, D)
    Norm_Param:$shift,             // likewise
    Optional<Norm_Rows>:$residual, // (..., D)
    Optional<Norm_Param>:$gate,    // (first dimensions of the input, D)
    Norm_StatisticsAttr:$statistics,
    F64Attr:$eps);
  let results = (outs Norm_Rows:$result, Optional<Norm_Rows>:$sum);
  let extraClassDefinition = rowsDefinition # [{
    ::llvm::LogicalResult $cppClass::inferReturnTypes(
        ::mlir::MLIRContext *, ::std::optional<::mlir::Location>,
        ::mlir::ValueRange operands, ::mlir::DictionaryAttr attributes,
        ::mlir::OpaqueProperties properties, ::mlir::RegionRange regions,
        ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      Adaptor adaptor(operands, attributes, properties, regions);
      types.push_back(operands.front().getType());
      if (adaptor.getResidual())
        types.push_back(adaptor.getResidual().getType());
      return ::mlir::success();
    }
  }];
  let assemblyFormat = [{
    $input `,` $scale `,` $shift
    (`residual` `(` $residual^ `:` type($residual) `)`)?
    (`gate` `(` $gate^ `:` type($gate) `)`)?
    `statistics` custom<Statistics>($statistics) `eps` $eps
    attr-dict `:` type($input) `,` type($scale)
    `` custom<ResultAndSumTypes>(type($result), type($sum), ref(type($input)),
                              ref(type($residual)))
  }];
}

#endif // SEEDNORM_DIALECT_NORM_IR_NORMCONDITIONEDOPS_TD

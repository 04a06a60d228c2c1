//===- Passes.td - Passes of the norm dialect --------------*- tablegen -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_DIALECT_NORM_TRANSFORMS_PASSES_TD
#define SEEDNORM_DIALECT_NORM_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def NormDecomposePass : Pass<"norm-decompose"> {
  let summary = "Rewrite norms to linalg on tensors";
  let description = [{
    Every norm becomes row reductions and element-wise `linalg.generic` ops that
    any MLIR compiler can take further, and that serve as a reference which runs
    without the rest of this project.

    Before:

    ```mlir
    %y = norm.rms_norm %x, %gamma eps 1.0e-6
        : tensor<?x128xbf16>, tensor<128xbf16>
    ```

    After: a `linalg.generic` that sums the squares of each row to
    `tensor<?xf32>`, one that turns the sums into 1/rms, and one that reads
    `%x`, `%gamma` and 1/rms and writes `%y`. Every norm is lowered by its
    formula (`FormulaOpInterface`): an op for each reduction, one for maths on
    what a reduction left, one for the result. With several heads, a row is
    worked on as `num_heads x D / num_heads`.

    Accepts: norms on tensors of any rank, mixed with anything.
    Produces: `linalg` on tensors, `tensor.empty`, `tensor.dim`,
    `tensor.expand_shape` and `tensor.collapse_shape`, with `arith` and `math`
    in the bodies. No norm is left.
    Numerics: as the operations specify: everything in f32 (f64 for rows of
    f64), one rounding at the end, sums from the first column to the last if run
    as loops.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::math::MathDialect", "::mlir::tensor::TensorDialect"
  ];
}

def NormSimplifyPass : Pass<"norm-simplify"> {
  let summary = "Replace norms by cheaper ones that compute the same";
  let description = [{
    Equalities of real numbers, as rewrites; `docs/Simplify.md` has the formula,
    the conditions, the numerics and the source of each.

    - `norm.seednorm` with a constant `beta` of zeros becomes `norm.rms_norm`.
    - A residual stream that only `norm.layer_norm` reads loses the mean of its
      rows, in the constant weights and biases that write it; what else enters
      the stream is recentered once (`center-streams`).
    - `norm.layer_norm` of rows with mean 0 becomes `norm.rms_norm`.
    - A constant scale and bias of a norm becomes part of the constants that its
      rows are multiplied by (`fold-scales`).
    - A stream of rows with mean 0 is stored without its last column, and read
      by `norm.crms_norm` (`compress-streams`).
    - A norm of rows that are normalized is dropped (`drop-renormalization`).

    Before:

    ```mlir
    %h = linalg.matmul ins(%x, %w : tensor<4x8xf32>, tensor<8x8xf32>)
        outs(%zero : tensor<4x8xf32>) -> tensor<4x8xf32>
    %y = norm.layer_norm %h, %gamma eps 1.0e-5
        : tensor<4x8xf32>, tensor<8xf32>
    ```

    After, where `%w0` is the constant `%w` without the mean of its rows:

    ```mlir
    %h = linalg.matmul ins(%x, %w0 : tensor<4x8xf32>, tensor<8x8xf32>)
        outs(%zero : tensor<4x8xf32>) -> tensor<4x8xf32>
    %y = norm.rms_norm %h, %gamma eps 1.0e-5
        : tensor<4x8xf32>, tensor<8xf32>
    ```

    Accepts: norms on tensors, mixed with anything. Linear layers are
    contractions in `linalg`; sums are `linalg` or `arith` on tensors.
    Produces: the same dialects, with the types of functions as they were.
    Numerics: unchanged for SeeDNorm; otherwise constants are computed in f64
    and rounded once to their type, so that results differ by rounding.
    `drop-renormalization` alone differs by more, for small rows.
  }];
  let options = [
    Option<"centerStreams", "center-streams", "bool", "true",
           "Take the mean from residual streams that only LayerNorms read">,
    Option<"foldScales", "fold-scales", "bool", "true",
           "Fold constant scales of norms into the products that follow">,
    Option<"compressStreams", "compress-streams", "bool", "false",
           "Store rows with mean 0 without their last element">,
    Option<"dropRenormalization", "drop-renormalization", "bool", "false",
           "Drop norms of rows that are normalized already">,
    Option<"report", "report", "bool", "false",
           "Say in a remark what there is to compute before and after">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::tensor::TensorDialect"
  ];
}

#endif // SEEDNORM_DIALECT_NORM_TRANSFORMS_PASSES_TD

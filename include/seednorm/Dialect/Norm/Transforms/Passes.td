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

#endif // SEEDNORM_DIALECT_NORM_TRANSFORMS_PASSES_TD

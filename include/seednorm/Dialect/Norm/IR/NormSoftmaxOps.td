//===- NormSoftmaxOps.td - Softmax and its logarithm -------*- tablegen -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Rows as distributions.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_DIALECT_NORM_IR_NORMSOFTMAXOPS_TD
#define SEEDNORM_DIALECT_NORM_IR_NORMSOFTMAXOPS_TD

include "seednorm/Dialect/Norm/IR/NormOpBase.td"

def Norm_SoftmaxOp : Norm_RowsOp<"softmax"> {
  let summary = "Positive rows that sum to 1";
  let description = [{
    For each row `x` (the innermost dimension, D elements) computes

        e_i = exp(x_i - max(x))
        y_i = e_i / sum(e)

    Constraints:
    - (C1) `result` has the shape of `input`, and its element type or f32;
    - (C2) `input` is a ranked tensor of f16, bf16, f32 or f64, of rank 1 or
      more, without encoding;
    - (C3) the last dimension of `input` is static and not 0; it is D.

    Numerics: in f32 (f64 if `input` is f64), rounded once. The order of the sum
    is not specified. Rows that hold NaN or +infinity, or only -infinity, become
    NaN.

    Example:

    ```mlir
    %y = norm.softmax %x : tensor<?x4096xbf16>
    ```

    Source: Bridle, Probabilistic Interpretation of Feedforward Classification
    Network Outputs, 1990.
  }];
  let arguments = (ins
    Norm_Rows:$input // (..., D)
  );
  let assemblyFormat = [{
    $input attr-dict `:` type($input)
    `` custom<ResultType>(type($result), ref(type($input)))
  }];
}

def Norm_LogSoftmaxOp : Norm_RowsOp<"log_softmax"> {
  let summary = "Logarithm of softmax";
  let description = [{
    For each row `x` (the innermost dimension, D elements) computes

        y_i = (x_i - max(x)) - log(sum(exp(x - max(x))))

    Constraints:
    - (C1) `result` has the shape of `input`, and its element type or f32;
    - (C2) `input` is a ranked tensor of f16, bf16, f32 or f64, of rank 1 or
      more, without encoding;
    - (C3) the last dimension of `input` is static and not 0; it is D.

    Numerics: in f32 (f64 if `input` is f64), rounded once. The order of the sum
    is not specified. Rows that hold NaN or +infinity, or only -infinity, become
    NaN.

    Example:

    ```mlir
    %y = norm.log_softmax %x : tensor<?x4096xbf16>
    ```

    Source: Bridle, Probabilistic Interpretation of Feedforward Classification
    Network Outputs, 1990.
  }];
  let arguments = (ins
    Norm_Rows:$input // (..., D)
  );
  let assemblyFormat = [{
    $input attr-dict `:` type($input)
    `` custom<ResultType>(type($result), ref(type($input)))
  }];
}

#endif // SEEDNORM_DIALECT_NORM_IR_NORMSOFTMAXOPS_TD

//===- NormDialect.td - The norm dialect -------------------*- tablegen -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The dialect, and the types its operations share.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_DIALECT_NORM_IR_NORMDIALECT_TD
#define SEEDNORM_DIALECT_NORM_IR_NORMDIALECT_TD

include "mlir/IR/OpBase.td"

def Norm_Dialect : Dialect {
  let name = "norm";
  let cppNamespace = "::seednorm::norm";
  let summary = "Normalization layers as named operations on tensors";
  let description = [{
    Each operation is one normalization layer. It takes a tensor of rows and
    parameters, and returns a tensor of the same shape. A row is the innermost
    dimension, D elements, known at compile time, except where an operation says
    otherwise; the leading dimensions together number the N rows and may be
    dynamic.

    The operations are the front door for importers and for people: they check
    what they are given and say how they round. `--norm-decompose` rewrites them
    to `linalg`, so that a compiler without the rest of this project can use
    them. The dialect knows nothing of threads, schedules or row programs.

    A function's argument may be marked `norm.zero_mean`: all its rows have mean
    0, but for rounding. `norm-simplify` makes use of it.

    ```mlir
    func.func @embed(%x: tensor<?x4096xf32> {norm.zero_mean})
    ```

    `docs/Spec.md` gives the executable formula of every operation; the labels
    C1, C2, ... of its constraints are those used here.
  }];
  let dependentDialects = ["::mlir::tensor::TensorDialect"];
  let useDefaultAttributePrinterParser = 1;
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let extraClassDeclaration = [{
    /// Marks an argument whose rows have mean 0.
    static ::llvm::StringRef getZeroMeanAttrName() { return "norm.zero_mean"; }
  }];
}

/// Rows and parameters alike. Rank, sizes and encoding are checked by the
/// verifiers, whose messages name the operand.
class Norm_Tensor : RankedTensorOf<[F16, BF16, F32, F64]>;
def Norm_Rows : Norm_Tensor;
def Norm_Param : Norm_Tensor;

/// What random numbers follow from, (1).
def Norm_Seed : RankedTensorOf<[I64]>;

class Norm_Op<string mnemonic, list<Trait> traits = []>
    : Op<Norm_Dialect, mnemonic, traits>;

#endif // SEEDNORM_DIALECT_NORM_IR_NORMDIALECT_TD

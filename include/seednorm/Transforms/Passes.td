//===- Passes.td - Passes on upstream dialects -------------*- tablegen -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_TRANSFORMS_PASSES_TD
#define SEEDNORM_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def ResultsToDestinationsPass : Pass<"results-to-destinations", "::mlir::ModuleOp"> {
  let summary = "Let callers of public functions pass the memory of results";
  let description = [{
    Every tensor that a public function returns becomes a memref argument that
    it writes, after the arguments it has; other results stay. An argument
    attribute `seednorm.result` gives the number of the result, and
    `seednorm.shape` how large a caller must make it: for each dimension a
    number, or `[argument, dimension]` of a tensor argument. The attributes of
    the result move to the argument. The memory must not overlap that of any
    other argument. Tensor arguments become read-only
    (`bufferization.writable = false`) unless they say otherwise.

    Accepts: functions whose returned tensors have static dimensions, or ones
    that equal a dimension of an argument. A public function with tensor results
    must not be called in the module.
    Produces: `bufferization.materialize_in_destination`; before
    `eliminate-empty-tensors` and `one-shot-bufferize`, so that what computes a
    result writes it in place.
    Numerics: unchanged.

    Example:
    ```mlir
    func.func @copy(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
      return %x : tensor<?x4xf32>
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::bufferization::BufferizationDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::memref::MemRefDialect", "::mlir::tensor::TensorDialect"
  ];
}

def ScalarArgumentsPass : Pass<"scalar-arguments", "::mlir::ModuleOp"> {
  let summary = "Let callers of public functions pass scalars in memory";
  let description = [{
    An argument that is an integer or a float becomes a tensor without
    dimensions, whose element it is: programs take it as an operand, and kernels
    are not compiled anew for each value.

    Accepts: modules in which no public function is called.
    Produces: `tensor.extract` at the start of these functions.
    Numerics: unchanged.

    Example:
    ```mlir
    func.func @f(%x: tensor<?x64xf32>, %eps: f32) -> f32 {
      return %eps : f32
    }
    ```
  }];
  let dependentDialects = ["::mlir::tensor::TensorDialect"];
}

def ExpandMathPass : Pass<"expand-math"> {
  let summary = "Compute elementary functions from arithmetic";
  let description = [{
    No library is called, so that loops stay vectors and kernels assemble
    anywhere. Narrower floats are computed in f32 and rounded once.

    Accepts: any module; `math.exp`, `exp2`, `expm1`, `log`, `log2`, `log10`,
    `log1p`, `powf`, `tanh`, `erf`, `sin` and `cos` on f32, f16, bf16 and vectors
    of them, `math.absi` on any integers. Ops on other types stay.
    Produces: `arith` and `math.absf`, `copysign`, `fma`, `trunc`, and no
    branches.
    Numerics: f32 results are within 2 ulp of the exact ones for `exp`, `exp2`,
    `expm1`, `log`, `log2`, `log10` and `powf`, 3 ulp for `log1p`, `erf`, `sin`
    and `cos`, and 5 ulp for `tanh`, over the whole range with infinities,
    subnormals and signed zeros; angles may be of any size. NaN stays NaN;
    powers of zeros, infinities, NaN and negative numbers are C's.

    Example:
    ```mlir
    %y = math.tanh %x : vector<16xf32>
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::math::MathDialect"
  ];
}

def ExpandBFloat16Pass : Pass<"expand-bfloat16"> {
  let summary = "Compute on bf16 in f32, and round by integer arithmetic";
  let description = [{
    A function of bf16 that LLVM makes of several instructions would be rounded
    after each. Casts are for machines without instructions for them, on which
    LLVM would call a library for every element; others keep them.

    Accepts: any module.
    Produces: arithmetic and functions on f32, whose results are rounded; no
    casts between f32 and bf16, unless `casts` is false.
    Numerics: one rounding for each operation; signs and payloads of NaN change
    with casts.

    Example:
    ```mlir
    %y = arith.truncf %x : vector<16xf32> to vector<16xbf16>
    ```
  }];
  let options = [
    Option<"casts", "casts", "bool", "true",
           "Whether casts become integer arithmetic too">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::vector::VectorDialect"
  ];
}

def SinkNarrowFloatsPass : Pass<"sink-narrow-floats"> {
  let summary = "Let narrow floats go from block to block as integers";
  let description = [{
    On a machine without registers for them, LLVM hands a vector of bf16 to
    another block element by element, and rounds a lone one anew. What has less
    than 32 bits is cast to an integer in its block, and back in each other block
    that uses it. Nor does LLVM write the widest of these vectors past the caches:
    stores that are to are of integers.

    Accepts: functions in the LLVM dialect.
    Produces: the same.
    Numerics: unchanged.

    Example:
    ```mlir
    %y = llvm.bitcast %bits : vector<16xi16> to vector<16xbf16>
    llvm.br ^bb1
    ^bb1: // Here it is done again.
      llvm.store %y, %pointer : vector<16xbf16>, !llvm.ptr
    ```
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def ExpandFMAPass : Pass<"expand-fma"> {
  let summary = "Multiply and add without an instruction for both";
  let description = [{
    For machines without such an instruction, on which LLVM would call a
    library for every element.

    Accepts: any module.
    Produces: no `math.fma` on f32. One that need not be rounded only once, which
    `contract` or `reassoc` says, becomes a product and a sum; any other is
    computed in f64, and its sum is rounded to odd there.
    Numerics: unchanged, but for the former.

    Example:
    ```mlir
    %y = math.fma %a, %b, %c fastmath<contract> : vector<4xf32>
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::math::MathDialect"
  ];
}

def ExpandFloat8Pass : Pass<"expand-float8"> {
  let summary = "Cast to and from 8-bit floats by integer arithmetic";
  let description = [{
    LLVM has no 8-bit floats. In memory they are bytes, which LLVM moves;
    arithmetic is on what they are cast to.

    Accepts: any module; `arith.truncf`, `sitofp` and `uitofp` to and `arith.extf`
    from f8E4M3FN and f8E5M2, and vectors of them. Other `arith` and `math` on
    8-bit floats is an error, but for constants, `bitcast` and `select`.
    Produces: `arith` on integers as wide as the float that is cast, and no
    branches.
    Numerics: as APFloat: rounded once to nearest even from f32, f64 and integers;
    f8E4M3FN has no infinity, so overflow is NaN. Nothing saturates. Unchanged
    but for the payloads of NaN.

    Example:
    ```mlir
    %y = arith.truncf %x : vector<16xf32> to vector<16xf8E4M3FN>
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def ExportPublicFunctionsPass : Pass<"export-public-functions", "::mlir::ModuleOp"> {
  let summary = "Give public functions an interface for C";
  let description = [{
    Marks every public function with a body as `llvm.emit_c_interface`, so that
    `_mlir_ciface_<name>` takes pointers to memref descriptors. Upstream's pass
    marks private ones too, and changes how external ones are called.

    Accepts: any module.
    Produces: the same, with the attribute.
    Numerics: unchanged.

    Example:
    ```mlir
    func.func @f(%x: memref<4xf32>) {
      return
    }
    ```
  }];
}

def SplitEmptyTensorsPass : Pass<"split-empty-tensors"> {
  let summary = "Give every use of an initial tensor one of its own";
  let description = [{
    Two results that start from one `tensor.empty` or one `linalg.fill`, as
    common subexpression elimination leaves them, cannot both be written in
    place. What one op initializes and several ops use, is copied for those that
    write over it.

    Accepts: any module.
    Produces: the same, with every `tensor.empty` and `linalg.fill` used at most
    once, and `bufferization.alloc_tensor` for copies; before
    `eliminate-empty-tensors`.
    Numerics: unchanged.

    Example:
    ```mlir
    %e = tensor.empty() : tensor<4xf32>
    %a, %b = row.program
        ins(%x : tensor<4xf32> by row)
        outs(%e : tensor<4xf32> by row, %e : tensor<4xf32> by row) {
    ^bb0(%xv: vector<4xf32>):
      row.yield %xv, %xv : vector<4xf32>, vector<4xf32>
    }
    ```
  }];
  let dependentDialects = ["::mlir::bufferization::BufferizationDialect"];
}

def StridedArgumentsPass : Pass<"strided-arguments", "::mlir::ModuleOp"> {
  let summary = "Let rows of a function's arguments be apart from each other";
  let description = [{
    A tensor argument with `seednorm.dense_dims = K : i64` becomes a memref of
    which only the last K dimensions, at least one, lie without gaps; strides
    of the others are known when the function is called, and so it takes views
    such as the queries in a tensor of queries, keys and values. With
    `seednorm.alignment = B : i64`, callers vouch for the address and those
    strides to be multiples of B bytes; of one element otherwise.

    Accepts: functions on tensors; after results-to-destinations, before
    bufferization.
    Produces: the same, with memrefs for these arguments.
    Numerics: unchanged.

    Example:
    ```mlir
    func.func @f(%x: tensor<?x64xf32> {seednorm.dense_dims = 1 : i64}) {
      return
    }
    ```
  }];
  let dependentDialects = ["::mlir::bufferization::BufferizationDialect"];
}

def ExpandStridedCopiesPass : Pass<"expand-strided-copies"> {
  let summary = "Copy between memrefs with gaps by loops";
  let description = [{
    Upstream lowers such a `memref.copy` to a call of its own run-time library.

    Accepts: any module.
    Produces: `linalg.generic` for copies that do not move one block of memory.
    Numerics: unchanged.

    Example:
    ```mlir
    memref.copy %x, %y : memref<4x8xf32, strided<[16, 1]>> to memref<4x8xf32>
    ```
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
}

def ExpandDynamicViewsPass : Pass<"expand-dynamic-views"> {
  let summary = "Name the sizes of views that expand a dimension to dynamic ones";
  let description = [{
    Upstream takes a `memref.expand_shape` apart only if at most one size of each
    group is dynamic, and does not survive others.

    Accepts: any module.
    Produces: `memref.reinterpret_cast` for a `memref.expand_shape` with more.
    Numerics: unchanged.

    Example:
    ```mlir
    %y = memref.expand_shape %x [[0, 1], [2]] output_shape [%b, %s, 8]
        : memref<?x8xf32> into memref<?x?x8xf32>
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::memref::MemRefDialect"];
}

def ViewsToPointersPass : Pass<"views-to-pointers"> {
  let summary = "Make addresses of views where the views are made";
  let description = [{
    Upstream's lowering adds the offset of a view to an address at every access,
    in the innermost loop; no pass moves that out of loops that are branches.

    Accepts: any module; views are `memref.reinterpret_cast`s of ranked memrefs,
    as `expand-strided-metadata` leaves them.
    Produces: for those with a dynamic offset `llvm.getelementptr`, a memref that
    begins there, and the offset 0; casts between memrefs and their structs
    disappear with the conversion to the LLVM dialect. A constant that the offset
    adds has a `llvm.getelementptr` of its own, behind that of the rest, which
    views at constant distances then share.
    Numerics: unchanged.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::LLVM::LLVMDialect"];
}

def DecomposeLinalgPass : Pass<"decompose-linalg"> {
  let summary = "Write composed linalg ops as what they are composed of";
  let description = [{
    Ops with upstream's `AggregatedOpInterface`, as `linalg.softmax`, have no
    loops of their own.

    Accepts: any module.
    Produces: the parts that upstream gives, `linalg` ops over elements.
    Numerics: those of the parts; softmax subtracts the maximum.

    Example:
    ```mlir
    %y = linalg.softmax dimension(1) ins(%x : tensor<?x64xf32>)
        outs(%e : tensor<?x64xf32>) -> tensor<?x64xf32>
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::math::MathDialect", "::mlir::tensor::TensorDialect"
  ];
}

def FoldBroadcastsPass : Pass<"fold-broadcasts"> {
  let summary = "Drop broadcasts at run time that change no size";
  let description = [{
    Where sizes are dynamic, the lowering of a broadcast asks at run time whether
    a size is 1: an `scf.if` gives the value broadcast or as it is. Where all
    sizes of both are the same, constants or those of the function's arguments,
    that is the value as it is.

    Accepts: any module.
    Produces: the same without such an `scf.if`.
    Numerics: unchanged.

    Example: `tosa-to-linalg` on `tosa.mul %x, %x` with
    ```mlir
    %x = tensor.empty(%n) : tensor<?x8xf32>
    ```
  }];
}

def FoldSlicesPass : Pass<"fold-slices"> {
  let summary = "Write slices of all of a tensor as reshapes";
  let description = [{
    A `tensor.extract_slice` of all elements, from index 0 on, that only lacks
    dimensions of size 1 is a `tensor.collapse_shape`, and a `tensor.insert_slice`
    over all of its destination a `tensor.expand_shape`. Upstream's
    `linalg-fold-unit-extent-dims` leaves both where it is asked for slices.

    Accepts: any module.
    Produces: reshapes in their place, which cost nothing.
    Numerics: unchanged.

    Example:
    ```mlir
    %r = tensor.extract_slice %x[0, 0] [4, 1] [1, 1]
        : tensor<4x1xf32> to tensor<4xf32>
    ```
  }];
  let dependentDialects = ["::mlir::tensor::TensorDialect"];
}

def ResolveRoundingModesPass : Pass<"resolve-rounding-modes"> {
  let summary = "Drop rounding to nearest even, and refuse other modes";
  let description = [{
    Ops of `arith` may say how they round. All targets round to nearest even, so
    that is dropped where it is said; nothing here can round in another way.

    Accepts: any module.
    Produces: the same without rounding modes, or an error.
    Numerics: unchanged.

    Example:
    ```mlir
    %r = arith.truncf %x to_nearest_even : f32 to bf16
    ```
  }];
}

#endif // SEEDNORM_TRANSFORMS_PASSES_TD

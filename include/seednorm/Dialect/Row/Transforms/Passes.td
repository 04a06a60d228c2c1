//===- Passes.td - Passes on row programs ------------------*- tablegen -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_DIALECT_ROW_TRANSFORMS_PASSES_TD
#define SEEDNORM_DIALECT_ROW_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def RowFusePass : Pass<"row-fuse"> {
  let summary = "Make programs on the same rows one program";
  let description = [{
    Two programs become one where the second takes what the first yields, or both
    take slices of one operand by row, through any reshapes: then a row of the
    one is a row of the other, or a part of it. Where it is a part, the rows
    along the last leading dimensions become one first (a program on heads of 64
    columns becomes one on rows of 16 heads); no row becomes longer than the
    longer of the two, or than 8192 columns where the second takes what the first
    yields. Values that such rows have in common are not computed for
    each.

    What only the second needs of the first is never stored; operands of both are
    read once. A first program without sums whose slices many rows need (a
    parameter plus 1, a number for each sample) is computed by those rows, and
    stays for other users. The place of the fused program is that of either; ops
    in between that need the first wait, as long as they have no side effects.

    Of several programs that one could be fused with, the one is taken that saves
    most bytes of its rows, and of those the nearest.

    Programs stay apart where the second needs the first otherwise, where one has
    a schedule already, and where the fused program would read more than 6 whole
    rows, or read and write more than 12. Programs without columns that are left get the last static
    dimensions of their rows, 128 columns or more if there are as many.

    Accepts: row programs on tensors, among reshapes and any other ops; what has
    the size of a program's result should ask for an operand's instead
    (`resolve-shaped-type-result-dims`).
    Produces: fewer of them.
    Numerics: unchanged, bit for bit but for the order of sums, which is the
    schedule's: a value is rounded where it was.

    Example, of two programs that become one; it stores `%h` only if others read it:
    ```mlir
    %h = row.program ins(%x : tensor<?x8xf32> by row)
        outs(%i : tensor<?x8xf32> by row) {
    ^bb0(%v: vector<8xf32>):
      %n = arith.negf %v : vector<8xf32>
      row.yield %n : vector<8xf32>
    }
    %y = row.program ins(%h : tensor<?x8xf32> by row)
        outs(%i : tensor<?x8xf32> by row) {
    ^bb0(%w: vector<8xf32>):
      %m = arith.mulf %w, %w : vector<8xf32>
      row.yield %m : vector<8xf32>
    }
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect",
    "::mlir::vector::VectorDialect", "::seednorm::row::RowDialect"
  ];
}

def RowSimplifyPass : Pass<"row-simplify"> {
  let summary = "Compute less in a program, with fewer sums one after another";
  let description = [{
    What all columns of a row or head have in common is computed once, not for
    each of them. Operands of commutative ops are ordered, so that CSE finds
    equal values however they are spelled.

    A factor that is uniform for the columns of a sum is taken out of it where
    the sum needs fewer sums before it then, and a product with a sum of columns
    is split for the same reason:

        sum(u * v) = u * sum(v)
        sum(v / u) = sum(v) / u
        sum((t * a + b) * v) = t * sum(a * v) + sum(b * v)

    The dot product of a normalized row with a parameter needs no second sweep
    then. The last of these holds for parameters a and b only, and for one such
    product in each column: what is added to a row itself, as a mean that is
    taken away in whatever spelling, stays with it, and a square is never taken
    apart. No factor leaves a square, either, which it keeps in range.

    Uniform factors of a product whose `fastmath` flags have `reassoc`, as those
    of gradients do, are multiplied first if columns are then multiplied less
    often, as where a sum has the same product: t * ((x * r) * dy) with x * dy
    elsewhere is (x * dy) * (r * t).

    A power with a small constant exponent becomes products, roots and
    quotients, as upstream has them.

    A division by a uniform value becomes a multiplication by its reciprocal
    where its `fastmath` flags have `arcp` or `reassoc`.

    Accepts: row programs; those with a schedule stay as they are.
    Produces: programs with as many levels of sums, or fewer. Values without a
    use are left for canonicalization.
    Numerics: values are bit for bit the same but for products that may be taken
    in any order, and for sums of f32 and f64 that lose a factor: each of their columns is rounded once less for a factor, and
    the total once more. Relative to the sum of absolute values, the error is
    what it was; where t * a + b cancels in each column, relative to the sum of
    the parts. A sum may reach infinity, or lose bits below the smallest normal
    number, where only the factor had kept its columns in range. With `strict`
    neither sums nor products nor divisions change.

    Example:
    ```mlir
    %y = row.program ins(%x : tensor<?x8xf32> by row)
        outs(%i : tensor<?xf32> by row) {
    ^bb0(%v: vector<8xf32>):
      %zero = arith.constant 0.0 : f32
      %length = vector.multi_reduction <add>, %v, %zero [0]
          : vector<8xf32> to f32
      %wide = vector.broadcast %length : f32 to vector<8xf32>
      %part = arith.divf %v, %wide : vector<8xf32>
      %one = vector.multi_reduction <add>, %part, %zero [0]
          : vector<8xf32> to f32
      row.yield %one : f32
    }
    ```
  }];
  let options = [
    Option<"strict", "strict", "bool", "false",
           "Leave sums, products and divisions as they are">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
    "::mlir::vector::VectorDialect", "::seednorm::row::RowDialect"
  ];
}

def RowDifferentiatePass : Pass<"row-differentiate", "::mlir::ModuleOp"> {
  let summary = "Build backward functions of functions with row programs";
  let description = [{
    For a function `@f` this adds a function `@f_backward` beside it, by reverse
    mode. Its arguments are those of `@f`, in their order, and then a gradient
    of each result chosen by `of` (all by default), of the result's type: how a
    number that depends on these results changes with each of their elements.
    Its results are the gradients of the arguments chosen by `wrt` (all floats
    that results depend on by default), each of its argument's type. What forward
    computes is computed again; nothing else is needed of it. With `save` a third
    function, `@f_forward`, has results behind those of `@f`: every number of a row
    or a head, but those of parameters, that ops of these names compute
    (`math.rsqrt`). They are arguments behind the gradients of results then, and
    what only they need is not computed again. For each argument
    in `accumulate`, one of `wrt`, there is a last argument that its gradient is
    added to: of the argument's type if rows have slices of their own, else in f32
    (f64 for f64), as the result is then. The caller may give both the same memory.

    A program becomes a program on the same rows: gradients of inputs by row are
    by row, those of inputs that rows have in common are summed over these rows,
    in f32 (f64 for f64), and rounded once. A gradient that an argument or an
    intermediate value has from elsewhere is added there.

    Where there is no derivative: |x|, sqrt(x) and copysign(x, y) have 0 at 0; of
    equal operands of a maximum or minimum each has half of the gradient, of equal
    columns of a row's maximum or minimum each has an equal part. Casts between
    floats have derivative 1, roundings to integers and comparisons 0; integers
    and random numbers are constants. A maximum that only keeps exponentials in
    range, so that any other number would do, is a constant.

    Backward functions can be differentiated again.

    Accepts: functions of one block with row programs on tensors and reshapes;
    other ops only where no gradient passes through them. An error names an op
    without an adjoint, a result or argument that is no float of 16 bits or more,
    or an argument that results do not depend on.
    Produces: the same functions and their backward functions, to be simplified
    (`row-simplify` makes the sums of a gradient independent of each other where
    they are).
    Numerics: gradients are computed in f32, or f64 for f64, from the values that
    forward rounds. Terms of sums have the fast-math flag `reassoc`.

    Source: Griewank and Walther, Evaluating Derivatives, 2008, chapter 3.

    Example:
    ```mlir
    func.func @f(%x: tensor<?x8xf32>, %g: tensor<8xf32>, %i: tensor<?x8xf32>)
        -> tensor<?x8xf32> {
      %y = row.program
          ins(%x : tensor<?x8xf32> by row, %g : tensor<8xf32> shared)
          outs(%i : tensor<?x8xf32> by row) {
      ^bb0(%v: vector<8xf32>, %w: vector<8xf32>):
        %p = arith.mulf %v, %w : vector<8xf32>
        row.yield %p : vector<8xf32>
      }
      return %y : tensor<?x8xf32>
    }
    ```
  }];
  let options = [
    Option<"function", "function", "std::string", "\"\"",
           "Which function; every public one if empty">,
    ListOption<"wrt", "wrt", "int64_t",
               "Numbers of the arguments whose gradients are results">,
    ListOption<"of", "of", "int64_t",
               "Numbers of the results whose gradients are arguments">,
    ListOption<"accumulate", "accumulate", "int64_t",
               "Numbers of the arguments whose gradients are added to what "
               "further arguments hold">,
    ListOption<"save", "save", "std::string",
               "Names of ops whose numbers of rows or heads forward keeps">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::math::MathDialect", "::mlir::tensor::TensorDialect",
    "::mlir::vector::VectorDialect", "::seednorm::row::RowDialect"
  ];
}

def RowSplitPass : Pass<"row-split", "::mlir::ModuleOp"> {
  let summary = "Cut programs at their sums, for rows that are distributed";
  let description = [{
    Of n shards, shard s owns the s-th contiguous D/n columns of each row, and
    the elements of parameters that belong to them: the way tensor parallelism
    distributes a hidden dimension. For a program in function `@f` this pass
    adds functions beside it that such a shard calls:

    - `@f_sums1`, `@f_sums2`, ..., one for each level of sums that reach across
      shards: the parts that the shard's columns add to those sums, one result
      for each, with the program's leading dimensions. Attributes of the result
      say how the parts are combined (`row.combine`: `add`, `maximumf`, ...) and
      by how many consecutive shards (`row.shards`: all of them, or those that
      have a head in common): what an all-reduce does.
    - `@f_apply`: the shard's columns of the program's results.

    Arguments are the shard's parts of all inputs of the program, in their order,
    then the combined sums of the levels before, level by level, needed or not.
    Fusion may have ordered inputs and results anew: `row.part_of` says of which
    argument, or result, of `@f` each of them is the part. A value that several shards have in common (a number for
    each row, or for a head that is longer than a shard) is given to each of
    them. A sum over a head that one shard has all columns of is not cut. What a
    sum starts with is added when the sum is taken, once.

    If a function has several programs, those of the second are called
    `@f_1_sums1` and so on. Programs are left as they are.

    Accepts: row programs on tensors whose slices and values have equal parts
    for each shard, without rows longer than their operand, `vector.step`,
    `row.philox` and sums of numbers that several shards have in common; others
    are an error.
    Produces: functions with one program each.
    Numerics: as the program's; each sum is that of its parts, in the order of
    whoever combines them.

    Example:
    ```mlir
    func.func @f(%x: tensor<?x8xf32>, %i: tensor<?x8xf32>) -> tensor<?x8xf32> {
      %y = row.program ins(%x : tensor<?x8xf32> by row)
          outs(%i : tensor<?x8xf32> by row) {
      ^bb0(%v: vector<8xf32>):
        %zero = arith.constant 0.0 : f32
        %s = vector.multi_reduction <add>, %v, %zero [0]
            : vector<8xf32> to f32
        %wide = vector.broadcast %s : f32 to vector<8xf32>
        %d = arith.subf %v, %wide : vector<8xf32>
        row.yield %d : vector<8xf32>
      }
      return %y : tensor<?x8xf32>
    }
    ```
  }];
  let options = [
    Option<"shards", "shards", "int64_t", "2", "How many parts rows have">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::tensor::TensorDialect", "::mlir::vector::VectorDialect",
    "::seednorm::row::RowDialect"
  ];
}

def RowReportPass : Pass<"row-report"> {
  let summary = "Say what became row programs, and fail if it is not as many";
  let description = [{
    A remark at each program has its columns, its levels of sums, of how many
    programs it was fused, and the bytes that each element of its rows costs: one
    read of each input taken by row and one write of each output, now and when
    they were programs of their own. Why other ops are none says
    `convert-linalg-to-row=report`.

    Accepts: any module.
    Produces: the same; an error if `expect-programs` is given and the number of
    programs is another one.
    Numerics: unchanged.

    Example:
    ```mlir
    %y = row.program ins(%x : tensor<?x8xf32> by row)
        outs(%i : tensor<?x8xf32> by row) {
    ^bb0(%v: vector<8xf32>):
      %n = arith.negf %v : vector<8xf32>
      row.yield %n : vector<8xf32>
    }
    ```
  }];
  let options = [
    Option<"remarks", "remarks", "bool", "true", "Describe each program">,
    Option<"expectPrograms", "expect-programs", "int64_t", "-1",
           "How many programs there have to be; any number if negative">
  ];
}

def RowSchedulePass : Pass<"row-schedule"> {
  let summary = "Decide how row programs map to the threads of a target";
  let description = [{
    Gives every `row.program` without a schedule the one chosen for the target
    from its columns and types, and says why in `row.reason`; the number of
    persistent blocks is one for the GPU's multiprocessors. A schedule that is
    there already, written by hand or found by a search, is checked and kept.
    With `override`, as in `override="vector = 4, keep = shared"`, these fields
    of a schedule are set instead, of a chosen one and of one that was there;
    what breaks a limit is an error that names it.

    Accepts: row programs on tensors or memrefs.
    Produces: the same, each with a `#row.gpu_schedule` or `#row.cpu_schedule`.
    Numerics: fixes the order of the sums.

    Example:
    ```mlir
    row.program ins(%x : memref<?x64xf32> by row)
        outs(%y : memref<?x64xf32> by row)
        schedule(#row.cpu_schedule<vector = 8, accumulators = 4, grain = 512>) {
    ^bb0(%xv: vector<64xf32>):
      row.yield %xv : vector<64xf32>
    }
    ```
  }];
  let options = [
    Option<"target", "target", "std::string", "\"gpu\"",
           "The kind of machine to schedule for: 'gpu' or 'cpu'">,
    Option<"vectorBytes", "vector-bytes", "int64_t", "32",
           "Width of the CPU's vector registers in bytes">,
    Option<"vectorRegisters", "vector-registers", "int64_t", "16",
           "Number of the CPU's vector registers">,
    Option<"nativeBFloat16", "native-bfloat16", "bool", "false",
           "Whether the CPU rounds to bf16 by an instruction">,
    Option<"cacheBytes", "cache-bytes", "int64_t", "32 << 20",
           "Size of the CPU's largest cache in bytes">,
    Option<"firstCacheBytes", "first-cache-bytes", "int64_t", "0",
           "Size of the CPU's first-level cache for data in bytes">,
    Option<"firstCacheWays", "first-cache-ways", "int64_t", "0",
           "Lines of that cache which can have the same place; 0 if it is not known">,
    Option<"multiprocessors", "multiprocessors", "int64_t", "132",
           "Multiprocessors of the GPU, for persistent blocks">,
    Option<"sharedBytes", "shared-bytes", "int64_t", "232448",
           "Shared memory that a block of the GPU can have, in bytes">,
    Option<"cluster", "cluster", "int64_t", "16",
           "Most blocks of a cluster of the GPU; 1 if it has none">,
    Option<"bulkCopies", "bulk-copies", "bool", "true",
           "Whether the GPU copies many bytes by one instruction">,
    Option<"dependentLaunches", "dependent-launches", "bool", "true",
           "Whether the GPU starts a kernel before the one ahead of it ends">,
    Option<"chip", "chip", "std::string", "\"the target\"",
           "What errors call the GPU">,
    Option<"override", "override", "std::string", "\"\"",
           "Fields of schedules, as they print, with a comma between">
  ];
  let dependentDialects = ["::seednorm::row::RowDialect"];
}

def RowSeparateResultsPass : Pass<"row-separate-results"> {
  let summary = "Give a program's result that is returned twice two outputs";
  let description = [{
    A function that returns one result of a program several times, maybe in
    other shapes, gets as many outputs of the program: its caller provides
    memory for each, and a row that is in registers is stored once more rather
    than copied by a kernel of its own.

    Accepts: functions with row programs on tensors.
    Produces: the same, in which no result of a program is returned twice.
    Numerics: unchanged.

    Example:
    ```mlir
    func.func @twice(%x: tensor<?x8xf32>, %i: tensor<?x8xf32>)
        -> (tensor<?x8xf32>, tensor<?x8xf32>) {
      %y = row.program ins(%x : tensor<?x8xf32> by row)
          outs(%i : tensor<?x8xf32> by row) {
      ^bb0(%v: vector<8xf32>):
        %n = arith.negf %v : vector<8xf32>
        row.yield %n : vector<8xf32>
      }
      return %y, %y : tensor<?x8xf32>, tensor<?x8xf32>
    }
    ```
  }];
  let dependentDialects = ["::seednorm::row::RowDialect",
                           "::mlir::tensor::TensorDialect"];
}

#endif // SEEDNORM_DIALECT_ROW_TRANSFORMS_PASSES_TD

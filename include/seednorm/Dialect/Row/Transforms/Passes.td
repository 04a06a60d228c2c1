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
    longer of the two. Values that such rows have in common are not computed for
    each.

    What only the second needs of the first is never stored; operands of both are
    read once. A first program without sums whose slices many rows need (a
    parameter plus 1, a number for each sample) is computed by those rows, and
    stays for other users. The place of the fused program is that of either; ops
    in between that need the first wait, as long as they have no side effects.

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
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect",
    "::mlir::vector::VectorDialect", "::seednorm::row::RowDialect"
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
    from its columns and types. A schedule that is there already, written by
    hand or found by a search, is checked and kept.

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
           "Width of the CPU's vector registers in bytes">
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

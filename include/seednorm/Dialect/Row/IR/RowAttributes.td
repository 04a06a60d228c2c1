//===- RowAttributes.td - Access and schedule attributes ---*- tablegen -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_DIALECT_ROW_IR_ROWATTRIBUTES_TD
#define SEEDNORM_DIALECT_ROW_IR_ROWATTRIBUTES_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "seednorm/Dialect/Row/IR/RowDialect.td"

//===----------------------------------------------------------------------===//
// Access: which slice of an operand a row sees
//===----------------------------------------------------------------------===//

def Row_AccessRow    : I32EnumCase<"Row", 0, "row">;
def Row_AccessShared : I32EnumCase<"Shared", 1, "shared">;
def Row_AccessGroup  : I32EnumCase<"Group", 2, "group">;
def Row_AccessCycle  : I32EnumCase<"Cycle", 3, "cycle">;

def Row_AccessKind : I32Enum<"AccessKind",
    "How the slice of an operand follows from the row number",
    [Row_AccessRow, Row_AccessShared, Row_AccessGroup, Row_AccessCycle]> {
  let cppNamespace = "::seednorm::row";
}

def Row_Summation : I32Enum<"Summation",
    "Whether slices of an output are added over the rows that have them in common",
    [I32EnumCase<"None", 0, "none">, I32EnumCase<"Summed", 1, "summed">,
     I32EnumCase<"Added", 2, "added">]> {
  let cppNamespace = "::seednorm::row";
}

class Row_Attr<string name, string attrMnemonic>
    : AttrDef<Row_Dialect, name> {
  let mnemonic = attrMnemonic;
}

def Row_AccessAttr : Row_Attr<"Access", "access"> {
  let summary = "The slice of an operand that row n sees";
  let description = [{
    - `row`: slice n.
    - `shared`: the whole operand, the same for every row.
    - `group` S: slice n floordiv S, for values shared by S consecutive rows.
      Without S, it is the product of the last leading dimensions of the rows,
      of which the operand has the first ones: known when the program runs.
    - `cycle` H: slice n mod H, for values that repeat every H rows. Without H,
      the operand has the last leading dimensions of the rows, and H is their
      product.

    An output whose slice several rows have in common is the sum of what they
    yield: `summed` means that alone, `added` that and what the output held.

    In the syntax of `row.program` these read `by row`, `shared`, `by group 4`,
    `by group`, `by cycle 4` and `by cycle`; of outputs that rows have in common
    `summed`, `summed by group 4`, `added`, `added by cycle` and so on.

    Example:
    ```mlir
    #row.access<group, 4>
    #row.access<summed group, 4>
    ```
  }];
  let parameters = (ins EnumParameter<Row_AccessKind>:$kind,
                        DefaultValuedParameter<"int64_t", "0">:$period,
                        DefaultValuedParameter<"::seednorm::row::Summation",
                          "::seednorm::row::Summation::None">:$summation);
  let hasCustomAssemblyFormat = 1;
  let builders = [
    AttrBuilder<(ins "AccessKind":$kind, CArg<"int64_t", "0">:$period), [{
      return $_get($_ctxt, kind, period, Summation::None);
    }]>
  ];
  let extraClassDeclaration = [{
    /// Whether the number of rows that share a slice, or after which slices
    /// repeat, is known when the program runs only.
    bool isPeriodOfCall() const {
      return getPeriod() == 0 && (getKind() == AccessKind::Group ||
                                  getKind() == AccessKind::Cycle);
    }
    /// Whether this is the access of an output that adds slices of rows.
    bool isSummed() const { return getSummation() != Summation::None; }
    /// Whether what the output held counts.
    bool addsToOperand() const { return getSummation() == Summation::Added; }
    /// The slice that row n sees of an input is the one that a summed output
    /// adds it to.
    AccessAttr getSummed(Summation summation) const {
      return get(getContext(), getKind(), getPeriod(), summation);
    }
  }];
  let genVerifyDecl = 1;
}

//===----------------------------------------------------------------------===//
// Schedules: launch decisions as data
//===----------------------------------------------------------------------===//

def Row_ParametersKind : I32Enum<"ParameterLoads",
    "When and by whom operands are loaded that are not the row's own",
    [I32EnumCase<"Early", 0, "early">, I32EnumCase<"Late", 1, "late">,
     I32EnumCase<"Staged", 2, "staged">]> {
  let cppNamespace = "::seednorm::row";
}

def Row_RowKeepKind : I32Enum<"RowKeep",
    "Where a row is between its stages",
    [I32EnumCase<"Registers", 0, "registers">,
     I32EnumCase<"Shared", 1, "shared">, I32EnumCase<"Global", 2, "global">]> {
  let cppNamespace = "::seednorm::row";
}

def Row_SumMemoryKind : I32Enum<"SumMemory",
    "Where sums over rows are that registers do not hold",
    [I32EnumCase<"Shared", 0, "shared">, I32EnumCase<"Global", 1, "global">]> {
  let cppNamespace = "::seednorm::row";
}

def Row_GPUScheduleAttr : Row_Attr<"GPUSchedule", "gpu_schedule"> {
  let summary = "How a program's columns and rows map to the threads of a GPU";
  let description = [{
    A row is owned by `threads_per_row` threads; thread t owns the chunks
    t, t + threads_per_row, ... of `vector` consecutive columns each. Up to 32
    threads are lanes of one warp, and `rows_per_block` rows share a block
    without a block barrier; with more, a block holds one row and its sums meet
    at one barrier a level. With `cluster`, so many blocks hold one row: they
    exchange sums through distributed shared memory and meet at a barrier of the
    cluster instead.

    `keep` says where a row is between its stages: in `registers`; in `shared`
    memory, which asynchronous copies fill, each thread's columns read by itself
    alone; or in `global` memory, read anew by each stage. With the last two a
    thread goes through its columns in a loop. `parameters` says how other
    operands come: `early`, each thread loads its part with the row, to hide the
    latency behind the sums; `late`, when a stage needs them, to save registers;
    `staged`, the block copies operands that all rows share to shared memory,
    once, while its rows are in flight (late for the rest).

    Without `blocks` there is a block (or a cluster) for every `rows_per_block`
    rows. With it, there are at most so many, and they are persistent: each
    takes one row after the other and adds up what outputs have in common, early
    and staged parameters come once for all of them, and what the blocks have
    added up meets in a second kernel. Programs with a summed output need it.
    With `prefetch` so many rows are loaded ahead of the one at hand, to hide the
    latency: one in registers, or with `async`, or if rows are kept in shared
    memory, any number in a ring of rows there. Threads copy the columns that they
    read themselves, so that none waits for another; with `bulk` one thread copies
    all that its block has of a row, without an instruction for each 16 bytes, and
    barrier objects say when it has come and when its place is free again.

    If outputs are summed by group or cycle, the rows of a group, or those that have a slice in common, are cut in
    `parts` parts, and a block takes one part after the other. What threads add
    up over rows is in registers as far as there are enough, the rest in `sums`:
    `shared` memory, or the partial sums in `global` memory themselves.

    With `dependent`, a kernel starts while the one before it in its stream
    still runs, if the launch allows it: it waits for that one only when it has
    loaded early or staged parameters, which that one must not write.

    The order of a row's sums follows from `threads_per_row`, `vector`, `cluster`
    and the number of columns alone, never from the number of rows. The order of sums
    over rows follows from `blocks`, `rows_per_block`, `parts` and the number of
    rows.

    Constraints: `threads_per_row` is a power of two from 4 to 32, or a multiple
    of 32 for each block of a cluster; `vector` is a power of two;
    `rows_per_block` is 1 if `threads_per_row` exceeds 32; a block has at most
    1024 threads, in whole warps; `cluster` is a power of two up to 16; `early`
    parameters need rows in registers; `parts`, `prefetch` and `sums` need
    `blocks`, `async` needs `prefetch`, and `bulk` rows in shared memory and one
    row a block.

    Example:
    ```mlir
    #row.gpu_schedule<threads_per_row = 256, rows_per_block = 1, vector = 8, parameters = early>
    #row.gpu_schedule<threads_per_row = 512, rows_per_block = 1, vector = 8, parameters = early, blocks = 132, prefetch = 1>
    #row.gpu_schedule<threads_per_row = 4096, rows_per_block = 1, vector = 8, parameters = late, keep = shared, cluster = 8>
    ```
  }];
  let parameters = (ins "int64_t":$threadsPerRow, "int64_t":$rowsPerBlock,
                        "int64_t":$vector,
                        EnumParameter<Row_ParametersKind>:$parameters,
                        EnumParameter<Row_RowKeepKind>:$keep,
                        "int64_t":$cluster, "int64_t":$blocks, "int64_t":$parts,
                        "int64_t":$prefetch, "bool":$async, "bool":$bulk,
                        EnumParameter<Row_SumMemoryKind>:$sums,
                        "bool":$dependent);
  let hasCustomAssemblyFormat = 1;
  let builders = [
    AttrBuilder<(ins "const ::seednorm::row::GPUScheduleChoices &":$choices), [{
      return $_get($_ctxt, choices.threadsPerRow, choices.rowsPerBlock,
                   choices.vector, choices.parameters, choices.keep,
                   choices.cluster, choices.blocks, choices.parts,
                   choices.prefetch, choices.async, choices.bulk,
                   choices.sums, choices.dependent);
    }]>
  ];
  let extraClassDeclaration = [{
    /// All choices, to derive another schedule from.
    GPUScheduleChoices getChoices() const;

    /// Whether blocks take one row after the other.
    bool isPersistent() const { return getBlocks() != 0; }
    int64_t getThreadsPerBlock() const {
      return getThreadsPerRow() * getRowsPerBlock() / getCluster();
    }
    /// Lanes of a warp that have one row.
    int64_t getLanesPerRow() const {
      return getThreadsPerRow() < 32 ? getThreadsPerRow() : 32;
    }
    /// Whether a thread goes through its columns in a loop.
    bool sweepsColumns() const { return getKeep() != RowKeep::Registers; }
    /// Rows that are copied to shared memory, at hand and ahead; 0 if none is.
    int64_t getRowsInShared() const {
      return getKeep() == RowKeep::Shared || getAsync() ? getPrefetch() + 1 : 0;
    }
  }];
  let genVerifyDecl = 1;
}

def Row_CPUScheduleAttr : Row_Attr<"CPUSchedule", "cpu_schedule"> {
  let summary = "How a program's columns and rows map to a CPU";
  let description = [{
    A row is swept once for the sums of each level and once to apply them, in
    vectors of `vector` columns, with `accumulators` independent partial sums;
    threads take at least `grain` rows at a time. With `online`, a maximum over
    the row and a sum of exp(v - maximum) over the same numbers v are had in one
    sweep instead of two, where the sum so far is rescaled as the maximum grows:
    fewer bytes for rows that do not stay in a cache, and more exponentials.
    Sums over rows are added up in partial sums of about as many rows as the
    larger of `partial` and `grain`, and of more where there are many rows.

    With `rows` of more than 1, so many rows go through the columns together. In
    panels of `panel` columns of each at a time, what they have in common, such
    as parameters and the partial sums of gradients, stays in the first-level
    cache for a panel. Where `panel` is 0, rows take each step side by side:
    what they have in common is read to registers, once for all of them, as are
    partial sums, which are written once; rows that do not fill a block are taken
    one by one, and, but for those of groups that are summed, neither fetched
    ahead nor stored past the caches. All sums have the order they have with
    rows alone.

    With `prefetch`, the inputs of the next row are brought to the second-level
    cache while a row is applied, so that reading and writing go on at the same
    time. A call whose rows have at least `stream` bytes, read and written
    together, writes outputs past the caches: lines that will not be there when
    they are read again are then not read before they are written. 0 is never.

    The order of a row's sums follows from `vector`, `accumulators` and the
    number of columns alone, never from the number of rows or threads. That of
    sums over rows follows from `partial`, `grain` and the number of rows, never
    from the number of threads.

    Constraints: `vector` and `accumulators` are powers of two; `grain` and
    `partial` are positive, `stream` and `panel` are not negative; `rows` is from
    1 to 16, and above 1 no value has one number for a part of a row that is
    several columns and not the whole one, and a row is longer than one step,
    `vector` times `accumulators` columns.

    Example:
    ```mlir
    #row.cpu_schedule<vector = 16, accumulators = 4, grain = 16>
    ```
  }];
  let parameters = (ins "int64_t":$vector, "int64_t":$accumulators,
                        "int64_t":$grain,
                        DefaultValuedParameter<"bool", "false">:$online,
                        DefaultValuedParameter<"int64_t", "32">:$partial,
                        DefaultValuedParameter<"bool", "false">:$prefetch,
                        DefaultValuedParameter<"int64_t", "0">:$stream,
                        DefaultValuedParameter<"int64_t", "1">:$rows,
                        DefaultValuedParameter<"int64_t", "0">:$panel);
  let extraClassDeclaration = [{
    /// This with the fields that `text`, as "rows = 4, panel = 512", gives other
    /// values. The error names an unknown field or value; null after `emitError`
    /// if a value breaks a limit.
    ::llvm::Expected<CPUScheduleAttr> override(
        ::llvm::StringRef text,
        ::llvm::function_ref<::mlir::InFlightDiagnostic()> emitError) const;
  }];
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

#endif // SEEDNORM_DIALECT_ROW_IR_ROWATTRIBUTES_TD

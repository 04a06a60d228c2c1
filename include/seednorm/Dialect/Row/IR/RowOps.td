//===- RowOps.td - Operations of the row dialect -----------*- tablegen -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_DIALECT_ROW_IR_ROWOPS_TD
#define SEEDNORM_DIALECT_ROW_IR_ROWOPS_TD

include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "seednorm/Dialect/Row/IR/RowAttributes.td"

def Row_Operand : AnyTypeOf<[AnyRankedTensor, AnyStridedMemRef],
                            "ranked tensor or strided memref">;

def Row_ProgramOp : Row_Op<"program", [
    AttrSizedOperandSegments, IsolatedFromAbove, SingleBlock,
    DestinationStyleOpInterface,
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
    DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface,
      ["reifyResultShapes"]>]> {
  let summary = "Computation on one row, run for every row";
  let description = [{
    The body computes, from one slice of each input, one slice of each output.
    A slice is the trailing dimensions of an operand, as a vector, or a single
    element, as a scalar: the type of the block argument (for an output, of the
    yielded value) says which. The leading dimensions of the operands taken
    `by row` number the rows.

    The columns of a program are the elements of its longest slice. A value of
    the body with fewer elements is spread evenly over them: one of H elements
    holds one number for each of H equal runs of columns (a head), a scalar one
    number for the row.

    The body holds upstream ops from a closed list: element-wise `arith` and
    `math`, `arith.constant`, `vector.shape_cast`, `vector.broadcast` along
    columns, `vector.multi_reduction` and `vector.reduction` along columns,
    `vector.step`, `row.philox`, and the `vector.extract` and `vector.from_elements` that
    canonicalisation makes of one-element vectors.

    Constraints: (C1) all operands are tensors, or all are memrefs; (C2) there
    is one access for each operand, and outputs are `by row`, or `summed` or
    `added`, as no input is; (C3) a slice is the static trailing shape of its
    operand, with its element type, one of C6 but
    index and i1; a `shared` operand may lack leading dimensions of its slice,
    along which it repeats: taken as `vector<8x16xf32>`, element c of a
    `tensor<16xf32>` is its element c mod 16; a slice of rank 1 with one element
    for each column may be longer than the rows of an operand taken `by row`: the
    columns beyond them are 0 when read, and not stored; (C4) operands taken `by row` have the same
    leading dimensions, `shared` and `summed` ones have none, those taken `by
    group` or `by cycle` without a number have the first or the last of them; (C5) the number
    of elements of every vector in the body divides the number of columns;
    (C6) the body holds only ops of the closed list, on f16, bf16, f32, f64,
    index and integers of 1, 8, 16, 32 or 64 bits, rounding to nearest even, and
    `row.yield`; f8E4M3FN and f8E5M2 are cast only, and nothing saturates;
    (C7) the slices of a summed output are yielded in f32, or in f64 if it has
    f64 elements; it is rounded once to its elements, f16, bf16, f32 or f64; and
    it may lack leading dimensions of its slice if all rows share it, or have
    size 1 where the slice has more: then it is summed along these as well,
    which are the first or the last ones of the slice.

    Numerics: a rounding is a cast in the body; casts are never added, removed
    or moved. The order of a sum is the schedule's, that over rows as well: it
    may depend on the number of rows, what a row has does not.

    Example:
    ```mlir
    %y = row.program
        ins(%x : tensor<?x64xf32> by row, %gamma : tensor<64xf32> shared)
        outs(%init : tensor<?x64xf32> by row) {
    ^bb0(%xv: vector<64xf32>, %g: vector<64xf32>):
      %s = arith.mulf %xv, %g : vector<64xf32>
      row.yield %s : vector<64xf32>
    }
    ```
  }];
  let arguments = (ins
    Variadic<Row_Operand>:$inputs,
    Variadic<Row_Operand>:$outputs,
    TypedArrayAttrBase<Row_AccessAttr, "accesses">:$input_accesses,
    TypedArrayAttrBase<Row_AccessAttr, "accesses">:$output_accesses,
    OptionalAttr<AnyAttrOf<[Row_GPUScheduleAttr, Row_CPUScheduleAttr]>>:$schedule);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let regions = (region SizedRegion<1>:$body);

  let builders = [
    OpBuilder<(ins "::mlir::ValueRange":$inputs, "::mlir::ValueRange":$outputs,
      "::llvm::ArrayRef<::seednorm::row::AccessAttr>":$inputAccesses,
      "::llvm::ArrayRef<::seednorm::row::AccessAttr>":$outputAccesses,
      "::mlir::TypeRange":$sliceTypes,
      "::llvm::function_ref<void(::mlir::OpBuilder &, ::mlir::Location, "
      "::mlir::ValueRange)>":$buildBody)>
  ];
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() {
      return getOutputsMutable();
    }
    ::mlir::Block &getBodyBlock() { return getBody().front(); }
    ::seednorm::row::YieldOp getYield();
    ::seednorm::row::AccessAttr getInputAccess(unsigned index) {
      return ::mlir::cast<AccessAttr>(getInputAccesses()[index]);
    }
    ::seednorm::row::AccessAttr getOutputAccess(unsigned index) {
      return ::mlir::cast<AccessAttr>(getOutputAccesses()[index]);
    }
    /// The type of the slice of output `index`: that of the yielded value.
    ::mlir::Type getOutputSliceType(unsigned index);
    /// The number of columns: the elements of the longest slice.
    int64_t getNumColumns();
    /// An operand taken by row and its number of leading dimensions, from
    /// which the number of rows follows; null if no operand is.
    ::std::pair<::mlir::Value, int64_t> getRowOperand();
    bool hasBufferSemantics() {
      return ::llvm::all_of(getOperandTypes(), ::llvm::IsaPred<::mlir::MemRefType>);
    }
  }];
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let hasCanonicalizer = 1;
}

def Row_YieldOp : Row_Op<"yield", [
    Pure, Terminator, ReturnLike, HasParent<"ProgramOp">]> {
  let summary = "Slices of the outputs of a row program";
  let description = [{
    Ends the body of a `row.program` with one slice for each of its outputs.

    Example:
    ```mlir
    row.yield %y, %r : vector<4096xbf16>, f32
    ```
  }];
  let arguments = (ins Variadic<AnyType>:$values);
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
}

def Row_PhiloxOp : Row_Op<"philox", [Pure, HasParent<"ProgramOp">]> {
  let summary = "Random bits that row, column, seed and offset determine";
  let description = [{
    One word of 32 random bits for each element of the result, from
    Philox-4x32-10. Element c in row n is word c mod 4 of the four for

        counter = (c div 4, n mod 2^32, offset mod 2^32,
                   (offset div 2^32 + n div 2^32) mod 2^32)
        key = (seed mod 2^32, seed div 2^32)

    where n counts the rows over all leading dimensions, and `seed` and
    `offset` are taken unsigned. The bits are the same on every target and
    under every schedule, and whoever knows seed and offset has them again:
    a gradient needs no stored mask.

    Constraints: the result is a vector of i32.

    Numerics: exact.

    Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as
    1, 2, 3", SC 2011.

    Example:
    ```mlir
    %bits = row.philox %seed, %offset : vector<4096xi32>
    ```
  }];
  let arguments = (ins I64:$seed, I64:$offset);
  let results = (outs VectorOfNonZeroRankOf<[I32]>:$bits);
  let assemblyFormat = "$seed `,` $offset attr-dict `:` type($bits)";
}

#endif // SEEDNORM_DIALECT_ROW_IR_ROWOPS_TD

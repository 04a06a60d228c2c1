//===- RowDialect.td - The row dialect ---------------------*- tablegen -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_DIALECT_ROW_IR_ROWDIALECT_TD
#define SEEDNORM_DIALECT_ROW_IR_ROWDIALECT_TD

include "mlir/IR/OpBase.td"

def Row_Dialect : Dialect {
  let name = "row";
  let cppNamespace = "::seednorm::row";
  let summary = "Programs that run once for every row of their operands";
  let description = [{
    Every norm, forward or backward, fused with its neighbours or not, is the
    same thing: for each row load, some element-wise maths, some sums over the
    row, more maths, store. `row.program` holds exactly that, one row at a time,
    in plain upstream ops on vectors as long as the row.

    The dialect has no arithmetic of its own, does not know any norm by name,
    and refuses to model anything that does not act on one row at a time.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
    "::mlir::tensor::TensorDialect", "::mlir::vector::VectorDialect"
  ];
  let useDefaultAttributePrinterParser = 1;
  let hasRegionArgAttrVerify = 1;
}

class Row_Op<string mnemonic, list<Trait> traits = []>
    : Op<Row_Dialect, mnemonic, traits>;

#endif // SEEDNORM_DIALECT_ROW_IR_ROWDIALECT_TD

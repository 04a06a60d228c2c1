//===- NormOpBase.td - What all norms share ----------------*- tablegen -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The class of the operations.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_DIALECT_NORM_IR_NORMOPBASE_TD
#define SEEDNORM_DIALECT_NORM_IR_NORMOPBASE_TD

include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "seednorm/Dialect/Norm/IR/NormDialect.td"
include "seednorm/Dialect/Norm/IR/NormInterfaces.td"

/// A norm whose result has the type of its input.
class Norm_RowsOp<string mnemonic, list<Trait> traits = []>
    : Norm_Op<mnemonic, traits # [
        Pure, AllTypesMatch<["input", "result"]>, // C1
        DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface,
                                  ["reifyResultShapes"]>,
        DeclareOpInterfaceMethods<Norm_FormulaOpInterface>]> {
  let results = (outs Norm_Rows:$result);
  let hasVerifier = 1;
  let extraClassDefinition = [{
    ::llvm::LogicalResult $cppClass::reifyResultShapes(
        ::mlir::OpBuilder &builder,
        ::mlir::ReifiedRankedShapedTypeDims &shapes) {
      shapes.push_back(
          ::mlir::tensor::getMixedSizes(builder, getLoc(), getInput()));
      return ::mlir::success();
    }
  }];
}

#endif // SEEDNORM_DIALECT_NORM_IR_NORMOPBASE_TD

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

/// A norm of rows: one result of the shape of the input.
/// `formulaMethods` names what it says of its operands itself.
class Norm_RowsOp<string mnemonic, list<Trait> traits = [],
                  list<string> formulaMethods = []>
    : Norm_Op<mnemonic, traits # [
        Pure, DeclareOpInterfaceMethods<InferTypeOpInterface>,
        DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface,
                                  ["reifyResultShapes"]>,
        DeclareOpInterfaceMethods<Norm_FormulaOpInterface, formulaMethods>]> {
  let results = (outs Norm_Rows:$result);
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// The verifier says what a result may be, in better words.
    static bool isCompatibleReturnTypes(::mlir::TypeRange, ::mlir::TypeRange) {
      return true;
    }
  }];
  code rowsDefinition = [{
    ::llvm::LogicalResult $cppClass::reifyResultShapes(
        ::mlir::OpBuilder &builder,
        ::mlir::ReifiedRankedShapedTypeDims &shapes) {
      ::seednorm::norm::reifyRows(builder, *this, shapes);
      return ::mlir::success();
    }
  }];
  code inferDefinition = [{
    ::llvm::LogicalResult $cppClass::inferReturnTypes(
        ::mlir::MLIRContext *, ::std::optional<::mlir::Location>,
        ::mlir::ValueRange operands, ::mlir::DictionaryAttr,
        ::mlir::OpaqueProperties, ::mlir::RegionRange,
        ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      types.push_back(operands.front().getType());
      return ::mlir::success();
    }
  }];
  let extraClassDefinition = rowsDefinition # inferDefinition;
}

#endif // SEEDNORM_DIALECT_NORM_IR_NORMOPBASE_TD

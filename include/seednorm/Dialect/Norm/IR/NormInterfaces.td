//===- NormInterfaces.td - Interfaces of norms -------------*- tablegen -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a lowering may ask of a norm without knowing which one it is.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_DIALECT_NORM_IR_NORMINTERFACES_TD
#define SEEDNORM_DIALECT_NORM_IR_NORMINTERFACES_TD

include "mlir/IR/OpBase.td"

def Norm_FormulaOpInterface : OpInterface<"FormulaOpInterface"> {
  let cppNamespace = "::seednorm::norm";
  let description = [{
    An operation on rows that a formula defines: each row of its results follows
    from the same row of operand 0, the input, and from the slices of the other
    operands that belong to it.
  }];
  let methods = [
    InterfaceMethod<
      /*desc=*/[{
        The results, in the type everything is computed in.
      }],
      /*retTy=*/"::llvm::SmallVector<::seednorm::norm::Term>",
      /*methodName=*/"buildFormula",
      /*args=*/(ins "::seednorm::norm::FormulaBuilder &":$f)>,
    InterfaceMethod<
      /*desc=*/[{
        How operand `index` belongs to the rows.
      }],
      /*retTy=*/"::seednorm::norm::OperandKind", /*methodName=*/"getOperandKind",
      /*args=*/(ins "unsigned":$index),
      /*methodBody=*/"", /*defaultImplementation=*/[{
        return index == 0 ? ::seednorm::norm::OperandKind::Rows
                          : ::seednorm::norm::OperandKind::Columns;
      }]>,
    InterfaceMethod<
      /*desc=*/[{
        Columns that the formula needs beyond those of a row, which has one
        dimension then: operands with a slice for each row are 0 there, and
        results have none.
      }],
      /*retTy=*/"int64_t", /*methodName=*/"getPadding",
      /*args=*/(ins),
      /*methodBody=*/"", /*defaultImplementation=*/"return 0;">,
    InterfaceMethod<
      /*desc=*/[{
        Where the rows are in operand 0.
      }],
      /*retTy=*/"::seednorm::norm::RowView", /*methodName=*/"getRowView",
      /*args=*/(ins),
      /*methodBody=*/"", /*defaultImplementation=*/[{
        auto type = ::mlir::cast<::mlir::RankedTensorType>(
            $_op->getOperand(0).getType());
        return {static_cast<unsigned>(type.getRank() - 1)};
      }]>
  ];
}

#endif // SEEDNORM_DIALECT_NORM_IR_NORMINTERFACES_TD

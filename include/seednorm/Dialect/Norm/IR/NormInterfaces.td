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
    An operation on rows that a formula defines: one result, like operand 0,
    each of whose rows follows from the same row of the operands taken by row
    and from all of the shared ones.
  }];
  let methods = [
    InterfaceMethod<
      /*desc=*/[{
        The result, in the type everything is computed in.
      }],
      /*retTy=*/"::seednorm::norm::Term", /*methodName=*/"buildFormula",
      /*args=*/(ins "::seednorm::norm::FormulaBuilder &":$f)>,
    InterfaceMethod<
      /*desc=*/[{
        Whether operand `index` has a slice for each row. Others are parameters
        of rank 1, shared by all rows: one element a column, or a single one.
      }],
      /*retTy=*/"bool", /*methodName=*/"isTakenByRow",
      /*args=*/(ins "unsigned":$index),
      /*methodBody=*/"", /*defaultImplementation=*/"return index == 0;">
  ];
}

#endif // SEEDNORM_DIALECT_NORM_IR_NORMINTERFACES_TD

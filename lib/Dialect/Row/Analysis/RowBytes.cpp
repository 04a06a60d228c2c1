//===- RowBytes.cpp - Memory traffic of row programs ----------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "seednorm/Dialect/Row/Analysis/RowBytes.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace seednorm::row;

int64_t seednorm::row::getSliceBytes(Value operand, Type slice) {
  Type element = getElementTypeOrSelf(slice);
  int64_t bits = element.isIndex() ? 64 : element.getIntOrFloatBitWidth();
  return llvm::divideCeil(getNumStoredElements(operand.getType(), slice) * bits,
                          8);
}

int64_t seednorm::row::getRowBytes(ProgramOp program) {
  int64_t bytes = 0;
  auto add = [&](AccessAttr access, Value operand, Type slice) {
    if (access.getKind() == AccessKind::Row)
      bytes += getSliceBytes(operand, slice);
  };
  for (auto [index, input] : llvm::enumerate(program.getInputs()))
    add(program.getInputAccess(index), input,
        program.getBodyBlock().getArgument(index).getType());
  for (auto [index, output] : llvm::enumerate(program.getOutputs()))
    add(program.getOutputAccess(index), output,
        program.getOutputSliceType(index));
  return bytes;
}

FusedPrograms seednorm::row::getFusedPrograms(ProgramOp program) {
  auto numbers = program->getAttrOfType<DenseI64ArrayAttr>(kFusedAttrName);
  if (!numbers || numbers.size() != 2)
    return {1, getRowBytes(program)};
  return {numbers[0], numbers[1]};
}

void seednorm::row::setFusedPrograms(ProgramOp program,
                                     const FusedPrograms &fused) {
  program->setAttr(kFusedAttrName,
                   DenseI64ArrayAttr::get(program.getContext(),
                                          {fused.number, fused.rowBytes}));
}

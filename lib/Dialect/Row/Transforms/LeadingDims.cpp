//===- LeadingDims.cpp - The same dimensions for rows ---------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reshapes of operands and results, which cost nothing.
//
//===----------------------------------------------------------------------===//

#include "LeadingDims.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace seednorm::row;

/// One dimension for the first `count` of `tensor`; a new one if there is none.
static Value collapseLeading(OpBuilder &builder, Location loc, Value tensor,
                             int64_t count) {
  int64_t rank = cast<RankedTensorType>(tensor.getType()).getRank();
  if (count == 1)
    return tensor;
  SmallVector<ReassociationIndices> groups(1);
  for (int64_t dim = 0; dim < rank; ++dim) {
    if (dim >= count)
      groups.emplace_back();
    groups.back().push_back(dim);
  }
  return tensor::CollapseShapeOp::create(builder, loc, tensor, groups);
}

/// The same program on rows with one leading dimension; null if it has none.
static ProgramOp flattenRows(ProgramOp program) {
  int64_t leading = program.getRowOperand().second;
  if (leading == 0)
    return nullptr;
  if (leading == 1)
    return program;
  OpBuilder builder(program);
  Location loc = program.getLoc();
  SmallVector<Value> inputs(program.getInputs()), outputs;
  for (auto [index, input] : llvm::enumerate(inputs))
    if (program.getInputAccess(index).getKind() == AccessKind::Row)
      input = collapseLeading(builder, loc, input, leading);
  for (auto [index, output] : llvm::enumerate(program.getOutputs())) {
    bool isByRow = program.getOutputAccess(index).getKind() == AccessKind::Row;
    outputs.push_back(isByRow ? collapseLeading(builder, loc, output, leading)
                              : output);
  }
  auto flat = ProgramOp::create(
      builder, loc, inputs, outputs,
      llvm::to_vector(program.getInputAccesses().getAsRange<AccessAttr>()),
      llvm::to_vector(program.getOutputAccesses().getAsRange<AccessAttr>()),
      program.getBodyBlock().getArgumentTypes(),
      [&](OpBuilder &body, Location, ValueRange arguments) {
        IRMapping mapping;
        mapping.map(program.getBodyBlock().getArguments(), arguments);
        for (Operation &op : program.getBodyBlock())
          body.clone(op, mapping);
      });
  for (auto [index, result] : llvm::enumerate(flat.getResults())) {
    Value old = program->getResult(index);
    Value shaped = result;
    if (result.getType() != old.getType()) {
      SmallVector<ReassociationIndices> groups(1);
      for (int64_t dim = 0,
                   rank = cast<RankedTensorType>(old.getType()).getRank();
           dim < rank; ++dim) {
        if (dim >= leading)
          groups.emplace_back();
        groups.back().push_back(dim);
      }
      shaped = tensor::ExpandShapeOp::create(
          builder, loc, old.getType(), result, groups,
          tensor::getMixedSizes(builder, loc, program.getOutputs()[index]));
    }
    old.replaceAllUsesWith(shaped);
  }
  program->erase();
  return flat;
}

bool seednorm::row::alignLeading(ProgramOp &first, ProgramOp &second) {
  auto leading = [](ProgramOp program) {
    auto [operand, count] = program.getRowOperand();
    return cast<ShapedType>(operand.getType()).getShape().take_front(count);
  };
  if (succeeded(verifyCompatibleShape(leading(first), leading(second))))
    return true;
  if (leading(first).empty() || leading(second).empty())
    return false;
  first = flattenRows(first);
  second = flattenRows(second);
  return true;
}

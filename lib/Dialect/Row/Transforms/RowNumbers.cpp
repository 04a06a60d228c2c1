//===- RowNumbers.cpp - What forward can keep for backward ----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A few numbers a row, as the reciprocal of its length, cost little to keep and
// spare backward the sums that they follow from.
//
//===----------------------------------------------------------------------===//

#include "ProgramAdjoint.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace seednorm::row;

SmallVector<Value>
seednorm::row::findRowNumbers(ProgramOp program,
                              std::optional<ArrayRef<std::string>> names) {
  llvm::SmallDenseSet<Value> ofRows;
  for (BlockArgument input : program.getBodyBlock().getArguments())
    if (program.getInputAccess(input.getArgNumber()).getKind() !=
        AccessKind::Shared)
      ofRows.insert(input);
  SmallVector<Value> numbers;
  for (Operation &op : program.getBodyBlock().without_terminator())
    for (Value result : op.getResults()) {
      if (llvm::none_of(op.getOperands(), [&](Value operand) {
            return ofRows.contains(operand);
          }))
        continue;
      ofRows.insert(result);
      bool isNumber =
          getNumElements(result.getType()) < program.getNumColumns() &&
          isa<FloatType>(getElementTypeOrSelf(result.getType()));
      if (isNumber &&
          (!names || llvm::is_contained(*names, op.getName().getStringRef())))
        numbers.push_back(result);
    }
  return numbers;
}

/// Memory for a slice of type `slice` of each row.
static Value buildRows(OpBuilder &builder, ProgramOp program, Type slice) {
  auto [operand, numLeading] = program.getRowOperand();
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(builder, program.getLoc(), operand);
  sizes.truncate(numLeading);
  if (auto vector = dyn_cast<VectorType>(slice))
    llvm::append_range(
        sizes, getAsIndexOpFoldResult(builder.getContext(), vector.getShape()));
  return tensor::EmptyOp::create(builder, program.getLoc(), sizes,
                                 getElementTypeOrSelf(slice));
}

ProgramOp seednorm::row::addResults(OpBuilder &builder, ProgramOp program,
                                    ValueRange numbers) {
  SmallVector<Value> outputs(program.getOutputs());
  SmallVector<AccessAttr> accesses(
      program.getOutputAccesses().getAsRange<AccessAttr>());
  for (Value number : numbers) {
    outputs.push_back(buildRows(builder, program, number.getType()));
    accesses.push_back(AccessAttr::get(builder.getContext(), AccessKind::Row));
  }
  return ProgramOp::create(
      builder, program.getLoc(), program.getInputs(), outputs,
      llvm::to_vector(program.getInputAccesses().getAsRange<AccessAttr>()),
      accesses, program.getBodyBlock().getArgumentTypes(),
      [&](OpBuilder &body, Location loc, ValueRange arguments) {
        IRMapping mapping;
        mapping.map(program.getBodyBlock().getArguments(), arguments);
        for (Operation &op : program.getBodyBlock().without_terminator())
          body.clone(op, mapping);
        SmallVector<Value> yielded;
        for (Value value : program.getYield().getValues())
          yielded.push_back(mapping.lookup(value));
        for (Value number : numbers)
          yielded.push_back(mapping.lookup(number));
        YieldOp::create(body, loc, yielded);
      });
}

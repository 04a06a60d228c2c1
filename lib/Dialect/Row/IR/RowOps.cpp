//===- RowOps.cpp - Construction and queries of row.program ---------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Builders, queries and interfaces of the row dialect's operations.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Dialect/Row/IR/Row.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace seednorm::row;

#define GET_OP_CLASSES
#include "seednorm/Dialect/Row/IR/RowOps.cpp.inc"

//===----------------------------------------------------------------------===//
// Construction and queries
//===----------------------------------------------------------------------===//

void ProgramOp::build(
    OpBuilder &builder, OperationState &state, ValueRange inputs,
    ValueRange outputs, ArrayRef<AccessAttr> inputAccesses,
    ArrayRef<AccessAttr> outputAccesses, TypeRange sliceTypes,
    function_ref<void(OpBuilder &, Location, ValueRange)> buildBody) {
  state.addOperands(inputs);
  state.addOperands(outputs);
  Properties &properties = state.getOrAddProperties<Properties>();
  SmallVector<Attribute> in(inputAccesses), out(outputAccesses);
  properties.input_accesses = builder.getArrayAttr(in);
  properties.output_accesses = builder.getArrayAttr(out);
  properties.operandSegmentSizes = {static_cast<int32_t>(inputs.size()),
                                    static_cast<int32_t>(outputs.size())};
  for (Type type : outputs.getTypes())
    if (isa<RankedTensorType>(type))
      state.addTypes(type);
  Region *region = state.addRegion();
  SmallVector<Location> locations(sliceTypes.size(), state.location);
  OpBuilder::InsertionGuard guard(builder);
  Block *block = builder.createBlock(region, {}, sliceTypes, locations);
  buildBody(builder, state.location, block->getArguments());
}

YieldOp ProgramOp::getYield() {
  return cast<YieldOp>(getBodyBlock().getTerminator());
}

Type ProgramOp::getOutputSliceType(unsigned index) {
  return getYield().getValues()[index].getType();
}

int64_t ProgramOp::getNumColumns() {
  int64_t columns = 1;
  for (Type type : getBodyBlock().getArgumentTypes())
    columns = std::max(columns, getNumElements(type));
  for (Type type : getYield().getOperandTypes())
    columns = std::max(columns, getNumElements(type));
  return columns;
}

int64_t seednorm::row::getSliceRank(Type slice) {
  auto vector = dyn_cast<VectorType>(slice);
  return vector ? vector.getRank() : 0;
}

int64_t seednorm::row::getNumStoredElements(Type operand, Type slice) {
  ArrayRef<int64_t> shape = cast<ShapedType>(operand).getShape();
  return ShapedType::getNumElements(
      shape.take_back(std::min<int64_t>(shape.size(), getSliceRank(slice))));
}

SummedSlice seednorm::row::getSummedSlice(Type operand, Type slice) {
  SummedSlice result;
  auto vector = dyn_cast<VectorType>(slice);
  if (!vector)
    return result;
  ArrayRef<int64_t> stored = cast<ShapedType>(operand).getShape();
  stored = stored.take_back(std::min<int64_t>(stored.size(), vector.getRank()));
  size_t lacking = vector.getRank() - stored.size();
  for (auto [dim, size] : llvm::enumerate(vector.getShape())) {
    bool isKept = dim >= lacking && stored[dim - lacking] == size;
    if (isKept && size != 1)
      result.kept *= size;
    else
      (result.kept == 1 ? result.before : result.behind) *= size;
  }
  return result;
}

std::pair<Value, int64_t> ProgramOp::getRowOperand() {
  auto leading = [](Value operand, Type slice) {
    return cast<ShapedType>(operand.getType()).getRank() - getSliceRank(slice);
  };
  for (auto [index, input] : llvm::enumerate(getInputs()))
    if (getInputAccess(index).getKind() == AccessKind::Row)
      return {input,
              leading(input, getBodyBlock().getArgument(index).getType())};
  for (auto [index, output] : llvm::enumerate(getOutputs()))
    if (getOutputAccess(index).getKind() == AccessKind::Row)
      return {output, leading(output, getOutputSliceType(index))};
  return {Value(), 0};
}

//===----------------------------------------------------------------------===//
// Interfaces
//===----------------------------------------------------------------------===//

static unsigned getNumberOf(ProgramOp op, OpOperand &output) {
  return output.getOperandNumber() - op.getInputs().size();
}

void ProgramOp::getEffects(
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
  if (!hasBufferSemantics())
    return;
  for (OpOperand &input : getInputsMutable())
    effects.emplace_back(MemoryEffects::Read::get(), &input);
  for (OpOperand &output : getOutputsMutable()) {
    if (getOutputAccess(getNumberOf(*this, output)).addsToOperand())
      effects.emplace_back(MemoryEffects::Read::get(), &output);
    effects.emplace_back(MemoryEffects::Write::get(), &output);
  }
}

LogicalResult
ProgramOp::reifyResultShapes(OpBuilder &builder,
                             ReifiedRankedShapedTypeDims &reifiedReturnShapes) {
  for (Value output : getOutputs())
    if (isa<RankedTensorType>(output.getType()))
      reifiedReturnShapes.push_back(
          tensor::getMixedSizes(builder, getLoc(), output));
  return success();
}

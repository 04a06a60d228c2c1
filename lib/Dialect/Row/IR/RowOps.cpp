//===- RowOps.cpp - Verification and queries of row.program ---------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Builders, verifiers (constraints C1 to C7 of the op's description) and the
// interfaces of the row dialect's operations.
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

static int64_t getSliceRank(Type slice) {
  auto vector = dyn_cast<VectorType>(slice);
  return vector ? vector.getRank() : 0;
}

int64_t seednorm::row::getNumStoredElements(Type operand, Type slice) {
  ArrayRef<int64_t> shape = cast<ShapedType>(operand).getShape();
  return ShapedType::getNumElements(
      shape.take_back(std::min<int64_t>(shape.size(), getSliceRank(slice))));
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
// Verification
//===----------------------------------------------------------------------===//

namespace {
/// One operand as the verifier sees it, with the words that name it.
struct Operand {
  Value value;
  AccessAttr access;
  Type slice;
  std::string name;
};
} // namespace

/// Whether `slice` is a row of `type`, lengthened by columns that are not
/// stored.
static bool isPadded(ProgramOp op, ShapedType type, VectorType slice) {
  return slice && slice.getRank() == 1 && type.getRank() >= 1 &&
         !ShapedType::isDynamic(type.getShape().back()) &&
         type.getShape().back() > 0 &&
         slice.getDimSize(0) > type.getShape().back() &&
         slice.getDimSize(0) == op.getNumColumns();
}

/// C3: a slice is the static trailing shape of its operand; or repeats a shared
/// one, or lengthens one taken by row.
static LogicalResult verifySlice(ProgramOp op, const Operand &operand) {
  auto type = cast<ShapedType>(operand.value.getType());
  auto vector = dyn_cast<VectorType>(operand.slice);
  ArrayRef<int64_t> slice = vector ? vector.getShape() : ArrayRef<int64_t>();
  bool mayRepeat = operand.access.getKind() == AccessKind::Shared;
  if (mayRepeat)
    slice = slice.take_back(std::min<int64_t>(slice.size(), type.getRank()));
  if (operand.access.getKind() == AccessKind::Row &&
      getElementTypeOrSelf(operand.slice) == type.getElementType() &&
      isPadded(op, type, vector))
    return success();
  if (getElementTypeOrSelf(operand.slice) != type.getElementType() ||
      static_cast<int64_t>(slice.size()) > type.getRank() ||
      type.getShape().take_back(slice.size()) != slice)
    return op.emitOpError("expects the slice of ")
           << operand.name << (mayRepeat ? " to end in" : " to be")
           << " the static trailing shape of " << operand.value.getType()
           << ", but got " << operand.slice;
  return success();
}

/// C4: what the leading dimensions of an operand may be, given its access.
static LogicalResult verifyLeading(ProgramOp op, const Operand &operand,
                                   const std::optional<Operand> &rows) {
  auto leadingShape = [](const Operand &operand) {
    ArrayRef<int64_t> shape =
        cast<ShapedType>(operand.value.getType()).getShape();
    return shape.drop_back(
        std::min<int64_t>(shape.size(), getSliceRank(operand.slice)));
  };
  ArrayRef<int64_t> leading = leadingShape(operand);
  AccessKind kind = operand.access.getKind();
  if (kind == AccessKind::Row) {
    if (succeeded(verifyCompatibleShape(leading, leadingShape(*rows))))
      return success();
    return op.emitOpError("expects all operands taken by row to have the same "
                          "leading dimensions, but ")
           << operand.name << " is " << operand.value.getType() << " and "
           << rows->name << " is " << rows->value.getType();
  }
  bool periodic = kind == AccessKind::Group || kind == AccessKind::Cycle;
  if (operand.access.isPeriodOfCall() && rows) {
    ArrayRef<int64_t> all = leadingShape(*rows);
    size_t count = std::min(all.size(), leading.size());
    bool isGroup = kind == AccessKind::Group;
    if (!leading.empty() && leading.size() < all.size() &&
        succeeded(verifyCompatibleShape(
            leading, isGroup ? all.take_front(count) : all.take_back(count))))
      return success();
    return op.emitOpError("expects ")
           << operand.name << ", taken by " << stringifyAccessKind(kind)
           << ", to have the " << (isGroup ? "first" : "last")
           << " leading dimensions of the rows, not all, but it is "
           << operand.value.getType() << " and " << rows->name << " is "
           << rows->value.getType();
  }
  if (periodic != leading.empty())
    return success();
  return op.emitOpError("expects ")
         << operand.name << ", taken " << (periodic ? "by " : "")
         << stringifyAccessKind(kind) << ", to have "
         << (periodic ? "leading dimensions" : "no leading dimension")
         << " before its slice, but got " << operand.value.getType();
}

LogicalResult ProgramOp::verify() {
  if (!llvm::all_of(getOperandTypes(), llvm::IsaPred<RankedTensorType>) &&
      !llvm::all_of(getOperandTypes(), llvm::IsaPred<MemRefType>)) // C1
    return emitOpError("expects all operands to be tensors or all memrefs");
  if (getInputAccesses().size() != getInputs().size() ||
      getOutputAccesses().size() != getOutputs().size()) // C2
    return emitOpError("expects one access for each operand");
  for (auto access : getInputAccesses().getAsRange<AccessAttr>())
    if (access.getKind() == AccessKind::Summed)
      return emitOpError("expects only outputs to be 'summed'");
  for (auto access : getOutputAccesses().getAsRange<AccessAttr>())
    if (access.getKind() != AccessKind::Row &&
        access.getKind() != AccessKind::Summed)
      return emitOpError("expects outputs to be 'by row' or 'summed'");
  TypeRange tensors =
      hasBufferSemantics() ? TypeRange() : TypeRange(getOutputs().getTypes());
  if (getResultTypes() != tensors)
    return emitOpError("expects one result of the output's type for each "
                       "tensor output");
  return success();
}

/// C5 and C6, for every op of the body.
static LogicalResult verifyBody(ProgramOp program) {
  int64_t columns = program.getNumColumns();
  for (Operation &op : program.getBodyBlock().without_terminator()) {
    if (failed(verifyBodyOp(&op)))
      return failure();
    for (Type type : op.getResultTypes())
      if (columns % getNumElements(type) != 0)
        return op.emitOpError("in a row program of ")
               << columns << " columns expects vectors whose number of "
               << "elements divides it, but got " << type;
  }
  return success();
}

LogicalResult ProgramOp::verifyRegions() {
  Block &block = getBodyBlock();
  auto yield = dyn_cast<YieldOp>(block.getTerminator());
  if (!yield)
    return emitOpError("expects its body to end with 'row.yield'");
  if (block.getNumArguments() != getInputs().size())
    return emitOpError("expects one block argument for each input, but got ")
           << block.getNumArguments() << " for " << getInputs().size();
  if (yield.getValues().size() != getOutputs().size())
    return yield.emitOpError("expects one value for each output, but got ")
           << yield.getValues().size() << " for " << getOutputs().size();

  SmallVector<Operand> operands;
  for (auto [index, input] : llvm::enumerate(getInputs()))
    operands.push_back({input, getInputAccess(index),
                        block.getArgument(index).getType(),
                        "input " + std::to_string(index)});
  for (auto [index, output] : llvm::enumerate(getOutputs())) {
    Type slice = getOutputSliceType(index);
    operands.push_back({output, getOutputAccess(index), slice,
                        "output " + std::to_string(index)});
    Type element = getElementTypeOrSelf(slice);
    if (getOutputAccess(index).getKind() == AccessKind::Summed &&
        !element.isF32() && !element.isF64()) // C7
      return emitOpError("expects summed output ")
             << index << " to have f32 or f64 elements, but got " << element;
  }
  int64_t columns = getNumColumns();
  std::optional<Operand> rows;
  if (auto *first = llvm::find_if(operands,
                                  [](const Operand &operand) {
                                    return operand.access.getKind() ==
                                           AccessKind::Row;
                                  });
      first != operands.end())
    rows = *first;
  for (const Operand &operand : operands) {
    // Memory holds bytes; an index has no width of its own.
    Type element = getElementTypeOrSelf(operand.slice);
    if (!isSupportedElement(element) || element.isIndex() ||
        element.isInteger(1))
      return emitOpError("expects ")
             << operand.name
             << " to have elements of f8E4M3FN, f8E5M2, f16, bf16, f32, "
             << "f64 or an integer of 8, 16, 32 or 64 bits, but got "
             << element;
    if (failed(verifySlice(*this, operand)) ||
        failed(verifyLeading(*this, operand, rows)))
      return failure();
    if (getNumElements(operand.slice) == 0 ||
        columns % getNumElements(operand.slice) != 0)
      return emitOpError("expects the number of elements of every slice to "
                         "divide the ")
             << columns << " columns, but " << operand.name << " has "
             << operand.slice;
  }
  if (!rows)
    return emitOpError("expects at least one operand taken by row");
  return verifyBody(*this);
}

//===----------------------------------------------------------------------===//
// Interfaces
//===----------------------------------------------------------------------===//

void ProgramOp::getEffects(
    SmallVectorImpl<SideEffects::EffectInstance<MemoryEffects::Effect>>
        &effects) {
  if (!hasBufferSemantics())
    return;
  for (OpOperand &input : getInputsMutable())
    effects.emplace_back(MemoryEffects::Read::get(), &input);
  for (OpOperand &output : getOutputsMutable())
    effects.emplace_back(MemoryEffects::Write::get(), &output);
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

//===- ProgramVerifier.cpp - What a row program may be --------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Constraints C1 to C7 of `row.program`, as its description numbers them.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Dialect/Row/IR/Row.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace seednorm::row;

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

/// C7, in the place of C3: a summed output has the trailing shape of its slice,
/// but for dimensions that it is summed along.
static LogicalResult verifySummedSlice(ProgramOp op, const Operand &operand) {
  auto type = cast<ShapedType>(operand.value.getType());
  Type slice = getElementTypeOrSelf(operand.slice),
       stored = type.getElementType();
  if (!(slice.isF32() &&
        (stored.isF16() || stored.isBF16() || stored.isF32())) &&
      !(slice.isF64() && stored.isF64()))
    return op.emitOpError("expects summed ")
           << operand.name << " to be yielded in f32 for elements of f16, bf16 "
           << "or f32, or in f64 for f64, but got " << operand.slice << " for "
           << type;
  auto vector = dyn_cast<VectorType>(operand.slice);
  ArrayRef<int64_t> shape = vector ? vector.getShape() : ArrayRef<int64_t>();
  bool mayLack = operand.access.getKind() == AccessKind::Shared;
  bool fits = mayLack || type.getRank() >= getSliceRank(operand.slice);
  // Kept dimensions, in one run.
  unsigned runs = 0;
  bool inRun = false;
  for (auto [have, size] :
       llvm::zip(llvm::reverse(type.getShape()), llvm::reverse(shape))) {
    fits &= have == size || have == 1;
    if (size == 1)
      continue;
    runs += !inRun && have == size;
    inRun = have == size;
  }
  if (fits && runs <= 1)
    return success();
  return op.emitOpError("expects the slice of summed ")
         << operand.name << " to be the static trailing shape of " << type
         << ", which may have size 1 in its first or last dimensions"
         << (mayLack ? " or lack the first ones" : "") << ", but got "
         << operand.slice;
}

/// C3: a slice is the static trailing shape of its operand; or repeats a shared
/// one, or lengthens one taken by row.
static LogicalResult verifySlice(ProgramOp op, const Operand &operand) {
  auto type = cast<ShapedType>(operand.value.getType());
  auto vector = dyn_cast<VectorType>(operand.slice);
  ArrayRef<int64_t> slice = vector ? vector.getShape() : ArrayRef<int64_t>();
  if (operand.access.isSummed())
    return verifySummedSlice(op, operand);
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
    if (access.isSummed())
      return emitOpError("expects only outputs to be '")
             << stringifySummation(access.getSummation()) << "'";
  for (auto access : getOutputAccesses().getAsRange<AccessAttr>())
    if (access.getKind() != AccessKind::Row && !access.isSummed())
      return emitOpError("expects outputs to be 'by row', 'summed' or 'added'");
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

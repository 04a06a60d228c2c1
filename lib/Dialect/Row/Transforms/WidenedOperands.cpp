//===- WidenedOperands.cpp - Operands of longer rows ----------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Slices are the trailing dimensions of a tensor; a longer row has more of
// them, or, where rows have a slice in common, the same.
//
//===----------------------------------------------------------------------===//

#include "WidenedOperands.h"

#include "DenseDims.h"

#include "seednorm/Dialect/Row/Transforms/WidenRows.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace seednorm::row;

static ArrayRef<int64_t> getShape(Type type) {
  auto vector = dyn_cast<VectorType>(type);
  return vector ? vector.getShape() : ArrayRef<int64_t>();
}

/// The leading dimensions of an operand with slices of type `slice`.
static ArrayRef<int64_t> getLeading(Value operand, Type slice) {
  ArrayRef<int64_t> shape = cast<ShapedType>(operand.getType()).getShape();
  size_t rank = getShape(slice).size();
  return shape.drop_back(std::min(shape.size(), rank));
}

/// How many last dimensions of `shape` have `count` indices together.
static std::optional<unsigned> findSuffix(ArrayRef<int64_t> shape,
                                          int64_t count) {
  int64_t product = 1;
  for (unsigned dims = 1; dims <= shape.size(); ++dims) {
    int64_t size = shape[shape.size() - dims];
    if (ShapedType::isDynamic(size) || size == 0)
      return std::nullopt;
    product *= size;
    if (product == count)
      return dims;
    if (product > count)
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<unsigned> seednorm::row::findWidenedDims(ProgramOp program,
                                                       int64_t count) {
  auto [operand, leading] = program.getRowOperand();
  return findSuffix(
      cast<ShapedType>(operand.getType()).getShape().take_front(leading),
      count);
}

OperandWidening::OperandWidening(ProgramOp program, unsigned numDims)
    : context(program.getContext()) {
  auto [operand, numLeading] = program.getRowOperand();
  rows = cast<ShapedType>(operand.getType()).getShape().take_front(numLeading);
  dims = rows.take_back(numDims);
  count = ShapedType::getNumElements(dims);
}

/// One slice for every `period` rows, over again.
std::optional<WidenedOperand>
OperandWidening::widenCycle(ArrayRef<int64_t> leading, ArrayRef<int64_t> slice,
                            int64_t period) const {
  if (period != 0 && ShapedType::isDynamicShape(leading))
    return std::nullopt;
  SmallVector<int64_t> longer;
  if (period == 0) { // Of the last leading dimensions some are left.
    if (leading.size() <= dims.size())
      return std::nullopt;
    llvm::append_range(longer, dims);
    llvm::append_range(longer, slice);
    return WidenedOperand{getAccess(AccessKind::Cycle), longer, 1};
  }
  if (count % period == 0) { // All of the cycle is in a row.
    if (ShapedType::getNumElements(leading) != period)
      return std::nullopt;
    if (count != period)
      longer.push_back(count / period);
    llvm::append_range(longer, leading);
    llvm::append_range(longer, slice);
    return WidenedOperand{getAccess(AccessKind::Shared), longer, 1};
  }
  std::optional<unsigned> inside = findSuffix(leading, count);
  if (period % count != 0 || !inside)
    return std::nullopt;
  llvm::append_range(longer, leading.take_back(*inside));
  llvm::append_range(longer, slice);
  return WidenedOperand{getAccess(AccessKind::Cycle, period / count), longer,
                        1};
}

/// One slice for each `period` consecutive rows.
std::optional<WidenedOperand>
OperandWidening::widenGroup(ArrayRef<int64_t> leading, ArrayRef<int64_t> slice,
                            int64_t period) const {
  if (ShapedType::getNumElements(slice) != 1)
    return std::nullopt; // Rows would be repeated as a whole.
  SmallVector<int64_t> same(slice);
  if (period == 0) { // Of the first leading dimensions all are left.
    size_t left = rows.size() - dims.size();
    if (leading.size() > left)
      return std::nullopt;
    return WidenedOperand{
        getAccess(leading.size() == left ? AccessKind::Row : AccessKind::Group),
        same, count};
  }
  if (period != count && period % count == 0)
    return WidenedOperand{getAccess(AccessKind::Group, period / count), same,
                          count};
  size_t kept = rows.size() - dims.size();
  if (count % period != 0 || leading.size() < kept ||
      failed(verifyCompatibleShape(leading.take_front(kept),
                                   rows.take_front(kept))) ||
      ShapedType::isDynamicShape(leading.drop_front(kept)) ||
      ShapedType::getNumElements(leading.drop_front(kept)) != count / period)
    return std::nullopt;
  SmallVector<int64_t> longer(leading.drop_front(kept));
  llvm::append_range(longer, slice);
  return WidenedOperand{getAccess(AccessKind::Row), longer, period};
}

std::optional<WidenedOperand> OperandWidening::widenSlice(Value operand,
                                                          AccessAttr access,
                                                          Type slice) const {
  ArrayRef<int64_t> shape = getShape(slice);
  SmallVector<int64_t> longer(dims);
  llvm::append_range(longer, shape);
  if (access.isSummed())
    return std::nullopt; // What rows add up to is no part of a longer one.
  switch (access.getKind()) {
  case AccessKind::Row:
    // Columns beyond the row would come to be inside.
    if (getNumStoredElements(operand.getType(), slice) != getNumElements(slice))
      return std::nullopt;
    return WidenedOperand{access, longer, 1};
  case AccessKind::Shared:
    if (getNumElements(slice) == 1)
      return WidenedOperand{access, SmallVector<int64_t>(shape), count};
    return WidenedOperand{access, longer, 1};
  case AccessKind::Cycle:
    return widenCycle(getLeading(operand, slice), shape, access.getPeriod());
  case AccessKind::Group:
    return widenGroup(getLeading(operand, slice), shape, access.getPeriod());
  }
  llvm_unreachable("every access is handled");
}

std::optional<WidenedOperand>
OperandWidening::widen(Value operand, AccessAttr access, Type slice) const {
  std::optional<WidenedOperand> widened = widenSlice(operand, access, slice);
  auto type = dyn_cast<RankedTensorType>(operand.getType());
  if (!widened || !type)
    return widened;
  // A slice has no gaps. Where it repeats, not all of it is in the tensor.
  int64_t rank = std::min<int64_t>(widened->slice.size(), type.getRank());
  if (rank > static_cast<int64_t>(getShape(slice).size()) &&
      rank > getNumDenseDims(operand))
    return std::nullopt;
  return widened;
}

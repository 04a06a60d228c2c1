//===- ProgramRelation.cpp - How two programs see each other --------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Everything follows from the elements of slices: a tensor has as many rows as
// it has slices, whatever shapes it is given on the way.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Dialect/Row/Transforms/ProgramRelation.h"

#include "seednorm/Dialect/Row/Analysis/ProgramAnalysis.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace seednorm::row;
using Kind = Relation::Kind;

bool seednorm::row::isReshape(Operation *op) {
  return isa_and_present<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op) ||
         (isa_and_present<tensor::CastOp>(op) &&
          isa<RankedTensorType>(op->getOperand(0).getType()) &&
          isa<RankedTensorType>(op->getResult(0).getType()));
}

Value seednorm::row::getReshapeSource(Value value) {
  while (isReshape(value.getDefiningOp()))
    value = value.getDefiningOp()->getOperand(0);
  return value;
}

/// The elements of a slice, if memory has them all.
static std::optional<int64_t> getWholeSlice(Value operand, Type slice) {
  int64_t elements = getNumElements(slice);
  if (getNumStoredElements(operand.getType(), slice) != elements)
    return std::nullopt;
  return elements;
}

/// No row becomes longer than `limit` or the longer one of the two.
static Relation widen(Kind kind, int64_t factor, ProgramOp first,
                      ProgramOp second, int64_t limit = 0) {
  int64_t columns[] = {first.getNumColumns(), second.getNumColumns()};
  bool isFirst = kind == Kind::WidenFirst;
  if (columns[isFirst ? 0 : 1] >
      std::max(limit, columns[isFirst ? 1 : 0]) / factor)
    return {};
  return {kind, factor};
}

/// The relation of rows with slices of `firstSlice` elements to rows with
/// slices of `secondSlice` elements of the same tensor.
static Relation compareSlices(int64_t firstSlice, int64_t secondSlice,
                              ProgramOp first, ProgramOp second,
                              int64_t limit = 0) {
  if (firstSlice == secondSlice)
    return {Kind::SameRows};
  if (firstSlice % secondSlice == 0)
    return widen(Kind::WidenSecond, firstSlice / secondSlice, first, second,
                 limit);
  if (secondSlice % firstSlice == 0)
    return widen(Kind::WidenFirst, secondSlice / firstSlice, first, second,
                 limit);
  return {};
}

static int64_t getNumLeading(ProgramOp program) {
  return program.getRowOperand().second;
}

/// Whether every row of another program may compute the rows of `program` that
/// it needs: no sums, and nothing that counts rows.
static bool isCheap(ProgramOp program) {
  if (ProgramAnalysis(program).getNumLevels() != 0)
    return false;
  for (Operation &op : program.getBodyBlock().without_terminator())
    if (BodyOpKind kind = *getBodyOpKind(&op);
        kind == BodyOpKind::Random || kind == BodyOpKind::Reduce)
      return false;
  return llvm::all_of(
      program.getOutputAccesses().getAsRange<AccessAttr>(),
      [](AccessAttr access) { return access.getKind() == AccessKind::Row; });
}

AccessAttr seednorm::row::compose(AccessAttr inner, AccessAttr outer) {
  MLIRContext *context = inner.getContext();
  if (outer.getKind() == AccessKind::Row ||
      inner.getKind() == AccessKind::Shared)
    return inner;
  if (inner.getKind() == AccessKind::Row)
    return outer;
  if (inner.getKind() != outer.getKind())
    return AccessAttr();
  int64_t in = inner.getPeriod(), out = outer.getPeriod();
  // The first dimensions of the first dimensions are such; of others, who
  // knows.
  if (inner.isPeriodOfCall() || outer.isPeriodOfCall())
    return inner == outer ? inner : AccessAttr();
  if (inner.getKind() == AccessKind::Group)
    return AccessAttr::get(context, AccessKind::Group, in * out);
  if (inner.getKind() == AccessKind::Cycle && out % in == 0)
    return inner;
  return AccessAttr();
}

/// Whether `first` can be computed for each row of one that takes its results
/// as `outer`.
static bool canRecompute(ProgramOp first, AccessAttr outer) {
  bool isShared = outer.getKind() == AccessKind::Shared;
  if (!isCheap(first) || isShared != (getNumLeading(first) == 0))
    return false;
  return llvm::all_of(first.getInputAccesses().getAsRange<AccessAttr>(),
                      [&](AccessAttr inner) {
                        return static_cast<bool>(compose(inner, outer));
                      });
}

/// What a single row computes, all rows of `second` share: they are one row, or
/// can be. `slices` is the relation of the slices.
static Relation relateSingleRows(ProgramOp first, ProgramOp second,
                                 Relation slices) {
  if (getNumLeading(first) != 0 || slices.kind != Kind::SameRows)
    return {};
  auto [operand, leading] = second.getRowOperand();
  if (leading == 0)
    return slices;
  ArrayRef<int64_t> rows =
      cast<ShapedType>(operand.getType()).getShape().take_front(leading);
  if (isCheap(first) || ShapedType::isDynamicShape(rows) ||
      llvm::is_contained(rows, 0))
    return {};
  return widen(Kind::WidenSecond, ShapedType::getNumElements(rows), first,
               second);
}

/// The relation by input `input` of `second`, which is result `result` of
/// `first`.
static Relation relateByResult(ProgramOp first, ProgramOp second,
                               unsigned result, unsigned input) {
  Value operand = second.getInputs()[input];
  AccessAttr access = second.getInputAccess(input);
  Type slice = second.getBodyBlock().getArgument(input).getType();
  if (first.getOutputAccess(result).getKind() != AccessKind::Row)
    return {};
  std::optional<int64_t> has = getWholeSlice(first.getOutputs()[result],
                                             first.getOutputSliceType(result));
  std::optional<int64_t> needs = getWholeSlice(operand, slice);
  if (!has || !needs)
    return {};
  Relation relation = compareSlices(*has, *needs, first, second);
  switch (access.getKind()) {
  case AccessKind::Row:
    // What one of them computes for a part, as sums over two dimensions one
    // after the other do, the other needs whole: neither is the longer one.
    if (relation.kind == Kind::None)
      return compareSlices(*has, *needs, first, second, kMaxColumns);
    return relation;
  case AccessKind::Group:
    if (*has % *needs == 0 && !access.isPeriodOfCall())
      if (Relation wide =
              widen(Kind::WidenSecond, *has / *needs * access.getPeriod(),
                    first, second);
          wide.kind != Kind::None)
        return wide;
    break;
  case AccessKind::Shared:
    if (Relation single = relateSingleRows(first, second, relation);
        single.kind != Kind::None)
      return single;
    break;
  case AccessKind::Cycle:
    break;
  }
  if (relation.kind != Kind::SameRows)
    return relation;
  // In another shape its dimensions would not be those of the rows.
  if (access.isPeriodOfCall() && operand != first->getResult(result))
    return {};
  return {canRecompute(first, access) ? Kind::Recompute : Kind::None};
}

/// The relation by a tensor that both take by row.
static Relation relateByInputs(ProgramOp first, ProgramOp second) {
  for (auto [mine, input] : llvm::enumerate(second.getInputs())) {
    if (second.getInputAccess(mine).getKind() != AccessKind::Row)
      continue;
    std::optional<int64_t> needs =
        getWholeSlice(input, second.getBodyBlock().getArgument(mine).getType());
    for (auto [theirs, other] : llvm::enumerate(first.getInputs())) {
      if (first.getInputAccess(theirs).getKind() != AccessKind::Row ||
          getReshapeSource(input) != getReshapeSource(other))
        continue;
      std::optional<int64_t> has = getWholeSlice(
          other, first.getBodyBlock().getArgument(theirs).getType());
      if (!has || !needs)
        continue;
      Relation relation = compareSlices(*has, *needs, first, second);
      if (relation.kind != Kind::None)
        return relation;
    }
  }
  return {};
}

Relation seednorm::row::relate(ProgramOp first, ProgramOp second) {
  // What the second writes over has to be there before.
  for (Value output : second.getOutputs())
    if (getReshapeSource(output).getDefiningOp() == first)
      return {};
  std::optional<Relation> relation;
  AccessAttr access; // Of all results, as they are computed together.
  for (auto [index, input] : llvm::enumerate(second.getInputs())) {
    auto result = dyn_cast<OpResult>(getReshapeSource(input));
    if (!result || result.getOwner() != first)
      continue;
    Relation found =
        relateByResult(first, second, result.getResultNumber(), index);
    if (found.kind == Kind::None || (relation && *relation != found) ||
        (found.kind == Kind::Recompute && access &&
         access != second.getInputAccess(index)))
      return {};
    relation = found;
    access = second.getInputAccess(index);
  }
  return relation ? *relation : relateByInputs(first, second);
}

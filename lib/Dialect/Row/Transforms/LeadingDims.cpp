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

/// The dimensions of a tensor where the first `count` of `rank` become one.
static SmallVector<ReassociationIndices> groupFirst(int64_t rank,
                                                    int64_t count) {
  SmallVector<ReassociationIndices> groups(1);
  for (int64_t dim = 0; dim < rank; ++dim) {
    if (dim >= count)
      groups.emplace_back();
    groups.back().push_back(dim);
  }
  return groups;
}

/// The same where dimension `split` of `rank` becomes two.
static SmallVector<ReassociationIndices> groupSplit(int64_t rank,
                                                    int64_t split) {
  SmallVector<ReassociationIndices> groups;
  for (int64_t dim = 0; dim < rank; ++dim)
    if (dim == split)
      groups.push_back({dim, dim + 1});
    else
      groups.push_back({dim < split ? dim : dim + 1});
  return groups;
}

static int64_t getRank(Value tensor) {
  return cast<RankedTensorType>(tensor.getType()).getRank();
}

/// `program` on operands that `reshape` gives another shape, with results that
/// `restore` gives the shape of the old ones.
static ProgramOp
rebuild(ProgramOp program,
        llvm::function_ref<Value(OpBuilder &, Value, AccessAttr, Type)> reshape,
        llvm::function_ref<Value(OpBuilder &, Value, OpResult)> restore) {
  OpBuilder builder(program);
  SmallVector<Value> inputs, outputs, results;
  for (auto [index, input] : llvm::enumerate(program.getInputs()))
    inputs.push_back(
        reshape(builder, input, program.getInputAccess(index),
                program.getBodyBlock().getArgument(index).getType()));
  for (auto [index, output] : llvm::enumerate(program.getOutputs()))
    outputs.push_back(reshape(builder, output, program.getOutputAccess(index),
                              program.getOutputSliceType(index)));
  auto rebuilt = ProgramOp::create(
      builder, program.getLoc(), inputs, outputs,
      llvm::to_vector(program.getInputAccesses().getAsRange<AccessAttr>()),
      llvm::to_vector(program.getOutputAccesses().getAsRange<AccessAttr>()),
      program.getBodyBlock().getArgumentTypes(),
      [&](OpBuilder &body, Location, ValueRange arguments) {
        IRMapping mapping;
        mapping.map(program.getBodyBlock().getArguments(), arguments);
        for (Operation &op : program.getBodyBlock())
          body.clone(op, mapping);
      });
  rebuilt->setDiscardableAttrs(program->getDiscardableAttrDictionary());
  for (auto [old, result] :
       llvm::zip_equal(program->getResults(), rebuilt.getResults()))
    results.push_back(result.getType() == old.getType()
                          ? Value(result)
                          : restore(builder, result, old));
  program->replaceAllUsesWith(results);
  program->erase();
  return rebuilt;
}

/// The same program on rows with one leading dimension, of several.
static ProgramOp flattenRows(ProgramOp program) {
  int64_t leading = program.getRowOperand().second;
  if (leading == 1)
    return program;
  Location loc = program.getLoc();
  return rebuild(
      program,
      [&](OpBuilder &builder, Value operand, AccessAttr access,
          Type slice) -> Value {
        if (access.getKind() != AccessKind::Row)
          return operand;
        return tensor::CollapseShapeOp::create(
            builder, loc, operand, groupFirst(getRank(operand), leading));
      },
      [&](OpBuilder &builder, Value result, OpResult old) -> Value {
        Value output = program.getOutputs()[old.getResultNumber()];
        return tensor::ExpandShapeOp::create(
            builder, loc, old.getType(), result,
            groupFirst(getRank(old), leading),
            tensor::getMixedSizes(builder, loc, output));
      });
}

ProgramOp seednorm::row::splitRows(ProgramOp program, int64_t inner) {
  std::pair<Value, int64_t> rows = program.getRowOperand();
  int64_t leading = rows.second;
  int64_t size = cast<ShapedType>(rows.first.getType()).getDimSize(leading - 1);
  Location loc = program.getLoc();
  auto expand = [&](OpBuilder &builder, Value operand, int64_t dim) -> Value {
    SmallVector<OpFoldResult> sizes =
        tensor::getMixedSizes(builder, loc, operand);
    SmallVector<int64_t> shape(cast<ShapedType>(operand.getType()).getShape());
    shape[dim] = size / inner;
    shape.insert(shape.begin() + dim + 1, inner);
    sizes[dim] = builder.getIndexAttr(size / inner);
    sizes.insert(sizes.begin() + dim + 1, builder.getIndexAttr(inner));
    Type element = cast<ShapedType>(operand.getType()).getElementType();
    return tensor::ExpandShapeOp::create(
        builder, loc, RankedTensorType::get(shape, element), operand,
        groupSplit(shape.size() - 1, dim), sizes);
  };
  return rebuild(
      program,
      [&](OpBuilder &builder, Value operand, AccessAttr access,
          Type slice) -> Value {
        if (access.getKind() == AccessKind::Row)
          return expand(builder, operand, leading - 1);
        // The last of the dimensions that number its slices.
        auto type = cast<RankedTensorType>(operand.getType());
        int64_t last = type.getRank() - getSliceRank(slice) - 1;
        if (access.getKind() == AccessKind::Cycle &&
            type.getDimSize(last) == size)
          return expand(builder, operand, last);
        return operand;
      },
      [&](OpBuilder &builder, Value result, OpResult old) -> Value {
        return tensor::CollapseShapeOp::create(
            builder, loc, old.getType(), result,
            groupSplit(getRank(old), leading - 1));
      });
}

static ArrayRef<int64_t> getLeading(ProgramOp program) {
  auto [operand, count] = program.getRowOperand();
  return cast<ShapedType>(operand.getType()).getShape().take_front(count);
}

/// The sizes of `tensor`, from what it was made with if that is known: asking
/// for those of a result would keep it alive.
static SmallVector<OpFoldResult> getSizes(OpBuilder &builder, Location loc,
                                          Value tensor) {
  while (auto program = tensor.getDefiningOp<ProgramOp>())
    tensor = program.getOutputs()[cast<OpResult>(tensor).getResultNumber()];
  if (auto expanded = tensor.getDefiningOp<tensor::ExpandShapeOp>())
    return expanded.getMixedOutputShape();
  if (auto empty = tensor.getDefiningOp<tensor::EmptyOp>())
    return empty.getMixedSizes();
  return tensor::getMixedSizes(builder, loc, tensor);
}

/// Whether `size` is known where `op` is.
static bool isBefore(OpFoldResult size, Operation *op) {
  auto value = dyn_cast<Value>(size);
  Operation *definition = value ? value.getDefiningOp() : nullptr;
  return !definition || definition->getBlock() != op->getBlock() ||
         definition->isBeforeInBlock(op);
}

/// The same program on rows with the leading dimensions of `like`, of one; null
/// if it has more, or their sizes are known later only.
static ProgramOp expandRows(ProgramOp program, ProgramOp like) {
  Location loc = program.getLoc();
  ArrayRef<int64_t> leading = getLeading(like);
  Value rows = like.getRowOperand().first;
  Operation *place = rows.getDefiningOp();
  if (!place || place->getBlock() != program->getBlock() ||
      place->isBeforeInBlock(program))
    place = program; // Sizes may be asked for here.
  OpBuilder atPlace(place);
  SmallVector<OpFoldResult> outer = getSizes(atPlace, loc, rows);
  outer.truncate(leading.size());
  if (getLeading(program).size() != 1 ||
      !llvm::all_of(outer,
                    [&](OpFoldResult size) { return isBefore(size, program); }))
    return ProgramOp();
  return rebuild(
      program,
      [&](OpBuilder &builder, Value operand, AccessAttr access,
          Type slice) -> Value {
        if (access.getKind() != AccessKind::Row)
          return operand;
        auto type = cast<RankedTensorType>(operand.getType());
        SmallVector<int64_t> shape(leading);
        SmallVector<OpFoldResult> sizes(outer);
        for (int64_t size : type.getShape().drop_front()) {
          shape.push_back(size);
          sizes.push_back(builder.getIndexAttr(size));
        }
        return tensor::ExpandShapeOp::create(
            builder, loc, RankedTensorType::get(shape, type.getElementType()),
            operand, groupFirst(shape.size(), leading.size()), sizes);
      },
      [&](OpBuilder &builder, Value result, OpResult old) -> Value {
        return tensor::CollapseShapeOp::create(
            builder, loc, old.getType(), result,
            groupFirst(getRank(result), leading.size()));
      });
}

/// Whether an operand has some of the leading dimensions of the rows.
static bool needsLeading(ProgramOp program) {
  return llvm::any_of(
      program.getInputAccesses().getAsRange<AccessAttr>(),
      [](AccessAttr access) { return access.isPeriodOfCall(); });
}

bool seednorm::row::alignLeading(ProgramOp &first, ProgramOp &second) {
  if (succeeded(verifyCompatibleShape(getLeading(first), getLeading(second))))
    return true;
  if (getLeading(first).empty() || getLeading(second).empty())
    return false;
  if (needsLeading(first) || needsLeading(second)) {
    if (needsLeading(first) && needsLeading(second))
      return false;
    ProgramOp &other = needsLeading(first) ? second : first;
    ProgramOp expanded =
        expandRows(other, needsLeading(first) ? first : second);
    if (expanded)
      other = expanded;
    return static_cast<bool>(expanded);
  }
  first = flattenRows(first);
  second = flattenRows(second);
  return true;
}

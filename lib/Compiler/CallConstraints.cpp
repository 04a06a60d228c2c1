//===- CallConstraints.cpp - What must hold of a call's sizes -------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rules of row programs on sizes that only a call knows.
//
//===----------------------------------------------------------------------===//

#include "CallConstraints.h"

#include "Frontend.h"

#include "seednorm/Dialect/Row/IR/Row.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;
using namespace seednorm;

/// What the caller knows `operand` by.
static std::string getName(func::FuncOp function, Value operand) {
  while (Operation *op = operand.getDefiningOp()) {
    auto view = dyn_cast<ViewLikeOpInterface>(op);
    if (!view)
      return "an intermediate tensor";
    operand = view.getViewSource();
  }
  unsigned number = cast<BlockArgument>(operand).getArgNumber();
  return "'" + getArgumentName(function, number) + "'";
}

namespace {
/// Reads the constraints of one program.
class ConstraintBuilder {
public:
  ConstraintBuilder(func::FuncOp function, row::ProgramOp program,
                    CallConstraints &result)
      : function(function), program(program), result(result) {}
  llvm::Error build();

private:
  /// The leading dimensions of `operand` are those of the rows from `firstDim`
  /// on.
  llvm::Error addByRow(Value operand, int64_t leading, int64_t firstDim = 0);
  llvm::Error addPeriodic(Value operand, int64_t leading,
                          row::AccessAttr access);
  llvm::Expected<int64_t> getSlices(Value operand, int64_t leading);
  std::string getName(Value operand) { return ::getName(function, operand); }

  func::FuncOp function;
  row::ProgramOp program;
  CallConstraints &result;
};
} // namespace

/// The number of slices in the leading dimensions of `operand`.
llvm::Expected<int64_t> ConstraintBuilder::getSlices(Value operand,
                                                     int64_t leading) {
  int64_t slices = result.sizes.addConstant(1);
  for (int64_t dim = 0; dim < leading; ++dim) {
    llvm::Expected<int64_t> size = result.sizes.getDim(operand, dim);
    if (!size)
      return size;
    slices = result.sizes.add(SizeExpr::Kind::Mul, slices, *size);
  }
  return slices;
}

llvm::Error ConstraintBuilder::addByRow(Value operand, int64_t leading,
                                        int64_t firstDim) {
  Value rows = program.getRowOperand().first;
  if (operand == rows)
    return llvm::Error::success();
  for (int64_t dim = 0; dim < leading; ++dim) {
    llvm::Expected<int64_t> have = result.sizes.getDim(operand, dim);
    if (!have)
      return have.takeError();
    llvm::Expected<int64_t> need = result.sizes.getDim(rows, firstDim + dim);
    if (!need)
      return need.takeError();
    std::string where = firstDim == 0
                            ? "it has in " + getName(rows)
                            : "dimension " + std::to_string(firstDim + dim) +
                                  " of " + getName(rows) + " has";
    result.constraints.push_back({*have, *need, SizeConstraint::Relation::Equal,
                                  "dimension " + std::to_string(dim) + " of " +
                                      getName(operand) + " to have size ",
                                  ", as " + where + " on the same rows"});
  }
  return llvm::Error::success();
}

llvm::Error ConstraintBuilder::addPeriodic(Value operand, int64_t leading,
                                           row::AccessAttr access) {
  llvm::Expected<int64_t> have = getSlices(operand, leading);
  if (!have)
    return have.takeError();
  auto [rowOperand, rowLeading] = program.getRowOperand();
  llvm::Expected<int64_t> rows = getSlices(rowOperand, rowLeading);
  if (!rows)
    return rows.takeError();
  if (access.isPeriodOfCall())
    return addByRow(
        operand, leading,
        access.getKind() == row::AccessKind::Group ? 0 : rowLeading - leading);
  int64_t period = result.sizes.addConstant(access.getPeriod());
  bool group = access.getKind() == row::AccessKind::Group;
  int64_t need =
      group ? result.sizes.add(SizeExpr::Kind::CeilDiv, *rows, period) : period;
  result.constraints.push_back(
      {*have, need,
       group ? SizeConstraint::Relation::EqualUnlessNone
             : SizeConstraint::Relation::AtLeast,
       getName(operand) + (group ? " to have " : " to have at least "),
       group ? " slices, one for each group of rows"
             : " slices, one for each row of a cycle"});
  return llvm::Error::success();
}

llvm::Error ConstraintBuilder::build() {
  auto visit = [&](Value operand, row::AccessAttr access,
                   Type slice) -> llvm::Error {
    int64_t leading = cast<MemRefType>(operand.getType()).getRank() -
                      row::getSliceRank(slice);
    switch (access.getKind()) {
    case row::AccessKind::Row:
      return addByRow(operand, leading);
    case row::AccessKind::Group:
    case row::AccessKind::Cycle:
      return addPeriodic(operand, leading, access);
    case row::AccessKind::Shared:
      return llvm::Error::success();
    }
    llvm_unreachable("every access is handled");
  };
  for (auto [index, input] : llvm::enumerate(program.getInputs()))
    if (llvm::Error error =
            visit(input, program.getInputAccess(index),
                  program.getBodyBlock().getArgument(index).getType()))
      return error;
  for (auto [index, output] : llvm::enumerate(program.getOutputs()))
    if (llvm::Error error = visit(output, program.getOutputAccess(index),
                                  program.getOutputSliceType(index)))
      return error;
  return llvm::Error::success();
}

/// A dimension has as many indices as those that it becomes. A size that the
/// host cannot know, it cannot check.
static void addExpanded(func::FuncOp function, memref::ExpandShapeOp op,
                        CallConstraints &result) {
  for (auto [dim, group] : llvm::enumerate(op.getReassociationIndices())) {
    if (group.size() == 1)
      continue;
    llvm::Expected<int64_t> have = result.sizes.getDim(op.getSrc(), dim);
    if (!have)
      return llvm::consumeError(have.takeError());
    int64_t need = result.sizes.addConstant(1);
    for (int64_t inner : group) {
      llvm::Expected<int64_t> size = result.sizes.getDim(op.getResult(), inner);
      if (!size)
        return llvm::consumeError(size.takeError());
      need = result.sizes.add(SizeExpr::Kind::Mul, need, *size);
    }
    result.constraints.push_back({*have, need, SizeConstraint::Relation::Equal,
                                  "dimension " + std::to_string(dim) + " of " +
                                      getName(function, op.getSrc()) +
                                      " to have size ",
                                  ", the product of those it is expanded to"});
  }
}

/// A graph may know sizes that the type of an argument does not say, as from
/// another tensor on the same rows.
static void addCast(func::FuncOp function, memref::CastOp op,
                    CallConstraints &result) {
  auto from = dyn_cast<MemRefType>(op.getSource().getType());
  auto to = dyn_cast<MemRefType>(op.getType());
  if (!from || !to)
    return;
  for (int64_t dim = 0; dim < from.getRank(); ++dim) {
    if (!from.isDynamicDim(dim) || to.isDynamicDim(dim))
      continue;
    llvm::Expected<int64_t> have = result.sizes.getDim(op.getSource(), dim);
    if (!have)
      return llvm::consumeError(have.takeError());
    result.constraints.push_back(
        {*have, result.sizes.addConstant(to.getDimSize(dim)),
         SizeConstraint::Relation::Equal,
         "dimension " + std::to_string(dim) + " of " +
             getName(function, op.getSource()) + " to have size ",
         ", as it has in the graph"});
  }
}

llvm::Expected<CallConstraints>
seednorm::buildCallConstraints(func::FuncOp function) {
  CallConstraints result;
  llvm::Error error = llvm::Error::success();
  function.walk([&](row::ProgramOp program) {
    error = ConstraintBuilder(function, program, result).build();
    return error ? WalkResult::interrupt() : WalkResult::advance();
  });
  if (error)
    return std::move(error);
  function.walk(
      [&](memref::ExpandShapeOp op) { addExpanded(function, op, result); });
  function.walk([&](memref::CastOp op) { addCast(function, op, result); });
  return result;
}

//===- ProgramCuts.cpp - Where sums reach across shards -------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A level is one exchange between shards: a sum is of level k if its columns
// need k - 1 exchanges.
//
//===----------------------------------------------------------------------===//

#include "ProgramCuts.h"

#include "ShardedTypes.h"

using namespace mlir;
using namespace seednorm::row;

ProgramCuts::ProgramCuts(ProgramOp program, int64_t shards)
    : program(program), shards(shards), columns(program.getNumColumns()) {
  llvm::DenseMap<Value, unsigned> levels;
  for (Operation &op : program.getBodyBlock().without_terminator()) {
    unsigned level = 0;
    for (Value operand : op.getOperands())
      level = std::max(level, levels.lookup(operand));
    std::optional<Sum> sum = getSumOf(&op, columns);
    if (sum && sum->resultRun > columns / shards) {
      unsigned sumLevel = levels.lookup(sum->source) + 1;
      if (sumLevel > sumsOfLevel.size())
        sumsOfLevel.resize(sumLevel);
      sumsOfLevel[sumLevel - 1].push_back(*sum);
      level = std::max(level, sumLevel);
    }
    for (Value result : op.getResults())
      levels[result] = level;
  }
  for (const SmallVector<Sum> &sums : sumsOfLevel)
    for (const Sum &sum : sums)
      cuts[sum.op] = &sum;
}

//===----------------------------------------------------------------------===//
// What can be split
//===----------------------------------------------------------------------===//

LogicalResult ProgramCuts::verifyOperand(Value operand, AccessAttr access,
                                         Type slice) {
  auto type = dyn_cast<RankedTensorType>(operand.getType());
  if (!type || type.getEncoding())
    return program.emitOpError("expects plain tensors to be split, but got ")
           << operand.getType();
  if (access.isSummed() &&
      getNumStoredElements(type, slice) != getNumElements(slice))
    return program.emitOpError("sums ")
           << slice << " of its rows to fewer elements, of " << type
           << ", to which shards would have parts only; expects outputs that "
           << "are summed over rows alone to be split";
  bool padded = access.getKind() == AccessKind::Row &&
                getNumStoredElements(type, slice) != getNumElements(slice);
  if (padded || !getShardType(type, slice, shards))
    return program.emitOpError("expects its slices to have equal parts for ")
           << shards << " shards, but takes " << slice << " of " << type;
  return success();
}

LogicalResult ProgramCuts::verifyOp(Operation &op) {
  BodyOpKind kind = *getBodyOpKind(&op);
  if (kind == BodyOpKind::Step || kind == BodyOpKind::Random)
    return op.emitOpError("depends on the number of the column, which a shard "
                          "does not know; expects a program without it to be "
                          "split");
  // Each of those shards would add them.
  std::optional<Sum> sum = getSumOf(&op, columns);
  if (sum && sum->sourceRun > columns / shards &&
      llvm::is_contained(
          {vector::CombiningKind::ADD, vector::CombiningKind::MUL}, sum->kind))
    return op.emitOpError("adds numbers that ")
           << sum->sourceRun * shards / columns << " of " << shards
           << " shards have in common; expects no more shards than numbers";
  for (Type type : op.getResultTypes())
    if (!getShardType(type, shards))
      return op.emitOpError("expects to have equal parts for ")
             << shards << " shards, but computes " << type;
  return success();
}

LogicalResult ProgramCuts::verify() {
  if (llvm::none_of(program.getInputAccesses().getAsRange<AccessAttr>(),
                    [](AccessAttr access) {
                      return access.getKind() == AccessKind::Row;
                    }))
    return program.emitOpError("expects an input taken by row to be split");
  for (auto [index, input] : llvm::enumerate(program.getInputs()))
    if (failed(
            verifyOperand(input, program.getInputAccess(index),
                          program.getBodyBlock().getArgument(index).getType())))
      return failure();
  for (auto [index, output] : llvm::enumerate(program.getOutputs()))
    if (failed(verifyOperand(output, program.getOutputAccess(index),
                             program.getOutputSliceType(index))))
      return failure();
  if (columns % shards != 0)
    return program.emitOpError("expects a number of columns that ")
           << shards << " shards divide, but has " << columns;
  for (Operation &op : program.getBodyBlock().without_terminator())
    if (failed(verifyOp(op)))
      return failure();
  return success();
}

//===----------------------------------------------------------------------===//
// Stages
//===----------------------------------------------------------------------===//

/// The ops and inputs that `target` needs, up to sums that are cut.
void ProgramCuts::collect(Value target, llvm::SetVector<Operation *> &ops,
                          llvm::SetVector<Value> &inputs) const {
  SmallVector<Value> worklist = {target};
  while (!worklist.empty()) {
    Value value = worklist.pop_back_val();
    Operation *op = value.getDefiningOp();
    if (!op) {
      inputs.insert(value);
      continue;
    }
    if (!ops.insert(op))
      continue;
    const Sum *cut = getCut(value);
    if (cut && cut->init)
      worklist.push_back(cut->init);
    if (!cut)
      llvm::append_range(worklist, op->getOperands());
  }
}

/// Adds inputs from which rows and columns follow, if there are none.
void ProgramCuts::addShape(llvm::SetVector<Value> &inputs) const {
  ProgramOp op = program;
  Block &body = op.getBodyBlock();
  auto givesRows = [&](Value value) {
    return op.getInputAccess(cast<BlockArgument>(value).getArgNumber())
               .getKind() == AccessKind::Row;
  };
  auto givesColumns = [&](Value value) {
    return getNumElements(value.getType()) == columns;
  };
  if (llvm::none_of(inputs, givesRows))
    inputs.insert(*llvm::find_if(body.getArguments(), givesRows));
  auto *whole = llvm::find_if(body.getArguments(), givesColumns);
  if (llvm::none_of(inputs, givesColumns) && whole != body.args_end())
    inputs.insert(*whole);
}

/// What to compute for `targets`: where they are cut sums, their columns.
Stage ProgramCuts::plan(ArrayRef<Value> targets) const {
  Stage stage;
  stage.targets.assign(targets.begin(), targets.end());
  llvm::SetVector<Operation *> ops;
  llvm::SetVector<Value> inputs;
  for (Value target : targets)
    collect(target, ops, inputs);
  addShape(inputs);
  ProgramOp op = program;
  for (BlockArgument argument : op.getBodyBlock().getArguments())
    if (inputs.contains(argument))
      stage.inputs.push_back(argument);
  for (Operation &inner : op.getBodyBlock().without_terminator())
    if (ops.contains(&inner))
      stage.ops.push_back(&inner);
  for (const SmallVector<Sum> &sums : sumsOfLevel)
    for (const Sum &sum : sums)
      if (ops.contains(sum.op))
        stage.totals.push_back(&sum);
  return stage;
}

Stage ProgramCuts::planSums(unsigned level) const {
  SmallVector<Value> sources;
  for (const Sum &sum : sumsOfLevel[level - 1])
    sources.push_back(sum.source);
  Stage stage = plan(sources);
  for (auto [target, sum] : llvm::zip(stage.targets, sumsOfLevel[level - 1]))
    target = sum.op->getResult(0);
  stage.level = level;
  return stage;
}

Stage ProgramCuts::planApply() const {
  ProgramOp op = program;
  Stage stage = plan(llvm::to_vector(op.getYield().getValues()));
  stage.level = getNumLevels() + 1;
  stage.isApply = true;
  return stage;
}

//===- ProgramAnalysis.cpp - Stages of a row program ----------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Levels by one walk over the body, which is in dominance order.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Dialect/Row/Analysis/ProgramAnalysis.h"

#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace seednorm::row;

/// Numbers that are added one after the other rather than by a sweep: a warp
/// takes 8 steps for them.
static constexpr int64_t kMaxFolded = 256;

std::optional<Sum> seednorm::row::getSumOf(Operation *op, int64_t columns) {
  if (getBodyOpKind(op) != BodyOpKind::Reduce)
    return std::nullopt;
  auto getRun = [&](Value value) {
    return columns / getNumElements(value.getType());
  };
  Sum sum{op,
          {},
          op->getOperand(0),
          Value(),
          getRun(op->getOperand(0)),
          getRun(op->getResult(0))};
  if (sum.sourceRun == sum.resultRun)
    return std::nullopt; // Runs of one element: no columns are combined.
  if (auto reduction = dyn_cast<vector::MultiDimReductionOp>(op)) {
    sum.kind = reduction.getKind();
    sum.init = reduction.getAcc();
  } else {
    sum.kind = cast<vector::ReductionOp>(op).getKind();
    sum.init = cast<vector::ReductionOp>(op).getAcc();
  }
  return sum;
}

bool SumLevels::isFolded(const Sum &sum) const {
  return get(sum.source) > 0 && sum.sourceRun > 1 &&
         sum.getNumSummands() <= kMaxFolded;
}

void SumLevels::add(Operation *op) {
  unsigned level = 0;
  for (Value operand : op->getOperands())
    level = std::max(level, get(operand));
  // The total may join the chain of `init`, but only the columns must be swept
  // before it.
  std::optional<Sum> sum = getSumOf(op, columns);
  if (sum && !isFolded(*sum))
    level = std::max(level, get(sum->source) + 1);
  for (Value result : op->getResults())
    levels[result] = level;
}

ProgramAnalysis::ProgramAnalysis(ProgramOp program)
    : program(program), columns(program.getNumColumns()), levels(columns) {
  for (Operation &op : program.getBodyBlock().without_terminator()) {
    levels.add(&op);
    std::optional<Sum> sum = getSumOf(&op, columns);
    if (!sum)
      continue;
    sum->isFolded = levels.isFolded(*sum);
    if (sum->isFolded) {
      foldedSums.push_back(*sum);
      continue;
    }
    unsigned level = levels.get(sum->source) + 1;
    if (level > sumsOfLevel.size())
      sumsOfLevel.resize(level);
    sumsOfLevel[level - 1].push_back(*sum);
  }
  for (const Sum &sum : foldedSums)
    markFeeding(sum);
}

/// Marks the sums that the numbers of `folded` follow from.
void ProgramAnalysis::markFeeding(const Sum &folded) {
  SmallVector<Value> worklist = {folded.source};
  llvm::DenseSet<Value> seen;
  while (!worklist.empty()) {
    Value value = worklist.pop_back_val();
    Operation *op = value.getDefiningOp();
    if (!op || !seen.insert(value).second)
      continue;
    const Sum *sum = getSum(op);
    if (!sum || sum->isFolded) {
      llvm::append_range(worklist, op->getOperands());
      continue;
    }
    for (SmallVector<Sum> &sums : sumsOfLevel)
      for (Sum &feeding : sums)
        feeding.feedsFolded |= feeding.op == op;
    if (sum->init)
      worklist.push_back(sum->init);
  }
}

int64_t ProgramAnalysis::getRun(Value value) const {
  return columns / getNumElements(value.getType());
}

const Sum *ProgramAnalysis::getSum(Operation *op) const {
  for (const SmallVector<Sum> &sums : sumsOfLevel)
    for (const Sum &sum : sums)
      if (sum.op == op)
        return &sum;
  for (const Sum &sum : foldedSums)
    if (sum.op == op)
      return &sum;
  return nullptr;
}

SmallVector<BlockArgument>
ProgramAnalysis::getStageInputs(unsigned stage) const {
  SmallVector<Value> worklist;
  if (stage <= getNumLevels()) {
    for (const Sum &sum : getSums(stage))
      worklist.push_back(sum.source);
  } else {
    ProgramOp op = program;
    llvm::append_range(worklist, op.getYield().getValues());
  }
  llvm::SetVector<Value> seen;
  SmallVector<BlockArgument> inputs;
  while (!worklist.empty()) {
    Value value = worklist.pop_back_val();
    if (!seen.insert(value))
      continue;
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      inputs.push_back(argument);
      continue;
    }
    // The columns behind a sum were read by its own stage; what a folded one
    // needs is read where it is added up.
    const Sum *sum = getSum(value.getDefiningOp());
    if (sum && sum->init)
      worklist.push_back(sum->init);
    if (!sum)
      llvm::append_range(worklist, value.getDefiningOp()->getOperands());
  }
  llvm::sort(inputs, [](BlockArgument lhs, BlockArgument rhs) {
    return lhs.getArgNumber() < rhs.getArgNumber();
  });
  return inputs;
}

//===- Fuse.cpp - Programs on the same rows as one ------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two programs on the same rows do everything to a row that one of them does,
// so one body after the other is a program, too. What the first hands to the
// second stays in its hands; what both read is read once. The values are those
// of the two: what was rounded to be stored is rounded still.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Dialect/Row/IR/Row.h"
#include "seednorm/Dialect/Row/Transforms/Passes.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace seednorm::row {
#define GEN_PASS_DEF_ROWFUSEPASS
#include "seednorm/Dialect/Row/Transforms/Passes.h.inc"
} // namespace seednorm::row

using namespace mlir;
using namespace seednorm::row;

/// A block keeps 16 elements of each row in a thread, in f32; with more rows
/// than these it would have to spill.
static constexpr int64_t kMaxRows = 6;

//===----------------------------------------------------------------------===//
// What may be fused
//===----------------------------------------------------------------------===//

static bool isByRow(AccessAttr access) {
  return access.getKind() == AccessKind::Row;
}

/// The slices of `value` that `program` takes by row; null if it does not.
static Type getRowSlice(ProgramOp program, Value value) {
  for (auto [index, input] : llvm::enumerate(program.getInputs()))
    if (input == value && isByRow(program.getInputAccess(index)))
      return program.getBodyBlock().getArgument(index).getType();
  return Type();
}

/// Whether each use that `second` makes of a result of `first` is the slice
/// that the result was yielded as.
static bool passesRowsOnly(ProgramOp first, ProgramOp second) {
  for (OpOperand &operand : second->getOpOperands()) {
    if (operand.get().getDefiningOp() != first)
      continue;
    unsigned index = operand.getOperandNumber();
    unsigned result = cast<OpResult>(operand.get()).getResultNumber();
    if (index >= second.getInputs().size() ||
        !isByRow(second.getInputAccess(index)) ||
        !isByRow(first.getOutputAccess(result)) ||
        second.getBodyBlock().getArgument(index).getType() !=
            first.getOutputSliceType(result))
      return false;
  }
  return true;
}

/// Whether a row of `first` is a row of `second`.
static bool haveSameRows(ProgramOp first, ProgramOp second) {
  auto [operand, leading] = second.getRowOperand();
  if (operand.getDefiningOp() == first)
    return true; // Of the same slices, as passesRowsOnly has it.
  for (Value input : second.getInputs()) {
    Type slice = getRowSlice(second, input);
    if (slice &&
        (input.getDefiningOp() == first || getRowSlice(first, input) == slice))
      return true;
  }
  return false;
}

/// Every vector of one divides the columns of both.
static bool haveCommonColumns(ProgramOp first, ProgramOp second) {
  int64_t a = first.getNumColumns(), b = second.getNumColumns();
  return std::max(a, b) % std::min(a, b) == 0;
}

/// Rows that a program reads or writes whole: what it may keep of each in
/// registers. `first` and `second` together, what both read counted once.
static int64_t countRows(ProgramOp first, ProgramOp second) {
  llvm::SmallDenseSet<std::pair<Value, Type>> rows;
  for (ProgramOp program : {first, second}) {
    int64_t columns = program.getNumColumns();
    for (Value input : program.getInputs()) {
      Type slice = getRowSlice(program, input);
      if (slice && getNumElements(slice) == columns)
        rows.insert({input, slice});
    }
    for (auto [index, result] : llvm::enumerate(program->getResults())) {
      Type slice = program.getOutputSliceType(index);
      if (getNumElements(slice) == columns)
        rows.insert({result, slice});
    }
  }
  return rows.size();
}

/// Where the fused program can be: at the second if nothing in between uses
/// the first, or at the first if the second needs nothing in between.
static Operation *findPlace(ProgramOp first, ProgramOp second) {
  bool firstMayWait = llvm::all_of(first->getUsers(), [&](Operation *user) {
    Operation *ancestor = first->getBlock()->findAncestorOpInBlock(*user);
    return ancestor &&
           (ancestor == second || second->isBeforeInBlock(ancestor));
  });
  if (firstMayWait)
    return second;
  bool secondMayHurry = llvm::all_of(second->getOperands(), [&](Value operand) {
    Operation *definition = operand.getDefiningOp();
    return !definition || definition == first ||
           definition->getBlock() != first->getBlock() ||
           definition->isBeforeInBlock(first);
  });
  return secondMayHurry ? first : nullptr;
}

//===----------------------------------------------------------------------===//
// Fusion
//===----------------------------------------------------------------------===//

namespace {
/// The operands of the fused program.
struct FusedOperands {
  SmallVector<Value> inputs, outputs;
  SmallVector<AccessAttr> inputAccesses, outputAccesses;
  SmallVector<Type> slices;
  /// Block arguments of the two programs, by the input they have become.
  SmallVector<std::pair<BlockArgument, unsigned>> arguments;
  SmallVector<unsigned> kept; ///< Results of the first with other uses.
};
} // namespace

static void addInputs(FusedOperands &operands, ProgramOp program,
                      ProgramOp first) {
  for (auto [index, input] : llvm::enumerate(program.getInputs())) {
    if (input.getDefiningOp() == first)
      continue;
    BlockArgument argument = program.getBodyBlock().getArgument(index);
    operands.arguments.push_back({argument, operands.inputs.size()});
    operands.inputs.push_back(input);
    operands.inputAccesses.push_back(program.getInputAccess(index));
    operands.slices.push_back(argument.getType());
  }
}

static FusedOperands getOperands(ProgramOp first, ProgramOp second) {
  FusedOperands operands;
  addInputs(operands, first, first);
  addInputs(operands, second, first);
  for (OpResult result : first->getResults()) {
    if (llvm::all_of(result.getUsers(),
                     [&](Operation *user) { return user == second; }))
      continue;
    unsigned index = result.getResultNumber();
    operands.kept.push_back(index);
    operands.outputs.push_back(first.getOutputs()[index]);
    operands.outputAccesses.push_back(first.getOutputAccess(index));
  }
  for (auto [index, output] : llvm::enumerate(second.getOutputs())) {
    operands.outputs.push_back(output);
    operands.outputAccesses.push_back(second.getOutputAccess(index));
  }
  return operands;
}

/// Clones the bodies one after the other.
static void buildBody(OpBuilder &builder, Location loc, ValueRange arguments,
                      ProgramOp first, ProgramOp second,
                      const FusedOperands &operands) {
  IRMapping mapping;
  for (auto [argument, input] : operands.arguments)
    mapping.map(argument, arguments[input]);
  for (Operation &op : first.getBodyBlock().without_terminator())
    builder.clone(op, mapping);
  SmallVector<Value> handed;
  for (Value value : first.getYield().getValues())
    handed.push_back(mapping.lookup(value));
  for (auto [index, input] : llvm::enumerate(second.getInputs()))
    if (input.getDefiningOp() == first)
      mapping.map(second.getBodyBlock().getArgument(index),
                  handed[cast<OpResult>(input).getResultNumber()]);
  for (Operation &op : second.getBodyBlock().without_terminator())
    builder.clone(op, mapping);
  SmallVector<Value> yielded;
  for (unsigned index : operands.kept)
    yielded.push_back(handed[index]);
  for (Value value : second.getYield().getValues())
    yielded.push_back(mapping.lookup(value));
  YieldOp::create(builder, loc, yielded);
}

static void fuse(PatternRewriter &rewriter, ProgramOp first, ProgramOp second,
                 Operation *place) {
  FusedOperands operands = getOperands(first, second);
  rewriter.setInsertionPoint(place);
  auto fused = ProgramOp::create(
      rewriter, rewriter.getFusedLoc({first.getLoc(), second.getLoc()}),
      operands.inputs, operands.outputs, operands.inputAccesses,
      operands.outputAccesses, operands.slices,
      [&](OpBuilder &builder, Location loc, ValueRange arguments) {
        buildBody(builder, loc, arguments, first, second, operands);
      });
  rewriter.replaceOp(second,
                     fused.getResults().drop_front(operands.kept.size()));
  for (auto [index, result] : llvm::enumerate(operands.kept))
    rewriter.replaceAllUsesWith(first->getResult(result),
                                fused->getResult(index));
  rewriter.eraseOp(first);
}

namespace {

struct FuseWithEarlier : OpRewritePattern<ProgramOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ProgramOp second,
                                PatternRewriter &rewriter) const override {
    for (ProgramOp first : findCandidates(second)) {
      Operation *place = nullptr;
      if (isFusible(first, second))
        place = findPlace(first, second);
      if (!place)
        continue;
      fuse(rewriter, first, second, place);
      return success();
    }
    return rewriter.notifyMatchFailure(
        second, "no program on the same rows can join it");
  }

private:
  /// Programs before `second` that make or read what it takes by row.
  static llvm::SetVector<ProgramOp> findCandidates(ProgramOp second) {
    llvm::SetVector<ProgramOp> candidates;
    auto consider = [&](Operation *op) {
      auto first = dyn_cast_if_present<ProgramOp>(op);
      if (first && first != second && first->getBlock() == second->getBlock() &&
          first->isBeforeInBlock(second))
        candidates.insert(first);
    };
    for (Value input : second.getInputs()) {
      if (!getRowSlice(second, input))
        continue;
      consider(input.getDefiningOp());
      llvm::for_each(input.getUsers(), consider);
    }
    return candidates;
  }

  static bool isFusible(ProgramOp first, ProgramOp second) {
    return !first.hasBufferSemantics() && !second.hasBufferSemantics() &&
           !first.getScheduleAttr() && !second.getScheduleAttr() &&
           passesRowsOnly(first, second) && haveSameRows(first, second) &&
           haveCommonColumns(first, second) &&
           countRows(first, second) <= kMaxRows;
  }
};

struct RowFusePass : seednorm::row::impl::RowFusePassBase<RowFusePass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateRowFusePatterns(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

void seednorm::row::populateRowFusePatterns(RewritePatternSet &patterns) {
  patterns.add<FuseWithEarlier>(patterns.getContext());
}

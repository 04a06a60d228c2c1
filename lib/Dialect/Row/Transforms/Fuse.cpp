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

#include "seednorm/Dialect/Row/Analysis/RowBytes.h"
#include "seednorm/Dialect/Row/IR/Row.h"
#include "seednorm/Dialect/Row/Transforms/Passes.h"
#include "seednorm/Dialect/Row/Transforms/ProgramRelation.h"
#include "seednorm/Dialect/Row/Transforms/WidenRows.h"

#include "Fusion.h"
#include "LeadingDims.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/Transforms/Transforms.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace seednorm::row {
#define GEN_PASS_DEF_ROWFUSEPASS
#include "seednorm/Dialect/Row/Transforms/Passes.h.inc"
} // namespace seednorm::row

using namespace mlir;
using namespace seednorm::row;

/// What a row's sums need is needed again after them, and a block keeps up to
/// 32 elements of each row in a thread: with more inputs than these it would
/// have to spill. Outputs are not kept (ptxas 13.0, sm_90a: none spilled with 6
/// inputs at 1024 and 8192 columns, and 12 rows in all; with 7 inputs some
/// did).
static constexpr int64_t kMaxInputRows = 6, kMaxRows = 12;

/// Programs without columns get dimensions until they have as many as this,
/// as long as there are static ones: what a warp reads at once.
static constexpr int64_t kMinColumns = 128;

//===----------------------------------------------------------------------===//
// What may be fused
//===----------------------------------------------------------------------===//

/// Every vector of one divides the columns of both.
static bool haveCommonColumns(ProgramOp first, ProgramOp second) {
  int64_t a = first.getNumColumns(), b = second.getNumColumns();
  return std::max(a, b) % std::min(a, b) == 0;
}

/// Whether sums over rows that have slices in common are of one kind: a program
/// goes through its rows in one way.
static bool haveOnePeriod(ProgramOp first, ProgramOp second) {
  llvm::SmallDenseSet<Attribute> periods;
  for (ProgramOp program : {first, second})
    for (auto access : program.getOutputAccesses().getAsRange<AccessAttr>())
      if (access.isSummed() && access.getKind() != AccessKind::Shared)
        periods.insert(access.getSummed(Summation::None));
  return periods.size() <= 1;
}

/// Whether the rows that the fused program reads or writes whole are few enough
/// to be kept.
static bool fitsRegisters(ProgramOp first, ProgramOp second) {
  int64_t columns = std::max(first.getNumColumns(), second.getNumColumns());
  llvm::SmallDenseSet<Value> inputs, outputs;
  for (ProgramOp program : {first, second})
    for (auto [index, input] : llvm::enumerate(program.getInputs())) {
      Type slice = program.getBodyBlock().getArgument(index).getType();
      if (program.getInputAccess(index).getKind() == AccessKind::Row &&
          getNumElements(slice) == columns && !getResultOf(first, input))
        inputs.insert(getReshapeSource(input));
    }
  for (ProgramOp program : {first, second})
    for (OpResult result : program->getResults())
      if (getNumElements(program.getOutputSliceType(
              result.getResultNumber())) == columns &&
          hasOtherUses(result, program == first ? second : ProgramOp()))
        outputs.insert(result);
  return inputs.size() <= kMaxInputRows &&
         inputs.size() + outputs.size() <= kMaxRows;
}

/// Ops between the two that need what `first` computes.
static llvm::SetVector<Operation *> findDependents(ProgramOp first,
                                                   ProgramOp second) {
  llvm::SetVector<Operation *> dependents;
  SmallVector<Operation *> reached = {first};
  while (!reached.empty())
    for (Operation *user : reached.pop_back_val()->getUsers()) {
      Operation *op = first->getBlock()->findAncestorOpInBlock(*user);
      if (op && op != second && op->isBeforeInBlock(second) &&
          dependents.insert(op))
        reached.push_back(op);
    }
  return dependents;
}

/// At the second, if what depends on the first can wait until then; or at the
/// first, if the second needs nothing in between.
static std::optional<Place> findPlace(ProgramOp first, ProgramOp second) {
  llvm::SetVector<Operation *> dependents = findDependents(first, second);
  auto needsDependent = [&](Value operand) {
    return !getResultOf(first, operand) &&
           dependents.contains(operand.getDefiningOp());
  };
  if (llvm::any_of(second->getOperands(), needsDependent))
    return std::nullopt;
  if (llvm::all_of(dependents, isMemoryEffectFree)) {
    SmallVector<Operation *> ordered = dependents.takeVector();
    llvm::sort(ordered, [](Operation *lhs, Operation *rhs) {
      return lhs->isBeforeInBlock(rhs);
    });
    return Place{second, ordered};
  }
  for (Value operand : second->getOperands()) {
    Operation *definition = operand.getDefiningOp();
    if (!getResultOf(first, operand) && definition &&
        definition->getBlock() == first->getBlock() &&
        !definition->isBeforeInBlock(first))
      return std::nullopt;
  }
  return Place{first, {}};
}

//===----------------------------------------------------------------------===//
// Search
//===----------------------------------------------------------------------===//

/// Bytes for each column of `second` that it need not read, or `first` not
/// write, if they are one program.
static double getSavedBytes(ProgramOp first, ProgramOp second) {
  llvm::SmallDenseSet<Value> read;
  for (auto [index, input] : llvm::enumerate(first.getInputs()))
    if (first.getInputAccess(index).getKind() == AccessKind::Row)
      read.insert(getReshapeSource(input));
  double saved = 0;
  for (auto [index, input] : llvm::enumerate(second.getInputs())) {
    if (second.getInputAccess(index).getKind() != AccessKind::Row)
      continue;
    int64_t bytes = getSliceBytes(
        input, second.getBodyBlock().getArgument(index).getType());
    if (OpResult result = getResultOf(first, input))
      saved += hasOtherUses(result, second) ? bytes : 2 * bytes;
    else if (read.contains(getReshapeSource(input)))
      saved += bytes;
  }
  return saved / second.getNumColumns();
}

/// Programs before `second` that make or read what it takes: what saves most
/// bytes first, the nearest first of those that save as many.
static SmallVector<ProgramOp> findCandidates(ProgramOp second) {
  llvm::SetVector<ProgramOp> candidates;
  auto consider = [&](Operation *op) {
    auto first = dyn_cast_if_present<ProgramOp>(op);
    if (first && first != second && first->getBlock() == second->getBlock() &&
        first->isBeforeInBlock(second))
      candidates.insert(first);
  };
  for (auto [index, input] : llvm::enumerate(second.getInputs())) {
    SmallVector<Value> shapes = {getReshapeSource(input)};
    consider(shapes.front().getDefiningOp());
    if (second.getInputAccess(index).getKind() != AccessKind::Row)
      continue;
    while (!shapes.empty())
      for (Operation *user : shapes.pop_back_val().getUsers()) {
        if (isReshape(user))
          shapes.push_back(user->getResult(0));
        else
          consider(user);
      }
  }
  llvm::SmallDenseMap<ProgramOp, double> saved;
  for (ProgramOp first : candidates)
    saved[first] = getSavedBytes(first, second);
  SmallVector<ProgramOp> ordered = candidates.takeVector();
  llvm::sort(ordered, [&](ProgramOp lhs, ProgramOp rhs) {
    double left = saved.lookup(lhs), right = saved.lookup(rhs);
    return left != right ? left > right : rhs->isBeforeInBlock(lhs);
  });
  return ordered;
}

static bool isFixed(ProgramOp program) {
  return program.hasBufferSemantics() || program.getScheduleAttr();
}

/// Makes rows of `program` longer by `factor`, if that can be; even if not, it
/// may have been replaced.
static bool widen(ProgramOp &program, int64_t factor) {
  std::optional<unsigned> dims = findWidenedDims(program, factor);
  if (!dims) {
    std::pair<Value, int64_t> rows = program.getRowOperand();
    if (rows.second == 0)
      return false;
    int64_t last =
        cast<ShapedType>(rows.first.getType()).getDimSize(rows.second - 1);
    if (ShapedType::isDynamic(last) || last == 0 || last % factor != 0)
      return false;
    program = splitRows(program, factor);
    dims = 1;
  }
  ProgramOp widened = widenRows(program, *dims);
  if (widened)
    program = widened;
  return static_cast<bool>(widened);
}

/// Where `second` is enough if it computes what it needs of `first` itself.
static std::optional<Place> findPlace(ProgramOp first, ProgramOp second,
                                      bool recomputes) {
  return recomputes ? Place{second, {}} : findPlace(first, second);
}

/// Fuses `second` with `first`, giving the rows of either more columns if they
/// need them. Whether that could be; even if not, they may have been replaced.
static bool tryFuse(ProgramOp &first, ProgramOp &second) {
  Relation relation = relate(first, second);
  bool recomputes = relation.kind == Relation::Kind::Recompute;
  if (relation.kind == Relation::Kind::None ||
      !findPlace(first, second, recomputes) || !fitsRegisters(first, second) ||
      !haveOnePeriod(first, second))
    return false;
  if (relation.kind == Relation::Kind::WidenFirst ||
      relation.kind == Relation::Kind::WidenSecond) {
    ProgramOp &program =
        relation.kind == Relation::Kind::WidenFirst ? first : second;
    return widen(program, relation.factor) && tryFuse(first, second);
  }
  if (!recomputes &&
      (!haveCommonColumns(first, second) || !alignLeading(first, second)))
    return false;
  // Leading dimensions may have been collapsed in between.
  std::optional<Place> place = findPlace(first, second, recomputes);
  if (!place)
    return false;
  second = fuse(first, second, *place, recomputes);
  return true;
}

/// Fuses `program` with what is before it, as often as that can be. What it has
/// become is where it was.
static bool fuseWithEarlier(ProgramOp &program) {
  bool changed = false;
  for (bool again = true; again;) {
    again = false;
    for (ProgramOp first : findCandidates(program)) {
      if (isFixed(first) || !tryFuse(first, program))
        continue;
      again = changed = true;
      break;
    }
  }
  return changed;
}

/// Gives a program without columns those of the last dimensions of its rows, as
/// many as static sizes and gaps in its operands let it have.
static void addColumns(ProgramOp program) {
  if (isFixed(program) || program.getNumColumns() != 1)
    return;
  while (program.getNumColumns() < kMinColumns) {
    auto [operand, count] = program.getRowOperand();
    if (!operand || count == 0)
      return;
    int64_t size = cast<ShapedType>(operand.getType()).getDimSize(count - 1);
    if (ShapedType::isDynamic(size) || size == 0)
      return;
    if (size > kMaxColumns / program.getNumColumns()) {
      if (program.getNumColumns() != 1)
        return;
      int64_t inner = kMaxColumns;
      while (size % inner != 0)
        --inner;
      program = splitRows(program, inner);
    }
    program = widenRows(program, 1);
    if (!program)
      return;
  }
}

static SmallVector<ProgramOp> findPrograms(Operation *root) {
  SmallVector<ProgramOp> programs;
  root->walk([&](ProgramOp program) { programs.push_back(program); });
  return programs;
}

namespace {
struct RowFusePass : seednorm::row::impl::RowFusePassBase<RowFusePass> {
  void runOnOperation() override {
    for (bool changed = true; changed;) {
      changed = false;
      for (Block *block : findBlocks())
        changed |= fuseBlock(*block);
    }
    for (ProgramOp program : findPrograms(getOperation()))
      addColumns(program);
    // Outputs that were given another shape start out in it.
    RewritePatternSet patterns(&getContext());
    tensor::populateFoldTensorEmptyPatterns(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }

private:
  SmallVector<Block *> findBlocks() {
    llvm::SetVector<Block *> blocks;
    for (ProgramOp program : findPrograms(getOperation()))
      blocks.insert(program->getBlock());
    return blocks.takeVector();
  }

  /// In the order of the block, where each program is fused with earlier ones.
  static bool fuseBlock(Block &block) {
    bool changed = false;
    for (Operation *op = &block.front(); op; op = op->getNextNode())
      if (auto program = dyn_cast<ProgramOp>(op);
          program && !isFixed(program)) {
        changed |= fuseWithEarlier(program);
        op = program;
      }
    return changed;
  }
};
} // namespace

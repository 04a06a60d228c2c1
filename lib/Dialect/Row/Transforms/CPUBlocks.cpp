//===- CPUBlocks.cpp - Rows that a CPU takes together ---------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Rows go side by side, in registers, where that pays and these suffice. Of
// others that have sums over rows, some take panels of columns, whose partial
// sums stay in the first-level cache. Figures are of 2 threads with 512-bit
// vectors and 48 KiB of first-level cache in 12 ways.
//
//===----------------------------------------------------------------------===//

#include "CPUBlocks.h"

#include "seednorm/Dialect/Row/Transforms/CPUSegments.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/TypeUtilities.h"

#include <algorithm>

using namespace mlir;
using namespace seednorm::row;

/// Rows of a block. Side by side, 2 and 8 take 1.02 to 1.06 of the time.
static constexpr int64_t kBlock = 4;
/// Inputs of a block, which its sweeps find in a second-level cache again.
static constexpr int64_t kMaxBlockBytes = 256 * 1024;
static constexpr int64_t kMinBlockRegisters = 32;

/// Columns of a panel. Out of cache, SeeDNorm's gradients of 4096 and 16384
/// columns in bf16 take 0.64 and 0.70 of the time of rows one by one, in f32
/// 0.97 and 1.07; in panels of twice and 8 times as many columns 1.01 and 1.5
/// of that, and side by side 0.74 to 0.9.
static constexpr int64_t kPanel = 512;

/// Accumulators of rows side by side: with those of 4 rows they hide the
/// latency of additions. 4 take 1.0 to 1.09 of the time. Where registers are
/// few, one takes 0.76 of the time of two (three sums and their gradients).
static constexpr int64_t kSideAccumulators = 2;
/// Registers for what is no accumulator: what rows have in common, and what
/// each needs for itself.
static constexpr int64_t kSideRegisters = 8;
/// The share of the first-level cache, in thirds, from which on operands in
/// common are worth it. With 12 and 24 KiB of them SeeDNorm takes 1.02 to 1.17
/// of the time of rows one by one in f32, in bf16 0.83 to 1.05; with 48 and 192
/// KiB 0.9 and 0.93 of that of panels of 4096 columns, and 0.92 and 0.84. What
/// centers rows and has 32 KiB takes 0.92 to 0.96 and 0.89 to 0.93 of rows one
/// by one; what does not and has 16 KiB 1.03 to 1.07 and 0.93 to 1.03, with 64
/// KiB 0.89 to 0.93 and 0.88 to 0.9.
static constexpr int64_t kMinSideThirds = 2;
/// Operands with a slice a row, besides one for each sum over rows, of which
/// each line is written once for four rows. With SeeDNorm of the sum of 2 and 3
/// inputs, which is stored as well (4 and 5 such operands), rows of 4096
/// columns take 0.89 to 0.95 and 0.83 to 1.04 of the time of rows one by one,
/// with 6 and 10 operands 1.07 to 1.23; their gradients with 6 and 8 operands
/// 0.63 to 0.88, with 10 1.0 to 1.14.
static constexpr int64_t kMaxOwnOperands = 5;

static int64_t countBits(Type slice) {
  return getNumElements(slice) *
         getElementTypeOrSelf(slice).getIntOrFloatBitWidth();
}

int64_t seednorm::row::getRowBytes(ProgramOp program, bool withOutputs) {
  int64_t bits = 0;
  auto add = [&](AccessAttr access, Type slice) {
    if (!access.isSummed() && access.getKind() == AccessKind::Row)
      bits += countBits(slice);
  };
  for (BlockArgument argument : program.getBodyBlock().getArguments())
    add(program.getInputAccess(argument.getArgNumber()), argument.getType());
  for (unsigned number = 0; withOutputs && number < program.getOutputs().size();
       ++number)
    add(program.getOutputAccess(number), program.getOutputSliceType(number));
  return bits / 8;
}

/// Bytes that a row of `program` takes beside slices of its own: operands that
/// all rows have in common, and partial sums, so many times.
static int64_t getCommonBytes(ProgramOp program, int64_t timesOfSums) {
  int64_t bits = 0;
  for (BlockArgument argument : program.getBodyBlock().getArguments())
    if (program.getInputAccess(argument.getArgNumber()).getKind() ==
        AccessKind::Shared)
      bits += countBits(argument.getType());
  for (unsigned number = 0; number < program.getOutputs().size(); ++number)
    if (program.getOutputAccess(number).isSummed())
      bits += timesOfSums * countBits(program.getOutputSliceType(number));
  return bits / 8;
}

std::optional<std::string>
seednorm::row::findBlockObstacle(const ProgramAnalysis &analysis,
                                 int64_t step) {
  int64_t columns = analysis.getNumColumns();
  if (getCPUSegment(analysis) != columns)
    return "some value has one number for a part of a row";
  for (unsigned level = 1; level <= analysis.getNumLevels(); ++level)
    for (const Sum &sum : analysis.getSums(level))
      if (sum.resultRun != columns || sum.sourceRun == columns)
        return "some sum is not over all columns of a row";
  ProgramOp program = analysis.getProgram();
  for (unsigned number = 0; number < program.getOutputs().size(); ++number) {
    AccessAttr access = program.getOutputAccess(number);
    if (access.isSummed() && access.getKind() == AccessKind::Cycle)
      return "the rows of a cycle are taken one by one";
  }
  if (columns < 2 * step)
    return "its rows of " + std::to_string(columns) +
           " columns are shorter than two steps of " + std::to_string(step);
  return std::nullopt;
}

/// Whether four rows have place, and threads have blocks.
static bool hasPlaceForBlocks(ProgramOp program, const CPUTarget &target,
                              int64_t grain) {
  // With 16 vector registers and 8 ways, blocks took 1.0 to 1.3 of the time;
  // perhaps the cache is not known.
  if (target.firstCacheBytes == 0 ||
      target.vectorRegisters < kMinBlockRegisters)
    return false;
  // Threads take whole blocks, or partial sums of many.
  return getRowBytes(program, /*withOutputs=*/false) * kBlock <=
             kMaxBlockBytes &&
         (hasSummedOutputs(program) || kBlock <= 2 * grain);
}

/// Whether panels save more than they cost, which is to read rows from the
/// second-level cache once more. Partial sums have one place, but are read and
/// written.
static bool wantsPanels(ProgramOp program, const CPUTarget &target) {
  // Rows of 4 KiB and more start at the same place in the cache.
  if (int64_t(program->getNumOperands()) > target.firstCacheWays)
    return false;
  return getCommonBytes(program, /*timesOfSums=*/1) >= target.firstCacheBytes &&
         getCommonBytes(program, /*timesOfSums=*/2) >
             getRowBytes(program, /*withOutputs=*/true);
}

/// Whether `op` becomes many instructions a vector: functions by polynomials,
/// random bits and numbers of 8 bits do.
static bool isLong(Operation &op) {
  if (isa<math::AbsFOp, math::CeilOp, math::CopySignOp, math::FloorOp,
          math::FmaOp, math::RoundEvenOp, math::RsqrtOp, math::SqrtOp,
          math::TruncOp>(op))
    return false;
  auto isNarrow = [](Value value) {
    auto type = dyn_cast<FloatType>(getElementTypeOrSelf(value));
    return type && type.getWidth() <= 8;
  };
  return isa<PhiloxOp>(op) ||
         isa_and_present<math::MathDialect>(op.getDialect()) ||
         llvm::any_of(op.getOperands(), isNarrow) ||
         llvm::any_of(op.getResults(), isNarrow);
}

/// Whether the columns of a row need long code. Of four rows it takes twice as
/// long to compile, has too few registers, and gains nothing: SeeDNorm with
/// SiLU, GELU or a gate takes 1.02 to 1.18 of the time in f32, in bf16 0.8 to
/// 1.01.
static bool hasLongCode(const ProgramAnalysis &analysis) {
  return llvm::any_of(analysis.getProgram().getBodyBlock().without_terminator(),
                      [&](Operation &op) {
                        return isLong(op) &&
                               llvm::any_of(op.getResults(), [&](Value value) {
                                 return analysis.getRun(value) == 1;
                               });
                      });
}

/// Whether rows have few operands of their own.
static bool hasFewOwnOperands(ProgramOp program) {
  int64_t own = 0, sums = 0;
  auto count = [&](AccessAttr access) {
    own += !access.isSummed() && access.getKind() == AccessKind::Row;
    sums += access.isSummed();
  };
  for (unsigned number = 0; number < program.getInputs().size(); ++number)
    count(program.getInputAccess(number));
  for (unsigned number = 0; number < program.getOutputs().size(); ++number)
    count(program.getOutputAccess(number));
  return own <= kMaxOwnOperands + sums;
}

/// Whether groups of rows whose sums are outputs are known to be shorter than a
/// block.
static bool hasShortGroups(ProgramOp program) {
  for (unsigned number = 0; number < program.getOutputs().size(); ++number) {
    AccessAttr access = program.getOutputAccess(number);
    if (access.isSummed() && access.getKind() == AccessKind::Group &&
        !access.isPeriodOfCall() && access.getPeriod() < kBlock)
      return true;
  }
  return false;
}

static bool wantsSideBySide(const ProgramAnalysis &analysis,
                            const CPUTarget &target) {
  ProgramOp program = analysis.getProgram();
  return 3 * getCommonBytes(program, /*timesOfSums=*/1) >=
             kMinSideThirds * target.firstCacheBytes &&
         hasFewOwnOperands(program) && !hasShortGroups(program) &&
         !hasLongCode(analysis);
}

/// Accumulators of rows side by side; 0 if there are no registers for them.
static int64_t chooseSideAccumulators(const CPUTarget &target,
                                      const RowSweeps &sweeps) {
  int64_t left = target.vectorRegisters - kSideRegisters;
  int64_t accumulators = std::min(sweeps.accumulators, kSideAccumulators);
  while (accumulators > 0 && kBlock * accumulators * sweeps.sumRegisters > left)
    accumulators /= 2;
  return accumulators;
}

RowBlocks seednorm::row::chooseRowBlocks(const ProgramAnalysis &analysis,
                                         const CPUTarget &target,
                                         const RowSweeps &sweeps) {
  ProgramOp program = analysis.getProgram();
  RowBlocks alone{1, 0, sweeps.accumulators};
  if (!hasPlaceForBlocks(program, target, sweeps.grain))
    return alone;
  int64_t step = sweeps.vector * sweeps.accumulators;
  int64_t accumulators = chooseSideAccumulators(target, sweeps);
  if (accumulators > 0 && wantsSideBySide(analysis, target) &&
      !findBlockObstacle(analysis, sweeps.vector * accumulators))
    return {kBlock, 0, accumulators};
  if (hasSummedOutputs(program) && wantsPanels(program, target) &&
      kPanel % step == 0 && !findBlockObstacle(analysis, step))
    return {kBlock, kPanel, sweeps.accumulators};
  return alone;
}

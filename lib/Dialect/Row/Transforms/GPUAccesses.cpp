//===- GPUAccesses.cpp - What a thread of a GPU accesses at once ----------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Vectors as wide as the operands of a program let them be.
//
//===----------------------------------------------------------------------===//

#include "GPUAccesses.h"

#include "seednorm/Dialect/Row/Transforms/GPUSums.h"
#include "seednorm/Dialect/Row/Transforms/Schedule.h"
#include "seednorm/Dialect/Row/Transforms/SliceAddress.h"

#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <limits>
#include <numeric>

using namespace mlir;
using namespace seednorm::row;

/// Widest access of a thread.
static constexpr int64_t kAccessBytes = 16;
static constexpr int64_t kWarpSize = 32;
static constexpr int64_t kMaxThreadsOfBlock = 1024;

int64_t seednorm::row::getAccessibleColumns(ProgramOp program) {
  int64_t columns = program.getNumColumns();
  auto consider = [&](AccessAttr access, Value operand, Type slice) {
    int64_t stored = getNumStoredElements(operand.getType(), slice);
    if (access.getKind() == AccessKind::Row && stored != getNumElements(slice))
      columns = std::gcd(columns, stored);
  };
  for (BlockArgument input : program.getBodyBlock().getArguments())
    consider(program.getInputAccess(input.getArgNumber()),
             program.getInputs()[input.getArgNumber()], input.getType());
  for (auto [number, output] : llvm::enumerate(program.getOutputs()))
    consider(program.getOutputAccess(number), output,
             program.getOutputSliceType(number));
  return columns;
}

int64_t seednorm::row::getMaxVector(const ProgramAnalysis &analysis) {
  ProgramOp program = analysis.getProgram();
  int64_t limit = std::numeric_limits<int64_t>::max();
  auto consider = [&](Value operand, Type slice) {
    if (!isa<MemRefType>(operand.getType()) ||
        getNumElements(slice) != analysis.getNumColumns())
      return;
    int64_t bytes = llvm::divideCeil(
        getElementTypeOrSelf(slice).getIntOrFloatBitWidth(), 8);
    int64_t alignment = getSliceAlignment(operand, slice);
    if (alignment < kAccessBytes)
      limit = std::min(limit, std::max<int64_t>(alignment / bytes, 1));
  };
  for (BlockArgument input : program.getBodyBlock().getArguments())
    consider(program.getInputs()[input.getArgNumber()], input.getType());
  // Of summed outputs rows write partial sums, which are aligned.
  for (auto [number, output] : llvm::enumerate(program.getOutputs()))
    if (!program.getOutputAccess(number).isSummed())
      consider(output, program.getOutputSliceType(number));
  return limit;
}

/// Bytes of an element of the narrowest operand with one element a column that
/// is taken by row; 8 if there is none.
static int64_t getNarrowestBytes(const ProgramAnalysis &analysis) {
  ProgramOp program = analysis.getProgram();
  unsigned narrowest = 64;
  auto consider = [&](AccessAttr access, Type slice) {
    if (access.getKind() == AccessKind::Row &&
        getNumElements(slice) == analysis.getNumColumns())
      narrowest = std::min(narrowest,
                           getElementTypeOrSelf(slice).getIntOrFloatBitWidth());
  };
  for (BlockArgument input : program.getBodyBlock().getArguments())
    consider(program.getInputAccess(input.getArgNumber()), input.getType());
  for (unsigned output = 0; output < program.getOutputs().size(); ++output)
    consider(program.getOutputAccess(output),
             program.getOutputSliceType(output));
  return llvm::divideCeil(narrowest, 8);
}

int64_t seednorm::row::chooseVector(const ProgramAnalysis &analysis) {
  return getPowerOfTwoFactor(
      getAccessibleColumns(analysis.getProgram()),
      std::min(kAccessBytes / getNarrowestBytes(analysis),
               getMaxVector(analysis)));
}

std::string seednorm::row::describeGPUAccesses(ProgramOp program,
                                               GPUScheduleAttr schedule) {
  ProgramAnalysis analysis(program);
  int64_t vector = schedule.getVector(), bytes = getNarrowestBytes(analysis);
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << vector << " columns, " << vector * bytes
         << " bytes of the narrowest operand";
  if (vector * bytes >= kAccessBytes)
    return text;
  int64_t columns = getAccessibleColumns(program);
  if (vector == getPowerOfTwoFactor(columns, kAccessBytes))
    stream << "; no more divide the " << columns << " columns of a row";
  else if (vector == getMaxVector(analysis))
    stream << "; some slices are not aligned to more";
  else
    stream << "; as the schedule given has it";
  return text;
}

int64_t seednorm::row::getThreadsOfBlock(int64_t columns, int64_t vector,
                                         int64_t columnsPerThread) {
  int64_t chunks = std::max<int64_t>(1, columnsPerThread / vector);
  return std::min<int64_t>(
      llvm::alignTo(llvm::divideCeil(llvm::divideCeil(columns, vector), chunks),
                    kWarpSize),
      kMaxThreadsOfBlock);
}

//===- ChooseGPUSchedule.cpp - Threads and vectors for a program ----------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A warp for a short row, a block that holds a row in registers for a longer
// one; ChooseSummingBlocks.cpp has those that add up rows. All supported
// architectures share the limits they rest on: 32 lanes, 1024 threads, 48 KiB
// of static shared memory.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Dialect/Row/Analysis/ProgramAnalysis.h"
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
/// A warp holds 32 elements of such a row in each lane.
static constexpr int64_t kMaxColumnsOfWarp = 1024;
/// Narrow accesses make many chunks: beyond 8 in a lane, addresses and
/// predicates spill (rows of 1002 columns with 2 heads, ptxas 13.0).
static constexpr int64_t kMaxChunksOfLane = 8;
static constexpr int64_t kMaxColumnsOfBlock = 8192;
static constexpr int64_t kRowsPerBlockOfWarps = 4;
/// Elements of a row in one thread of a block: with 16 the row and the
/// parameters in f32 stay below 128 registers, so two blocks fit an SM.
static constexpr int64_t kElementsPerThread = 16;

//===----------------------------------------------------------------------===//
// Choice
//===----------------------------------------------------------------------===//

/// What an access of consecutive columns has to divide: the columns, and what
/// is stored of rows that are shorter.
static int64_t getAccessibleColumns(ProgramOp program) {
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

/// The most consecutive columns that every access may take at once where the
/// slices of some operand are not aligned to the widest access.
static int64_t getMaxVector(const ProgramAnalysis &analysis) {
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

/// Columns a thread accesses at once: 16 bytes of the narrowest operand that
/// has one element a column, if the rows stay aligned.
static int64_t chooseVector(const ProgramAnalysis &analysis) {
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

/// Persistent blocks go through groups or cycles of rows of one size.
static LogicalResult checkPeriodicSums(ProgramOp program) {
  AccessAttr first = getPeriodicSum(program);
  for (auto access : program.getOutputAccesses().getAsRange<AccessAttr>())
    if (access.isSummed() && access.getKind() != AccessKind::Shared &&
        (access.getKind() != first.getKind() ||
         access.getPeriod() != first.getPeriod())) {
      InFlightDiagnostic error = program.emitOpError("has outputs ");
      std::string accesses;
      llvm::raw_string_ostream stream(accesses);
      printAccess(stream, first);
      stream << " and ";
      printAccess(stream, access);
      return error << accesses << ", but a GPU goes through rows in one way; "
                   << "split the program";
    }
  return success();
}

/// What no scheme of this file runs.
static LogicalResult checkSupported(const ProgramAnalysis &analysis) {
  ProgramOp program = analysis.getProgram();
  if (failed(checkPeriodicSums(program)))
    return failure();
  if (analysis.getNumColumns() > kMaxColumnsOfBlock)
    return program.emitOpError("has rows of ")
           << analysis.getNumColumns() << " columns, but a block holds at most "
           << kMaxColumnsOfBlock << " in registers; split the row or run it on "
           << "the CPU";
  for (unsigned level = 1; level <= analysis.getNumLevels(); ++level)
    for (const Sum &sum : analysis.getSums(level))
      if (Type element = getElementTypeOrSelf(sum.source); !element.isF32())
        return sum.op->emitOpError("sums ")
               << element << " columns, but GPU schedules sum f32"
               << (element.isF64()
                       ? " along a row, and f64 over rows only; round the "
                         "columns to f32 first"
                       : "; extend the columns to f32 first");
  return success();
}

static LogicalResult checkSharedMemory(ProgramOp program,
                                       GPUScheduleAttr schedule) {
  int64_t bytes = getSharedMemoryBytes(program, schedule);
  if (bytes > kMaxStaticSharedBytes)
    return program.emitOpError("needs ")
           << bytes << " bytes of shared memory for sums and parameters, but "
           << "a block has " << kMaxStaticSharedBytes
           << "; use fewer heads, or heads of a multiple of "
           << schedule.getVector() << " columns";
  return success();
}

/// A warp for each row, the rows of a block sharing one copy of the parameters:
/// the row itself takes the registers that early ones would need.
static GPUScheduleAttr chooseWarps(ProgramOp program, int64_t vector) {
  auto make = [&](ParameterLoads parameters) {
    return GPUScheduleAttr::get(program.getContext(), kWarpSize,
                                kRowsPerBlockOfWarps, vector, parameters);
  };
  GPUScheduleAttr staged = make(ParameterLoads::Staged);
  bool sharesParameters = false;
  for (unsigned input = 0; input < program.getInputs().size(); ++input)
    sharesParameters |= isStaged(program, staged, input);
  bool fits = getSharedMemoryBytes(program, staged) <= kMaxStaticSharedBytes;
  return sharesParameters && fits ? staged : make(ParameterLoads::Late);
}

/// A block for each row.
static GPUScheduleAttr chooseBlock(ProgramOp program, int64_t columns,
                                   int64_t vector) {
  int64_t chunksPerThread = std::max<int64_t>(1, kElementsPerThread / vector);
  int64_t threads = llvm::alignTo(
      llvm::divideCeil(columns / vector, chunksPerThread), kWarpSize);
  return GPUScheduleAttr::get(program.getContext(), threads,
                              /*rowsPerBlock=*/1, vector,
                              ParameterLoads::Early);
}

FailureOr<GPUScheduleAttr>
seednorm::row::chooseGPUSchedule(ProgramOp program, const GPUTarget &target) {
  ProgramAnalysis analysis(program);
  if (failed(checkSupported(analysis)))
    return failure();
  int64_t columns = analysis.getNumColumns();
  int64_t vector = chooseVector(analysis);
  bool fitsWarp = columns <= kMaxColumnsOfWarp &&
                  columns / vector <= kWarpSize * kMaxChunksOfLane;
  GPUScheduleAttr schedule = hasSummedOutputs(program)
                                 ? chooseSummingBlocks(program, vector, target)
                             : fitsWarp ? chooseWarps(program, vector)
                                        : chooseBlock(program, columns, vector);
  if (failed(checkSharedMemory(program, schedule)))
    return failure();
  return schedule;
}

LogicalResult seednorm::row::verifyGPUSchedule(ProgramOp program,
                                               GPUScheduleAttr schedule) {
  ProgramAnalysis analysis(program);
  if (failed(checkSupported(analysis)))
    return failure();
  for (int64_t columns :
       {analysis.getNumColumns(), getAccessibleColumns(program)})
    if (columns % schedule.getVector() != 0)
      return program.emitOpError("expects 'vector' to divide its ")
             << columns << " columns, but got " << schedule.getVector();
  if (schedule.isPersistent() != hasSummedOutputs(program))
    return program.emitOpError("expects a schedule with 'blocks' if it sums "
                               "outputs over rows, and one without if not");
  if ((schedule.getParts() != 0) != static_cast<bool>(getPeriodicSum(program)))
    return program.emitOpError("expects a schedule with 'parts' if it sums "
                               "outputs by group or cycle, and one without if "
                               "not");
  if (int64_t limit = getMaxVector(analysis); schedule.getVector() > limit)
    return program.emitOpError("expects 'vector' to be at most ")
           << limit << ", as the alignment of its operands has it, but got "
           << schedule.getVector();
  return checkSharedMemory(program, schedule);
}

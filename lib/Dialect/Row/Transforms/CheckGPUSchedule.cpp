//===- CheckGPUSchedule.cpp - Limits of programs and schedules ------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a GPU refuses, by the name of the limit.
//
//===----------------------------------------------------------------------===//

#include "GPUAccesses.h"
#include "GPUChecks.h"

#include "seednorm/Dialect/Row/Transforms/GPUSums.h"

#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace seednorm::row;

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

LogicalResult seednorm::row::checkRunsOnGPU(const ProgramAnalysis &analysis) {
  if (failed(checkPeriodicSums(analysis.getProgram())))
    return failure();
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

LogicalResult seednorm::row::checkSharedMemory(ProgramOp program,
                                               GPUScheduleAttr schedule,
                                               const GPUTarget &target) {
  int64_t bytes = getSharedMemoryBytes(program, schedule);
  if (bytes > target.sharedBytes)
    return program.emitOpError("needs ")
           << bytes << " bytes of shared memory for sums, rows and parameters, "
           << "but a block of " << target.name << " has " << target.sharedBytes
           << "; use fewer heads, or heads of a multiple of "
           << schedule.getVector() << " columns";
  return success();
}

BlockArgument seednorm::row::findInputUnfitForBulk(ProgramOp program,
                                                   GPUScheduleAttr schedule) {
  for (BlockArgument input : program.getBodyBlock().getArguments()) {
    int64_t bits =
        getElementTypeOrSelf(input.getType()).getIntOrFloatBitWidth();
    if (isCopiedByRow(program, schedule, input.getArgNumber()) &&
        schedule.getVector() * bits != kBulkBytes * 8)
      return input;
  }
  return {};
}

static LogicalResult checkBulkCopies(ProgramOp program,
                                     GPUScheduleAttr schedule,
                                     const GPUTarget &target) {
  if (!schedule.getBulk())
    return success();
  if (!target.bulkCopies)
    return program.emitOpError("has a schedule with 'bulk', but ")
           << target.name << " has no bulk copies";
  BlockArgument input = findInputUnfitForBulk(program, schedule);
  if (!input)
    return success();
  Type element = getElementTypeOrSelf(input.getType());
  return program.emitOpError("expects 'vector' to be ")
         << kBulkBytes * 8 / element.getIntOrFloatBitWidth()
         << " with 'bulk', for " << kBulkBytes << " bytes of " << element
         << ", but got " << schedule.getVector();
}

/// Whether blocks, and what they add up, are as the outputs need it.
static LogicalResult checkPersistence(ProgramOp program,
                                      GPUScheduleAttr schedule) {
  if (!schedule.isPersistent() && hasSummedOutputs(program))
    return program.emitOpError(
        "expects a schedule with 'blocks', as it sums outputs over rows");
  if ((schedule.getParts() != 0) != static_cast<bool>(getPeriodicSum(program)))
    return program.emitOpError("expects a schedule with 'parts' if it sums "
                               "outputs by group or cycle, and one without if "
                               "not");
  if (schedule.sweepsColumns() && hasSummedOutputs(program) &&
      schedule.getRowsPerBlock() > 1)
    return program.emitOpError("expects one row a block if it sums outputs "
                               "over rows that registers do not keep, but "
                               "'rows_per_block' is ")
           << schedule.getRowsPerBlock();
  return success();
}

LogicalResult seednorm::row::verifyGPUSchedule(ProgramOp program,
                                               GPUScheduleAttr schedule,
                                               const GPUTarget &target) {
  ProgramAnalysis analysis(program);
  if (failed(checkRunsOnGPU(analysis)))
    return failure();
  for (int64_t columns :
       {analysis.getNumColumns(), getAccessibleColumns(program)})
    if (columns % schedule.getVector() != 0)
      return program.emitOpError("expects 'vector' to divide its ")
             << columns << " columns, but got " << schedule.getVector();
  if (failed(checkPersistence(program, schedule)))
    return failure();
  if (int64_t limit = getMaxVector(analysis); schedule.getVector() > limit)
    return program.emitOpError("expects 'vector' to be at most ")
           << limit << ", as the alignment of its operands has it, but got "
           << schedule.getVector();
  if (schedule.getCluster() > target.cluster)
    return program.emitOpError("has a schedule with clusters of ")
           << schedule.getCluster() << " blocks, but " << target.name << " has "
           << (target.cluster == 1
                   ? std::string("none")
                   : "at most " + std::to_string(target.cluster));
  if (schedule.getDependent() && !target.dependentLaunches)
    return program.emitOpError("has a schedule with 'dependent', but on ")
           << target.name
           << " no kernel starts before the one ahead of it ends";
  if (failed(checkBulkCopies(program, schedule, target)))
    return failure();
  int64_t chunks =
      llvm::divideCeil(analysis.getNumColumns(),
                       schedule.getVector() * schedule.getThreadsPerRow());
  if (!schedule.sweepsColumns() && chunks > kMaxChunksInRegisters)
    return program.emitOpError("has a schedule by which a thread keeps ")
           << chunks << " vectors of a row of " << analysis.getNumColumns()
           << " columns in registers, but at most " << kMaxChunksInRegisters
           << " are; use more threads, or 'keep = shared'";
  return checkSharedMemory(program, schedule, target);
}

//===- ChooseGPUSchedule.cpp - Threads and vectors for a program ----------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Schemes from short rows to long ones, of which the first that holds a row is
// taken: a few lanes, a block with the row in registers, persistent clusters of
// such blocks, which have many parameters but once, a block with the row in
// shared memory, a cluster of these, and last a block that reads a row for each
// stage.
// ChooseSummingBlocks.cpp has those that add up rows.
//
//===----------------------------------------------------------------------===//

#include "GPUAccesses.h"
#include "GPUChecks.h"

#include "seednorm/Dialect/Row/Transforms/GPUSums.h"

#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace seednorm::row;

static constexpr int64_t kWarpSize = 32;
/// A warp holds 32 elements of such a row in each lane.
static constexpr int64_t kMaxColumnsOfWarp = 1024;
/// Narrow accesses make many chunks: beyond 8 in a lane, addresses and
/// predicates spill (rows of 1002 columns with 2 heads, ptxas 13.0).
static constexpr int64_t kMaxChunksOfLane = 8;
/// Threads of a block whose rows have few lanes.
static constexpr int64_t kThreadsOfShortRows = 128;
/// Columns whose row a block holds in registers.
static constexpr int64_t kMaxColumnsInRegisters = 8192;
/// Elements of a row in one thread of a block: with 16 the row and the
/// parameters in f32 stay below 128 registers, so two blocks fit an SM.
static constexpr int64_t kElementsPerThread = 16;
/// Of more columns than these a thread has so many chunks, so that there are
/// more blocks: SeeDNorm on 32768 x 8192 in bf16 takes 365 us with three of 256
/// threads on a multiprocessor, 411 us with two of 512; 16384 x 5120 takes 136
/// us with 160 threads, 134 us with 320 (H100, 2026-11-26).
static constexpr int64_t kMaxColumnsOfFewElements = 5120;
static constexpr int64_t kChunksOfMany = 4;
/// Bytes of parameters for each byte of the row from which a persistent cluster
/// is better than blocks that read them for every row, from L2. With 6, three
/// of f32 and 4096 rows of 65536 columns in bf16, it takes 376 us and they 606;
/// with 4, two of f32, 477 us and 462; with 3, in f32, 380 us and 366 for 8192
/// rows of 16384 columns (H100, 2026-11-26).
static constexpr int64_t kMinParameterShare = 5;
/// Bytes that a persistent thread may hold of a column, of its row and of
/// parameters: with 16 columns 72 of its 128 registers.
static constexpr int64_t kMaxBytesOfColumn = 18;
/// Elements of a thread that takes them from shared memory, one chunk after the
/// other.
static constexpr int64_t kElementsPerSweep = 32;
/// Columns of a block, where a cluster can have a row: two such blocks fit a
/// multiprocessor, so that one loads while the other computes.
static constexpr int64_t kMaxColumnsInShared = 32768;
static constexpr int64_t kMaxColumnsOfBlockInCluster = 16384;
/// Blocks of a cluster whose threads copy the row themselves.
static constexpr int64_t kMaxClusterOfCopies = 4;

namespace {
/// Goes through the schemes for one program.
class SchemeChoice {
public:
  SchemeChoice(ProgramOp program, const GPUTarget &target, int64_t vector)
      : program(program), target(target), columns(program.getNumColumns()) {
    choices.vector = vector;
  }

  ChosenGPUSchedule choose();

private:
  GPUScheduleAttr make() {
    return GPUScheduleAttr::get(program.getContext(), choices);
  }
  bool fits() {
    return getSharedMemoryBytes(program, make()) <= target.sharedBytes;
  }
  int64_t getThreads(int64_t count, int64_t columnsPerThread) const {
    return getThreadsOfBlock(count, choices.vector, columnsPerThread);
  }
  ChosenGPUSchedule chooseLanes();
  ChosenGPUSchedule chooseRegisters();
  std::optional<ChosenGPUSchedule> choosePersistentCluster();
  std::optional<ChosenGPUSchedule> chooseShared();
  std::optional<ChosenGPUSchedule> chooseCluster();
  ChosenGPUSchedule chooseGlobal();

  ProgramOp program;
  GPUTarget target;
  int64_t columns;
  GPUScheduleChoices choices;
};
} // namespace

/// A few lanes for each row, the rows of a block sharing one copy of the
/// parameters: the row itself takes the registers that early ones would need.
ChosenGPUSchedule SchemeChoice::chooseLanes() {
  int64_t chunks = columns / choices.vector;
  choices.threadsPerRow =
      std::clamp<int64_t>(llvm::PowerOf2Ceil(chunks), 4, kWarpSize);
  choices.rowsPerBlock = kThreadsOfShortRows / choices.threadsPerRow;
  choices.parameters = ParameterLoads::Staged;
  bool sharesParameters = false;
  for (unsigned input = 0; input < program.getInputs().size(); ++input)
    sharesParameters |= isStaged(program, make(), input);
  if (!sharesParameters ||
      getSharedMemoryBytes(program, make()) > kMaxStaticSharedBytes)
    choices.parameters = ParameterLoads::Late;
  return {make(), "a row of " + std::to_string(columns) + " columns is " +
                      std::to_string(chunks) + " vectors, few enough for " +
                      std::to_string(choices.threadsPerRow) +
                      " lanes, whose sums need no barrier"};
}

ChosenGPUSchedule SchemeChoice::chooseRegisters() {
  int64_t elements = kElementsPerThread;
  if (columns > kMaxColumnsOfFewElements)
    elements = std::max(elements, kChunksOfMany * choices.vector);
  choices.threadsPerRow = getThreads(columns, elements);
  choices.parameters = ParameterLoads::Early;
  return {make(), "a block holds a row of up to " +
                      std::to_string(kMaxColumnsInRegisters) +
                      " columns in registers"};
}

/// Bytes of a column of the inputs taken by row, and of those that all rows
/// share; nothing if there are others with one element a column.
static std::optional<std::pair<int64_t, int64_t>>
getBytesOfColumn(ProgramOp program) {
  int64_t ofRow = 0, ofParameters = 0;
  for (BlockArgument input : program.getBodyBlock().getArguments()) {
    if (getNumElements(input.getType()) != program.getNumColumns())
      continue;
    int64_t bytes = llvm::divideCeil(
        getElementTypeOrSelf(input.getType()).getIntOrFloatBitWidth(), 8);
    AccessKind kind = program.getInputAccess(input.getArgNumber()).getKind();
    if (kind != AccessKind::Row && kind != AccessKind::Shared)
      return std::nullopt;
    (kind == AccessKind::Row ? ofRow : ofParameters) += bytes;
  }
  return std::pair(ofRow, ofParameters);
}

std::optional<ChosenGPUSchedule> SchemeChoice::choosePersistentCluster() {
  auto bytes = getBytesOfColumn(program);
  if (!target.bulkCopies || !bytes ||
      bytes->second < kMinParameterShare * bytes->first ||
      bytes->first + bytes->second > kMaxBytesOfColumn)
    return std::nullopt;
  GPUScheduleChoices before = choices;
  choices.cluster =
      llvm::PowerOf2Ceil(llvm::divideCeil(columns, kMaxColumnsInRegisters));
  int64_t threads = getThreads(llvm::divideCeil(columns, choices.cluster),
                               kElementsPerThread);
  choices.threadsPerRow = choices.cluster * threads;
  choices.parameters = ParameterLoads::Early;
  choices.blocks = getPersistentBlocks(target, threads, choices.cluster);
  choices.prefetch = kRowsAheadInCluster;
  choices.async = choices.bulk = true;
  if (choices.cluster <= target.cluster && fits() &&
      !findInputUnfitForBulk(program, make()))
    return ChosenGPUSchedule{
        make(), "the blocks of a cluster share a row of more than " +
                    std::to_string(kMaxColumnsInRegisters) +
                    " columns, and load " + std::to_string(bytes->second) +
                    " bytes of parameters a column once for all their rows"};
  choices = before;
  return std::nullopt;
}

std::optional<ChosenGPUSchedule> SchemeChoice::chooseShared() {
  choices.threadsPerRow = getThreads(columns, kElementsPerSweep);
  choices.parameters = ParameterLoads::Late;
  choices.keep = RowKeep::Shared;
  // Longer rows are for clusters, if there are any.
  if (!fits() || (columns > kMaxColumnsInShared && target.cluster > 1))
    return std::nullopt;
  return ChosenGPUSchedule{
      make(), "a row of more than " + std::to_string(kMaxColumnsInRegisters) +
                  " columns does not fit the registers of a block, but its " +
                  "shared memory"};
}

std::optional<ChosenGPUSchedule> SchemeChoice::chooseCluster() {
  choices.parameters = ParameterLoads::Late;
  choices.keep = RowKeep::Shared;
  int64_t blocks = llvm::PowerOf2Ceil(
      llvm::divideCeil(columns, kMaxColumnsOfBlockInCluster));
  choices.cluster = std::min(blocks, target.cluster);
  choices.threadsPerRow =
      choices.cluster *
      getThreads(llvm::divideCeil(columns, choices.cluster), kElementsPerSweep);
  if (choices.cluster == 1 || !fits())
    return std::nullopt;
  // Instead of many copies of each thread: with one parameter 16384 rows of
  // 131072 columns in bf16 take 2.94 ms instead of 3.21, but 4096 of 65536 take
  // 383 us instead of 371.
  choices.bulk = choices.cluster > kMaxClusterOfCopies;
  choices.bulk = choices.bulk && target.bulkCopies && fits() &&
                 !findInputUnfitForBulk(program, make());
  return ChosenGPUSchedule{make(),
                           "the blocks of a cluster share a row of more than " +
                               std::to_string(kMaxColumnsInShared) +
                               " columns, each with its part in shared memory"};
}

ChosenGPUSchedule SchemeChoice::chooseGlobal() {
  choices.cluster = 1;
  choices.threadsPerRow = getThreads(columns, kElementsPerSweep);
  choices.keep = RowKeep::Global;
  return {make(), "no shared memory of a block, or of the blocks of a cluster, "
                  "holds a row, so that each stage reads it"};
}

ChosenGPUSchedule SchemeChoice::choose() {
  if (columns <= kMaxColumnsOfWarp &&
      columns / choices.vector <= kWarpSize * kMaxChunksOfLane)
    return chooseLanes();
  ChosenGPUSchedule inRegisters = chooseRegisters();
  int64_t chunks =
      llvm::divideCeil(columns, choices.vector * choices.threadsPerRow);
  if (columns <= kMaxColumnsInRegisters && fits() &&
      chunks <= kMaxChunksInRegisters)
    return inRegisters;
  if (std::optional<ChosenGPUSchedule> chosen = choosePersistentCluster())
    return *chosen;
  if (std::optional<ChosenGPUSchedule> chosen = chooseShared())
    return *chosen;
  if (std::optional<ChosenGPUSchedule> chosen = chooseCluster())
    return *chosen;
  return chooseGlobal();
}

FailureOr<ChosenGPUSchedule>
seednorm::row::chooseGPUSchedule(ProgramOp program, const GPUTarget &target) {
  ProgramAnalysis analysis(program);
  if (failed(checkRunsOnGPU(analysis)))
    return failure();
  int64_t vector = chooseVector(analysis);
  ChosenGPUSchedule chosen =
      hasSummedOutputs(program)
          ? chooseSummingBlocks(program, vector, target)
          : SchemeChoice(program, target, vector).choose();
  if (failed(checkSharedMemory(program, chosen.schedule, target)))
    return failure();
  return chosen;
}

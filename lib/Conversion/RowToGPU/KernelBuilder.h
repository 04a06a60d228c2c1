//===- KernelBuilder.h - The GPU kernel of a row program --------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Builds one kernel as its schedule says, from small pieces: ownership of
// columns (Chunks), access to operands (KernelMemory.cpp), combination of sums
// (KernelSums.cpp) within a block or a cluster (KernelCluster.cpp), rows in
// shared memory (KernelShared.cpp), loops over rows (KernelRows.cpp) and what
// they add up (KernelAccumulators.cpp). What is computed at a column is the
// slicer's affair.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_CONVERSION_ROWTOGPU_KERNELBUILDER_H
#define SEEDNORM_LIB_CONVERSION_ROWTOGPU_KERNELBUILDER_H

#include "KernelAddresses.h"

#include "seednorm/Dialect/Row/Transforms/GPUSums.h"
#include "seednorm/Dialect/Row/Transforms/Slicing.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "llvm/ADT/SetVector.h"

namespace seednorm {

/// Memory of one operand of a program, as the kernel sees it. Of a summed
/// output it sees partial sums, with slices of which each block has one.
struct KernelOperand {
  row::AccessAttr access;
  mlir::Type slice;        ///< Scalar or vector.
  mlir::Value base;        ///< Kernel argument: the memory of the slices, flat.
  mlir::Value view;        ///< The slice of this thread's row.
  mlir::Value staged = {}; ///< Shared memory for the block's copy; or null.
  int64_t stagedParts = 1; ///< Of the vectors there.
  /// Shared memory for rows that threads copy their columns of; or null.
  mlir::Value copied = {};
  /// Shared memory of a slice that the block's threads add to; or null.
  mlir::Value added = {};
  /// Of the columns in `copied`, or in `added` where threads have places there;
  /// nothing if that has one element after the other.
  std::optional<row::ThreadPlaces> places = {};
  int64_t numStored = 0;          ///< Elements of a slice in memory.
  row::SliceAddress address = {}; ///< Of the slices, from `base` on.
  int64_t alignment = 1;          ///< Of all slices, in bytes.
  bool isSummed = false;          ///< Over rows.

  /// Whether what is stored repeats in the slice.
  bool repeats() const {
    return access.getKind() == row::AccessKind::Shared &&
           numStored != row::getNumElements(slice);
  }
  /// Whether the slice has columns beyond what is stored.
  bool isPadded() const {
    return access.getKind() == row::AccessKind::Row &&
           numStored != row::getNumElements(slice);
  }
};

class KernelBuilder final : public row::SliceSource {
public:
  /// `addresses` are those of the operands, outputs behind inputs, as the host
  /// has them, and of partials in the place of summed outputs. What is not
  /// static in them are arguments of the kernel, in the order of
  /// `getDynamicParts`.
  KernelBuilder(row::ProgramOp program, row::GPUScheduleAttr schedule,
                llvm::ArrayRef<row::SliceAddress> addresses);

  /// Builds the kernel `name` at the insertion point of `builder`.
  mlir::gpu::GPUFuncOp build(mlir::OpBuilder &builder, llvm::StringRef name);

  mlir::Value getInput(mlir::OpBuilder &builder, mlir::BlockArgument input,
                       row::Chunk &chunk) override;
  mlir::Value getTotal(mlir::OpBuilder &builder, const row::Sum &sum,
                       row::Chunk &chunk) override;
  mlir::Value getRowNumber() override { return row; }

private:
  /// One sum on its way from the columns to its totals.
  struct SumState {
    const row::Sum *sum;
    row::GPUSumPlan plan;
    int64_t firstSlot = 0; ///< In the shared memory of the row.
    /// Partials by chunk and piece; a single one if the plan is `wholeRow`.
    llvm::SmallVector<llvm::SmallVector<mlir::Value>> partials;
    mlir::Value total; ///< Only if the plan is `wholeRow`.
  };

  /// What a thread adds up of a summed output at one of its chunks; if `swept`
  /// at one of those that a loop over columns takes at once.
  struct Accumulator {
    unsigned output, chunk;
    mlir::Type type;
    row::SumPlace place;
    bool swept;
  };

  /// Rows that a thread has part in, one after the other.
  struct RowRange {
    mlir::Value first, end, step;
  };

  /// A row of those in shared memory, which are taken in turns: its number,
  /// null for the only one, and if bulk copies bring rows the parity of the
  /// turns.
  struct RingPlace {
    mlir::Value number, parity;
  };

  /// Whether only some rows have a slice of the output in common.
  static bool isPeriodic(const KernelOperand &output) {
    return output.isSummed &&
           output.access.getKind() != row::AccessKind::Shared;
  }

  // KernelBuilder.cpp: ownership and the order of things.
  void setPointerAttributes(mlir::OpBuilder &builder,
                            mlir::gpu::GPUFuncOp function) const;
  mlir::gpu::GPUFuncOp createFunction(mlir::OpBuilder &builder,
                                      llvm::StringRef name);
  void takeArguments(mlir::gpu::GPUFuncOp function);
  void identifyThread(mlir::OpBuilder &builder);
  int64_t getNumChunks() const;
  int64_t getChunksAtOnce() const;
  void ownChunks(mlir::OpBuilder &builder, mlir::Value first, int64_t count);
  void ownColumns(mlir::OpBuilder &builder);
  void sweep(mlir::OpBuilder &builder, llvm::ArrayRef<mlir::Value *> carried,
             llvm::function_ref<void(mlir::OpBuilder &)> build);
  void loadRow(mlir::OpBuilder &builder);
  void buildStages(mlir::OpBuilder &builder,
                   llvm::MutableArrayRef<mlir::Value> accumulated);
  void buildOneRow(mlir::OpBuilder &builder);
  void waitForKernelBefore(mlir::OpBuilder &builder);

  // KernelRows.cpp: the rows of a persistent block.
  void enterHalf(mlir::OpBuilder &builder);
  void loadAhead(mlir::OpBuilder &builder, mlir::Value number, mlir::Value end);
  void takeLoaded(llvm::ArrayRef<mlir::Value> loaded);
  RingPlace getPlaceAhead(mlir::OpBuilder &builder, int64_t distance);
  void copyAhead(mlir::OpBuilder &builder, const RowRange &rows,
                 mlir::Value number, RingPlace place);
  void buildRow(mlir::OpBuilder &builder, const RowRange &rows,
                mlir::Value number,
                llvm::MutableArrayRef<mlir::Value> accumulated);
  void buildRowLoop(mlir::OpBuilder &builder, const RowRange &rows,
                    llvm::MutableArrayRef<mlir::Value> accumulated);
  RowRange getRowsOfPart(mlir::OpBuilder &builder, mlir::Value slice,
                         mlir::Value part);
  void buildPartLoop(mlir::OpBuilder &builder, mlir::Value step,
                     llvm::MutableArrayRef<mlir::Value> accumulated);
  void buildRows(mlir::OpBuilder &builder);

  // KernelAccumulators.cpp: sums over rows. `accumulated` are the values of
  // those in registers, null for the others.
  using SumFilter = llvm::function_ref<bool(const Accumulator &)>;
  void planAccumulators();
  void forEachSum(mlir::OpBuilder &builder, SumFilter condition,
                  llvm::function_ref<void(mlir::OpBuilder &, size_t)> build);
  void startSums(mlir::OpBuilder &builder, SumFilter condition,
                 llvm::MutableArrayRef<mlir::Value> accumulated);
  void accumulate(mlir::OpBuilder &builder, bool swept,
                  llvm::MutableArrayRef<mlir::Value> accumulated);
  mlir::Value joinInPlaces(mlir::OpBuilder &builder, const Accumulator &sum,
                           mlir::Value value, bool joins);
  void storeSums(mlir::OpBuilder &builder, SumFilter condition,
                 llvm::ArrayRef<mlir::Value> accumulated, bool joins,
                 bool passes);
  void storeSumsOfBlock(mlir::OpBuilder &builder, SumFilter condition,
                        llvm::ArrayRef<mlir::Value> accumulated);
  void storeAccumulator(mlir::OpBuilder &builder, const Accumulator &sum,
                        mlir::Value value, mlir::Value destination,
                        mlir::Value added);
  void addInMemory(mlir::OpBuilder &builder, const Accumulator &sum,
                   mlir::Value value, bool starts);

  // KernelShared.cpp: shared memory, and rows that are copied there.
  bool needsDynamicShared() const;
  llvm::SmallVector<mlir::Type> getSharedTypes(mlir::OpBuilder &builder) const;
  void takeShared(mlir::OpBuilder &builder, mlir::gpu::GPUFuncOp function);
  void takePiece(const row::SharedPiece &piece, mlir::Value memory);
  mlir::Value getPlace(mlir::OpBuilder &builder, const KernelOperand &operand,
                       size_t chunk, int64_t part);
  mlir::Value loadPlaces(mlir::OpBuilder &builder, const KernelOperand &operand,
                         mlir::Value memory, mlir::Value first, size_t chunk,
                         mlir::Type type);
  void storePlaces(mlir::OpBuilder &builder, const KernelOperand &operand,
                   mlir::Value memory, size_t chunk, mlir::Value value);
  void copyChunk(mlir::OpBuilder &builder, const KernelOperand &operand,
                 size_t chunk, mlir::Value first);
  void copyRow(mlir::OpBuilder &builder, RingPlace place);
  void waitForRow(mlir::OpBuilder &builder, int64_t groups);
  mlir::Value loadCopied(mlir::OpBuilder &builder, const KernelOperand &operand,
                         const row::Chunk &chunk);

  // KernelBulkCopies.cpp: rows that one thread copies for its block.
  mlir::Value getCopyBarrier(mlir::OpBuilder &builder, RingPlace place,
                             bool forReaders);
  void initCopyBarriers(mlir::OpBuilder &builder);
  void copyPieces(mlir::OpBuilder &builder, const KernelOperand &operand,
                  RingPlace place, mlir::Value barrier);
  void copyRowInBulk(mlir::OpBuilder &builder, RingPlace place);
  void waitForBulkRow(mlir::OpBuilder &builder);
  void freePlace(mlir::OpBuilder &builder);

  // KernelCluster.cpp: what the blocks of a cluster do together.
  void arriveAtCluster(mlir::OpBuilder &builder);
  void waitForCluster(mlir::OpBuilder &builder);
  mlir::Value getSharedPointer(mlir::OpBuilder &builder, mlir::Value memory,
                               mlir::Value position);
  mlir::Value getArrival(mlir::OpBuilder &builder);
  void expectPartials(mlir::OpBuilder &builder,
                      llvm::ArrayRef<SumState *> states);
  void waitForPhase(mlir::OpBuilder &builder, mlir::Value barrier,
                    mlir::Value phase);
  void waitForPartials(mlir::OpBuilder &builder);
  mlir::Value getReaders(mlir::OpBuilder &builder, mlir::Value half);
  void waitForReaders(mlir::OpBuilder &builder);
  void tellBlocks(mlir::OpBuilder &builder, mlir::Value half);
  void arriveAsReader(mlir::OpBuilder &builder);
  void arriveForBlock(mlir::OpBuilder &builder);
  void waitForLastReaders(mlir::OpBuilder &builder);
  mlir::Value mapToBlock(mlir::OpBuilder &builder, mlir::Value own,
                         mlir::Value number);
  void storeToCluster(mlir::OpBuilder &builder, mlir::Value value,
                      mlir::Value position, int64_t lanes);

  // KernelMemory.cpp: operands.
  void viewSharedOperands(mlir::OpBuilder &builder);
  void viewSlice(mlir::OpBuilder &builder, KernelOperand &operand,
                 mlir::Value number);
  void viewRow(mlir::OpBuilder &builder);
  mlir::Value getPredicate(mlir::OpBuilder &builder,
                           const KernelOperand &operand,
                           const row::Chunk &chunk);
  int64_t getStagedParts(unsigned input) const;
  mlir::Value getStagedPlace(mlir::OpBuilder &builder,
                             const KernelOperand &operand, mlir::Value number,
                             mlir::Value part);
  mlir::Value loadStagedParts(mlir::OpBuilder &builder,
                              const KernelOperand &operand,
                              mlir::VectorType type, mlir::Value column);
  void stageOperand(mlir::OpBuilder &builder, KernelOperand &operand);
  void stageOperands(mlir::OpBuilder &builder);
  void loadInputs(mlir::OpBuilder &builder,
                  llvm::ArrayRef<mlir::BlockArgument> inputs);
  void loadInputsIf(mlir::OpBuilder &builder,
                    llvm::function_ref<bool(row::AccessKind)> condition);
  mlir::Value loadSlice(mlir::OpBuilder &builder, const KernelOperand &operand,
                        int64_t run, const row::Chunk &chunk);
  void loadWholeRow(mlir::OpBuilder &builder, unsigned stage);
  void storeOutputs(mlir::OpBuilder &builder);
  void storeSlice(mlir::OpBuilder &builder, const KernelOperand &operand,
                  int64_t run, mlir::Value value, const row::Chunk &chunk,
                  mlir::Value added = {});

  // KernelSums.cpp: sums.
  void buildLevel(mlir::OpBuilder &builder, unsigned level);
  using SumStates = llvm::ArrayRef<SumState *>;
  llvm::SmallVector<SumState *> startLevel(unsigned level);
  void addColumns(mlir::OpBuilder &builder, const SumState &state,
                  mlir::Value &columns);
  void buildPieces(mlir::OpBuilder &builder, SumState &state);
  void shuffle(mlir::OpBuilder &builder, SumStates states);
  void storePartial(mlir::OpBuilder &builder, const SumState &state,
                    mlir::Value value, mlir::Value slot, bool toCluster);
  void storePartials(mlir::OpBuilder &builder, SumState &state);
  void synchronize(mlir::OpBuilder &builder);
  void meet(mlir::OpBuilder &builder, SumStates states);
  void gatherTotals(mlir::OpBuilder &builder, const SumState &state);
  void combineSlots(mlir::OpBuilder &builder, SumStates states, int64_t first,
                    int64_t count);
  void sendTotals(mlir::OpBuilder &builder, SumStates alone,
                  llvm::ArrayRef<SumStates> groups);
  void combineTotals(mlir::OpBuilder &builder, SumStates alone,
                     llvm::ArrayRef<SumStates> groups);
  void combineLevel(mlir::OpBuilder &builder, SumStates ofRow,
                    SumStates ofRuns);

  // KernelWarpSums.cpp: sums over the whole row that share their shuffles.
  /// Those of `states`, next to each other, that are combined alike.
  static llvm::SmallVector<SumStates> groupSums(SumStates states);
  mlir::Value shuffleTogether(mlir::OpBuilder &builder, SumStates group);
  mlir::Value getSumOfLane(mlir::OpBuilder &builder, SumStates group);
  void passTotals(mlir::OpBuilder &builder, SumStates group, mlir::Value held);
  void storeTogether(mlir::OpBuilder &builder, SumStates group,
                     mlir::Value held, mlir::Value slot, bool toCluster);
  mlir::Value combineTogether(mlir::OpBuilder &builder, SumStates group,
                              int64_t first, int64_t count);

  mlir::Value loadPartial(mlir::OpBuilder &builder, const SumState &state,
                          mlir::Value slot);
  mlir::Value loadTotal(mlir::OpBuilder &builder, const SumState &state,
                        mlir::Value number);
  mlir::Value loadTotals(mlir::OpBuilder &builder, const SumState &state,
                         const row::Chunk &chunk);
  void prepareNumbers(mlir::OpBuilder &builder, const row::Sum &sum);
  mlir::Value foldByLanes(mlir::OpBuilder &builder, const row::Sum &sum);
  mlir::Value getFolded(mlir::OpBuilder &builder, const row::Sum &sum,
                        row::Chunk &chunk);

  /// A constant of type `index`.
  mlir::Value index(mlir::OpBuilder &builder, int64_t value) const;

  row::ProgramOp program;
  row::ProgramAnalysis analysis;
  row::GPUScheduleAttr schedule;
  row::Slicer slicer;
  mlir::Location loc;

  llvm::SetVector<mlir::Value> dynamicParts; ///< Of addresses, on the host.
  llvm::SmallVector<KernelOperand, 4> inputs, outputs;
  /// The columns at hand: all of the thread's, or those that a loop over them
  /// takes at once; outside of it the first ones.
  llvm::SmallVector<row::Chunk> chunks;
  /// Of each of these, which of the thread's chunks it is.
  llvm::SmallVector<mlir::Value> numbers;
  /// Inputs with one element a row, loaded once for all chunks.
  llvm::DenseMap<mlir::Value, mlir::Value> rowInputs;
  llvm::DenseMap<mlir::Operation *, SumState> sums;
  /// Totals of folded sums over the whole row.
  llvm::DenseMap<mlir::Operation *, mlir::Value> folded;
  llvm::SmallVector<Accumulator> accumulators;
  /// Inputs taken by row of the next one, by chunk; null where nothing needs
  /// it.
  llvm::SmallVector<mlir::Value> ahead;

  mlir::Value shared;       ///< Slots of all sums of the block's rows; or null.
  mlir::Value copyBarriers; ///< Barrier objects of bulk copies; or null.
  mlir::Value arrivals;     ///< Where partials of other blocks arrive; or null.
  unsigned level = 0;       ///< Of the sums at hand.
  mlir::Value
      turn;       ///< Number of the row at hand mod 4, if any arrive; or null.
  RingPlace ring; ///< Which of the rows in shared memory is at hand.
  bool hasArrived = false; ///< At the barrier that a cluster starts with.
  /// Whether others may still read what was in the slots of the row at hand.
  bool mayBeRead = false;
  bool sendsTotalsOnly;   ///< Where rows have clusters.
  mlir::Value sharedBase; ///< First slot of this thread's row.
  mlir::Value firstSlot;  ///< The same, whatever the half of the slots.
  mlir::Value slotOffset; ///< Of the half for the next row; or null.
  mlir::Value numRows;    ///< Kernel argument.
  /// Kernel argument: slices of summed outputs that some rows have in common.
  mlir::Value numSlices;
  mlir::Value block; ///< Number of this thread's block, or cluster of blocks.
  mlir::Value rank;  ///< Of the block in its cluster; null if there is none.
  mlir::Value rowInBlock; ///< Which of the block's rows is this thread's.
  mlir::Value row;        ///< This thread's row.
  mlir::Value exists;     ///< Whether there is that row; null if it must be.
  mlir::Value inBlock;    ///< Number of this thread within its block.
  mlir::Value thread;     ///< Number of this thread within its row.
  mlir::Value lane, warp; ///< Within the row's threads, of all its blocks.
};

} // namespace seednorm

#endif // SEEDNORM_LIB_CONVERSION_ROWTOGPU_KERNELBUILDER_H

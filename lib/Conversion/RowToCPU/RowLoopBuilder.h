//===- RowLoopBuilder.h - The loops of a row program ------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Builds the loops over rows, segments and columns as the schedule says. Each
// thing is computed in the outermost loop that it does not vary in. What is
// computed at a column is the slicer's affair.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_CONVERSION_ROWTOCPU_ROWLOOPBUILDER_H
#define SEEDNORM_LIB_CONVERSION_ROWTOCPU_ROWLOOPBUILDER_H

#include "RowTiles.h"

#include "seednorm/Dialect/Row/Transforms/SliceAddress.h"
#include "seednorm/Dialect/Row/Transforms/Slicing.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/SmallPtrSet.h"

#include <vector>

namespace seednorm {

/// What memory is read and written in. Narrower machines are served as well.
inline constexpr int64_t kLineBytes = 64;

/// Memory of one operand of a program.
struct RowOperand {
  row::AccessAttr access;
  mlir::Type slice;          ///< Scalar or vector.
  mlir::Value memory;        ///< The operand, or its base if it has a layout.
  row::SliceAddress address; ///< Of the slices in `memory`.
  size_t number = 0;         ///< Among the operands.
  int64_t numStored = 0;     ///< Elements of the slice in memory.

  row::SummedSlice summed; ///< Of a summed output: the parts of its slice.
  mlir::Value partials;    ///< Likewise: all its partial sums.
  mlir::Value partial;     ///< Likewise: the one that rows are added to now.
  bool streams = false;    ///< Whether it may be written past the caches.

  /// Whether this is summed over the rows of a group, or of a place in a cycle.
  bool isOfClass() const {
    return access.isSummed() && access.getKind() != row::AccessKind::Shared;
  }
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

class RowLoopBuilder final : public row::SliceSource {
public:
  RowLoopBuilder(row::ProgramOp program, row::CPUScheduleAttr schedule);

  /// Builds the loop over all rows at the insertion point of `builder`.
  void build(mlir::OpBuilder &builder);

  mlir::Value getInput(mlir::OpBuilder &builder, mlir::BlockArgument input,
                       row::Chunk &chunk) override;
  mlir::Value getTotal(mlir::OpBuilder &builder, const row::Sum &sum,
                       row::Chunk &chunk) override;
  mlir::Value getRowNumber() override { return row().number; }

private:
  /// A row of which loops are built.
  struct CurrentRow {
    mlir::Value number;
    /// Its slices, flat, and, if they are fetched, those of the row that comes
    /// next; by the number of the operand.
    llvm::SmallVector<mlir::Value> views, nextViews;
    row::Chunk chunk; ///< What is known of it in the loops that are entered.
    llvm::DenseMap<mlir::Operation *, mlir::Value> totals;
  };

  /// Columns that are a vector.
  struct Columns {
    mlir::Value first;
    int64_t width;
  };
  using BuildSegment = llvm::function_ref<llvm::SmallVector<mlir::Value>(
      mlir::OpBuilder &, mlir::ValueRange)>;
  /// Builds the work at some columns; `slot` counts the vectors of a step.
  using BuildColumns = llvm::function_ref<llvm::SmallVector<mlir::Value>(
      mlir::OpBuilder &, const Columns &, int64_t slot, mlir::ValueRange)>;

  /// A yielded value and where it goes.
  using Store = std::pair<mlir::Value, const RowOperand *>;

  /// The sums of one level, by what their loops carry.
  struct Level {
    llvm::SmallVector<const row::Sum *> wholeRow; ///< Vectors over the row.
    /// Sums that go with a maximum of `wholeRow`, whose number comes first.
    llvm::SmallVector<std::pair<size_t, const row::Sum *>> online;
    llvm::SmallVector<const row::Sum *> parts;   ///< Vectors over a segment.
    llvm::SmallVector<const row::Sum *> uniform; ///< One number a segment.
    llvm::SmallVector<mlir::Value> sources;
  };

  /// Memory of a value that each row of a block has.
  struct PlaceInBlock {
    mlir::Value memory; ///< Rows x values of one type.
    int64_t number;     ///< Of the value.
  };
  /// A sweep of a block of rows: over the sums of a level, or, without sums,
  /// over the outputs.
  struct Stage {
    Level level;
    llvm::SmallVector<mlir::Value> roots;
    /// What is uniform in a row and needed at its columns.
    llvm::SmallVector<std::pair<mlir::Value, PlaceInBlock>> uniform;
    llvm::SmallVector<PlaceInBlock> accumulated; ///< Accumulators.
    /// Sums of whole rows, and their totals.
    llvm::SmallVector<std::pair<mlir::Operation *, PlaceInBlock>> totals;
  };
  /// Builds the work at the row of a block that has this place in it.
  using BuildRowOfBlock =
      llvm::function_ref<void(mlir::OpBuilder &, mlir::Value place)>;

  /// A vector that is stored when all of its step are computed.
  struct DelayedStore {
    mlir::Value value, view, column;
    bool streams; ///< Whether past the caches, in calls that do.
  };

  /// Outputs by what they have one number for.
  struct OutputStores {
    llvm::SmallVector<Store> ofRow, ofSegment, ofColumns;
    llvm::SmallVector<mlir::Value> rowRoots, roots; ///< The latter of the rest.
  };

  // RowOperands.cpp: operands in memory.
  void locateSlices(mlir::OpBuilder &builder);
  mlir::Value viewSlice(mlir::OpBuilder &builder, const RowOperand &operand,
                        mlir::Value number) const;
  mlir::Value buildElementNumber(mlir::OpBuilder &builder, int64_t run,
                                 const row::Chunk &chunk);
  mlir::Value buildNumLeft(mlir::OpBuilder &builder, const RowOperand &operand,
                           const row::Chunk &chunk);
  mlir::Value loadPadded(mlir::OpBuilder &builder, const RowOperand &operand,
                         const row::Chunk &chunk);
  void storeColumn(mlir::OpBuilder &builder, mlir::Value value,
                   const RowOperand &operand, const row::Chunk &chunk);
  mlir::Value loadRepeated(mlir::OpBuilder &builder, const RowOperand &operand,
                           const row::Chunk &chunk);
  void storeUniform(mlir::OpBuilder &builder, mlir::Value value,
                    const RowOperand &operand, row::Chunk &chunk);
  void storeColumns(mlir::OpBuilder &builder, llvm::ArrayRef<Store> stores,
                    const Columns &columns);
  OutputStores collectStores();
  void buildStores(mlir::OpBuilder &builder);

  // RowPartials.cpp: tiles of rows and their partial sums.
  void buildTiles(mlir::OpBuilder &builder, mlir::Value rows);
  RowTiles chooseTiles(mlir::OpBuilder &builder, mlir::Value rows);
  void allocatePartials(mlir::OpBuilder &builder, const RowTiles &tiles);
  void startPartials(mlir::OpBuilder &builder,
                     llvm::ArrayRef<RowOperand *> summed, mlir::Value number);
  mlir::Value addToPartial(mlir::OpBuilder &builder, mlir::Value value,
                           const RowOperand &output, mlir::Value number) const;
  void buildTile(mlir::OpBuilder &builder, const RowTiles &tiles,
                 mlir::Value tile);
  void buildGroups(mlir::OpBuilder &builder, const RowTiles &tiles,
                   mlir::Value tile);
  void startRange(mlir::OpBuilder &builder, mlir::Value first,
                  mlir::Value count);
  void buildRowOfCycle(mlir::OpBuilder &builder, const RowTiles &tiles,
                       mlir::Value cycle, mlir::Value place,
                       mlir::Value partial);
  void buildCycles(mlir::OpBuilder &builder, const RowTiles &tiles,
                   mlir::Value tile);
  void buildRows(mlir::OpBuilder &builder, mlir::Value begin, mlir::Value end);
  mlir::Value buildIsWhole(mlir::OpBuilder &builder,
                           const RowTiles &tiles) const;
  void buildWholeTotals(mlir::OpBuilder &builder, mlir::Value tile,
                        mlir::Value place);
  void buildTotals(mlir::OpBuilder &builder, const RowTiles &tiles);
  void buildClassTotals(mlir::OpBuilder &builder, const RowTiles &tiles,
                        unsigned number);
  llvm::SmallVector<RowOperand *> getSummed(bool ofClass);

  // RowLoops.cpp: loops and what is uniform in them.
  void allocateForRows(mlir::OpBuilder &builder);
  void describeLoop(mlir::OpBuilder &builder, mlir::scf::ParallelOp loop,
                    int64_t grain) const;
  void forEachRow(llvm::function_ref<void(size_t number)> visit);
  CurrentRow enterRow(mlir::OpBuilder &builder, mlir::Value number,
                      mlir::Value next);
  void takeRows(std::vector<CurrentRow> entered);
  void buildCurrentRows(mlir::OpBuilder &builder);
  void buildRow(mlir::OpBuilder &builder, mlir::Value number);
  llvm::SmallVector<mlir::Value>
  buildSegments(mlir::OpBuilder &builder, llvm::ArrayRef<mlir::Value> roots,
                mlir::ValueRange inits, BuildSegment build);
  llvm::SmallVector<mlir::Value> buildColumns(mlir::OpBuilder &builder,
                                              mlir::ValueRange inits,
                                              BuildColumns build,
                                              bool stores = false);
  int64_t getStep(bool stores) const;
  int64_t getNumInSteps(bool stores) const;
  llvm::SmallVector<mlir::Value> buildSteps(mlir::OpBuilder &builder,
                                            mlir::Value begin, mlir::Value end,
                                            mlir::ValueRange inits,
                                            BuildColumns build, bool stores);
  llvm::SmallVector<mlir::Value> buildRest(mlir::OpBuilder &builder,
                                           mlir::ValueRange inits,
                                           BuildColumns build, bool stores);
  llvm::SmallVector<mlir::Value> findUniform(llvm::ArrayRef<mlir::Value> roots,
                                             int64_t run) const;
  void sliceUniform(mlir::OpBuilder &builder, llvm::ArrayRef<mlir::Value> roots,
                    int64_t run, row::Chunk &chunk);

  // RowMemory.cpp: rows that come next, and stores past the caches.
  void chooseStreams(mlir::OpBuilder &builder, mlir::Value rows);
  mlir::Value buildNextRow(mlir::OpBuilder &builder, mlir::Value number,
                           int64_t distance, int64_t behind = 0);
  mlir::Value viewNextSlice(mlir::OpBuilder &builder, const RowOperand &operand,
                            mlir::Value next);
  bool isNextFetched(size_t number, bool stores) const;
  void buildPrefetches(mlir::OpBuilder &builder, mlir::Value column,
                       int64_t step);
  bool delayStore(mlir::Value value, const RowOperand &operand,
                  const row::Chunk &chunk);
  DelayedStore *findDelayed(const RowOperand &operand, const row::Chunk &chunk);
  void buildDelayedStores(mlir::OpBuilder &builder);

  // RowBlocks.cpp: rows that go through the columns together.
  void buildBlocks(mlir::OpBuilder &builder, mlir::Value rows);
  void buildBlocksOf(mlir::OpBuilder &builder, mlir::Value begin,
                     mlir::Value end);
  Stage planStage(unsigned level);
  void planBlock(mlir::OpBuilder &builder);
  void allocateCarried(mlir::OpBuilder &builder, Stage &stage);
  mlir::Value loadOfRow(mlir::OpBuilder &builder, const PlaceInBlock &memory,
                        mlir::Value place);
  void storeOfRow(mlir::OpBuilder &builder, mlir::Value value,
                  const PlaceInBlock &memory, mlir::Value place);
  void buildBlock(mlir::OpBuilder &builder, mlir::Value first,
                  mlir::Value count);
  void buildRowsOfBlock(mlir::OpBuilder &builder, mlir::Value first,
                        mlir::Value count, BuildRowOfBlock build);
  void recallUniform(mlir::OpBuilder &builder, const Stage &stage,
                     mlir::Value place);
  void finishSums(mlir::OpBuilder &builder, const Stage &stage,
                  mlir::Value place);
  void startStage(mlir::OpBuilder &builder, size_t number, mlir::Value place);
  void buildPanels(mlir::OpBuilder &builder, const Stage &stage,
                   mlir::Value first, mlir::Value count);
  void sweepPanel(mlir::OpBuilder &builder, const Stage &stage,
                  mlir::Value place, mlir::Value begin, mlir::Value end);

  // RowsSideBySide.cpp: rows that take each step together, in registers.
  bool isSideBySide() const {
    return schedule.getRows() > 1 && schedule.getPanel() == 0;
  }
  void findCommon();
  std::vector<CurrentRow> enterSideBySide(mlir::OpBuilder &builder,
                                          mlir::Value first);
  void
  visitColumns(const Columns &columns,
               llvm::function_ref<void(size_t number, row::Chunk &)> visit);
  mlir::Value sliceOfRows(mlir::OpBuilder &builder, mlir::Value value);
  void sliceUniformInRows(mlir::OpBuilder &builder,
                          llvm::ArrayRef<mlir::Value> roots);
  void buildSideBySide(mlir::OpBuilder &builder, mlir::Value first,
                       mlir::Value count);

  // RowSums.cpp: sums.
  Level collectLevel(unsigned number);
  llvm::SmallVector<mlir::Value> buildIdentities(mlir::OpBuilder &builder,
                                                 const Level &level);
  llvm::SmallVector<mlir::Value> accumulate(mlir::OpBuilder &builder,
                                            const Level &level,
                                            row::Chunk &chunk, int64_t slot,
                                            mlir::ValueRange before);
  llvm::SmallVector<mlir::Value>
  accumulateRows(mlir::OpBuilder &builder, const Level &level,
                 const Columns &columns, int64_t slot, mlir::ValueRange before);
  void finishLevel(mlir::OpBuilder &builder, const Level &level,
                   mlir::ValueRange accumulated);
  void buildLevel(mlir::OpBuilder &builder, unsigned number);
  llvm::SmallVector<mlir::Value> buildSegmentSums(mlir::OpBuilder &builder,
                                                  const Level &level,
                                                  mlir::ValueRange carried);
  mlir::Value buildUniformSummand(mlir::OpBuilder &builder,
                                  const row::Sum &sum);
  void storePart(mlir::OpBuilder &builder, const row::Sum &sum,
                 mlir::Value part);
  void addOnlineSums(Level &level, unsigned number);
  void combineOnline(mlir::OpBuilder &builder, const Level &level,
                     mlir::ValueRange accumulated);
  mlir::Value combineAccumulators(mlir::OpBuilder &builder, const row::Sum &sum,
                                  mlir::ValueRange accumulators);

  CurrentRow &row() { return rows[inHand]; }
  /// The slice of a row, or the partial sum that it is added to.
  mlir::Value getView(const RowOperand &operand) const {
    return operand.access.isSummed() ? operand.partial
                                     : rows[inHand].views[operand.number];
  }
  /// The share of row `number` in what the loops of all current rows carry.
  mlir::ValueRange getShare(mlir::ValueRange carried, size_t number) const {
    size_t size = carried.size() / rows.size();
    return carried.slice(number * size, size);
  }
  /// A constant of type `index`.
  mlir::Value index(mlir::OpBuilder &builder, int64_t value) const;
  bool isUniformInRow(int64_t run) const {
    return run == analysis.getNumColumns();
  }
  bool isUniformInSegment(int64_t run) const { return run % segment == 0; }
  /// i1: whether the segment at `chunk` is number `position` of its run.
  mlir::Value buildIsSegmentOfRun(mlir::OpBuilder &builder,
                                  const row::Chunk &chunk, int64_t run,
                                  int64_t position) const;

  row::ProgramOp program;
  row::ProgramAnalysis analysis;
  row::CPUScheduleAttr schedule;
  row::Slicer slicer;
  mlir::Location loc;
  int64_t segment;              ///< Columns of a segment.
  int64_t vector, accumulators; ///< The schedule's, at most a segment.

  llvm::SmallVector<RowOperand> inputs, outputs;
  mlir::Value lastRow; ///< The number of the last row.
  /// Rows that take each step together, most often one.
  std::vector<CurrentRow> rows;
  size_t inHand = 0; ///< The one that is visited.
  /// What is uniform in each of them: vectors with an element for each.
  llvm::DenseMap<mlir::Value, mlir::Value> ofRows;
  llvm::DenseSet<mlir::Value> common; ///< What of the program needs no row.
  unsigned levelInHand = 0;           ///< Whose sums are built.
  /// Whether a row has none at its side where others have, and whether such
  /// rows are few, so that they need no code for memory.
  bool isLeftOver = false, isOneOfFew = false;
  /// Sums that an earlier level had.
  llvm::SmallPtrSet<mlir::Operation *, 2> done;
  /// i1: whether this call writes past the caches; null if none does.
  mlir::Value streams;
  llvm::SmallVector<DelayedStore> delayed;
  bool delaysStores = false;
  std::vector<Stage> stages; ///< Of a block.
  /// Memory of the totals of sums that are not over the whole row.
  llvm::DenseMap<mlir::Operation *, mlir::Value> partTotals;
};

} // namespace seednorm

#endif // SEEDNORM_LIB_CONVERSION_ROWTOCPU_ROWLOOPBUILDER_H

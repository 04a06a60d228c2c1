//===- StaticModel.cpp - Predictions from machine code --------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finds the loop over rows, and takes the slowest of three: the bytes, the
// instructions, and the time that the resident warps need for their own chain
// of operations.
//
//===----------------------------------------------------------------------===//

#include "StaticModel.h"

#include "seednorm/Target/NVPTX/IssueModel.h"

#include "llvm/Support/MathExtras.h"

#include <cmath>

using namespace seednorm;
using llvm::StringRef;

/// Elements of the rows that persistent blocks share when what is outside of
/// their loop is divided among trips: 4096 rows of 4096 columns, as the figures
/// of the project use.
static constexpr double kAssumedElements = 4096.0 * 4096;

namespace {
/// One kernel and what is asked about it.
class Model {
public:
  Model(const SASSKernel &kernel, const KernelReport &report, StringRef chip)
      : kernel(kernel), flow(kernel), report(report), chip(chip) {}
  KernelModel run();

private:
  void findRowLoop(const std::vector<IssueCounts> &counts);
  void findTrips(const std::vector<IssueCounts> &counts);
  /// What a trip of the row loop executes, and what is outside of it.
  IssueCounts addUp(const std::vector<IssueCounts> &counts, bool inRowLoop);
  bool isInRowLoop(int64_t loop) const {
    return rowLoop < 0 || flow.isInside(loop, rowLoop);
  }
  /// Whether the loop goes through the columns of a row, chunk by chunk.
  bool isColumnLoop(int64_t loop) const {
    return loop >= 0 && loop != rowLoop && isInRowLoop(loop) &&
           movesBytes[loop];
  }
  double getTrips(int64_t loop) const;
  CardPrediction predict(const GPUCard &card);
  double getResidentBlocks(const GPUCard &card) const;

  const SASSKernel &kernel;
  SASSControlFlow flow;
  const KernelReport &report;
  StringRef chip;
  KernelModel model;
  int64_t rowLoop = -1;
  double elementsPerThread = 0; ///< Of a trip.
  std::vector<bool> movesBytes; ///< Of each loop.
};
} // namespace

/// The outermost loop that both reads and writes most of global memory, or
/// where none does both, moves most. Others copy parameters or store sums;
/// beside a loop that is unrolled stands one for the remainder.
void Model::findRowLoop(const std::vector<IssueCounts> &counts) {
  std::pair<double, double> most(-1, -1);
  for (int64_t loop = 0; loop < int64_t(flow.loops.size()); ++loop) {
    if (flow.loops[loop].parent >= 0)
      continue;
    IssueCounts sum;
    for (int64_t inner = 0; inner < int64_t(flow.loops.size()); ++inner)
      if (flow.isInside(inner, loop))
        sum.add(counts[inner], 1);
    // Of a bulk copy the code does not say how much it reads.
    double read = sum.hasBulkCopies ? sum.bytesStored + 1 : sum.bytesLoaded;
    std::pair<double, double> bytes(std::min(read, sum.bytesStored),
                                    read + sum.bytesStored);
    if (bytes > most) {
      most = bytes;
      rowLoop = loop;
    }
  }
}

/// From the bytes of rows: how many rows a trip has, where the loop is
/// unrolled, and how many chunks a row. The code has a store for every slot of
/// a thread, also where the row ends before; and with each row it reads and
/// writes the sums that are in global memory.
void Model::findTrips(const std::vector<IssueCounts> &counts) {
  double sums = report.globalSumBytesPerElement;
  double written =
      report.slotsPerThread * (report.rowBytesWrittenPerElement + sums);
  double read = report.slotsPerThread * (report.rowBytesReadPerElement + sums);
  IssueCounts around, columns;
  for (int64_t loop = -1; loop < int64_t(flow.loops.size()); ++loop) {
    const IssueCounts &count = loop < 0 ? counts.back() : counts[loop];
    if (loop >= 0 ? !isInRowLoop(loop) : rowLoop >= 0)
      continue;
    (isColumnLoop(loop) ? columns : around).add(count, 1);
  }
  // Stores are of rows and such sums only; loads are of parameters as well.
  if (columns.bytesStored > 0)
    model.columnTrips = (written - around.bytesStored) / columns.bytesStored;
  else if (columns.bytesLoaded > 0)
    model.columnTrips = (read - around.bytesLoaded) / columns.bytesLoaded;
  model.columnTrips = std::max(model.columnTrips, 1.0);
  double unrolled = 1;
  if (rowLoop >= 0 && columns.bytesStored == 0 && written > 0)
    unrolled = std::max(1.0, std::round(around.bytesStored / written));
  model.rowsPerTrip = unrolled * report.rowsPerBlock;
  elementsPerThread = unrolled * report.elementsPerThread;
}

double Model::getTrips(int64_t loop) const {
  if (isColumnLoop(loop))
    return model.columnTrips;
  return 1; // A loop that waits, or one that only sums up a few numbers.
}

IssueCounts Model::addUp(const std::vector<IssueCounts> &counts,
                         bool inRowLoop) {
  IssueCounts sum;
  for (int64_t loop = -1; loop < int64_t(flow.loops.size()); ++loop) {
    bool inside = loop < 0 ? rowLoop < 0 : isInRowLoop(loop);
    if (inside != inRowLoop)
      continue;
    double times = 1;
    for (int64_t outer = loop; outer >= 0; outer = flow.loops[outer].parent)
      times *= getTrips(outer);
    sum.add(loop < 0 ? counts.back() : counts[loop], times);
  }
  return sum;
}

double Model::getResidentBlocks(const GPUCard &card) const {
  double fit = report.blocksPerSM;
  if (report.persistentBlocks == 0)
    return fit;
  // So many blocks, or clusters of blocks that have a row together.
  double cluster = report.rowsPerBlock * report.columns /
                   (report.elementsPerThread * report.threadsPerBlock);
  return std::min(
      fit, std::ceil(report.persistentBlocks * cluster / card.multiprocessors));
}

CardPrediction Model::predict(const GPUCard &card) {
  CardPrediction prediction{card.name.str(), card.multiprocessors, card.clock,
                            card.bandwidth, card.latency};
  std::vector<IssueCounts> counts = countIssues(kernel, flow, card);
  IssueCounts trip = addUp(counts, /*inRowLoop=*/true);
  if (rowLoop >= 0)
    trip.add(addUp(counts, /*inRowLoop=*/false), 1 / model.tripsPerBlock);
  double warps = llvm::divideCeil(report.threadsPerBlock, 32);
  double elements = elementsPerThread * report.threadsPerBlock;
  double bytesPerCycle = card.bandwidth / card.clock / card.multiprocessors;
  double minimum = report.minimumRowBytesPerElement * elements;
  double copyCycles = minimum / bytesPerCycle;
  prediction.issuePart = trip.cycles[int(Pipe::Issue)] * warps / copyCycles;
  prediction.unitPart = trip.getCycles() * warps / copyCycles;
  prediction.unit = getName(trip.getLimit()).str();

  double resident = getResidentBlocks(card);
  WarpTimeline timeline = simulateWarp(
      kernel, flow, card,
      // Late trips are alike: three are enough to see one.
      [&](int64_t loop) { return loop == rowLoop ? 3 : getTrips(loop); },
      rowLoop >= 0 ? std::optional<int64_t>(rowLoop) : std::nullopt);
  model.warpCycles = timeline.cycles;
  double rowBytesRead = report.rowBytesReadPerElement * elements;
  prediction.bytesInFlight =
      resident * (trip.hasBulkCopies ? rowBytesRead
                                     : std::min(timeline.bytesInFlight *
                                                    report.threadsPerBlock,
                                                rowBytesRead));
  prediction.bytesInFlightNeeded =
      card.bandwidth * card.latency / card.multiprocessors *
      report.rowBytesReadPerElement / report.rowBytesPerElement;

  double memory = report.rowBytesPerElement * elements / bytesPerCycle;
  double latency = timeline.cycles / resident;
  double issue = trip.getCycles() * warps;
  double slowest = std::max({memory, latency, issue});
  prediction.copyPart = copyCycles / slowest;
  prediction.limit = slowest == memory    ? "bandwidth"
                     : slowest == latency ? "latency"
                                          : prediction.unit;
  return prediction;
}

KernelModel Model::run() {
  const GPUCard *shown = nullptr;
  for (const GPUCard &card : getGPUCards())
    if (card.chip == chip || card.chip.drop_back() == chip)
      shown = &card;
  // Instructions are counted alike for all cards.
  std::vector<IssueCounts> counts =
      countIssues(kernel, flow, shown ? *shown : getGPUCards().front());
  for (const IssueCounts &count : counts)
    movesBytes.push_back(count.cycles[int(Pipe::Memory)] > 0);
  model.persistent = report.persistentBlocks > 0;
  if (model.persistent)
    findRowLoop(counts);
  findTrips(counts);
  double executed = 0;
  for (const SASSBlock &block : flow.blocks)
    (block.cold ? model.rareInstructions : executed) += block.end - block.begin;
  IssueCounts trip = addUp(counts, /*inRowLoop=*/true);
  IssueCounts others = addUp(counts, /*inRowLoop=*/false);
  model.rowInstructions = trip.instructions;
  if (rowLoop >= 0) {
    model.otherInstructions = others.instructions;
    model.tripsPerBlock =
        std::max(1.0, kAssumedElements / report.columns /
                          (report.persistentBlocks * model.rowsPerTrip));
  }
  model.rowInstructionsPerElement = trip.instructions / elementsPerThread;
  model.instructionsPerElement =
      model.rowInstructionsPerElement +
      model.otherInstructions / model.tripsPerBlock / elementsPerThread;
  for (const GPUCard &card : getGPUCards())
    if (card.chip == chip || card.chip.drop_back() == chip)
      model.cards.push_back(predict(card));
  return std::move(model);
}

std::optional<KernelModel> seednorm::modelKernel(const SASSKernel &kernel,
                                                 const KernelReport &report,
                                                 StringRef chip) {
  if (report.addsPartials || report.rowBytesPerElement <= 0 ||
      report.minimumRowBytesPerElement <= 0 || report.blocksPerSM <= 0)
    return std::nullopt;
  return Model(kernel, report, chip).run();
}

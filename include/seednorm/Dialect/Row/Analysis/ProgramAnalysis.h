//===- ProgramAnalysis.h - Stages of a row program --------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A value of a row program is of level k if it needs k sums over the row, one
// after the other. Stage k is the element-wise code that feeds the sums of
// level k, the last stage the code that feeds the stores: a program of L
// levels sweeps a row L + 1 times, wherever the row is kept meanwhile.
//
// A few numbers that follow from sums, as one for each head does, are added up
// without another sweep over the columns: such a sum is folded, and of the
// level of its numbers.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_DIALECT_ROW_ANALYSIS_PROGRAMANALYSIS_H
#define SEEDNORM_DIALECT_ROW_ANALYSIS_PROGRAMANALYSIS_H

#include "seednorm/Dialect/Row/IR/Row.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/DenseMap.h"

#include <optional>

namespace seednorm::row {

/// A reduction of a body, whichever op spells it.
struct Sum {
  mlir::Operation *op;
  mlir::vector::CombiningKind kind;
  mlir::Value source;
  mlir::Value init; ///< Combined with the total; null if there is none.
  /// Columns that share one element of the source, and of the result.
  int64_t sourceRun, resultRun;
  /// Whether its numbers follow from sums and are few: it has no sweep.
  bool isFolded = false;
  /// Whether a folded sum needs its totals, those of all runs at once.
  bool feedsFolded = false;

  /// Elements of the source that one total combines.
  int64_t getNumSummands() const { return resultRun / sourceRun; }
};

/// The sum that `op` computes in rows of so many columns; nothing if it is no
/// reduction or combines single elements only.
std::optional<Sum> getSumOf(mlir::Operation *op, int64_t columns);

/// The levels of values, told op by op in the order of the body.
class SumLevels {
public:
  explicit SumLevels(int64_t columns) : columns(columns) {}
  void add(mlir::Operation *op);
  /// Whether `sum` combines few numbers of which each needs a sum. Its source
  /// has been told.
  bool isFolded(const Sum &sum) const;
  /// Number of sums, one after the other, that `value` needs.
  unsigned get(mlir::Value value) const { return levels.lookup(value); }

private:
  int64_t columns;
  llvm::DenseMap<mlir::Value, unsigned> levels;
};

class ProgramAnalysis {
public:
  explicit ProgramAnalysis(ProgramOp program);

  ProgramOp getProgram() const { return program; }
  int64_t getNumColumns() const { return columns; }

  /// Number of consecutive columns that share one element of `value`: 1 for a
  /// vector as long as the row, all of them for a scalar.
  int64_t getRun(mlir::Value value) const;

  /// Number of sums, one after the other, that `value` needs.
  unsigned getLevel(mlir::Value value) const { return levels.get(value); }
  unsigned getNumLevels() const { return sumsOfLevel.size(); }

  /// The sums of level `level`, from 1 to `getNumLevels()`, in program order.
  llvm::ArrayRef<Sum> getSums(unsigned level) const {
    return sumsOfLevel[level - 1];
  }
  /// The sum that `op` computes, folded or not; null if it combines single
  /// elements only.
  const Sum *getSum(mlir::Operation *op) const;

  /// The inputs that stage `stage`, from 1 to `getNumLevels() + 1`, reads.
  llvm::SmallVector<mlir::BlockArgument> getStageInputs(unsigned stage) const;

private:
  void markFeeding(const Sum &folded);

  ProgramOp program;
  int64_t columns;
  SumLevels levels;
  llvm::SmallVector<llvm::SmallVector<Sum>> sumsOfLevel;
  llvm::SmallVector<Sum> foldedSums;
};

} // namespace seednorm::row

#endif // SEEDNORM_DIALECT_ROW_ANALYSIS_PROGRAMANALYSIS_H

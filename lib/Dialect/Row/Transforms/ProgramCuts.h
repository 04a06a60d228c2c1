//===- ProgramCuts.h - Where sums reach across shards -----------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sums that reach across shards are what a shard cannot know alone. Cut there,
// a program is one stage for each level of such sums, and one to apply them.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_PROGRAMCUTS_H
#define SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_PROGRAMCUTS_H

#include "seednorm/Dialect/Row/Analysis/ProgramAnalysis.h"

#include "llvm/ADT/SetVector.h"

namespace seednorm::row {

/// What one function of a shard computes, in values of the program.
struct Stage {
  llvm::SmallVector<mlir::BlockArgument> inputs;
  llvm::SmallVector<const Sum *> totals; ///< Cut sums that it takes.
  /// In order, with those of `totals`, without the cut sums that it makes.
  llvm::SmallVector<mlir::Operation *> ops;
  llvm::SmallVector<mlir::Value> targets; ///< Cut sums, or what is yielded.
  unsigned level = 0; ///< Of the sums that it makes; one more to apply them.
  bool isApply = false;
};

class ProgramCuts {
public:
  ProgramCuts(ProgramOp program, int64_t shards);

  ProgramOp getProgram() const { return program; }
  int64_t getNumShards() const { return shards; }

  /// Whether shards can have parts of everything; emits an error if not. The
  /// rest may be asked for only then.
  mlir::LogicalResult verify();

  unsigned getNumLevels() const { return sumsOfLevel.size(); }
  llvm::ArrayRef<Sum> getSums(unsigned level) const {
    return sumsOfLevel[level - 1];
  }
  /// The stage that makes the sums of `level`, from 1 on.
  Stage planSums(unsigned level) const;
  Stage planApply() const;

  /// The sum that `value` is, if it is cut there; null if not.
  const Sum *getCut(mlir::Value value) const {
    return cuts.lookup(value.getDefiningOp());
  }

private:
  mlir::LogicalResult verifyOperand(mlir::Value operand, AccessAttr access,
                                    mlir::Type slice);
  mlir::LogicalResult verifyOp(mlir::Operation &op);
  void collect(mlir::Value target, llvm::SetVector<mlir::Operation *> &ops,
               llvm::SetVector<mlir::Value> &inputs) const;
  void addShape(llvm::SetVector<mlir::Value> &inputs) const;
  Stage plan(llvm::ArrayRef<mlir::Value> targets) const;

  ProgramOp program;
  int64_t shards, columns;
  /// Those that a shard has all columns of are not among them.
  llvm::SmallVector<llvm::SmallVector<Sum>> sumsOfLevel;
  llvm::DenseMap<mlir::Operation *, const Sum *> cuts;
};

} // namespace seednorm::row

#endif // SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_PROGRAMCUTS_H

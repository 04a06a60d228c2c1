//===- PayloadBody.h - A linalg op's payload on all columns -----*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a linalg op computes for one element, as the body of a row program.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_CONVERSION_LINALGTOROW_PAYLOADBODY_H
#define SEEDNORM_LIB_CONVERSION_LINALGTOROW_PAYLOADBODY_H

#include "Combination.h"
#include "RowView.h"

namespace seednorm {

/// A value of the payload holds one number for each index of the first
/// `numLoops` columns' loops: what is uniform is not computed for each column.
class PayloadBody {
public:
  PayloadBody(mlir::OpBuilder &builder, mlir::linalg::LinalgOp op,
              const RowView &view)
      : builder(builder), op(op), view(view) {}

  /// Says what an operand's element is in the payload.
  void setOperand(unsigned index, mlir::Value slice, unsigned numLoops) {
    values[op.getBlock()->getArgument(index)] = {slice, numLoops};
  }
  /// The slice of each result; nothing, and `reason`, if there is an op that
  /// has no place in a body.
  std::optional<llvm::SmallVector<mlir::Value>> build(std::string &reason);

private:
  struct Columns {
    mlir::Value value;
    unsigned numLoops = 0;
  };

  unsigned getNumLoops() const { return view.getColumns().size(); }
  mlir::Type getType(mlir::Type element, unsigned numLoops) const;
  mlir::Value spread(Columns columns, unsigned numLoops);
  bool buildOp(mlir::Operation &payload, std::string &reason);
  bool buildIndex(mlir::linalg::IndexOp index, std::string &reason);
  mlir::Value buildNumber(unsigned numLoops);
  bool findOperand(mlir::Value operand, std::string &reason);
  std::optional<mlir::Value> buildSummand(const Summand &summand,
                                          std::string &reason);
  std::optional<mlir::Value> buildSummands(const Combination &combination,
                                           std::string &reason);
  std::optional<mlir::Value> buildResult(unsigned index, std::string &reason);

  mlir::OpBuilder &builder;
  mlir::linalg::LinalgOp op;
  const RowView &view;
  llvm::DenseMap<mlir::Value, Columns> values;
};

} // namespace seednorm

#endif // SEEDNORM_LIB_CONVERSION_LINALGTOROW_PAYLOADBODY_H

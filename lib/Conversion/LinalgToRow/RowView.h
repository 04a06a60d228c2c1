//===- RowView.h - The loops of a linalg op as rows and columns -*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which loops number the rows, which the columns, and what a row sees of each
// operand.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_CONVERSION_LINALGTOROW_ROWVIEW_H
#define SEEDNORM_LIB_CONVERSION_LINALGTOROW_ROWVIEW_H

#include "seednorm/Dialect/Row/IR/Row.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

#include <string>

namespace seednorm {

/// What a row sees of an operand. Loops are counted in the order of the view.
struct OperandView {
  /// The loop of each dimension of the tensor; nothing for one of size 1.
  llvm::SmallVector<std::optional<unsigned>> dims;
  /// The loops among them, ascending.
  llvm::SmallVector<unsigned> loops;
  row::AccessAttr access;
  /// How many of `loops`, the last ones, are columns.
  unsigned numColumnLoops = 0;
  /// A shared operand without the first columns' loops repeats along them.
  bool isRepeated = false;
};

class RowView {
public:
  /// The view with as few columns as possible; `reason` says why there is none.
  static std::optional<RowView> find(mlir::linalg::LinalgOp op,
                                     std::string &reason);

  /// Sizes of loops that are not of size 1, rows before columns.
  llvm::ArrayRef<int64_t> getSizes() const { return sizes; }
  llvm::ArrayRef<int64_t> getLeading() const {
    return llvm::ArrayRef(sizes).drop_back(numColumnLoops);
  }
  llvm::ArrayRef<int64_t> getColumns() const {
    return llvm::ArrayRef(sizes).take_back(numColumnLoops);
  }
  /// How many loops, the last ones, are reduced.
  unsigned getNumReduced() const { return numReduced; }
  /// Inputs, then inits.
  const OperandView &getOperand(unsigned index) const {
    return operands[index];
  }
  /// Where loop `loop` of the op is; nothing if it is of size 1.
  std::optional<unsigned> getPosition(unsigned loop) const {
    return positions[loop];
  }

private:
  explicit RowView(mlir::linalg::LinalgOp op) : op(op) {}
  bool orderLoops(std::string &reason);
  bool readOperands(std::string &reason);
  bool readOperand(unsigned index, std::string &reason);
  bool chooseColumns(std::string &reason);
  bool setColumns(unsigned count, std::string &reason);
  bool setAccess(OperandView &view, bool isInit);
  unsigned countIndexedColumns();

  mlir::linalg::LinalgOp op;
  llvm::SmallVector<std::optional<unsigned>> positions;
  llvm::SmallVector<int64_t> sizes;
  llvm::SmallVector<OperandView> operands;
  unsigned numColumnLoops = 0, numReduced = 0;
};

} // namespace seednorm

#endif // SEEDNORM_LIB_CONVERSION_LINALGTOROW_ROWVIEW_H

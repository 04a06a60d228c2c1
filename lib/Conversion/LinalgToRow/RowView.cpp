//===- RowView.cpp - The loops of a linalg op as rows and columns ---------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Columns are what the op reduces and no more, unless an operand asks for it:
// element-wise ops have none. Fusion gives them those of their neighbours.
//
//===----------------------------------------------------------------------===//

#include "RowView.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace seednorm;
using row::AccessAttr;
using row::AccessKind;

/// "operand 2" or "result 0".
static std::string describe(linalg::LinalgOp op, unsigned index) {
  if (index < op.getNumDpsInputs())
    return llvm::formatv("operand {0}", index);
  return llvm::formatv("result {0}", index - op.getNumDpsInputs());
}

/// The loop that a dimension of an operand follows; nothing for the constant 0.
static std::optional<unsigned> getLoop(AffineExpr expr) {
  auto dim = dyn_cast<AffineDimExpr>(expr);
  return dim ? std::optional<unsigned>(dim.getPosition()) : std::nullopt;
}

static bool isZero(AffineExpr expr) {
  auto constant = dyn_cast<AffineConstantExpr>(expr);
  return constant && constant.getValue() == 0;
}

/// Takes the order of loops from an operand that has all of them: for sums an
/// input, otherwise a contraction of two tensors would pass for one.
bool RowView::orderLoops(std::string &reason) {
  SmallVector<int64_t> ranges = op.getStaticLoopRanges();
  size_t expected =
      llvm::count_if(ranges, [](int64_t size) { return size != 1; });
  bool reduces = op.getNumReductionLoops() != 0;
  unsigned last = reduces ? op.getNumDpsInputs() : op->getNumOperands();
  for (unsigned index = 0; index < last; ++index) {
    positions.assign(ranges.size(), std::nullopt);
    sizes.clear();
    for (AffineExpr expr : op.getIndexingMapsArray()[index].getResults()) {
      std::optional<unsigned> loop = getLoop(expr);
      if (!loop || ranges[*loop] == 1 || positions[*loop])
        continue;
      positions[*loop] = sizes.size();
      sizes.push_back(ranges[*loop]);
    }
    if (sizes.size() == expected)
      return true;
  }
  reason = reduces ? "no operand has all dimensions of its loops, as a "
                     "contraction of several columns has none"
                   : "no operand has all dimensions of its loops";
  return false;
}

bool RowView::readOperand(unsigned index, std::string &reason) {
  OperandView &view = operands.emplace_back();
  if (!isa<ShapedType>(op->getOperand(index).getType()))
    return true;
  auto type = dyn_cast<RankedTensorType>(op->getOperand(index).getType());
  if (!type || type.getEncoding()) {
    reason = describe(op, index) + " is no plain ranked tensor";
    return false;
  }
  for (auto [dim, expr] :
       llvm::enumerate(op.getIndexingMapsArray()[index].getResults())) {
    std::optional<unsigned> loop = getLoop(expr);
    std::optional<unsigned> position = loop ? positions[*loop] : std::nullopt;
    if (!loop && !(isZero(expr) && type.getDimSize(dim) == 1)) {
      reason =
          describe(op, index) +
          llvm::formatv(" is not read along dimension {0} index by index", dim)
              .str();
      return false;
    }
    view.dims.push_back(position);
    if (!position)
      continue;
    if (!view.loops.empty() && view.loops.back() >= *position) {
      reason = describe(op, index) +
               " has its dimensions in another order than the rows";
      return false;
    }
    view.loops.push_back(*position);
  }
  return true;
}

bool RowView::readOperands(std::string &reason) {
  for (unsigned index = 0; index < op->getNumOperands(); ++index)
    if (!readOperand(index, reason))
      return false;
  SmallVector<utils::IteratorType> iterators = op.getIteratorTypesArray();
  for (auto [loop, iterator] : llvm::enumerate(iterators)) {
    if (iterator != utils::IteratorType::reduction || !positions[loop])
      continue;
    ++numReduced;
  }
  for (auto [loop, iterator] : llvm::enumerate(iterators)) {
    if (iterator != utils::IteratorType::reduction || !positions[loop] ||
        *positions[loop] >= sizes.size() - numReduced)
      continue;
    reason =
        llvm::formatv("it reduces dimension {0} of its loops, behind which "
                      "there are others",
                      loop);
    return false;
  }
  return true;
}

/// What the operand is to rows of the columns as they are set; false if it has
/// no slice for each.
bool RowView::setAccess(OperandView &view, bool isInit) {
  unsigned numLeading = sizes.size() - numColumnLoops;
  ArrayRef<unsigned> loops = view.loops;
  view.numColumnLoops =
      llvm::count_if(loops, [&](unsigned loop) { return loop >= numLeading; });
  ArrayRef<unsigned> rows = loops.drop_back(view.numColumnLoops);
  ArrayRef<unsigned> columns = loops.take_back(view.numColumnLoops);
  MLIRContext *context = op->getContext();
  auto set = [&](AccessKind kind, int64_t period = 0) {
    view.access = AccessAttr::get(context, kind, period);
    return true;
  };
  view.isRepeated =
      !columns.empty() && columns.front() != numLeading; // Not from the first.
  for (auto [index, loop] : llvm::enumerate(columns))
    if (loop != columns.front() + index)
      return false;
  if (view.isRepeated && (!rows.empty() || columns.back() + 1 != sizes.size()))
    return false;
  if (rows.size() == numLeading && !view.isRepeated)
    return set(AccessKind::Row);
  if (isInit)
    return false;
  if (rows.empty())
    return set(AccessKind::Shared);
  bool isPrefix = rows.back() + 1 == rows.size();
  bool isSuffix =
      rows.front() + rows.size() == numLeading && rows.back() + 1 == numLeading;
  if (!isPrefix && !isSuffix)
    return false;
  ArrayRef<int64_t> counted =
      isPrefix ? ArrayRef(sizes).slice(rows.size(), numLeading - rows.size())
               : ArrayRef(sizes).slice(rows.front(), rows.size());
  if (llvm::is_contained(counted, 0))
    return false;
  // 0: as many as there are when it runs.
  return set(isPrefix ? AccessKind::Group : AccessKind::Cycle,
             ShapedType::isDynamicShape(counted)
                 ? 0
                 : ShapedType::getNumElements(counted));
}

bool RowView::setColumns(unsigned count, std::string &reason) {
  numColumnLoops = count;
  if (ShapedType::isDynamicShape(getColumns()) ||
      llvm::is_contained(getColumns(), 0)) {
    reason = reason.empty() ? "its columns have a size that is 0 or not static"
                            : reason;
    return false;
  }
  for (auto [index, view] : llvm::enumerate(operands))
    if (!setAccess(view, op.isDpsInit(&op->getOpOperand(index)))) {
      reason =
          describe(op, index) +
          " has some dimensions of the rows, but neither just the first nor "
          "just the last of them";
      return false;
    }
  return true;
}

/// How many columns' loops the body's `linalg.index` ask for.
unsigned RowView::countIndexedColumns() {
  unsigned count = 0;
  op.getBlock()->walk([&](linalg::IndexOp index) {
    if (std::optional<unsigned> position = positions[index.getDim()])
      count = std::max<unsigned>(count, sizes.size() - *position);
  });
  return count;
}

bool RowView::chooseColumns(std::string &reason) {
  unsigned first = std::max(numReduced, countIndexedColumns());
  for (unsigned count = first; count <= sizes.size(); ++count)
    if (setColumns(count, reason))
      return true;
  return false;
}

std::optional<RowView> RowView::find(linalg::LinalgOp op, std::string &reason) {
  RowView view(op);
  if (!view.orderLoops(reason) || !view.readOperands(reason) ||
      !view.chooseColumns(reason))
    return std::nullopt;
  return view;
}

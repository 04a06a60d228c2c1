//===- Stream.cpp - Residual streams --------------------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From one value back to what it is made of, and on to what is made of it.
//
//===----------------------------------------------------------------------===//

#include "Stream.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace seednorm::norm;

std::optional<SmallVector<OpOperand *>>
seednorm::norm::getAddedRows(Operation *op) {
  if (op->getNumResults() != 1 || !getNumColumns(op->getResult(0)))
    return std::nullopt;
  SmallVector<OpOperand *> rows;
  std::optional<Product> product = matchProduct(op);
  if (product && matchPattern(product->weight->get(), m_Constant()))
    return SmallVector<OpOperand *>{product->init};
  std::optional<LinearTerms> terms = matchRowSum(op);
  if (!terms || terms->empty())
    return std::nullopt;
  for (const LinearTerm &term : *terms) {
    if (term.kind != TermKind::Aligned && term.kind != TermKind::Row)
      return std::nullopt;
    rows.push_back(term.operand);
  }
  return rows;
}

/// Whether only the shape of an operand counts.
static bool isUnreadInit(OpOperand &use) {
  auto op = dyn_cast<linalg::LinalgOp>(use.getOwner());
  return op && op.isDpsInit(&use) && !op.payloadUsesValueFromOperand(&use);
}

namespace {
class Collector {
public:
  Collector(const StreamRules &rules) : rules(rules) {}

  Stream collect(Value rows) {
    SmallVector<Value> worklist{rows};
    while (!worklist.empty() && stream.escape.empty())
      visit(worklist.pop_back_val(), worklist);
    return std::move(stream);
  }

private:
  void visit(Value rows, SmallVectorImpl<Value> &worklist) {
    if (stream.inner.contains(rows) || stream.leaves.contains(rows))
      return;
    Operation *op = rows.getDefiningOp();
    std::optional<SmallVector<OpOperand *>> added;
    if (op && !rules.isLeaf(rows))
      added = getAddedRows(op);
    if (!added) {
      stream.leaves.insert(rows);
      for (OpOperand &use : rows.getUses())
        if (rules.isNorm(use))
          stream.norms.insert(&use);
      return;
    }
    stream.inner.insert(rows);
    for (OpOperand *operand : *added)
      worklist.push_back(operand->get());
    for (OpOperand &use : rows.getUses())
      visitUse(use, worklist);
  }

  void visitUse(OpOperand &use, SmallVectorImpl<Value> &worklist) {
    Operation *user = use.getOwner();
    if (isa<tensor::DimOp>(user) || isUnreadInit(use))
      return;
    if (rules.isNorm(use)) {
      stream.norms.insert(&use);
      return;
    }
    std::optional<SmallVector<OpOperand *>> added;
    if (user->getNumResults() != 1 || !rules.isLeaf(user->getResult(0)))
      added = getAddedRows(user);
    bool isAdded = added && llvm::is_contained(*added, &use);
    if (isAdded)
      worklist.push_back(user->getResult(0));
    else
      stream.escape =
          ("its rows are used by '" + user->getName().getStringRef() + "'")
              .str();
  }

  const StreamRules &rules;
  Stream stream;
};
} // namespace

Stream seednorm::norm::collectStream(Value rows, const StreamRules &rules) {
  return Collector(rules).collect(rows);
}

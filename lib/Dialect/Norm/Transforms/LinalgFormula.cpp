//===- LinalgFormula.cpp - Formulas as loops over tensors -----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a formula says, and the loops it needs.
//
//===----------------------------------------------------------------------===//

#include "LinalgFormula.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace seednorm::norm;

//===----------------------------------------------------------------------===//
// Recording
//===----------------------------------------------------------------------===//

LinalgFormula::LinalgFormula(OpBuilder &builder, FormulaOpInterface op)
    : builder(builder), loc(op.getLoc()), op(op), rows(builder, op),
      type(getComputeType(getElementTypeOrSelf(op->getOperand(0).getType()))),
      sizes(rows.getSizes()) {
  sizes.back() =
      builder.getIndexAttr(rows.getShape().back() + rows.getPadding());
  // Rows of one dimension may have heads.
  if (rows.getShape().size() == 1)
    sizes.insert(sizes.end() - 1, OpFoldResult());
  for (const FormulaOperand &operand : rows.getOperands())
    addOperand(operand);
}

void LinalgFormula::addOperand(const FormulaOperand &operand) {
  Node node{Kind::Operand};
  node.tensor = operand.tensor;
  if (operand.kind == OperandKind::Rows && rows.getPadding() != 0)
    node.tensor = buildPadded(operand.tensor);
  for (unsigned loop : operand.leading)
    node.extent |= 1u << loop;
  switch (operand.kind) {
  case OperandKind::Rows:
  case OperandKind::Samples:
  case OperandKind::Columns:
    node.extent |= getAll() & ~getLeading();
    break;
  case OperandKind::Heads:
    // There is no loop over a single head.
    if (rows.getShape().size() == 1)
      numHeads = operand.getSliceShape().front();
    if (rows.getShape().size() == 1 && numHeads == 1)
      node.readsScalar = true;
    else
      node.extent |= getHead();
    break;
  case OperandKind::Repeated:
    node.extent |= 1u << (sizes.size() - 1);
    break;
  case OperandKind::Scalar:
    node.readsScalar = true;
    break;
  }
  add(std::move(node));
}

Term LinalgFormula::add(Node node) {
  for (unsigned term : node.terms) {
    if (node.kind != Kind::Reduce)
      node.extent |= nodes[term].extent;
    node.reduces |= nodes[term].reduces;
  }
  nodes.push_back(std::move(node));
  return {this, static_cast<unsigned>(nodes.size() - 1)};
}

Term LinalgFormula::constant(double value) {
  Node node{Kind::Constant};
  node.value = value;
  return add(std::move(node));
}

Term LinalgFormula::apply(Function function, ArrayRef<Term> terms) {
  Node node{Kind::Apply};
  node.function = function;
  for (Term term : terms)
    node.terms.push_back(term.number);
  return add(std::move(node));
}

Term LinalgFormula::keepFirst(Term term, int64_t count) {
  Node node{Kind::KeepFirst, getAll() & ~getLeading(), {term.number}};
  node.count = count;
  return add(std::move(node));
}

Term LinalgFormula::reduce(Reduction reduction, Term term, int64_t heads) {
  numHeads = std::max(numHeads, heads);
  Node node{Kind::Reduce,
            heads > 1 ? getLeading() | getHead() : getLeading(),
            {term.number}};
  node.reduction = reduction;
  node.reduces = true;
  return add(std::move(node));
}

Term LinalgFormula::drawMask(unsigned seed, unsigned offset,
                             double probability) {
  Node node{Kind::Mask, getAll(), {seed, offset}};
  node.value = probability;
  return add(std::move(node));
}

Term LinalgFormula::round(Term term, FloatType to) {
  Node node{Kind::Round, 0, {term.number}};
  node.rounded = to;
  return add(std::move(node));
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

SmallVector<unsigned> LinalgFormula::getLoops(Loops extent) const {
  SmallVector<unsigned> loops;
  for (unsigned loop = 0; loop < sizes.size(); ++loop)
    if ((extent >> loop & 1) && exists(loop))
      loops.push_back(loop);
  return loops;
}

AffineMap LinalgFormula::getMap(const Node &node,
                                ArrayRef<unsigned> loops) const {
  SmallVector<AffineExpr> results;
  for (auto [position, loop] : llvm::enumerate(loops))
    if (node.extent >> loop & 1)
      results.push_back(builder.getAffineDimExpr(position));
  if (node.readsScalar)
    results.push_back(builder.getAffineConstantExpr(0));
  return AffineMap::get(loops.size(), 0, results, builder.getContext());
}

/// The dimensions of an unsplit tensor, the last of which is split.
static SmallVector<ReassociationIndices> getSplit(int64_t rank) {
  SmallVector<ReassociationIndices> groups;
  for (int64_t dim = 0; dim + 1 < rank; ++dim)
    groups.push_back({dim});
  groups.push_back({rank - 1, rank});
  return groups;
}

Value LinalgFormula::buildSplit(Value tensor, Loops extent) {
  auto before = cast<RankedTensorType>(tensor.getType());
  SmallVector<int64_t> shape(before.getShape().drop_back());
  shape.append({numHeads, getNumColumns() / numHeads});
  SmallVector<OpFoldResult> split;
  for (unsigned loop : getLoops(extent))
    split.push_back(sizes[loop]);
  return tensor::ExpandShapeOp::create(
      builder, loc, RankedTensorType::get(shape, before.getElementType()),
      tensor, getSplit(before.getRank()), split);
}

/// Columns become two loops.
void LinalgFormula::splitHeads() {
  if (numHeads == 1 || rows.getShape().size() != 1)
    return;
  sizes.back() = builder.getIndexAttr(getNumColumns() / numHeads);
  sizes[rows.getNumLeading()] = builder.getIndexAttr(numHeads);
  Loops columns = getAll() & ~getLeading();
  for (Node &node : nodes)
    if (node.kind == Kind::Operand && (node.extent & columns) == columns)
      node.tensor = buildSplit(node.tensor, node.extent);
}

/// `tensor` with zeros in the columns beyond its rows.
Value LinalgFormula::buildPadded(Value tensor) {
  auto type = cast<RankedTensorType>(tensor.getType());
  SmallVector<OpFoldResult> low(type.getRank(), builder.getIndexAttr(0));
  SmallVector<OpFoldResult> high = low;
  high.back() = builder.getIndexAttr(rows.getPadding());
  SmallVector<int64_t> shape(type.getShape());
  shape.back() += rows.getPadding();
  // Bufferization gives no rows an address beyond them.
  if (llvm::is_contained(shape, 0)) {
    SmallVector<OpFoldResult> target(rows.getSizes());
    target.back() = builder.getIndexAttr(shape.back());
    return tensor::EmptyOp::create(builder, loc, target, type.getElementType());
  }
  Value zero = arith::ConstantOp::create(
      builder, loc, builder.getZeroAttr(type.getElementType()));
  return tensor::PadOp::create(
      builder, loc, RankedTensorType::get(shape, type.getElementType()), tensor,
      low, high, zero, /*nofold=*/false);
}

/// The columns of `tensor` that are those of rows.
Value LinalgFormula::buildUnpadded(Value tensor) {
  if (rows.getPadding() == 0)
    return tensor;
  SmallVector<OpFoldResult> target(rows.getSizes());
  if (llvm::any_of(target, isZeroInteger))
    return tensor::EmptyOp::create(builder, loc, target,
                                   getElementTypeOrSelf(tensor));
  SmallVector<OpFoldResult> offsets(target.size(), builder.getIndexAttr(0));
  SmallVector<OpFoldResult> strides(target.size(), builder.getIndexAttr(1));
  return tensor::ExtractSliceOp::create(builder, loc, tensor, offsets, target,
                                        strides);
}

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

Value LinalgFormula::buildResult(unsigned index, unsigned term) {
  auto result = cast<RankedTensorType>(op->getResult(index).getType());
  SmallVector<int64_t> shape = rows.getResultShape(index);
  bool split = rows.getShape().size() == 1 && exists(rows.getNumLeading());
  Loops extent = getLeading();
  if (ArrayRef(shape) == rows.getShape())
    extent = getAll();
  else if (!shape.empty() && split)
    extent |= getHead();
  Value tensor = buildMap(term, extent, result.getElementType());
  int64_t rank = cast<RankedTensorType>(tensor.getType()).getRank();
  if (ArrayRef(shape) == rows.getShape() && split) {
    tensor = buildUnpadded(tensor::CollapseShapeOp::create(
        builder, loc, tensor, getSplit(rows.getNumLeading() + 1)));
    return rows.buildResult(builder, index, tensor);
  }
  if (rank < result.getRank()) { // One number a row, in a dimension of one.
    SmallVector<OpFoldResult> target(
        rows.getSizes().take_front(rows.getNumLeading()));
    target.push_back(builder.getIndexAttr(1));
    SmallVector<ReassociationIndices> groups;
    if (rank > 0)
      groups = getSplit(rank);
    return tensor::ExpandShapeOp::create(builder, loc, result, tensor, groups,
                                         target);
  }
  return rows.buildResult(builder, index, tensor);
}

SmallVector<Value> LinalgFormula::build(ArrayRef<Term> terms) {
  splitHeads();
  for (unsigned number = 0; number < nodes.size(); ++number)
    if (nodes[number].kind == Kind::Reduce)
      buildTensor(number);
  SmallVector<Value> results;
  for (auto [index, term] : llvm::enumerate(terms))
    results.push_back(buildResult(index, term.number));
  return results;
}

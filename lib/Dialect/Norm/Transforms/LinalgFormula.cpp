//===- LinalgFormula.cpp - Formulas as loops over tensors -----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reductions are built in the order the formula has them. Maths on numbers that
// all columns share is done once for them, not once a column.
//
//===----------------------------------------------------------------------===//

#include "LinalgFormula.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <cmath>

using namespace mlir;
using namespace seednorm::norm;

//===----------------------------------------------------------------------===//
// Recording
//===----------------------------------------------------------------------===//

LinalgFormula::LinalgFormula(OpBuilder &builder, FormulaOpInterface op)
    : builder(builder), loc(op.getLoc()),
      rows(cast<RankedTensorType>(op->getOperand(0).getType())),
      type(getComputeType(rows.getElementType())),
      numLeading(rows.getRank() - 1),
      sizes(tensor::getMixedSizes(builder, loc, op->getOperand(0))) {
  for (auto [index, operand] : llvm::enumerate(op->getOperands())) {
    auto shape = cast<RankedTensorType>(operand.getType()).getShape();
    unsigned extent = op.isTakenByRow(index)            ? All
                      : shape.back() == getNumColumns() ? Heads | Columns
                                                        : One;
    Node node{Kind::Operand, extent};
    node.tensor = operand;
    add(std::move(node));
  }
}

Term LinalgFormula::add(Node node) {
  for (unsigned term : node.terms)
    if (node.kind != Kind::Reduce)
      node.extent |= nodes[term].extent;
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
  Node node{Kind::KeepFirst, Heads | Columns, {term.number}};
  node.count = count;
  return add(std::move(node));
}

Term LinalgFormula::reduce(Reduction reduction, Term term, int64_t heads) {
  numHeads = std::max(numHeads, heads);
  Node node{Kind::Reduce, heads > 1 ? Leading | Heads : Leading, {term.number}};
  node.reduction = reduction;
  return add(std::move(node));
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

unsigned LinalgFormula::getGroup(unsigned loop) const {
  if (loop < numLeading)
    return Leading;
  return loop + 1 == sizes.size() ? Columns : Heads;
}

SmallVector<unsigned> LinalgFormula::getLoops(unsigned extent) const {
  SmallVector<unsigned> loops;
  for (unsigned loop = 0; loop < sizes.size(); ++loop)
    if (extent & getGroup(loop))
      loops.push_back(loop);
  return loops;
}

/// A parameter of one element is read at 0.
AffineMap LinalgFormula::getMap(unsigned extent,
                                ArrayRef<unsigned> loops) const {
  SmallVector<AffineExpr> results;
  for (auto [position, loop] : llvm::enumerate(loops))
    if (extent & getGroup(loop))
      results.push_back(builder.getAffineDimExpr(position));
  if (extent == One)
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

Value LinalgFormula::buildSplit(Value tensor, unsigned extent) {
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
  if (numHeads == 1)
    return;
  sizes.back() = builder.getIndexAttr(numHeads);
  sizes.push_back(builder.getIndexAttr(getNumColumns() / numHeads));
  for (Node &node : nodes)
    if (node.kind == Kind::Operand && node.extent != One)
      node.tensor = buildSplit(node.tensor, node.extent);
}

/// Undoes the split of a tensor of rows.
Value LinalgFormula::buildMerge(Value tensor) {
  if (numHeads == 1)
    return tensor;
  return tensor::CollapseShapeOp::create(builder, loc, rows, tensor,
                                         getSplit(rows.getRank()));
}

Value LinalgFormula::buildEmpty(unsigned extent, Type element) {
  SmallVector<OpFoldResult> shape;
  for (unsigned loop : getLoops(extent))
    shape.push_back(sizes[loop]);
  return tensor::EmptyOp::create(builder, loc, shape, element);
}

//===----------------------------------------------------------------------===//
// Element-wise code
//===----------------------------------------------------------------------===//

bool LinalgFormula::isTensorWithin(const Node &node, unsigned extent) const {
  switch (node.kind) {
  case Kind::Operand:
  case Kind::Reduce:
    return true;
  case Kind::Constant:
    return false;
  case Kind::Apply:
  case Kind::KeepFirst:
    // What follows from reductions alone.
    return (node.extent & Leading) && node.extent != extent;
  }
  llvm_unreachable("every kind is handled");
}

void LinalgFormula::collectTensors(unsigned term, unsigned extent,
                                   std::set<unsigned> &tensors) const {
  if (isTensorWithin(nodes[term], extent)) {
    tensors.insert(term);
    return;
  }
  for (unsigned operand : nodes[term].terms)
    collectTensors(operand, extent, tensors);
}

/// The body of one op: values of the tensors it reads are given, others are
/// built from them once.
class LinalgFormula::Payload {
public:
  Payload(LinalgFormula &formula, OpBuilder &builder,
          const std::set<unsigned> &tensors, ValueRange arguments)
      : formula(formula), builder(builder) {
    for (auto [term, argument] : llvm::zip(tensors, arguments))
      values[term] = buildCast(builder, formula.loc, argument, formula.type);
  }

  Value build(unsigned term) {
    if (Value known = values.lookup(term))
      return known;
    Value value = buildNew(formula.nodes[term]);
    values[term] = value;
    return value;
  }

private:
  Value buildNew(const Node &node) {
    if (node.kind == Kind::Constant)
      return buildConstant(node.value);
    SmallVector<Value> operands = llvm::map_to_vector(
        node.terms, [&](unsigned term) { return build(term); });
    if (node.kind == Kind::Apply)
      return buildFunction(builder, formula.loc, node.function, operands);
    Value limit =
        arith::ConstantIndexOp::create(builder, formula.loc, node.count);
    Value kept =
        arith::CmpIOp::create(builder, formula.loc, arith::CmpIPredicate::ult,
                              buildColumnNumber(), limit);
    return arith::SelectOp::create(builder, formula.loc, kept, operands.front(),
                                   buildConstant(0.0));
  }

  Value buildConstant(double value) {
    return arith::ConstantOp::create(builder, formula.loc,
                                     builder.getFloatAttr(formula.type, value));
  }

  /// Columns are the last loops of any op that asks for their number.
  Value buildColumnNumber() {
    Location loc = formula.loc;
    unsigned numLoops = formula.sizes.size();
    Value column = linalg::IndexOp::create(builder, loc, numLoops - 1);
    if (formula.numHeads == 1)
      return column;
    Value head = linalg::IndexOp::create(builder, loc, numLoops - 2);
    Value width = arith::ConstantIndexOp::create(
        builder, loc, formula.getNumColumns() / formula.numHeads);
    return arith::AddIOp::create(
        builder, loc, arith::MulIOp::create(builder, loc, head, width), column);
  }

  LinalgFormula &formula;
  OpBuilder &builder;
  llvm::DenseMap<unsigned, Value> values;
};

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

/// Builds what an op for `term` reads. In the order of terms: operands first.
std::set<unsigned> LinalgFormula::buildTensors(unsigned term, unsigned extent) {
  std::set<unsigned> tensors;
  collectTensors(term, extent, tensors);
  for (unsigned tensor : tensors)
    buildTensor(tensor);
  return tensors;
}

Value LinalgFormula::buildGeneric(
    unsigned term, unsigned extent, Value init, unsigned initExtent,
    llvm::function_ref<Value(OpBuilder &, Value, Value)> combine) {
  std::set<unsigned> tensors = buildTensors(term, extent);
  SmallVector<unsigned> loops = getLoops(extent);
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;
  for (unsigned tensor : tensors) {
    inputs.push_back(nodes[tensor].tensor);
    maps.push_back(getMap(nodes[tensor].extent, loops));
  }
  maps.push_back(getMap(initExtent, loops));
  SmallVector<utils::IteratorType> iterators;
  for (unsigned loop : loops)
    iterators.push_back(initExtent & getGroup(loop)
                            ? utils::IteratorType::parallel
                            : utils::IteratorType::reduction);
  return linalg::GenericOp::create(
             builder, loc, init.getType(), inputs, init, maps, iterators,
             [&](OpBuilder &body, Location, ValueRange arguments) {
               Payload payload(*this, body, tensors, arguments);
               linalg::YieldOp::create(
                   body, loc,
                   combine(body, payload.build(term), arguments.back()));
             })
      .getResult(0);
}

Value LinalgFormula::buildReduction(unsigned term) {
  const Node &node = nodes[term];
  bool isSum = node.reduction == Reduction::Sum;
  Value identity = arith::ConstantOp::create(
      builder, loc, builder.getFloatAttr(type, isSum ? 0.0 : -INFINITY));
  Value init = linalg::FillOp::create(builder, loc, identity,
                                      buildEmpty(node.extent, type))
                   .getResult(0);
  Function function = isSum ? Function::Add : Function::Maximum;
  return buildGeneric(node.terms.front(), All, init, node.extent,
                      [&](OpBuilder &body, Value value, Value before) {
                        return buildFunction(body, loc, function,
                                             {before, value});
                      });
}

Value LinalgFormula::buildMap(unsigned term, unsigned extent, Type element) {
  buildTensors(term, extent); // Before the result, as one reads it.
  return buildGeneric(term, extent, buildEmpty(extent, element), extent,
                      [&](OpBuilder &body, Value value, Value) {
                        return buildCast(body, loc, value, element);
                      });
}

Value LinalgFormula::buildTensor(unsigned term) {
  if (!nodes[term].tensor)
    nodes[term].tensor = nodes[term].kind == Kind::Reduce
                             ? buildReduction(term)
                             : buildMap(term, nodes[term].extent, type);
  return nodes[term].tensor;
}

Value LinalgFormula::build(Term term) {
  splitHeads();
  for (unsigned number = 0; number < nodes.size(); ++number)
    if (nodes[number].kind == Kind::Reduce)
      buildTensor(number);
  return buildMerge(buildMap(term.number, All, rows.getElementType()));
}

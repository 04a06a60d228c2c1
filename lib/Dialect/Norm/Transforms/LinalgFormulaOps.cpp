//===- LinalgFormulaOps.cpp - The ops of a formula's loops ----------------===//
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

#include "seednorm/Utils/Philox.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <cmath>

using namespace mlir;
using namespace seednorm::norm;

//===----------------------------------------------------------------------===//
// Element-wise code
//===----------------------------------------------------------------------===//

bool LinalgFormula::isTensorWithin(const Node &node, Loops extent) const {
  switch (node.kind) {
  case Kind::Operand:
  case Kind::Reduce:
    return true;
  case Kind::Constant:
    return false;
  case Kind::Apply:
  case Kind::KeepFirst:
  case Kind::Mask:
  case Kind::Round:
    // What follows from reductions alone.
    return node.reduces && node.extent != extent;
  }
  llvm_unreachable("every kind is handled");
}

void LinalgFormula::collectTensors(unsigned term, Loops extent,
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
      values[term] =
          isa<FloatType>(argument.getType())
              ? buildCast(builder, formula.loc, argument, formula.type)
              : argument;
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
    if (node.kind == Kind::Mask)
      return buildMask(operands[0], operands[1], node.value);
    if (node.kind == Kind::Round)
      return buildRound(operands.front(), node.rounded);
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

  Value buildRound(Value value, Type to) {
    Value rounded = buildCast(builder, formula.loc, value, to);
    return buildCast(builder, formula.loc, rounded, formula.type);
  }

  Value buildMask(Value seed, Value offset, double probability) {
    Location loc = formula.loc;
    Value row = arith::IndexCastOp::create(builder, loc, builder.getI64Type(),
                                           buildRowNumber());
    Value word = buildPhiloxElement(builder, loc, {seed, offset, row},
                                    buildColumnNumber());
    Value threshold = arith::ConstantIntOp::create(
        builder, loc, builder.getI32Type(), getMaskThreshold(probability));
    Value kept = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::uge,
                                       word, threshold);
    return arith::SelectOp::create(builder, loc, kept,
                                   buildConstant(1.0 / (1.0 - probability)),
                                   buildConstant(0.0));
  }

  Value buildRowNumber() {
    return buildNumber(0, formula.rows.getNumLeading());
  }

  /// The loops of a row are the last ones of any op that asks for its columns.
  Value buildColumnNumber() {
    return buildNumber(formula.rows.getNumLeading(), formula.sizes.size());
  }

  /// The number of an iteration of the loops from `first` to `last`, whose op
  /// has all loops.
  Value buildNumber(unsigned first, unsigned last) {
    Location loc = formula.loc;
    Value number;
    for (auto [position, loop] :
         llvm::enumerate(formula.getLoops(formula.getAll()))) {
      if (loop < first || loop >= last)
        continue;
      Value index = linalg::IndexOp::create(builder, loc, position);
      if (number) {
        Value size =
            getValueOrCreateConstantIndexOp(builder, loc, formula.sizes[loop]);
        number = arith::MulIOp::create(builder, loc, number, size);
        index = arith::AddIOp::create(builder, loc, number, index);
      }
      number = index;
    }
    if (!number)
      number = arith::ConstantIndexOp::create(builder, loc, 0);
    return number;
  }

  LinalgFormula &formula;
  OpBuilder &builder;
  llvm::DenseMap<unsigned, Value> values;
};

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

Value LinalgFormula::buildEmpty(Loops extent, Type element) {
  SmallVector<OpFoldResult> shape;
  for (unsigned loop : getLoops(extent))
    shape.push_back(sizes[loop]);
  return tensor::EmptyOp::create(builder, loc, shape, element);
}

/// Builds what an op for `term` reads. In the order of terms: operands first.
std::set<unsigned> LinalgFormula::buildTensors(unsigned term, Loops extent) {
  std::set<unsigned> tensors;
  collectTensors(term, extent, tensors);
  for (unsigned tensor : tensors)
    buildTensor(tensor);
  return tensors;
}

Value LinalgFormula::buildGeneric(
    unsigned term, Loops extent, Value init, Loops initExtent,
    llvm::function_ref<Value(OpBuilder &, Value, Value)> combine) {
  std::set<unsigned> tensors = buildTensors(term, extent);
  SmallVector<unsigned> loops = getLoops(extent);
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;
  for (unsigned tensor : tensors) {
    inputs.push_back(nodes[tensor].tensor);
    maps.push_back(getMap(nodes[tensor], loops));
  }
  maps.push_back(getMap(Node{Kind::Apply, initExtent}, loops));
  SmallVector<utils::IteratorType> iterators;
  for (unsigned loop : loops)
    iterators.push_back(initExtent >> loop & 1
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
  return buildGeneric(node.terms.front(), getAll(), init, node.extent,
                      [&](OpBuilder &body, Value value, Value before) {
                        return buildFunction(body, loc, function,
                                             {before, value});
                      });
}

Value LinalgFormula::buildMap(unsigned term, Loops extent, Type element) {
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

//===- AdjointReductions.cpp - Derivatives along columns ------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Spreading a value and adding up runs of columns are each other's adjoints.
// Columns that are equal to a maximum or minimum share its gradient.
//
//===----------------------------------------------------------------------===//

#include "BodyAdjoint.h"

#include "seednorm/Dialect/Row/Transforms/Spread.h"

#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace seednorm::row;
using arith::AddFOp;
using arith::CmpFPredicate;
using arith::DivFOp;
using arith::MulFOp;

void seednorm::row::addSpread(BodyAdjoint &adjoints, Operation *op,
                              Value gradient) {
  Value source = op->getOperand(0);
  if (adjoints.isActive(source))
    adjoints.add(source, buildRunSums(adjoints.builder, adjoints.loc, gradient,
                                      getAdjointType(source.getType())));
}

namespace {
/// The rule for one reduction.
class ReduceRule {
public:
  ReduceRule(BodyAdjoint &adjoints, Operation *op, Value gradient);
  LogicalResult apply();

private:
  Value spread(Value value) {
    return buildSpread(adjoints.builder, adjoints.loc, value,
                       getAdjointType(source.getType()));
  }
  Value sum(Value value) {
    return buildRunSums(adjoints.builder, adjoints.loc, value,
                        getAdjointType(op->getResult(0).getType()));
  }
  Value product(Value value);
  LogicalResult applyExtremum();
  LogicalResult applyProduct();

  BodyAdjoint &adjoints;
  Operation *op;
  Value gradient, source, init;
  vector::CombiningKind kind;
};
} // namespace

ReduceRule::ReduceRule(BodyAdjoint &adjoints, Operation *op, Value gradient)
    : adjoints(adjoints), op(op), gradient(gradient),
      source(op->getOperand(0)) {
  if (op->getNumOperands() > 1)
    init = op->getOperand(1);
  kind = isa<vector::ReductionOp>(op)
             ? cast<vector::ReductionOp>(op).getKind()
             : cast<vector::MultiDimReductionOp>(op).getKind();
}

/// The gradient, divided by how many there are, for what equals the result.
LogicalResult ReduceRule::applyExtremum() {
  Value result = adjoints.getForward(op->getResult(0));
  Value columns = adjoints.getForward(source);
  auto mark = [&](Value value, Value extremum) {
    return adjoints.buildSelect(
        adjoints.buildCompare(CmpFPredicate::OEQ, value, extremum),
        adjoints.buildConstant(1.0, value), adjoints.buildConstant(0.0, value));
  };
  Value marked = mark(columns, spread(result));
  Value count = sum(marked);
  if (init && adjoints.isActive(init)) {
    Value first = mark(adjoints.getForward(init), result);
    count = adjoints.build<AddFOp>(count, first);
    adjoints.addProduct(init, adjoints.build<DivFOp>(gradient, count), first);
  }
  // Without an equal column, as for a NaN or where `init` is alone, there is
  // nothing to share.
  count = adjoints.build<arith::MaximumFOp>(count,
                                            adjoints.buildConstant(1.0, count));
  adjoints.addProduct(source, spread(adjoints.build<DivFOp>(gradient, count)),
                      marked);
  return success();
}

/// The product of `value` over each run, without the init.
Value ReduceRule::product(Value value) {
  SmallVector<Value> operands = {value};
  if (init)
    operands.push_back(adjoints.buildConstant(1.0, adjoints.getForward(init)));
  return mlir::clone(adjoints.builder, op,
                     getAdjointType(op->getResult(0).getType()), operands)
      ->getResult(0);
}

/// Each column has the product of all others: that of all that are not 0,
/// divided by it, if none is 0; or undivided if it is the only 0.
LogicalResult ReduceRule::applyProduct() {
  Value columns = adjoints.getForward(source);
  Value zero = adjoints.buildConstant(0.0, columns);
  Value one = adjoints.buildConstant(1.0, columns);
  Value isZero = adjoints.buildCompare(CmpFPredicate::OEQ, columns, zero);
  Value nonzero = adjoints.buildSelect(isZero, one, columns);
  Value zeros = spread(sum(adjoints.buildSelect(isZero, one, zero)));
  Value isOneZero = adjoints.buildCompare(CmpFPredicate::OEQ, zeros, one);
  Value isNoZero = adjoints.buildCompare(CmpFPredicate::OEQ, zeros, zero);
  Value total = product(nonzero);
  Value scaled = gradient;
  if (init) {
    scaled = adjoints.build<MulFOp>(gradient, adjoints.getForward(init));
    if (adjoints.isActive(init))
      adjoints.addProduct(init, gradient, product(columns));
  }
  Value others = spread(adjoints.build<MulFOp>(scaled, total));
  Value divided = adjoints.buildSelect(
      isNoZero, adjoints.build<DivFOp>(others, nonzero), zero);
  Value alone = adjoints.buildSelect(isOneZero, others, zero);
  adjoints.add(source, adjoints.buildSelect(isZero, alone, divided));
  return success();
}

LogicalResult ReduceRule::apply() {
  switch (kind) {
  case vector::CombiningKind::ADD:
    if (adjoints.isActive(source))
      adjoints.add(source, spread(gradient));
    if (init)
      adjoints.add(init, gradient);
    return success();
  case vector::CombiningKind::MUL:
    return applyProduct();
  case vector::CombiningKind::MAXIMUMF:
  case vector::CombiningKind::MINIMUMF:
  case vector::CombiningKind::MAXNUMF:
  case vector::CombiningKind::MINNUMF:
    return applyExtremum();
  default:
    return op->emitOpError("has no adjoint");
  }
}

LogicalResult seednorm::row::addReduce(BodyAdjoint &adjoints, Operation *op,
                                       Value gradient) {
  return ReduceRule(adjoints, op, gradient).apply();
}

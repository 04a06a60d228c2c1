//===- Simplify.cpp - Less work and fewer levels in programs --------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Bodies arrive as their authors spelled them, column by column. Each rewrite
// here is one walk in the order of the body.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Dialect/Row/IR/Row.h"
#include "seednorm/Dialect/Row/Transforms/Passes.h"
#include "seednorm/Dialect/Row/Transforms/Spread.h"

#include "LinearSums.h"
#include "UniformFactors.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace seednorm::row {
#define GEN_PASS_DEF_ROWSIMPLIFYPASS
#include "seednorm/Dialect/Row/Transforms/Passes.h.inc"
} // namespace seednorm::row

using namespace mlir;
using namespace seednorm::row;

//===----------------------------------------------------------------------===//
// Uniform values once
//===----------------------------------------------------------------------===//

static TypedAttr getSplat(Value value) {
  DenseElementsAttr dense;
  Attribute attribute;
  if (matchPattern(value, m_Constant(&dense)) && dense.isSplat())
    return dense.getSplatValue<TypedAttr>();
  if (matchPattern(value, m_Constant(&attribute)))
    return dyn_cast<TypedAttr>(attribute);
  return {};
}

/// A type of `count` elements.
static Type getType(int64_t count, Type element) {
  return count == 1 ? element : VectorType::get({count}, element);
}

/// Computes `op` for as few elements as its operands differ in, and spreads
/// them: a value that a row has in common is computed once.
static void computeOnSources(Operation *op) {
  Type type = op->getResult(0).getType();
  int64_t count = 1;
  for (Value operand : op->getOperands())
    if (!getSplat(operand))
      count =
          std::max(count, getNumElements(getSpreadSource(operand).getType()));
  if (count >= getNumElements(type))
    return;
  OpBuilder builder(op);
  Location loc = op->getLoc();
  SmallVector<Value> operands;
  for (Value operand : op->getOperands()) {
    Type narrow = getType(count, getElementTypeOrSelf(operand));
    if (TypedAttr splat = getSplat(operand)) {
      if (auto vector = dyn_cast<VectorType>(narrow))
        splat = DenseElementsAttr::get(vector, splat);
      operands.push_back(arith::ConstantOp::create(builder, loc, splat));
      continue;
    }
    operands.push_back(
        buildSpread(builder, loc, getSpreadSource(operand), narrow));
  }
  Operation *once = mlir::clone(
      builder, op, getType(count, getElementTypeOrSelf(type)), operands);
  op->getResult(0).replaceAllUsesWith(
      buildSpread(builder, loc, once->getResult(0), type));
  op->erase();
}

//===----------------------------------------------------------------------===//
// Division
//===----------------------------------------------------------------------===//

/// Divides once for all columns where the graph lets a quotient be a product.
static void multiplyByReciprocal(arith::DivFOp op) {
  constexpr arith::FastMathFlags allowed =
      arith::FastMathFlags::arcp | arith::FastMathFlags::reassoc;
  Value divisor = getSpreadSource(op.getRhs());
  if (!arith::bitEnumContainsAny(op.getFastmath(), allowed) ||
      getNumElements(divisor.getType()) == getNumElements(op.getType()))
    return;
  OpBuilder builder(op);
  Location loc = op.getLoc();
  TypedAttr one = builder.getFloatAttr(getElementTypeOrSelf(op.getType()), 1.0);
  if (auto vector = dyn_cast<VectorType>(divisor.getType()))
    one = DenseElementsAttr::get(vector, one);
  Value reciprocal = arith::DivFOp::create(
      builder, loc, arith::ConstantOp::create(builder, loc, one), divisor);
  op.replaceAllUsesWith(
      arith::MulFOp::create(builder, loc, op.getLhs(),
                            buildSpread(builder, loc, reciprocal, op.getType()),
                            op.getFastmath())
          .getResult());
  op.erase();
}

//===----------------------------------------------------------------------===//
// Order of operands
//===----------------------------------------------------------------------===//

/// Brings the operands of commutative ops into the order in which they are
/// defined, so that equal values look equal. Constants stay last.
static void orderOperands(Block &body) {
  llvm::DenseMap<Value, unsigned> numbers;
  for (BlockArgument argument : body.getArguments())
    numbers[argument] = numbers.size();
  for (Operation &op : body.without_terminator()) {
    if (op.hasTrait<OpTrait::IsCommutative>() && op.getNumOperands() == 2) {
      auto getNumber = [&](unsigned index) {
        Value value = op.getOperand(index);
        return getSplat(value) ? ~0u : numbers.lookup(value);
      };
      if (getNumber(1) < getNumber(0)) {
        Value first = op.getOperand(0);
        op.setOperand(0, op.getOperand(1));
        op.setOperand(1, first);
      }
    }
    for (Value result : op.getResults())
      numbers[result] = numbers.size();
  }
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

namespace {
struct RowSimplifyPass
    : seednorm::row::impl::RowSimplifyPassBase<RowSimplifyPass> {
  using RowSimplifyPassBase::RowSimplifyPassBase;

  void runOnOperation() override {
    RewritePatternSet powers(&getContext());
    populateMathAlgebraicSimplificationPatterns(powers);
    FrozenRewritePatternSet frozen(std::move(powers));
    getOperation()->walk([&](ProgramOp program) {
      if (program.getScheduleAttr())
        return; // Chosen for the sums that there are.
      walkAndApplyPatterns(program, frozen);
      Block &body = program.getBodyBlock();
      for (Operation &op : llvm::make_early_inc_range(body))
        if (getBodyOpKind(&op) == BodyOpKind::ElementWise)
          computeOnSources(&op);
      if (!strict) {
        splitLinearSums(program);
        collectUniformFactors(program);
        for (Operation &op : llvm::make_early_inc_range(body))
          if (auto division = dyn_cast<arith::DivFOp>(op))
            multiplyByReciprocal(division);
      }
      orderOperands(body);
    });
  }
};
} // namespace

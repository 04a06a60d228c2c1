//===- NormToRow.cpp - Named norms as row programs ------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A norm becomes a row program whose body is its formula. This is the last
// place that sees a norm.
//
//===----------------------------------------------------------------------===//

#include "RowFormula.h"

#include "seednorm/Conversion/Passes.h"
#include "seednorm/Dialect/Norm/IR/FormulaRows.h"
#include "seednorm/Dialect/Row/IR/Row.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace seednorm {
#define GEN_PASS_DEF_CONVERTNORMTOROWPASS
#include "seednorm/Conversion/Passes.h.inc"
} // namespace seednorm

using namespace mlir;
using namespace seednorm;
using row::AccessAttr;
using row::AccessKind;

namespace {

/// Which slice of an operand a row sees.
AccessAttr getAccess(MLIRContext *context, const norm::FormulaRows &rows,
                     const norm::FormulaOperand &operand) {
  unsigned numLeading = rows.getNumLeading();
  unsigned own = operand.leading.size();
  if (own == 0 && operand.kind != norm::OperandKind::Rows)
    return AccessAttr::get(context, AccessKind::Shared, 0);
  if (own == numLeading)
    return AccessAttr::get(context, AccessKind::Row, 0);
  int64_t period = 1;
  bool samples = operand.kind == norm::OperandKind::Samples;
  for (OpFoldResult size : rows.getSizes().slice(
           samples ? own : numLeading - 1, samples ? numLeading - own : 1))
    period *= *getConstantIntValue(size);
  // Without rows there are no slices to tell apart.
  period = std::max<int64_t>(period, 1);
  return AccessAttr::get(
      context, samples ? AccessKind::Group : AccessKind::Cycle, period);
}

/// The shape of a slice of an operand by row, with the columns beyond it.
SmallVector<int64_t> pad(const norm::FormulaRows &rows,
                         ArrayRef<int64_t> shape) {
  SmallVector<int64_t> padded(shape);
  if (shape == rows.getShape())
    padded.back() += rows.getPadding();
  return padded;
}

/// The type of the slice that a row sees of an operand.
Type getSliceType(const norm::FormulaRows &rows,
                  const norm::FormulaOperand &operand) {
  SmallVector<int64_t> shape(operand.getSliceShape());
  if (operand.kind == norm::OperandKind::Repeated)
    shape.assign(rows.getShape().begin(), rows.getShape().end());
  if (operand.kind == norm::OperandKind::Rows)
    shape = pad(rows, shape);
  return VectorType::get(
      shape, cast<RankedTensorType>(operand.tensor.getType()).getElementType());
}

/// The operands of a program for a formula.
struct ProgramOperands {
  SmallVector<Value> inputs, outputs;
  SmallVector<AccessAttr> inputAccesses, outputAccesses;
  SmallVector<Type> inputSlices, outputSlices;
};

ProgramOperands buildOperands(OpBuilder &builder, Operation *op,
                              const norm::FormulaRows &rows) {
  ProgramOperands operands;
  for (const norm::FormulaOperand &operand : rows.getOperands()) {
    operands.inputs.push_back(operand.tensor);
    operands.inputAccesses.push_back(
        getAccess(op->getContext(), rows, operand));
    operands.inputSlices.push_back(getSliceType(rows, operand));
  }
  for (OpResult result : op->getResults()) {
    Type element = getElementTypeOrSelf(result.getType());
    SmallVector<int64_t> shape = rows.getResultShape(result.getResultNumber());
    SmallVector<OpFoldResult> sizes(
        rows.getSizes().take_front(rows.getNumLeading()));
    for (int64_t size : shape)
      sizes.push_back(builder.getIndexAttr(size));
    operands.outputs.push_back(
        tensor::EmptyOp::create(builder, op->getLoc(), sizes, element));
    operands.outputAccesses.push_back(
        AccessAttr::get(op->getContext(), AccessKind::Row, 0));
    operands.outputSlices.push_back(
        shape.empty() ? element : VectorType::get(pad(rows, shape), element));
  }
  return operands;
}

struct LowerFormula : OpInterfaceRewritePattern<norm::FormulaOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;
  LogicalResult matchAndRewrite(norm::FormulaOpInterface op,
                                PatternRewriter &rewriter) const override {
    norm::FormulaRows rows(rewriter, op);
    ProgramOperands operands = buildOperands(rewriter, op, rows);
    auto type = cast<FloatType>(norm::getComputeType(
        getElementTypeOrSelf(op->getOperand(0).getType())));
    auto buildBody = [&](OpBuilder &body, Location loc, ValueRange arguments) {
      RowFormula formula(body, loc, rows.getNumColumns(), type, arguments);
      SmallVector<Value> yielded;
      for (auto [term, slice] :
           llvm::zip_equal(op.buildFormula(formula), operands.outputSlices))
        yielded.push_back(formula.buildSlice(term, slice));
      row::YieldOp::create(body, loc, yielded);
    };
    auto program = row::ProgramOp::create(
        rewriter, op.getLoc(), operands.inputs, operands.outputs,
        operands.inputAccesses, operands.outputAccesses, operands.inputSlices,
        buildBody);
    SmallVector<Value> results;
    for (auto [index, result] : llvm::enumerate(program.getResults()))
      results.push_back(rows.buildResult(rewriter, index, result));
    rewriter.replaceOp(op, results);
    return success();
  }
};

struct ConvertNormToRow
    : seednorm::impl::ConvertNormToRowPassBase<ConvertNormToRow> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateNormToRowPatterns(patterns);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace

void seednorm::populateNormToRowPatterns(RewritePatternSet &patterns) {
  patterns.add<LowerFormula>(patterns.getContext());
}

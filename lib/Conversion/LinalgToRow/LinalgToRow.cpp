//===- LinalgToRow.cpp - Linalg ops as row programs -----------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One op becomes one program, on rows of what it reduces. No chain of ops is
// looked for: which programs belong together is row-fuse's to see.
//
//===----------------------------------------------------------------------===//

#include "ExtractedScalars.h"
#include "PayloadBody.h"
#include "RowView.h"
#include "Splat.h"

#include "seednorm/Conversion/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace seednorm {
#define GEN_PASS_DEF_CONVERTLINALGTOROWPASS
#include "seednorm/Conversion/Passes.h.inc"
} // namespace seednorm

using namespace mlir;
using namespace seednorm;

//===----------------------------------------------------------------------===//
// Tensors
//===----------------------------------------------------------------------===//

/// The dimensions of a tensor, those of size 1 with one that is not.
static SmallVector<ReassociationIndices> groupDims(const OperandView &view) {
  SmallVector<ReassociationIndices> groups(
      std::max<size_t>(view.loops.size(), 1));
  size_t group = 0;
  for (auto [dim, loop] : llvm::enumerate(view.dims)) {
    groups[std::min(group, groups.size() - 1)].push_back(dim);
    group += loop.has_value();
  }
  if (view.loops.empty())
    groups.clear();
  return groups;
}

namespace {

class OpConversion {
public:
  OpConversion(OpBuilder &builder, linalg::LinalgOp op, const RowView &view)
      : builder(builder), op(op), view(view), loc(op.getLoc()) {}
  /// Replaces the op; if that cannot be, says why and changes nothing.
  bool convert(std::string &reason);

private:
  OpFoldResult getSize(unsigned loop);
  RankedTensorType getTensorType(unsigned index) const;
  Value buildTensor(unsigned index);
  Value buildResult(unsigned index, Value result);
  void addInput(unsigned index);
  void addOutput(unsigned index);
  bool needsOperand(unsigned index);
  bool verifyProgram(row::ProgramOp program, std::string &reason);

  OpBuilder &builder;
  linalg::LinalgOp op;
  const RowView &view;
  Location loc;
  SmallVector<unsigned> taken; ///< Operands that are inputs.
  SmallVector<Value> inputs, outputs;
  SmallVector<row::AccessAttr> inputAccesses, outputAccesses;
  SmallVector<Type> slices;
};

} // namespace

OpFoldResult OpConversion::getSize(unsigned loop) {
  if (int64_t size = view.getSizes()[loop]; ShapedType::isStatic(size))
    return builder.getIndexAttr(size);
  for (unsigned index = 0; index < op->getNumOperands(); ++index)
    for (auto [dim, position] : llvm::enumerate(view.getOperand(index).dims))
      if (position == loop)
        return tensor::DimOp::create(builder, loc, op->getOperand(index), dim)
            .getResult();
  llvm_unreachable("every loop is a dimension of an operand");
}

/// The type of an operand without its dimensions of size 1.
RankedTensorType OpConversion::getTensorType(unsigned index) const {
  SmallVector<int64_t> shape =
      llvm::map_to_vector(view.getOperand(index).loops,
                          [&](unsigned loop) { return view.getSizes()[loop]; });
  return RankedTensorType::get(
      shape, getElementTypeOrSelf(op->getOperand(index).getType()));
}

Value OpConversion::buildTensor(unsigned index) {
  Value tensor = op->getOperand(index);
  const OperandView &operand = view.getOperand(index);
  if (operand.loops.size() != operand.dims.size())
    tensor = tensor::CollapseShapeOp::create(builder, loc, tensor,
                                             groupDims(operand));
  // Another operand may know a size that this one does not.
  if (RankedTensorType type = getTensorType(index); tensor.getType() != type)
    tensor = tensor::CastOp::create(builder, loc, type, tensor);
  return tensor;
}

Value OpConversion::buildResult(unsigned index, Value result) {
  const OperandView &operand = view.getOperand(op.getNumDpsInputs() + index);
  auto type = cast<RankedTensorType>(op->getResult(index).getType());
  if (operand.loops.size() != operand.dims.size()) {
    SmallVector<OpFoldResult> sizes;
    SmallVector<int64_t> shape;
    for (std::optional<unsigned> loop : operand.dims) {
      sizes.push_back(loop ? getSize(*loop)
                           : OpFoldResult(builder.getIndexAttr(1)));
      shape.push_back(loop ? view.getSizes()[*loop] : 1);
    }
    result = tensor::ExpandShapeOp::create(
        builder, loc, RankedTensorType::get(shape, type.getElementType()),
        result, groupDims(operand), sizes);
  }
  if (result.getType() != type)
    result = tensor::CastOp::create(builder, loc, type, result);
  return result;
}

void OpConversion::addInput(unsigned index) {
  const OperandView &operand = view.getOperand(index);
  taken.push_back(index);
  inputs.push_back(buildTensor(index));
  inputAccesses.push_back(operand.access);
  ArrayRef<int64_t> columns = view.getColumns();
  if (!operand.isRepeated)
    columns = columns.take_front(operand.numColumnLoops);
  Type element = getElementTypeOrSelf(op->getOperand(index).getType());
  slices.push_back(columns.empty() ? element
                                   : VectorType::get(columns, element));
}

void OpConversion::addOutput(unsigned index) {
  unsigned operand = op.getNumDpsInputs() + index;
  SmallVector<OpFoldResult> sizes =
      llvm::map_to_vector(view.getOperand(operand).loops,
                          [&](unsigned loop) { return getSize(loop); });
  outputs.push_back(tensor::EmptyOp::create(
      builder, loc, sizes,
      getElementTypeOrSelf(op->getResult(index).getType())));
  outputAccesses.push_back(view.getOperand(operand).access);
}

bool OpConversion::needsOperand(unsigned index) {
  return !op.getBlock()->getArgument(index).use_empty() &&
         !getSplat(op->getOperand(index));
}

/// The rules of bodies are the verifier's; what it says is the reason.
bool OpConversion::verifyProgram(row::ProgramOp program, std::string &reason) {
  ScopedDiagnosticHandler handler(op->getContext(), [&](Diagnostic &error) {
    reason = error.str();
    return success();
  });
  return succeeded(verify(program));
}

bool OpConversion::convert(std::string &reason) {
  for (unsigned index = 0; index < op->getNumOperands(); ++index)
    if (needsOperand(index))
      addInput(index);
  for (unsigned index = 0; index < op->getNumResults(); ++index)
    addOutput(index);
  bool isBuilt = false;
  auto program = row::ProgramOp::create(
      builder, loc, inputs, outputs, inputAccesses, outputAccesses, slices,
      [&](OpBuilder &builder, Location, ValueRange arguments) {
        PayloadBody body(builder, op, view);
        for (unsigned index = 0; index < op->getNumOperands(); ++index)
          if (TypedAttr splat = getSplat(op->getOperand(index)))
            body.setOperand(index,
                            arith::ConstantOp::create(builder, loc, splat), 0);
        for (auto [index, argument] : llvm::zip_equal(taken, arguments)) {
          const OperandView &operand = view.getOperand(index);
          body.setOperand(index, argument,
                          operand.isRepeated ? view.getColumns().size()
                                             : operand.numColumnLoops);
        }
        std::optional<SmallVector<Value>> yielded = body.build(reason);
        isBuilt = yielded.has_value();
        row::YieldOp::create(builder, loc,
                             yielded.value_or(SmallVector<Value>()));
      });
  if (!isBuilt || !verifyProgram(program, reason)) {
    program->erase();
    return false;
  }
  SmallVector<Value> results;
  for (auto [index, result] : llvm::enumerate(program.getResults()))
    results.push_back(buildResult(index, result));
  op->replaceAllUsesWith(results);
  op->erase();
  return true;
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

static bool hasCombinations(linalg::LinalgOp op) {
  for (unsigned index = 0; index < op->getNumResults(); ++index)
    if (!findCombination(op, index))
      return false;
  return true;
}

static bool convertOp(linalg::LinalgOp op, std::string &reason) {
  std::optional<RowView> view = RowView::find(op, reason);
  if (!view)
    return false;
  if (view->getNumReduced() != 0 && !hasCombinations(op)) {
    reason = "it combines what it reduces with its partial result otherwise "
             "than by sums, a product, a minimum or a maximum of floats in any "
             "order";
    return false;
  }
  for (auto [argument, operand] :
       llvm::zip_equal(op.getBlock()->getArguments(), op->getOperands()))
    if (!isa<ShapedType>(operand.getType()) && !argument.use_empty() &&
        !getSplat(operand)) {
      reason = "it takes a scalar that is no constant";
      return false;
    }
  OpBuilder builder(op);
  return OpConversion(builder, op, *view).convert(reason);
}

namespace {
struct ConvertLinalgToRow
    : seednorm::impl::ConvertLinalgToRowPassBase<ConvertLinalgToRow> {
  using ConvertLinalgToRowPassBase::ConvertLinalgToRowPassBase;

  void runOnOperation() override {
    if (failed(prepare()))
      return signalPassFailure();
    SmallVector<linalg::LinalgOp> ops;
    getOperation()->walk([&](linalg::LinalgOp op) {
      // Fills are read as numbers; others are what they are in memory.
      if (op.hasPureTensorSemantics() && op->getNumResults() != 0 &&
          !isa<linalg::FillOp>(op))
        ops.push_back(op);
    });
    for (linalg::LinalgOp op : ops) {
      Location loc = op.getLoc();
      StringRef name = op->getName().getStringRef();
      std::string reason;
      if (convertOp(op, reason))
        continue;
      op->setAttr(row::kOutsideAttrName,
                  StringAttr::get(&getContext(), reason));
      if (report)
        emitRemark(loc) << "'" << name << "' op is no row program: " << reason;
    }
  }

private:
  /// Fills that are no number are programs where what they fill with is an
  /// operand.
  void generalizeFills(RewriterBase &rewriter) {
    SmallVector<linalg::FillOp> fills;
    getOperation()->walk([&](linalg::FillOp op) {
      if (op.hasPureTensorSemantics() && !getSplat(op.value()))
        fills.push_back(op);
    });
    for (linalg::FillOp op : fills) {
      rewriter.setInsertionPoint(op);
      (void)linalg::generalizeNamedOp(rewriter, op);
    }
  }

  /// Asserts that hold, or are to, go; scalars become operands again, powers
  /// products and roots.
  LogicalResult prepare() {
    if (dropAsserts)
      getOperation()->walk([](cf::AssertOp op) { op.erase(); });
    IRRewriter rewriter(&getContext());
    generalizeFills(rewriter);
    SmallVector<linalg::GenericOp> ops;
    getOperation()->walk([&](linalg::GenericOp op) { ops.push_back(op); });
    for (linalg::GenericOp op : ops)
      if (op.hasPureTensorSemantics())
        takeExtractedScalars(rewriter, op);
    RewritePatternSet patterns(&getContext());
    populateMathAlgebraicSimplificationPatterns(patterns);
    cf::AssertOp::getCanonicalizationPatterns(patterns, &getContext());
    return applyPatternsGreedily(getOperation(), std::move(patterns));
  }
};
} // namespace

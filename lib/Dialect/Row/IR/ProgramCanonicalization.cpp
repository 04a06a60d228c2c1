//===- ProgramCanonicalization.cpp - Fewer operands for row.program -------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Rewrites that are always right: an operand that the body does not need, or
// has already, is bytes read for nothing.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Dialect/Row/IR/Row.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;
using namespace seednorm::row;

/// Removes inputs `dead` and their (unused) block arguments.
static void eraseInputs(PatternRewriter &rewriter, ProgramOp op,
                        const BitVector &dead) {
  rewriter.modifyOpInPlace(op, [&] {
    SmallVector<Attribute> accesses;
    for (auto [index, access] : llvm::enumerate(op.getInputAccesses()))
      if (!dead[index])
        accesses.push_back(access);
    op.setInputAccessesAttr(rewriter.getArrayAttr(accesses));
    for (unsigned index = dead.size(); index-- > 0;)
      if (dead[index])
        op.getInputsMutable().erase(index);
    op.getBodyBlock().eraseArguments(dead);
  });
}

namespace {

/// A constant with one value for all elements needs no memory.
struct MoveSplatInputIntoBody : OpRewritePattern<ProgramOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ProgramOp op,
                                PatternRewriter &rewriter) const override {
    Block &block = op.getBodyBlock();
    for (auto [input, argument] :
         llvm::zip_equal(op.getInputs(), block.getArguments())) {
      DenseElementsAttr value;
      if (argument.use_empty() || !matchPattern(input, m_Constant(&value)) ||
          !value.isSplat())
        continue;
      TypedAttr splat = value.getSplatValue<TypedAttr>();
      if (auto vector = dyn_cast<VectorType>(argument.getType()))
        splat = DenseElementsAttr::get(vector, splat);
      rewriter.setInsertionPointToStart(&block);
      auto constant = arith::ConstantOp::create(rewriter, op.getLoc(), splat);
      rewriter.replaceAllUsesWith(argument, constant.getResult());
      return success();
    }
    return rewriter.notifyMatchFailure(op, "no input is a splat constant");
  }
};

/// Two inputs that are the same slices of the same value are one.
struct MergeEqualInputs : OpRewritePattern<ProgramOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ProgramOp op,
                                PatternRewriter &rewriter) const override {
    Block &block = op.getBodyBlock();
    for (unsigned second = 1; second < block.getNumArguments(); ++second)
      for (unsigned first = 0; first < second; ++first) {
        BlockArgument kept = block.getArgument(first);
        BlockArgument merged = block.getArgument(second);
        if (merged.use_empty() || kept.getType() != merged.getType() ||
            op.getInputs()[first] != op.getInputs()[second] ||
            op.getInputAccess(first) != op.getInputAccess(second))
          continue;
        rewriter.replaceAllUsesWith(merged, kept);
        return success();
      }
    return rewriter.notifyMatchFailure(op, "all inputs differ");
  }
};

/// An input without a use is not read, unless it is what numbers the rows or
/// the longest slice.
struct RemoveUnusedInputs : OpRewritePattern<ProgramOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ProgramOp op,
                                PatternRewriter &rewriter) const override {
    Block &block = op.getBodyBlock();
    BitVector dead(block.getNumArguments());
    for (BlockArgument argument : block.getArguments()) {
      if (!argument.use_empty())
        continue;
      dead.set(argument.getArgNumber());
      if (!givesShape(op, dead))
        dead.reset(argument.getArgNumber());
    }
    if (dead.none())
      return rewriter.notifyMatchFailure(op, "every input is used");
    eraseInputs(rewriter, op, dead);
    return success();
  }

private:
  /// Whether rows and columns follow from the operands but for `dead` inputs.
  static bool givesShape(ProgramOp op, const BitVector &dead) {
    bool hasRows = false, hasColumns = false;
    auto consider = [&](AccessAttr access, Type slice) {
      hasRows |= access.getKind() == AccessKind::Row;
      hasColumns |= getNumElements(slice) == op.getNumColumns();
    };
    for (BlockArgument argument : op.getBodyBlock().getArguments())
      if (!dead[argument.getArgNumber()])
        consider(op.getInputAccess(argument.getArgNumber()),
                 argument.getType());
    for (unsigned output = 0; output < op.getOutputs().size(); ++output)
      consider(op.getOutputAccess(output), op.getOutputSliceType(output));
    return hasRows && hasColumns;
  }
};

/// An output is overwritten, so the value of an argument given for it does not
/// matter; and the argument's memory is the caller's.
struct DetachArgumentOutputs : OpRewritePattern<ProgramOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ProgramOp op,
                                PatternRewriter &rewriter) const override {
    for (OpOperand &output : op.getOutputsMutable()) {
      auto argument = dyn_cast<BlockArgument>(output.get());
      auto type = dyn_cast<RankedTensorType>(output.get().getType());
      unsigned number = output.getOperandNumber() - op.getInputs().size();
      if (!argument || !type || isWritable(argument) ||
          op.getOutputAccess(number).addsToOperand())
        continue;
      Value empty = tensor::EmptyOp::create(
          rewriter, op.getLoc(),
          tensor::getMixedSizes(rewriter, op.getLoc(), argument),
          type.getElementType());
      rewriter.modifyOpInPlace(op, [&] { output.set(empty); });
      return success();
    }
    return rewriter.notifyMatchFailure(op, "no output is an argument");
  }

private:
  /// Whether a function gives `argument` away to be written.
  static bool isWritable(BlockArgument argument) {
    auto function =
        dyn_cast<FunctionOpInterface>(argument.getOwner()->getParentOp());
    if (!function || !argument.getOwner()->isEntryBlock())
      return true; // Carried by a loop: not ours to say.
    auto writable = function.getArgAttrOfType<BoolAttr>(
        argument.getArgNumber(), "bufferization.writable");
    return writable && writable.getValue();
  }
};

/// A result has the sizes of its output; knowing them needs no program.
struct TakeSizeOfOutput : OpRewritePattern<tensor::DimOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(tensor::DimOp op,
                                PatternRewriter &rewriter) const override {
    auto program = op.getSource().getDefiningOp<ProgramOp>();
    if (!program)
      return rewriter.notifyMatchFailure(op, "not the size of a result");
    unsigned result = cast<OpResult>(op.getSource()).getResultNumber();
    rewriter.modifyOpInPlace(
        op, [&] { op.getSourceMutable().set(program.getOutputs()[result]); });
    return success();
  }
};

} // namespace

void ProgramOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                            MLIRContext *context) {
  patterns.add<DetachArgumentOutputs, MoveSplatInputIntoBody, MergeEqualInputs,
               RemoveUnusedInputs, TakeSizeOfOutput>(context);
}

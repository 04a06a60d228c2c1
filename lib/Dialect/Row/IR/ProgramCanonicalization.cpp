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
    int64_t columns = op.getNumColumns();
    bool rowsFromOutput = llvm::any_of(
        op.getOutputAccesses().getAsRange<AccessAttr>(),
        [](AccessAttr access) { return access.getKind() == AccessKind::Row; });
    bool columnsFromOutput =
        llvm::any_of(op.getYield().getOperandTypes(), [&](Type type) {
          return getNumElements(type) == columns;
        });
    if (!rowsFromOutput || !columnsFromOutput)
      return rewriter.notifyMatchFailure(op, "outputs do not give the shape");
    BitVector dead(block.getNumArguments());
    for (BlockArgument argument : block.getArguments())
      dead[argument.getArgNumber()] = argument.use_empty();
    if (dead.none())
      return rewriter.notifyMatchFailure(op, "every input is used");
    eraseInputs(rewriter, op, dead);
    return success();
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
      if (!argument || !type || isWritable(argument))
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

} // namespace

void ProgramOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                            MLIRContext *context) {
  patterns.add<DetachArgumentOutputs, MoveSplatInputIntoBody, MergeEqualInputs,
               RemoveUnusedInputs>(context);
}

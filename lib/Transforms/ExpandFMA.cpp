//===- ExpandFMA.cpp - Multiply and add without an instruction for both ---===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A product of f32 is exact in f64. The sum there, rounded to odd, keeps all
// that the rounding to f32 depends on (Boldo and Melquiond, "Emulation of FMA
// and Correctly Rounded Sums", IEEE Transactions on Computers 57, 2008).
//
//===----------------------------------------------------------------------===//

#include "seednorm/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace seednorm {
#define GEN_PASS_DEF_EXPANDFMAPASS
#include "seednorm/Transforms/Passes.h.inc"
} // namespace seednorm

using namespace mlir;

/// `like` with other elements.
static Type withElements(Type like, Type element) {
  auto vector = dyn_cast<VectorType>(like);
  return vector ? Type(vector.clone(element)) : element;
}

static Value buildInteger(ImplicitLocOpBuilder &b, Type type, int64_t value) {
  TypedAttr attribute = b.getIntegerAttr(getElementTypeOrSelf(type), value);
  if (auto vector = dyn_cast<VectorType>(type))
    attribute = DenseElementsAttr::get(vector, attribute);
  return arith::ConstantOp::create(b, attribute);
}

/// The sum of two f64, exact if it fits and otherwise, of the two numbers next
/// to it, the one whose last bit is set.
static Value buildSumToOdd(ImplicitLocOpBuilder &b, Value lhs, Value rhs) {
  Value sum = arith::AddFOp::create(b, lhs, rhs);
  // What the sum lost, exactly (Knuth, TAOCP 2, 4.2.2, theorem B).
  Value ofRhs = arith::SubFOp::create(b, sum, lhs);
  Value ofLhs = arith::SubFOp::create(b, sum, ofRhs);
  Value lostOfRhs = arith::SubFOp::create(b, rhs, ofRhs);
  Value lostOfLhs = arith::SubFOp::create(b, lhs, ofLhs);
  Value lost = arith::AddFOp::create(b, lostOfLhs, lostOfRhs);
  Type bitsType = withElements(sum.getType(), b.getI64Type());
  Value bits = arith::BitcastOp::create(b, bitsType, sum);
  Value lostBits = arith::BitcastOp::create(b, bitsType, lost);
  Value zero = buildInteger(b, bitsType, 0), one = buildInteger(b, bitsType, 1);
  // Away from zero where what was lost has the sign of the sum: the bits of
  // larger magnitudes are larger integers.
  Value differ = arith::XOrIOp::create(b, bits, lostBits);
  Value isNearer =
      arith::CmpIOp::create(b, arith::CmpIPredicate::slt, differ, zero);
  Value step =
      arith::SelectOp::create(b, isNearer, buildInteger(b, bitsType, -1), one);
  Value odd = arith::AddIOp::create(b, bits, step);
  Value isEven = arith::CmpIOp::create(
      b, arith::CmpIPredicate::eq, arith::AndIOp::create(b, bits, one), zero);
  // Not where the sum is no number, as of infinities: what it lost is none.
  Value isInexact =
      arith::CmpFOp::create(b, arith::CmpFPredicate::ONE, lost,
                            arith::BitcastOp::create(b, lost.getType(), zero));
  Value chosen = arith::SelectOp::create(
      b, arith::AndIOp::create(b, isEven, isInexact), odd, bits);
  return arith::BitcastOp::create(b, sum.getType(), chosen);
}

namespace {
struct ExpandFMAOfF32 : OpRewritePattern<math::FmaOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(math::FmaOp op,
                                PatternRewriter &rewriter) const override {
    if (!getElementTypeOrSelf(op.getType()).isF32())
      return rewriter.notifyMatchFailure(op, "is not on f32");
    ImplicitLocOpBuilder b(op.getLoc(), rewriter);
    if (bitEnumContainsAny(op.getFastmath(),
                           arith::FastMathFlags::contract |
                               arith::FastMathFlags::reassoc)) {
      Value product = arith::MulFOp::create(b, op.getA(), op.getB());
      rewriter.replaceOpWithNewOp<arith::AddFOp>(op, product, op.getC());
      return success();
    }
    Type wide = withElements(op.getType(), b.getF64Type());
    auto extend = [&](Value value) -> Value {
      return arith::ExtFOp::create(b, wide, value);
    };
    Value product =
        arith::MulFOp::create(b, extend(op.getA()), extend(op.getB()));
    Value sum = buildSumToOdd(b, product, extend(op.getC()));
    rewriter.replaceOpWithNewOp<arith::TruncFOp>(op, op.getType(), sum);
    return success();
  }
};

struct ExpandFMA : seednorm::impl::ExpandFMAPassBase<ExpandFMA> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<ExpandFMAOfF32>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};
} // namespace

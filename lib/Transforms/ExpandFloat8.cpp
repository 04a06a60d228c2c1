//===- ExpandFloat8.cpp - Casts of 8-bit floats as integer arithmetic -----===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LLVM has no such types: to it they are bytes. All that tells one format from
// another comes from APFloat's description of it.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace seednorm {
#define GEN_PASS_DEF_EXPANDFLOAT8PASS
#include "seednorm/Transforms/Passes.h.inc"
} // namespace seednorm

using namespace mlir;
using arith::CmpIPredicate;

static bool isFloat8(Type type) {
  return isa<Float8E4M3FNType, Float8E5M2Type>(getElementTypeOrSelf(type));
}

static Type withElement(Type shape, Type element) {
  auto vector = dyn_cast<VectorType>(shape);
  return vector ? Type(vector.clone(element)) : element;
}

namespace {

/// What the bits of a float mean: a sign, an exponent and a mantissa. As
/// integers, magnitudes are in the order of the numbers they stand for.
struct Format {
  explicit Format(const llvm::fltSemantics &semantics)
      : width(APFloat::semanticsSizeInBits(semantics)),
        mantissaBits(APFloat::semanticsPrecision(semantics) - 1),
        bias(1 - APFloat::semanticsMinExponent(semantics)),
        overflow(toBits(APFloat::getLargest(semantics)) + 1),
        nan(toBits(APFloat::getQNaN(semantics))) {}

  explicit Format(Type type)
      : Format(
            cast<FloatType>(getElementTypeOrSelf(type)).getFloatSemantics()) {}

  /// The bits of 2 to the power of `exponent`, a normal number.
  uint64_t getPowerOfTwo(int64_t exponent) const {
    return uint64_t(bias + exponent) << mantissaBits;
  }
  int64_t getMinExponent() const { return 1 - bias; }

  int64_t width, mantissaBits, bias;
  uint64_t overflow; ///< What is beyond the largest number: infinity or NaN.
  uint64_t nan;

private:
  static uint64_t toBits(const APFloat &value) {
    return value.bitcastToAPInt().getZExtValue();
  }
};

/// Arithmetic on the bits of `wide` floats, or of vectors of them.
class BitBuilder {
public:
  BitBuilder(OpBuilder &builder, Location loc, Type wide)
      : builder(builder), loc(loc), floats(wide),
        ints(withElement(
            wide, builder.getIntegerType(
                      getElementTypeOrSelf(wide).getIntOrFloatBitWidth()))),
        bytes(withElement(wide, builder.getI8Type())) {}

  Value integer(uint64_t value) {
    Type element = getElementTypeOrSelf(ints);
    TypedAttr number = builder.getIntegerAttr(
        element, APInt(element.getIntOrFloatBitWidth(), value));
    if (auto vector = dyn_cast<VectorType>(ints))
      number = DenseElementsAttr::get(vector, number);
    return arith::ConstantOp::create(builder, loc, number);
  }
  template <typename Op> Value apply(Value lhs, Value rhs) {
    return Op::create(builder, loc, lhs, rhs);
  }
  template <typename Op> Value apply(Value lhs, uint64_t rhs) {
    return apply<Op>(lhs, integer(rhs));
  }
  Value select(CmpIPredicate predicate, Value lhs, uint64_t rhs, Value ifTrue,
               Value ifFalse) {
    Value condition =
        arith::CmpIOp::create(builder, loc, predicate, lhs, integer(rhs));
    return arith::SelectOp::create(builder, loc, condition, ifTrue, ifFalse);
  }
  Value toBits(Value value) {
    return arith::BitcastOp::create(builder, loc, ints, value);
  }
  Value fromBits(Value bits) {
    return arith::BitcastOp::create(builder, loc, floats, bits);
  }
  /// The bits of `narrow` with zeros above them.
  Value extend(Value narrow) {
    Value byte = arith::BitcastOp::create(builder, loc, bytes, narrow);
    return arith::ExtUIOp::create(builder, loc, ints, byte);
  }
  /// The low bits as a float of type `narrow`.
  Value truncate(Value bits, Type narrow) {
    Value byte = arith::TruncIOp::create(builder, loc, bytes, bits);
    return arith::BitcastOp::create(builder, loc, narrow, byte);
  }

private:
  OpBuilder &builder;
  Location loc;
  Type floats, ints, bytes;
};

} // namespace

/// Rounds to nearest even. `value` is of f32 or f64.
static Value buildTruncation(OpBuilder &builder, Location loc, Value value,
                             Type type) {
  BitBuilder b(builder, loc, value.getType());
  Format from(value.getType()), to(type);
  int64_t dropped = from.mantissaBits - to.mantissaBits;
  Value bits = b.toBits(value);
  Value magnitude = b.apply<arith::AndIOp>(
      bits, llvm::maskTrailingOnes<uint64_t>(from.width - 1));

  // A carry out of the mantissa is one into the exponent, as it should be.
  Value odd =
      b.apply<arith::AndIOp>(b.apply<arith::ShRUIOp>(magnitude, dropped), 1);
  Value rounded = b.apply<arith::AddIOp>(
      b.apply<arith::AddIOp>(magnitude, (uint64_t(1) << (dropped - 1)) - 1),
      odd);
  Value normal =
      b.apply<arith::SubIOp>(b.apply<arith::ShRUIOp>(rounded, dropped),
                             uint64_t(from.bias - to.bias) << to.mantissaBits);

  // Subnormal numbers are multiples of one quantum. Next to this power of two
  // it is the last place of `from`, so the addition rounds to it. The minimum
  // also keeps the back end from fusing a product with the addition.
  uint64_t magic = from.getPowerOfTwo(to.getMinExponent() + dropped);
  Value small = b.apply<arith::MinUIOp>(
      magnitude, from.getPowerOfTwo(to.getMinExponent()));
  Value subnormal = b.apply<arith::SubIOp>(
      b.toBits(b.apply<arith::AddFOp>(b.fromBits(small),
                                      b.fromBits(b.integer(magic)))),
      magic);

  // Either is the smaller one where it does not hold.
  Value code = b.apply<arith::MinSIOp>(
      b.apply<arith::MaxSIOp>(normal, subnormal), to.overflow);
  if (to.nan != to.overflow)
    code = b.select(CmpIPredicate::ugt, magnitude, from.overflow,
                    b.integer(to.nan), code);
  Value sign = b.apply<arith::AndIOp>(
      b.apply<arith::ShRUIOp>(bits, from.width - to.width),
      uint64_t(1) << (to.width - 1));
  return b.truncate(b.apply<arith::OrIOp>(code, sign), type);
}

/// Exact. `type` is f32 or a vector of it.
static Value buildExtension(OpBuilder &builder, Location loc, Value value,
                            Type type) {
  BitBuilder b(builder, loc, type);
  Format from(value.getType()), to(type);
  int64_t added = to.mantissaBits - from.mantissaBits;
  uint64_t signMask = uint64_t(1) << (from.width - 1);
  Value bits = b.extend(value);
  Value magnitude = b.apply<arith::AndIOp>(bits, signMask - 1);
  Value shifted = b.apply<arith::ShLIOp>(magnitude, added);
  Value normal = b.apply<arith::AddIOp>(shifted, uint64_t(to.bias - from.bias)
                                                     << to.mantissaBits);

  // A subnormal number has no leading one, but has the exponent of the smallest
  // normal one: give it both and take the one away.
  uint64_t one = to.getPowerOfTwo(from.getMinExponent());
  Value subnormal = b.toBits(
      b.apply<arith::SubFOp>(b.fromBits(b.apply<arith::OrIOp>(shifted, one)),
                             b.fromBits(b.integer(one))));
  Value number = b.select(CmpIPredicate::ult, magnitude,
                          uint64_t(1) << from.mantissaBits, subnormal, normal);
  Value special = b.apply<arith::OrIOp>(shifted, to.overflow);
  number =
      b.select(CmpIPredicate::ult, magnitude, from.overflow, number, special);
  Value sign = b.apply<arith::ShLIOp>(b.apply<arith::AndIOp>(bits, signMask),
                                      to.width - from.width);
  return b.fromBits(b.apply<arith::OrIOp>(number, sign));
}

namespace {

struct ExpandTruncation : OpRewritePattern<arith::TruncFOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(arith::TruncFOp op,
                                PatternRewriter &rewriter) const override {
    if (!isFloat8(op.getType()))
      return rewriter.notifyMatchFailure(op, "is not to an 8-bit float");
    if (op.getRoundingmode().value_or(arith::RoundingMode::to_nearest_even) !=
        arith::RoundingMode::to_nearest_even)
      return rewriter.notifyMatchFailure(op, "does not round to nearest even");
    Value value = op.getIn();
    Type source = getElementTypeOrSelf(value.getType());
    if (source.isF16() || source.isBF16())
      value = arith::ExtFOp::create(
          rewriter, op.getLoc(),
          withElement(op.getType(), rewriter.getF32Type()), value);
    else if (!source.isF32() && !source.isF64())
      return rewriter.notifyMatchFailure(op, "is from an unknown float");
    rewriter.replaceOp(
        op, buildTruncation(rewriter, op.getLoc(), value, op.getType()));
    return success();
  }
};

struct ExpandExtension : OpRewritePattern<arith::ExtFOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(arith::ExtFOp op,
                                PatternRewriter &rewriter) const override {
    if (!isFloat8(op.getIn().getType()))
      return rewriter.notifyMatchFailure(op, "is not of an 8-bit float");
    Type result = op.getType();
    Type f32 = withElement(result, rewriter.getF32Type());
    Value value = buildExtension(rewriter, op.getLoc(), op.getIn(), f32);
    int64_t width = getElementTypeOrSelf(result).getIntOrFloatBitWidth();
    // Every 8-bit float is an f16 and a bf16 too.
    if (width < 32)
      value = arith::TruncFOp::create(rewriter, op.getLoc(), result, value);
    else if (width > 32)
      value = arith::ExtFOp::create(rewriter, op.getLoc(), result, value);
    rewriter.replaceOp(op, value);
    return success();
  }
};

/// An integer that f32 rounds is beyond the end of both formats.
template <typename Op> struct ExpandConversion : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;
  LogicalResult matchAndRewrite(Op op,
                                PatternRewriter &rewriter) const override {
    if (!isFloat8(op.getType()))
      return rewriter.notifyMatchFailure(op, "is not to an 8-bit float");
    Type f32 = withElement(op.getType(), rewriter.getF32Type());
    Value value = Op::create(rewriter, op.getLoc(), f32, op.getIn());
    rewriter.replaceOp(
        op, buildTruncation(rewriter, op.getLoc(), value, op.getType()));
    return success();
  }
};

/// Whether LLVM can do `op` on bytes.
static bool movesBytes(Operation *op) {
  return !isa_and_present<arith::ArithDialect, math::MathDialect>(
             op->getDialect()) ||
         isa<arith::ConstantOp, arith::BitcastOp, arith::SelectOp>(op);
}

struct ExpandFloat8 : seednorm::impl::ExpandFloat8PassBase<ExpandFloat8> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<ExpandTruncation, ExpandExtension,
                 ExpandConversion<arith::SIToFPOp>,
                 ExpandConversion<arith::UIToFPOp>>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
    WalkResult left = getOperation()->walk([](Operation *op) {
      if (movesBytes(op) || (llvm::none_of(op->getOperandTypes(), isFloat8) &&
                             llvm::none_of(op->getResultTypes(), isFloat8)))
        return WalkResult::advance();
      if (isa<arith::TruncFOp>(op))
        op->emitOpError("expects to round a float of 16, 32 or 64 bits to the "
                        "nearest 8-bit one, of two to the even one");
      else
        op->emitOpError("expects floats of at least 16 bits, as 8-bit ones can "
                        "only be cast; extend them to f32 first");
      return WalkResult::interrupt();
    });
    if (left.wasInterrupted())
      signalPassFailure();
  }
};

} // namespace

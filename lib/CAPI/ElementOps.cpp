//===- ElementOps.cpp - What element-wise operations compute --------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All of them end as ops that row programs hold
// (lib/Dialect/Row/IR/BodyOps.cpp).
//
//===----------------------------------------------------------------------===//

#include "ElementOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace seednorm;
using namespace seednorm::capi;

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

template <typename Op>
static Value build(ImplicitLocOpBuilder &builder, ValueRange operands) {
  return Op::create(builder, operands, ArrayRef<NamedAttribute>()).getResult();
}

template <arith::CmpFPredicate predicate>
static Value compareFloats(ImplicitLocOpBuilder &builder, ValueRange operands) {
  return arith::CmpFOp::create(builder, predicate, operands[0], operands[1]);
}

template <arith::CmpIPredicate predicate>
static Value compareIntegers(ImplicitLocOpBuilder &builder,
                             ValueRange operands) {
  return arith::CmpIOp::create(builder, predicate, operands[0], operands[1]);
}

static Value buildNumber(ImplicitLocOpBuilder &builder, Type type,
                         int64_t number) {
  if (isa<FloatType>(type))
    return arith::ConstantOp::create(
        builder, builder.getFloatAttr(type, static_cast<double>(number)));
  return arith::ConstantOp::create(builder,
                                   builder.getIntegerAttr(type, number));
}

static Value negateInteger(ImplicitLocOpBuilder &builder, ValueRange operands) {
  Value zero = buildNumber(builder, operands[0].getType(), 0);
  return arith::SubIOp::create(builder, zero, operands[0]);
}

/// 1 / (1 + exp(-x)), which overflows to no NaN.
static Value sigmoid(ImplicitLocOpBuilder &builder, ValueRange operands) {
  Value one = buildNumber(builder, operands[0].getType(), 1);
  Value negated = arith::NegFOp::create(builder, operands[0]);
  Value exponential = math::ExpOp::create(builder, negated);
  Value denominator = arith::AddFOp::create(builder, one, exponential);
  return arith::DivFOp::create(builder, one, denominator);
}

//===----------------------------------------------------------------------===//
// Table
//===----------------------------------------------------------------------===//

using FloatPredicate = arith::CmpFPredicate;
using IntegerPredicate = arith::CmpIPredicate;

static constexpr ElementOp kElementOps[] = {
    {"add", 2, build<arith::AddFOp>, build<arith::AddIOp>},
    {"subtract", 2, build<arith::SubFOp>, build<arith::SubIOp>},
    {"multiply", 2, build<arith::MulFOp>, build<arith::MulIOp>},
    {"divide", 2, build<arith::DivFOp>, nullptr},
    // Wide, because integer powers become products, each of which rounds.
    {"power", 2, build<math::PowFOp>, nullptr, ElementOp::Kind::Wide},
    {"maximum", 2, build<arith::MaximumFOp>, build<arith::MaxSIOp>},
    {"minimum", 2, build<arith::MinimumFOp>, build<arith::MinSIOp>},
    {"negate", 1, build<arith::NegFOp>, negateInteger},
    {"abs", 1, build<math::AbsFOp>, build<math::AbsIOp>},
    {"exp", 1, build<math::ExpOp>, nullptr},
    {"exp2", 1, build<math::Exp2Op>, nullptr},
    {"expm1", 1, build<math::ExpM1Op>, nullptr},
    {"log", 1, build<math::LogOp>, nullptr},
    {"log2", 1, build<math::Log2Op>, nullptr},
    {"log10", 1, build<math::Log10Op>, nullptr},
    {"log1p", 1, build<math::Log1pOp>, nullptr},
    {"sqrt", 1, build<math::SqrtOp>, nullptr},
    {"rsqrt", 1, build<math::RsqrtOp>, nullptr},
    {"tanh", 1, build<math::TanhOp>, nullptr},
    {"sigmoid", 1, sigmoid, nullptr, ElementOp::Kind::Wide},
    {"erf", 1, build<math::ErfOp>, nullptr},
    {"sin", 1, build<math::SinOp>, nullptr},
    {"cos", 1, build<math::CosOp>, nullptr},
    {"less", 2, compareFloats<FloatPredicate::OLT>,
     compareIntegers<IntegerPredicate::slt>, ElementOp::Kind::Compare},
    {"less_equal", 2, compareFloats<FloatPredicate::OLE>,
     compareIntegers<IntegerPredicate::sle>, ElementOp::Kind::Compare},
    {"greater", 2, compareFloats<FloatPredicate::OGT>,
     compareIntegers<IntegerPredicate::sgt>, ElementOp::Kind::Compare},
    {"greater_equal", 2, compareFloats<FloatPredicate::OGE>,
     compareIntegers<IntegerPredicate::sge>, ElementOp::Kind::Compare},
    {"where", 3, build<arith::SelectOp>, build<arith::SelectOp>,
     ElementOp::Kind::Choose},
};

const ElementOp *capi::findElementOp(StringRef name) {
  const auto *found = llvm::find_if(
      kElementOps, [&](const ElementOp &op) { return op.name == name; });
  return found == std::end(kElementOps) ? nullptr : found;
}

std::string capi::listElementOps() {
  return llvm::join(
      llvm::map_range(kElementOps,
                      [](const ElementOp &op) { return op.name.str(); }),
      ", ");
}

Value capi::buildElementOp(ImplicitLocOpBuilder &builder, const ElementOp &op,
                           ValueRange operands) {
  SmallVector<Value> elements(operands);
  Type type = elements.back().getType();
  bool isFloat = isa<FloatType>(type);
  bool isWidened = op.kind == ElementOp::Kind::Wide && isNarrow(type);
  if (isWidened)
    for (Value &element : elements)
      element = buildCast(builder, element, builder.getF32Type());
  if (op.kind == ElementOp::Kind::Choose) {
    Value zero = buildNumber(builder, elements[0].getType(), 0);
    elements[0] = arith::CmpIOp::create(builder, arith::CmpIPredicate::ne,
                                        elements[0], zero);
  }
  Value result = (isFloat ? op.ofFloats : op.ofIntegers)(builder, elements);
  if (op.kind == ElementOp::Kind::Compare)
    return arith::ExtUIOp::create(builder, builder.getI8Type(), result);
  return isWidened ? buildCast(builder, result, type) : result;
}

//===----------------------------------------------------------------------===//
// Casts
//===----------------------------------------------------------------------===//

std::string capi::quote(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << "'" << type << "'";
  return text;
}

bool capi::isFloat8(Type type) {
  return isa<FloatType>(type) && type.getIntOrFloatBitWidth() == 8;
}

bool capi::isNarrow(Type type) {
  return isa<FloatType>(type) && type.getIntOrFloatBitWidth() < 32;
}

/// The conversion of MLIR has no result beyond the ends of the integer.
static Value buildFloatToInteger(ImplicitLocOpBuilder &builder, Value value,
                                 IntegerType type) {
  if (isNarrow(value.getType()))
    value = buildCast(builder, value, builder.getF32Type());
  Type from = value.getType();
  APInt least = APInt::getSignedMinValue(type.getWidth());
  APInt most = APInt::getSignedMaxValue(type.getWidth());
  // A power of two, which a float holds; the last integer may be none.
  Value lower = buildNumber(builder, from, least.getSExtValue());
  Value upper = arith::NegFOp::create(builder, lower);
  auto compare = [&](FloatPredicate predicate, Value bound) -> Value {
    return arith::CmpFOp::create(builder, predicate, value, bound);
  };
  auto select = [&](Value condition, Value held, Value other) -> Value {
    return arith::SelectOp::create(builder, condition, held, other);
  };
  Value isAbove = compare(FloatPredicate::OGE, upper);
  Value isBelow = compare(FloatPredicate::OLT, lower);
  Value zero = buildNumber(builder, from, 0);
  Value inside = select(compare(FloatPredicate::OLT, upper), value, zero);
  inside = select(isBelow, zero, inside);
  Value result = arith::FPToSIOp::create(builder, type, inside);
  result =
      select(isAbove, buildNumber(builder, type, most.getSExtValue()), result);
  return select(isBelow, buildNumber(builder, type, least.getSExtValue()),
                result);
}

static Value buildFloatToFloat(ImplicitLocOpBuilder &builder, Value value,
                               Type type) {
  unsigned from = value.getType().getIntOrFloatBitWidth();
  unsigned to = type.getIntOrFloatBitWidth();
  if (from < to)
    return arith::ExtFOp::create(builder, type, value);
  // f32 holds all numbers of both.
  if (from == to)
    value = arith::ExtFOp::create(builder, builder.getF32Type(), value);
  return arith::TruncFOp::create(builder, type, value);
}

Value capi::buildCast(ImplicitLocOpBuilder &builder, Value value, Type type) {
  Type from = value.getType();
  if (from == type)
    return value;
  if (isa<FloatType>(from) && isa<FloatType>(type))
    return buildFloatToFloat(builder, value, type);
  if (isa<FloatType>(from))
    return buildFloatToInteger(builder, value, cast<IntegerType>(type));
  unsigned width = type.getIntOrFloatBitWidth();
  if (isa<IntegerType>(type) && from.getIntOrFloatBitWidth() < width)
    return arith::ExtSIOp::create(builder, type, value);
  if (isa<IntegerType>(type))
    return arith::TruncIOp::create(builder, type, value);
  return arith::SIToFPOp::create(builder, type, value);
}

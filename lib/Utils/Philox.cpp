//===- Philox.cpp - Counter-based random numbers --------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Ten rounds of two multiplications, in `arith`. The key's schedule stays
// scalar, so that vectors of counters share it.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Utils/Philox.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace seednorm;

// Multipliers and the steps of the key's words (table 2 of the paper and
// Random123's philox.h).
static constexpr uint32_t kMultipliers[] = {0xD2511F53, 0xCD9E8D57};
static constexpr uint32_t kKeySteps[] = {0x9E3779B9, 0xBB67AE85};
static constexpr int kRounds = 10;

/// `value` for every element of `like`, a type of the same elements.
static Value spread(OpBuilder &builder, Location loc, Value value, Type like) {
  if (value.getType() == like)
    return value;
  return vector::BroadcastOp::create(builder, loc, like, value);
}

/// An integer or index constant: `value` in every element of `type`.
static Value buildConstant(OpBuilder &builder, Location loc, Type type,
                           uint64_t value) {
  Type element = getElementTypeOrSelf(type);
  unsigned width = element.isIndex() ? 64 : element.getIntOrFloatBitWidth();
  TypedAttr attribute = builder.getIntegerAttr(element, APInt(width, value));
  if (auto vector = dyn_cast<VectorType>(type))
    attribute = DenseElementsAttr::get(vector, attribute);
  return arith::ConstantOp::create(builder, loc, attribute);
}

std::array<Value, kPhiloxWords>
seednorm::buildPhilox(OpBuilder &builder, Location loc,
                      std::array<Value, kPhiloxWords> counter,
                      std::array<Value, 2> key) {
  Type type = counter[0].getType();
  Value factors[] = {buildConstant(builder, loc, type, kMultipliers[0]),
                     buildConstant(builder, loc, type, kMultipliers[1])};
  for (int round = 0; round < kRounds; ++round) {
    auto first =
        arith::MulUIExtendedOp::create(builder, loc, counter[0], factors[0]);
    auto second =
        arith::MulUIExtendedOp::create(builder, loc, counter[2], factors[1]);
    auto mix = [&](Value high, Value word, Value keyWord) -> Value {
      Value mixed = arith::XOrIOp::create(builder, loc, high, word);
      return arith::XOrIOp::create(builder, loc, mixed,
                                   spread(builder, loc, keyWord, type));
    };
    counter = {mix(second.getHigh(), counter[1], key[0]), second.getLow(),
               mix(first.getHigh(), counter[3], key[1]), first.getLow()};
    for (int i = 0; i < 2; ++i)
      key[i] = arith::AddIOp::create(
          builder, loc, key[i],
          buildConstant(builder, loc, key[i].getType(), kKeySteps[i]));
  }
  return counter;
}

/// The halves of an i64, low first.
static std::array<Value, 2> split(OpBuilder &builder, Location loc,
                                  Value value) {
  Type half = builder.getI32Type();
  Value shifted = arith::ShRUIOp::create(
      builder, loc, value, buildConstant(builder, loc, value.getType(), 32));
  return {arith::TruncIOp::create(builder, loc, half, value),
          arith::TruncIOp::create(builder, loc, half, shifted)};
}

std::array<Value, kPhiloxWords> seednorm::buildPhiloxBlock(OpBuilder &builder,
                                                           Location loc,
                                                           const PhiloxRow &row,
                                                           Value block) {
  auto [rowLow, rowHigh] = split(builder, loc, row.row);
  auto [offsetLow, offsetHigh] = split(builder, loc, row.offset);
  Value high = arith::AddIOp::create(builder, loc, offsetHigh, rowHigh);
  Type type = block.getType();
  return buildPhilox(builder, loc,
                     {block, spread(builder, loc, rowLow, type),
                      spread(builder, loc, offsetLow, type),
                      spread(builder, loc, high, type)},
                     split(builder, loc, row.seed));
}

Value seednorm::buildPhiloxElement(OpBuilder &builder, Location loc,
                                   const PhiloxRow &row, Value element) {
  Type type = element.getType();
  Type word = builder.getI32Type();
  if (auto vector = dyn_cast<VectorType>(type))
    word = VectorType::get(vector.getShape(), word);
  Value count = buildConstant(builder, loc, type, kPhiloxWords);
  Value block = arith::IndexCastUIOp::create(
      builder, loc, word, arith::DivUIOp::create(builder, loc, element, count));
  std::array<Value, kPhiloxWords> words =
      buildPhiloxBlock(builder, loc, row, block);
  Value position = arith::RemUIOp::create(builder, loc, element, count);
  Value result = words[0];
  for (int64_t i = 1; i < kPhiloxWords; ++i) {
    Value here =
        arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, position,
                              buildConstant(builder, loc, type, i));
    result = arith::SelectOp::create(builder, loc, here, words[i], result);
  }
  return result;
}

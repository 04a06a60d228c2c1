//===- PhiloxTest.cpp - Known answers of the random numbers ---------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The IR for constant counters folds to constants: those that Random123
// publishes (kat_vectors, philox4x32 with 10 rounds).
//
//===----------------------------------------------------------------------===//

#include "seednorm/Utils/Philox.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "gtest/gtest.h"

using namespace mlir;
using seednorm::PhiloxRow;

namespace {

using Words = std::array<uint32_t, 4>;

struct Answer {
  Words counter;
  std::array<uint32_t, 2> key;
  Words words;
};

constexpr Answer answers[] = {
    {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
     {0xffffffff, 0xffffffff},
     {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
     {0xa4093822, 0x299f31d0},
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
};

class Philox : public testing::Test {
protected:
  Philox() : builder(&context) {
    context.allowUnregisteredDialects();
    context.loadDialect<arith::ArithDialect, vector::VectorDialect>();
    module = ModuleOp::create(builder.getUnknownLoc());
    builder.setInsertionPointToStart(module->getBody());
  }

  Value constant(TypedAttr value) {
    return arith::ConstantOp::create(builder, builder.getUnknownLoc(), value);
  }
  Value word(uint32_t value) {
    return constant(builder.getI32IntegerAttr(static_cast<int32_t>(value)));
  }
  Value wide(uint64_t value) {
    return constant(builder.getI64IntegerAttr(static_cast<int64_t>(value)));
  }

  /// Folds all there is; gives the elements of each value.
  std::vector<std::vector<uint32_t>> evaluate(ArrayRef<Value> values) {
    OperationState state(builder.getUnknownLoc(), "test.use");
    state.addOperands(values);
    Operation *user = builder.create(state);
    RewritePatternSet patterns(&context);
    for (RegisteredOperationName op : context.getRegisteredOperations())
      op.getCanonicalizationPatterns(patterns, &context);
    EXPECT_TRUE(
        succeeded(applyPatternsGreedily(module.get(), std::move(patterns))));
    std::vector<std::vector<uint32_t>> results;
    for (Value operand : user->getOperands()) {
      Attribute folded;
      EXPECT_TRUE(matchPattern(operand, m_Constant(&folded)));
      std::vector<uint32_t> &elements = results.emplace_back();
      if (auto scalar = dyn_cast_or_null<IntegerAttr>(folded))
        elements.push_back(scalar.getValue().getZExtValue());
      else if (auto dense = dyn_cast_or_null<DenseElementsAttr>(folded))
        for (const APInt &element : dense.getValues<APInt>())
          elements.push_back(element.getZExtValue());
    }
    return results;
  }

  MLIRContext context;
  OpBuilder builder;
  OwningOpRef<ModuleOp> module;
};

TEST_F(Philox, KnownAnswers) {
  for (const Answer &answer : answers) {
    auto words = seednorm::buildPhilox(
        builder, builder.getUnknownLoc(),
        {word(answer.counter[0]), word(answer.counter[1]),
         word(answer.counter[2]), word(answer.counter[3])},
        {word(answer.key[0]), word(answer.key[1])});
    auto drawn = evaluate(words);
    for (int i = 0; i < 4; ++i)
      EXPECT_EQ(drawn[i], std::vector{answer.words[i]});
  }
}

// A vector holds the words of several counters under one key.
TEST_F(Philox, VectorsOfCounters) {
  auto type = VectorType::get({2}, builder.getI32Type());
  auto spread = [&](int32_t first, int32_t second) {
    return constant(DenseElementsAttr::get(type, ArrayRef{first, second}));
  };
  auto draw = [&](Value first, Value rest) {
    return evaluate(seednorm::buildPhilox(builder, builder.getUnknownLoc(),
                                          {first, rest, rest, rest},
                                          {word(0), word(0)}));
  };
  auto both = draw(spread(0, 1), spread(0, 0));
  auto second = draw(word(1), word(0));
  for (int i = 0; i < 4; ++i)
    EXPECT_EQ(both[i], (std::vector{answers[0].words[i], second[i].front()}));
}

// Seed, offset, row and element make the third counter and its key; what
// exceeds 32 bits of the row's number is added to the high half of the offset.
TEST_F(Philox, CountersOfRows) {
  const Answer &answer = answers[2];
  uint64_t block = answer.counter[0];
  for (uint32_t high : {0u, 1u, 0x03707345u}) {
    SmallVector<Value> words;
    for (int i = 0; i < 4; ++i)
      words.push_back(seednorm::buildPhiloxElement(
          builder, builder.getUnknownLoc(),
          PhiloxRow{wide(0x299f31d0'a4093822),
                    wide(uint64_t(0x03707344u - high) << 32 | 0x13198a2e),
                    wide(uint64_t(high) << 32 | 0x85a308d3)},
          constant(builder.getIndexAttr(4 * block + i))));
    auto drawn = evaluate(words);
    for (int i = 0; i < 4; ++i)
      EXPECT_EQ(drawn[i], std::vector{answer.words[i]});
  }
}

} // namespace

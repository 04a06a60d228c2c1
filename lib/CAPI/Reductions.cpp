//===- Reductions.cpp - Sums of rows from C -------------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sums, means and extremes over the last dimensions.
//
//===----------------------------------------------------------------------===//

#include "ElementOps.h"
#include "Loops.h"
#include "Status.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace seednorm;
using namespace seednorm::capi;

namespace {
enum class Reduction { Sum, Mean, Max, Min };
} // namespace

static std::optional<Reduction> parseReduction(StringRef name) {
  return llvm::StringSwitch<std::optional<Reduction>>(name)
      .Case("sum", Reduction::Sum)
      .Case("mean", Reduction::Mean)
      .Case("max", Reduction::Max)
      .Case("min", Reduction::Min)
      .Default(std::nullopt);
}

/// The error of an input that has no such reduction.
static llvm::Error checkReduction(StringRef name, Value input,
                                  int64_t numDims) {
  auto type = cast<RankedTensorType>(input.getType());
  auto makeError = [&](const Twine &text) {
    return llvm::createStringError(name + ": " + text + ", but got " +
                                   quote(type));
  };
  if (!isa<FloatType>(type.getElementType()) || isFloat8(type.getElementType()))
    return makeError("expects floats of at least 16 bits, or a cast to them");
  if (numDims < 1)
    return llvm::createStringError(
        name + ": expects to reduce at least one dimension, but got " +
        Twine(numDims));
  if (numDims > type.getRank())
    return makeError("expects at least " + Twine(numDims) + " dimensions");
  ArrayRef<int64_t> columns = type.getShape().take_back(numDims);
  if (ShapedType::isDynamicShape(columns))
    return makeError("expects the sizes of what is reduced to be known");
  if (llvm::is_contained(columns, 0))
    return makeError("expects to reduce at least one element");
  return llvm::Error::success();
}

static Value combine(ImplicitLocOpBuilder &builder, Reduction reduction,
                     Value element, Value partial) {
  switch (reduction) {
  case Reduction::Sum:
  case Reduction::Mean:
    return arith::AddFOp::create(builder, element, partial);
  case Reduction::Max:
    return arith::MaximumFOp::create(builder, element, partial);
  case Reduction::Min:
    return arith::MinimumFOp::create(builder, element, partial);
  }
  llvm_unreachable("every reduction is handled");
}

/// What a reduction of no element is.
static FloatAttr getNeutral(Reduction reduction, FloatType type) {
  const llvm::fltSemantics &semantics = type.getFloatSemantics();
  switch (reduction) {
  case Reduction::Sum:
  case Reduction::Mean:
    return FloatAttr::get(type, APFloat::getZero(semantics));
  case Reduction::Max:
    return FloatAttr::get(type, APFloat::getInf(semantics, /*Negative=*/true));
  case Reduction::Min:
    return FloatAttr::get(type, APFloat::getInf(semantics));
  }
  llvm_unreachable("every reduction is handled");
}

/// Narrow floats are combined in f32, and rounded once behind the division of a
/// mean.
static Value buildReduction(LoopBuilder &loops, Reduction reduction,
                            Value input, int64_t numDims, bool keepDims) {
  auto type = cast<RankedTensorType>(input.getType());
  Type narrow = type.getElementType();
  FloatType wide = isNarrow(narrow) ? Float32Type::get(input.getContext())
                                    : cast<FloatType>(narrow);
  Value combined = loops.buildReduction(
      input, numDims, keepDims, getNeutral(reduction, wide),
      [&](ImplicitLocOpBuilder &builder, ValueRange elements) {
        Value element = buildCast(builder, elements[0], wide);
        return combine(builder, reduction, element, elements[1]);
      });
  if (reduction != Reduction::Mean && narrow == wide)
    return combined;
  int64_t count =
      ShapedType::getNumElements(type.getShape().take_back(numDims));
  auto shape = cast<RankedTensorType>(combined.getType()).getShape();
  return loops.buildElementWise(
      combined, shape, narrow,
      [&](ImplicitLocOpBuilder &builder, ValueRange elements) {
        Value number = elements[0];
        if (reduction == Reduction::Mean)
          number = arith::DivFOp::create(
              builder, number,
              arith::ConstantOp::create(builder,
                                        builder.getFloatAttr(wide, count)));
        return buildCast(builder, number, narrow);
      });
}

SeednormStatus seednormGraphAddReduction(SeednormGraph *graph, const char *op,
                                         int64_t value, int64_t numDims,
                                         int64_t keepDims, const char *file,
                                         int64_t line, int64_t *result) {
  std::optional<Reduction> reduction = parseReduction(op);
  if (!reduction)
    return failUsage("expects a reduction among sum, mean, max and min, but "
                     "got '" +
                     Twine(op) + "'");
  Value input = graph->getValue(value);
  if (!input)
    return failUsage(Twine(op) +
                     ": expects a value of this graph, but got number " +
                     Twine(value));
  if (llvm::Error error = checkReduction(op, input, numDims))
    return fail(SEEDNORM_USAGE_ERROR, std::move(error));
  LoopBuilder loops(*graph, graph->getLocation(file, line));
  *result = graph->addValue(
      buildReduction(loops, *reduction, input, numDims, keepDims));
  return SEEDNORM_SUCCESS;
}

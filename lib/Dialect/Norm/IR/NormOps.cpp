//===- NormOps.cpp - Operations of the norm dialect -----------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Shape inference, and the parts of the assembly format that need better
// messages than the generated ones.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Dialect/Norm/IR/FormulaRows.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/OpImplementation.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace seednorm::norm;

//===----------------------------------------------------------------------===//
// Keywords
//===----------------------------------------------------------------------===//

/// Parses a case of an enumeration that clause `name` expects.
template <typename Attr, typename Enum>
static ParseResult parseCase(OpAsmParser &parser, Attr &attr, StringRef name,
                             std::optional<Enum> (*symbolize)(StringRef),
                             StringRef (*stringify)(Enum), unsigned last) {
  SMLoc loc = parser.getCurrentLocation();
  std::string keyword;
  bool hasKeyword = succeeded(parser.parseOptionalKeywordOrString(&keyword));
  if (std::optional<Enum> value = symbolize(keyword)) {
    attr = Attr::get(parser.getContext(), *value);
    return success();
  }
  InFlightDiagnostic diagnostic = parser.emitError(loc);
  diagnostic << "expects '" << name << "' to be one of ";
  for (unsigned i = 0; i <= last; ++i)
    diagnostic << (i == 0 ? "" : ", ") << stringify(static_cast<Enum>(i));
  if (hasKeyword)
    diagnostic << ", but got '" << keyword << "'";
  return diagnostic;
}

static ParseResult parseActivation(OpAsmParser &parser, ActivationAttr &attr) {
  return parseCase(parser, attr, "activation", symbolizeActivation,
                   stringifyActivation, getMaxEnumValForActivation());
}
static void printActivation(OpAsmPrinter &printer, Operation *,
                            ActivationAttr attr) {
  printer << stringifyActivation(attr.getValue());
}

static ParseResult parseCastingMode(OpAsmParser &parser,
                                    CastingModeAttr &attr) {
  return parseCase(parser, attr, "casting_mode", symbolizeCastingMode,
                   stringifyCastingMode, getMaxEnumValForCastingMode());
}
static void printCastingMode(OpAsmPrinter &printer, Operation *,
                             CastingModeAttr attr) {
  printer << stringifyCastingMode(attr.getValue());
}

static ParseResult parseStatistics(OpAsmParser &parser, StatisticsAttr &attr) {
  return parseCase(parser, attr, "statistics", symbolizeStatistics,
                   stringifyStatistics, getMaxEnumValForStatistics());
}
static void printStatistics(OpAsmPrinter &printer, Operation *,
                            StatisticsAttr attr) {
  printer << stringifyStatistics(attr.getValue());
}

static ParseResult parseChannelLayout(OpAsmParser &parser,
                                      ChannelLayoutAttr &attr) {
  return parseCase(parser, attr, "layout", symbolizeChannelLayout,
                   stringifyChannelLayout, getMaxEnumValForChannelLayout());
}
static void printChannelLayout(OpAsmPrinter &printer, Operation *,
                               ChannelLayoutAttr attr) {
  printer << stringifyChannelLayout(attr.getValue());
}

static ParseResult parseScaling(OpAsmParser &parser, ScalingAttr &attr) {
  return parseCase(parser, attr, "per", symbolizeScaling, stringifyScaling,
                   getMaxEnumValForScaling());
}
static void printScaling(OpAsmPrinter &printer, Operation *, ScalingAttr attr) {
  printer << stringifyScaling(attr.getValue());
}

//===----------------------------------------------------------------------===//
// Types of results
//===----------------------------------------------------------------------===//

/// Without an arrow, a result is like the input.
static ParseResult parseResultType(OpAsmParser &parser, Type &result,
                                   Type input) {
  result = input;
  if (failed(parser.parseOptionalArrow()))
    return success();
  return parser.parseType(result);
}

static void printResultType(OpAsmPrinter &printer, Operation *, Type result,
                            Type input) {
  if (result != input)
    printer << " -> " << result;
}

/// And a sum is like the residual.
static ParseResult parseResultAndSumTypes(OpAsmParser &parser, Type &result,
                                          Type &sum, Type input,
                                          Type residual) {
  result = input;
  sum = residual;
  if (failed(parser.parseOptionalArrow()))
    return success();
  if (failed(parser.parseType(result)))
    return failure();
  return sum && (failed(parser.parseComma()) || failed(parser.parseType(sum)))
             ? failure()
             : success();
}

static void printResultAndSumTypes(OpAsmPrinter &printer, Operation *,
                                   Type result, Type sum, Type input,
                                   Type residual) {
  if (result == input && sum == residual)
    return;
  printer << " -> " << result;
  if (sum)
    printer << ", " << sum;
}

#define GET_OP_CLASSES
#include "seednorm/Dialect/Norm/IR/NormOps.cpp.inc"

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

void seednorm::norm::reifyRows(OpBuilder &builder, Operation *op,
                               ReifiedRankedShapedTypeDims &shapes) {
  SmallVector<OpFoldResult> sizes =
      tensor::getMixedSizes(builder, op->getLoc(), op->getOperand(0));
  for (Type type : op->getResultTypes()) {
    // What a result does not share with the input is static.
    SmallVector<OpFoldResult> &shape = shapes.emplace_back();
    for (auto [dim, size] :
         llvm::enumerate(cast<RankedTensorType>(type).getShape()))
      shape.push_back(ShapedType::isDynamic(size)
                          ? sizes[dim]
                          : OpFoldResult(builder.getIndexAttr(size)));
  }
}

LogicalResult
QuantizeOp::inferReturnTypes(MLIRContext *context, std::optional<Location>,
                             ValueRange operands, DictionaryAttr attributes,
                             OpaqueProperties properties, RegionRange regions,
                             SmallVectorImpl<Type> &types) {
  // What is missing yet, or wrong, is the verifier's affair.
  const Properties &written = *properties.as<Properties *>();
  auto input = cast<RankedTensorType>(operands.front().getType());
  Type to = written.getTo() ? written.getTo().getValue() : Type();
  if (!to || !RankedTensorType::isValidElementType(to))
    to = IntegerType::get(context, 8);
  types.push_back(RankedTensorType::get(input.getShape(), to));
  Scaling per = written.getPer() ? written.getPer().getValue() : Scaling::Row;
  if (per == Scaling::Static || input.getRank() == 0)
    return success();
  SmallVector<int64_t> shape(input.getShape().drop_back());
  if (per == Scaling::Group) {
    int64_t columns = input.getShape().back();
    int64_t size = std::max<int64_t>(
        written.getGroupSize() ? written.getGroupSize().getInt() : 128, 1);
    shape.push_back(ShapedType::isDynamic(columns)
                        ? columns
                        : llvm::divideCeil(columns, size));
  }
  types.push_back(
      RankedTensorType::get(shape, getComputeType(input.getElementType())));
  return success();
}

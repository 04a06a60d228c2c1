//===- ElementWise.cpp - Element-wise operations from C -------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Types and shapes are checked here; an operation that passes builds.
//
//===----------------------------------------------------------------------===//

#include "ElementOps.h"
#include "Loops.h"
#include "Status.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace seednorm;
using namespace seednorm::capi;

static Type getElement(Value tensor) {
  return cast<RankedTensorType>(tensor.getType()).getElementType();
}

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

/// A number as it reads best, and not longer than a line.
static std::string describeNumber(StringRef text) {
  APFloat number(APFloat::IEEEdouble());
  llvm::Expected<APFloat::opStatus> status =
      number.convertFromString(text, APFloat::rmNearestTiesToEven);
  bool isNumber = static_cast<bool>(status);
  llvm::consumeError(status.takeError());
  if (!isNumber || (number.isInfinity() && !text.contains("inf")))
    return "'" + text.take_front(40).str() + "'";
  SmallString<32> shown;
  number.toString(shown);
  StringRef digits = "-0123456789";
  bool looksWhole = shown.str().find_first_not_of(digits) == StringRef::npos;
  if (looksWhole && text.find_first_not_of(digits) != StringRef::npos)
    shown += ".0";
  return shown.str().str();
}

/// A number that takes the type of the values beside it.
static llvm::Expected<TypedAttr> parseNumber(const ElementOp &op,
                                             StringRef text, Type type) {
  if (auto integer = dyn_cast<IntegerType>(type)) {
    int64_t number;
    if (!text.getAsInteger(10, number) &&
        llvm::isIntN(integer.getWidth(), number))
      return IntegerAttr::get(integer, number);
    return llvm::createStringError(
        op.name + ": expects a number beside elements of " + quote(type) +
        " to be an integer of that type, but got " + describeNumber(text) +
        "; cast them to floats for any other");
  }
  auto floating = cast<FloatType>(type);
  APFloat number(floating.getFloatSemantics());
  llvm::Expected<APFloat::opStatus> status =
      number.convertFromString(text, APFloat::rmNearestTiesToEven);
  if (status)
    return FloatAttr::get(floating, number);
  llvm::consumeError(status.takeError());
  return llvm::createStringError(op.name + ": expects a number, but got " +
                                 describeNumber(text));
}

//===----------------------------------------------------------------------===//
// Element-wise operations
//===----------------------------------------------------------------------===//

namespace {

/// One element-wise operation, from operands that nobody checked.
class ElementWise {
public:
  ElementWise(SeednormGraph &graph, const ElementOp &op)
      : graph(graph), op(op) {}

  llvm::Error addOperand(const SeednormOperand &operand);
  llvm::Expected<Value> build(Location loc);

private:
  /// A value, or else a number.
  struct Operand {
    Value value;
    StringRef text;
    TypedAttr number;
  };

  llvm::Error makeError(const Twine &text) const {
    return llvm::createStringError(op.name + ": " + text);
  }
  MutableArrayRef<Operand> getPromoted();
  llvm::Error checkCondition();
  llvm::Error promote();
  llvm::Error parseNumbers();
  Value buildPayload(ImplicitLocOpBuilder &builder, ValueRange elements);

  SeednormGraph &graph;
  const ElementOp &op;
  SmallVector<Operand> operands;
  llvm::SetVector<Value> inputs; ///< Each value once.
  Type type;                     ///< That the operands are promoted to.
};

} // namespace

llvm::Error ElementWise::addOperand(const SeednormOperand &operand) {
  if (operand.number) {
    operands.push_back({Value(), operand.number, TypedAttr()});
    return llvm::Error::success();
  }
  Value value = graph.getValue(operand.value);
  if (!value)
    return makeError("expects operands to be values of this graph or numbers, "
                     "but got number " +
                     Twine(operand.value) + " of its values");
  operands.push_back({value, StringRef(), TypedAttr()});
  inputs.insert(value);
  return llvm::Error::success();
}

/// The operands that have one type: all but a condition.
MutableArrayRef<ElementWise::Operand> ElementWise::getPromoted() {
  return MutableArrayRef(operands).drop_front(
      op.kind == ElementOp::Kind::Choose ? 1 : 0);
}

llvm::Error ElementWise::checkCondition() {
  if (op.kind != ElementOp::Kind::Choose)
    return llvm::Error::success();
  Value condition = operands.front().value;
  if (!condition || !getElement(condition).isSignlessInteger(8))
    return makeError("expects a condition to be what a comparison gives, i8, "
                     "but got " +
                     (condition ? quote(condition.getType())
                                : describeNumber(operands.front().text)));
  return llvm::Error::success();
}

/// The narrowest type that holds the numbers of both.
static Type promoteTypes(Type left, Type right) {
  if (left == right)
    return left;
  unsigned leftWidth = left.getIntOrFloatBitWidth();
  unsigned rightWidth = right.getIntOrFloatBitWidth();
  if (leftWidth == rightWidth) // f16 and bf16.
    return Float32Type::get(left.getContext());
  return leftWidth > rightWidth ? left : right;
}

llvm::Error ElementWise::promote() {
  for (const Operand &operand : getPromoted()) {
    if (!operand.value)
      continue;
    Type element = getElement(operand.value);
    if (isFloat8(element))
      return makeError("expects floats of 8 bits to be cast before they are "
                       "computed with, but got " +
                       quote(operand.value.getType()));
    if (!type)
      type = element;
    if (isa<FloatType>(type) != isa<FloatType>(element))
      return makeError("expects operands to be all floats or all integers, but "
                       "got " +
                       quote(type) + " and " + quote(element) +
                       "; cast one to the type of the other");
    type = promoteTypes(type, element);
  }
  if (!type)
    return makeError("expects at least one value of a graph beside numbers");
  if (!(isa<FloatType>(type) ? op.ofFloats : op.ofIntegers))
    return makeError("expects floats, but got elements of " + quote(type) +
                     "; cast them");
  return llvm::Error::success();
}

llvm::Error ElementWise::parseNumbers() {
  for (Operand &operand : getPromoted()) {
    if (operand.value)
      continue;
    llvm::Expected<TypedAttr> number = parseNumber(op, operand.text, type);
    if (!number)
      return number.takeError();
    operand.number = *number;
  }
  return llvm::Error::success();
}

Value ElementWise::buildPayload(ImplicitLocOpBuilder &builder,
                                ValueRange elements) {
  SmallVector<Value> promoted;
  for (const Operand &operand : operands) {
    if (!operand.value) {
      promoted.push_back(arith::ConstantOp::create(builder, operand.number));
      continue;
    }
    auto found = llvm::find(inputs, operand.value);
    promoted.push_back(elements[std::distance(inputs.begin(), found)]);
  }
  bool hasCondition = op.kind == ElementOp::Kind::Choose;
  for (Value &element : MutableArrayRef(promoted).drop_front(hasCondition))
    element = buildCast(builder, element, type);
  return buildElementOp(builder, op, promoted);
}

llvm::Expected<Value> ElementWise::build(Location loc) {
  if (operands.size() != op.numOperands)
    return makeError("expects " + Twine(op.numOperands) +
                     " operands, but got " + Twine(operands.size()));
  if (llvm::Error error = checkCondition())
    return std::move(error);
  if (llvm::Error error = promote())
    return std::move(error);
  if (llvm::Error error = parseNumbers())
    return std::move(error);
  std::optional<SmallVector<int64_t>> shape =
      broadcastShapes(inputs.getArrayRef());
  if (!shape) {
    auto types = llvm::map_range(
        inputs, [](Value input) { return quote(input.getType()); });
    return makeError("expects sizes to be equal, or 1, from the last dimension "
                     "on, but got " +
                     llvm::join(types, " and "));
  }
  if (!isAddressable(*shape))
    return makeError("expects a result of less than 2^60 elements");
  Type element = op.kind == ElementOp::Kind::Compare
                     ? IntegerType::get(&graph.context, 8)
                     : type;
  return LoopBuilder(graph, loc)
      .buildElementWise(
          inputs.getArrayRef(), *shape, element,
          [&](ImplicitLocOpBuilder &builder, ValueRange elements) {
            return buildPayload(builder, elements);
          });
}

SeednormStatus seednormGraphAddElementWise(SeednormGraph *graph, const char *op,
                                           const SeednormOperand *operands,
                                           int64_t numOperands,
                                           const char *file, int64_t line,
                                           int64_t *value) {
  const ElementOp *found = findElementOp(op);
  if (!found)
    return failUsage("expects an element-wise operation among " +
                     listElementOps() + ", but got '" + op + "'");
  ElementWise operation(*graph, *found);
  for (const SeednormOperand &operand : llvm::ArrayRef(operands, numOperands))
    if (llvm::Error error = operation.addOperand(operand))
      return fail(SEEDNORM_USAGE_ERROR, std::move(error));
  llvm::Expected<Value> built = operation.build(graph->getLocation(file, line));
  if (!built)
    return fail(SEEDNORM_USAGE_ERROR, built.takeError());
  *value = graph->addValue(*built);
  return SEEDNORM_SUCCESS;
}

//===----------------------------------------------------------------------===//
// Casts
//===----------------------------------------------------------------------===//

SeednormStatus seednormGraphAddCast(SeednormGraph *graph, int64_t value,
                                    SeednormElementType type, const char *file,
                                    int64_t line, int64_t *result) {
  Value input = graph->getValue(value);
  if (!input)
    return failUsage("cast: expects a value of this graph, but got number " +
                     Twine(value));
  Type element = graph->getElementType(type);
  if (!element)
    return failUsage("cast: expects an element type, but got number " +
                     Twine(static_cast<int>(type)));
  *result = value;
  if (element == getElement(input))
    return SEEDNORM_SUCCESS;
  auto shape = cast<RankedTensorType>(input.getType()).getShape();
  *result = graph->addValue(
      LoopBuilder(*graph, graph->getLocation(file, line))
          .buildElementWise(
              input, shape, element,
              [&](ImplicitLocOpBuilder &builder, ValueRange elements) {
                return buildCast(builder, elements[0], element);
              }));
  return SEEDNORM_SUCCESS;
}

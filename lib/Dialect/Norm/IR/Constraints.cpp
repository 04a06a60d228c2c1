//===- Constraints.cpp - What the verifiers of norms check ----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each error names the rule and the fact.
//
//===----------------------------------------------------------------------===//

#include "Constraints.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/Format.h"

using namespace mlir;
using namespace seednorm::norm;

static RankedTensorType getType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

std::string seednorm::norm::formatNumber(FloatAttr attr) {
  // Six digits identify what was written.
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%g", attr.getValueAsDouble());
  return text;
}

Constraints::Constraints(FormulaOpInterface op)
    : op(op), input(getType(op->getOperand(0))) {}

//===----------------------------------------------------------------------===//
// Parts
//===----------------------------------------------------------------------===//

bool Constraints::hasEncoding(StringRef name, RankedTensorType type) {
  if (!type.getEncoding())
    return false;
  op->emitOpError("expects '")
      << name << "' to have no encoding, but got " << type;
  return true;
}

bool Constraints::isOtherElement(StringRef name, Type element) {
  Type rows = input.getElementType();
  if (element == rows || element.isF32())
    return false;
  InFlightDiagnostic diagnostic = op->emitOpError("expects '")
                                  << name << "' to have elements of type "
                                  << rows;
  // Rows of f32 leave no wider type to name.
  if (!rows.isF32())
    diagnostic << " or 'f32'";
  diagnostic << ", but got " << element;
  return true;
}

bool Constraints::isOtherShape(StringRef name, RankedTensorType type) {
  if (type.getShape() == input.getShape())
    return false;
  op->emitOpError("expects '") << name << "' to have the shape of 'input', "
                               << input << ", but got " << type;
  return true;
}

APFloat Constraints::round(APFloat value) const {
  auto type = cast<FloatType>(getComputeType(input.getElementType()));
  bool losesInfo;
  value.convert(type.getFloatSemantics(), APFloat::rmNearestTiesToEven,
                &losesInfo);
  return value;
}

StringRef Constraints::getComputeName() const {
  return input.getElementType().isF64() ? "f64" : "f32";
}

//===----------------------------------------------------------------------===//
// Operands and results
//===----------------------------------------------------------------------===//

Constraints &Constraints::rows() {
  if (hasEncoding("input", input))
    return fail();
  auto object = [&](StringRef rule) {
    op->emitOpError("expects ") << rule << ", but got " << input;
    fail();
  };
  if (input.getRank() == 0)
    object("'input' to have at least one dimension");
  else if (ShapedType::isDynamic(input.getShape().back()))
    object("the last dimension of 'input' to be static");
  else if (input.getShape().back() == 0)
    object("the last dimension of 'input' to hold at least one element");
  return *this;
}

Constraints &Constraints::likeInput(StringRef name, unsigned index) {
  if (!holds || index >= op->getNumResults())
    return *this;
  RankedTensorType type = getType(op->getResult(index));
  if (hasEncoding(name, type) || isOtherShape(name, type) ||
      isOtherElement(name, type.getElementType()))
    return fail();
  return *this;
}

Constraints &Constraints::operandLikeInput(StringRef name, Value operand) {
  if (!holds || !operand)
    return *this;
  RankedTensorType type = getType(operand);
  if (hasEncoding(name, type) || isOtherShape(name, type) ||
      isOtherElement(name, type.getElementType()))
    return fail();
  return *this;
}

bool Constraints::isOtherNumber(StringRef name, RankedTensorType type,
                                int64_t size, StringRef each) {
  if (hasEncoding(name, type))
    return true;
  if (type.getRank() != 1) {
    op->emitOpError("expects '")
        << name << "' to have rank 1, but got " << type;
    return true;
  }
  if (type.getDimSize(0) != size) {
    InFlightDiagnostic diagnostic = op->emitOpError("expects '")
                                    << name << "' to have " << size << each
                                    << ", but got ";
    if (type.isDynamicDim(0))
      diagnostic << type;
    else
      diagnostic << type.getDimSize(0);
    return true;
  }
  return false;
}

Constraints &Constraints::numbers(StringRef name, Value parameter, int64_t size,
                                  StringRef each) {
  if (!holds || !parameter)
    return *this;
  RankedTensorType type = getType(parameter);
  if (isOtherNumber(name, type, size, each) ||
      isOtherElement(name, type.getElementType()))
    return fail();
  return *this;
}

Constraints &Constraints::seed(StringRef name, Value operand) {
  if (!holds || !operand)
    return *this;
  return isOtherNumber(name, getType(operand), 1, " element") ? fail() : *this;
}

Constraints &Constraints::scalar(StringRef name, Value parameter) {
  return numbers(name, parameter, 1, " element");
}

Constraints &Constraints::columns(StringRef name, Value parameter) {
  if (!holds || !parameter)
    return *this;
  RankedTensorType type = getType(parameter);
  if (type.getRank() != 2)
    return numbers(name, parameter, input.getShape().back(),
                   " elements, one per column of 'input'");
  if (hasEncoding(name, type))
    return fail();
  if (input.getRank() < 2 || ShapedType::isDynamicShape(type.getShape()) ||
      type.getShape() != input.getShape().take_back(2)) {
    op->emitOpError("expects '")
        << name << "' to have the last size of 'input', or its last two, both "
        << "static, but got " << type << " for " << input;
    return fail();
  }
  return isOtherElement(name, type.getElementType()) ? fail() : *this;
}

Constraints &Constraints::samples(StringRef name, Value parameter) {
  if (!holds || !parameter)
    return *this;
  RankedTensorType type = getType(parameter);
  if (hasEncoding(name, type))
    return fail();
  auto object = [&](StringRef rule) -> Constraints & {
    op->emitOpError("expects '") << name << "' to have " << rule << " 'input', "
                                 << input << ", but got " << type;
    return fail();
  };
  if (type.getRank() == 0 || type.getRank() > input.getRank() ||
      type.getShape().back() != input.getShape().back() ||
      failed(verifyCompatibleShape(
          type.getShape().drop_back(),
          input.getShape().take_front(type.getRank() - 1))))
    return object("some of the first dimensions and the last one of");
  if (ShapedType::isDynamicShape(
          input.getShape().drop_back().drop_front(type.getRank() - 1)) &&
      type.getRank() > 1)
    return object("all dynamic leading dimensions of");
  return isOtherElement(name, type.getElementType()) ? fail() : *this;
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

Constraints &Constraints::positive(StringRef name, FloatAttr attr) {
  if (!holds)
    return *this;
  APFloat value = round(attr.getValue());
  if (value.isFinite() && !value.isZero() && !value.isNegative())
    return *this;
  op->emitOpError("expects '")
      << name << "' to be positive and finite as " << getComputeName()
      << ", but got " << formatNumber(attr);
  return fail();
}

Constraints &Constraints::finite(StringRef name, FloatAttr attr) {
  if (!holds || round(attr.getValue()).isFinite())
    return *this;
  op->emitOpError("expects '")
      << name << "' to be finite as " << getComputeName() << ", but got "
      << formatNumber(attr);
  return fail();
}

Constraints &Constraints::atLeastOne(StringRef name, IntegerAttr attr) {
  if (!holds || attr.getInt() >= 1)
    return *this;
  op->emitOpError("expects '")
      << name << "' to be at least 1, but got " << attr.getInt();
  return fail();
}

Constraints &Constraints::dividesColumns(StringRef name, IntegerAttr count) {
  if (!atLeastOne(name, count).holds)
    return *this;
  int64_t columns = input.getShape().back();
  if (columns % count.getInt() == 0)
    return *this;
  op->emitOpError("expects '")
      << name << "' to divide the " << columns
      << " columns of 'input', but got " << count.getInt();
  return fail();
}

Constraints &Constraints::also(llvm::function_ref<LogicalResult()> check) {
  if (holds && failed(check()))
    return fail();
  return *this;
}

//===- NormOps.cpp - Operations of the norm dialect -----------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Verifiers, shape inference and the parts of the assembly format that need
// better messages than the generated ones.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Dialect/Norm/IR/Norm.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/OpImplementation.h"
#include "llvm/Support/Format.h"

using namespace mlir;
using namespace seednorm::norm;

//===----------------------------------------------------------------------===//
// Activation clause
//===----------------------------------------------------------------------===//

static void appendActivationNames(InFlightDiagnostic &diagnostic) {
  for (unsigned i = 0; i <= getMaxEnumValForActivation(); ++i)
    diagnostic << (i == 0 ? "" : ", ")
               << stringifyActivation(static_cast<Activation>(i));
}

static ParseResult parseActivation(OpAsmParser &parser,
                                   ActivationAttr &activation) {
  SMLoc loc = parser.getCurrentLocation();
  std::string keyword;
  bool hasKeyword = succeeded(parser.parseOptionalKeywordOrString(&keyword));
  if (std::optional<Activation> value = symbolizeActivation(keyword)) {
    activation = ActivationAttr::get(parser.getContext(), *value);
    return success();
  }
  InFlightDiagnostic diagnostic = parser.emitError(loc);
  diagnostic << "expects 'activation' to be one of ";
  appendActivationNames(diagnostic);
  if (hasKeyword)
    diagnostic << ", but got '" << keyword << "'";
  return diagnostic;
}

static void printActivation(OpAsmPrinter &printer, Operation *,
                            ActivationAttr activation) {
  printer << stringifyActivation(activation.getValue());
}

#define GET_OP_CLASSES
#include "seednorm/Dialect/Norm/IR/NormOps.cpp.inc"

//===----------------------------------------------------------------------===//
// Constraints shared by the operations
//===----------------------------------------------------------------------===//

static LogicalResult verifyNoEncoding(Operation *op, StringRef name,
                                      RankedTensorType type) {
  if (!type.getEncoding())
    return success();
  return op->emitOpError("expects '")
         << name << "' to have no encoding, but got " << type;
}

/// Checks the tensor of rows, whose last dimension is D.
static LogicalResult verifyInput(Operation *op, RankedTensorType type) {
  if (failed(verifyNoEncoding(op, "input", type)))
    return failure();
  if (type.getRank() == 0)
    return op->emitOpError(
               "expects 'input' to have at least one dimension, but got ")
           << type;
  if (ShapedType::isDynamic(type.getShape().back()))
    return op->emitOpError(
               "expects the last dimension of 'input' to be static, but got ")
           << type;
  if (type.getShape().back() == 0)
    return op->emitOpError(
               "expects the last dimension of 'input' to hold at least one "
               "element, but got ")
           << type;
  return success();
}

/// Checks the type of a parameter's elements.
static LogicalResult verifyElement(Operation *op, StringRef name, Type element,
                                   Type rows) {
  if (element == rows || element.isF32())
    return success();
  InFlightDiagnostic diagnostic = op->emitOpError("expects '")
                                  << name << "' to have elements of type "
                                  << rows;
  // Rows of f32 leave no wider type to name.
  if (!rows.isF32())
    diagnostic << " or 'f32'";
  return diagnostic << ", but got " << element;
}

static RankedTensorType getType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

/// Checks a parameter of `size` elements, which `each` explains.
static LogicalResult verifyVector(Operation *op, StringRef name,
                                  RankedTensorType type, int64_t size,
                                  StringRef each) {
  if (failed(verifyNoEncoding(op, name, type)))
    return failure();
  if (type.getRank() != 1)
    return op->emitOpError("expects '")
           << name << "' to have rank 1, but got " << type;
  if (type.getDimSize(0) != size) {
    InFlightDiagnostic diagnostic = op->emitOpError("expects '")
                                    << name << "' to have " << size << each
                                    << ", but got ";
    if (type.isDynamicDim(0))
      return diagnostic << type;
    return diagnostic << type.getDimSize(0);
  }
  return verifyElement(op, name, type.getElementType(),
                       getType(op->getOperand(0)).getElementType());
}

/// Checks the parameter called `name`, one element a column; it may be absent.
static LogicalResult verifyParameter(Operation *op, StringRef name,
                                     Value parameter) {
  if (!parameter)
    return success();
  return verifyVector(op, name, getType(parameter),
                      getType(op->getOperand(0)).getShape().back(),
                      " elements, one per column of 'input'");
}

/// Checks the parameter called `name`, one element for all columns.
static LogicalResult verifyScalar(Operation *op, StringRef name,
                                  Value parameter) {
  return verifyVector(op, name, getType(parameter), 1, " element");
}

/// An attribute is what its rounding to the type computed in is.
static APFloat roundToCompute(Operation *op, APFloat value) {
  auto type = cast<FloatType>(
      getComputeType(getType(op->getOperand(0)).getElementType()));
  bool losesInfo;
  value.convert(type.getFloatSemantics(), APFloat::rmNearestTiesToEven,
                &losesInfo);
  return value;
}

static StringRef getComputeName(Operation *op) {
  bool wide = getType(op->getOperand(0)).getElementType().isF64();
  return wide ? "f64" : "f32";
}

/// Six digits identify what was written.
static std::string formatNumber(FloatAttr attr) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%g", attr.getValueAsDouble());
  return text;
}

static LogicalResult verifyEps(Operation *op, FloatAttr eps) {
  APFloat value = roundToCompute(op, eps.getValue());
  if (value.isFinite() && !value.isZero() && !value.isNegative())
    return success();
  return op->emitOpError("expects 'eps' to be positive and finite as ")
         << getComputeName(op) << ", but got " << formatNumber(eps);
}

static LogicalResult verifyFinite(Operation *op, StringRef name,
                                  FloatAttr attr) {
  if (roundToCompute(op, attr.getValue()).isFinite())
    return success();
  return op->emitOpError("expects '")
         << name << "' to be finite as " << getComputeName(op) << ", but got "
         << formatNumber(attr);
}

static LogicalResult verifyPartial(Operation *op, FloatAttr attr) {
  double value = attr.getValueAsDouble();
  if (value > 0.0 && value <= 1.0)
    return success();
  return op->emitOpError(
             "expects 'partial' to be greater than 0 and at most 1, but got ")
         << formatNumber(attr);
}

static LogicalResult verifyHeads(Operation *op, int64_t heads,
                                 int64_t columns) {
  if (heads < 1)
    return op->emitOpError("expects 'num_heads' to be at least 1, but got ")
           << heads;
  if (columns % heads != 0)
    return op->emitOpError("expects 'num_heads' to divide the ")
           << columns << " columns of 'input', but got " << heads;
  return success();
}

//===----------------------------------------------------------------------===//
// Verifiers
//===----------------------------------------------------------------------===//

LogicalResult SeeDNormOp::verify() {
  RankedTensorType inputType = getInput().getType();
  return success(
      succeeded(verifyInput(*this, inputType)) &&
      succeeded(verifyParameter(*this, "alpha", getAlpha())) &&
      succeeded(verifyParameter(*this, "beta", getBeta())) &&
      succeeded(verifyParameter(*this, "gamma", getGamma())) &&
      succeeded(verifyEps(*this, getEpsAttr())) &&
      succeeded(verifyHeads(*this, getNumHeadsAttr().getInt(),
                            inputType.getShape().back())) &&
      succeeded(verifyFinite(*this, "seed_scale", getSeedScaleAttr())) &&
      succeeded(verifyFinite(*this, "gamma_offset", getGammaOffsetAttr())));
}

LogicalResult RMSNormOp::verify() {
  return success(
      succeeded(verifyInput(*this, getInput().getType())) &&
      succeeded(verifyParameter(*this, "gamma", getGamma())) &&
      succeeded(verifyParameter(*this, "bias", getBias())) &&
      succeeded(verifyEps(*this, getEpsAttr())) &&
      succeeded(verifyFinite(*this, "gamma_offset", getGammaOffsetAttr())) &&
      succeeded(verifyPartial(*this, getPartialAttr())));
}

LogicalResult CRMSNormOp::verify() {
  return success(
      succeeded(verifyInput(*this, getInput().getType())) &&
      succeeded(verifyParameter(*this, "gamma", getGamma())) &&
      succeeded(verifyEps(*this, getEpsAttr())) &&
      succeeded(verifyFinite(*this, "gamma_offset", getGammaOffsetAttr())));
}

LogicalResult LayerNormOp::verify() {
  return success(
      succeeded(verifyInput(*this, getInput().getType())) &&
      succeeded(verifyParameter(*this, "gamma", getGamma())) &&
      succeeded(verifyParameter(*this, "bias", getBias())) &&
      succeeded(verifyEps(*this, getEpsAttr())) &&
      succeeded(verifyFinite(*this, "gamma_offset", getGammaOffsetAttr())));
}

LogicalResult DyTOp::verify() {
  return success(succeeded(verifyInput(*this, getInput().getType())) &&
                 succeeded(verifyScalar(*this, "alpha", getAlpha())) &&
                 succeeded(verifyParameter(*this, "gamma", getGamma())) &&
                 succeeded(verifyParameter(*this, "bias", getBias())));
}

LogicalResult ScaleNormOp::verify() {
  return success(succeeded(verifyInput(*this, getInput().getType())) &&
                 succeeded(verifyScalar(*this, "scale", getScale())) &&
                 succeeded(verifyEps(*this, getEpsAttr())));
}

LogicalResult L2NormOp::verify() {
  return success(succeeded(verifyInput(*this, getInput().getType())) &&
                 succeeded(verifyEps(*this, getEpsAttr())));
}

LogicalResult L1NormOp::verify() {
  return success(succeeded(verifyInput(*this, getInput().getType())) &&
                 succeeded(verifyEps(*this, getEpsAttr())));
}

LogicalResult SoftmaxOp::verify() {
  return verifyInput(*this, getInput().getType());
}

LogicalResult LogSoftmaxOp::verify() {
  return verifyInput(*this, getInput().getType());
}

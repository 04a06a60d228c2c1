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

/// Checks the parameter called `name` against a valid `inputType`.
static LogicalResult verifyParameter(Operation *op, StringRef name,
                                     RankedTensorType type,
                                     RankedTensorType inputType) {
  if (failed(verifyNoEncoding(op, name, type)))
    return failure();
  if (type.getRank() != 1)
    return op->emitOpError("expects '")
           << name << "' to have rank 1, but got " << type;
  int64_t columns = inputType.getShape().back();
  if (type.getDimSize(0) != columns) {
    InFlightDiagnostic diagnostic =
        op->emitOpError("expects '")
        << name << "' to have " << columns
        << " elements, one per column of 'input', but got ";
    if (type.isDynamicDim(0))
      return diagnostic << type;
    return diagnostic << type.getDimSize(0);
  }
  Type element = type.getElementType(), rows = inputType.getElementType();
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

/// Operations compute in f32, so an attribute is what its f32 rounding is.
static APFloat roundToF32(APFloat value) {
  bool losesInfo;
  value.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven,
                &losesInfo);
  return value;
}

/// Six digits identify what was written.
static std::string formatNumber(FloatAttr attr) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%g", attr.getValueAsDouble());
  return text;
}

static LogicalResult verifyEps(Operation *op, FloatAttr eps) {
  APFloat value = roundToF32(eps.getValue());
  if (value.isFinite() && !value.isZero() && !value.isNegative())
    return success();
  return op->emitOpError(
             "expects 'eps' to be positive and finite as f32, but got ")
         << formatNumber(eps);
}

static LogicalResult verifyFinite(Operation *op, StringRef name,
                                  FloatAttr attr) {
  if (roundToF32(attr.getValue()).isFinite())
    return success();
  return op->emitOpError("expects '")
         << name << "' to be finite as f32, but got " << formatNumber(attr);
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
// SeeDNormOp
//===----------------------------------------------------------------------===//

LogicalResult SeeDNormOp::verify() {
  RankedTensorType inputType = getInput().getType();
  if (failed(verifyInput(*this, inputType)))
    return failure();
  std::pair<StringRef, RankedTensorType> parameters[] = {
      {"alpha", getAlpha().getType()},
      {"beta", getBeta().getType()},
      {"gamma", getGamma().getType()}};
  for (auto [name, type] : parameters)
    if (failed(verifyParameter(*this, name, type, inputType)))
      return failure();
  return success(
      succeeded(verifyEps(*this, getEpsAttr())) &&
      succeeded(verifyHeads(*this, getNumHeadsAttr().getInt(),
                            inputType.getShape().back())) &&
      succeeded(verifyFinite(*this, "seed_scale", getSeedScaleAttr())) &&
      succeeded(verifyFinite(*this, "gamma_offset", getGammaOffsetAttr())));
}

//===----------------------------------------------------------------------===//
// RMSNormOp
//===----------------------------------------------------------------------===//

LogicalResult RMSNormOp::verify() {
  RankedTensorType inputType = getInput().getType();
  return success(
      succeeded(verifyInput(*this, inputType)) &&
      succeeded(
          verifyParameter(*this, "gamma", getGamma().getType(), inputType)) &&
      succeeded(verifyEps(*this, getEpsAttr())) &&
      succeeded(verifyFinite(*this, "gamma_offset", getGammaOffsetAttr())));
}

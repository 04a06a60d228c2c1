//===- Constants.cpp - Tensors whose elements are known -------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every type of floats that norms know is exact in f64.
//
//===----------------------------------------------------------------------===//

#include "Constants.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"

#include <cmath>

using namespace mlir;
using namespace seednorm::norm;

double seednorm::norm::getUnitRoundoff(Type element) {
  return std::ldexp(
      1.0, -static_cast<int>(cast<FloatType>(element).getFPMantissaWidth()));
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

/// Weights of imported models are often blobs beside the program.
static DenseElementsAttr getElements(Attribute attr) {
  if (auto dense = dyn_cast_if_present<DenseElementsAttr>(attr))
    return dense;
  auto resource = dyn_cast_if_present<DenseResourceElementsAttr>(attr);
  AsmResourceBlob *blob =
      resource ? resource.getRawHandle().getBlob() : nullptr;
  if (!blob)
    return nullptr;
  auto type = cast<ShapedType>(resource.getType());
  bool isSplat = false;
  if (!DenseElementsAttr::isValidRawBuffer(type, blob->getData(), isSplat))
    return nullptr;
  return DenseElementsAttr::getFromRawBuffer(type, blob->getData());
}

std::optional<ConstantTensor> ConstantTensor::read(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  Attribute attr;
  if (!type || !isa<FloatType>(type.getElementType()) ||
      !matchPattern(value, m_Constant(&attr)))
    return std::nullopt;
  DenseElementsAttr elements = getElements(attr);
  if (!elements)
    return std::nullopt;
  ConstantTensor constant{type, {}};
  constant.values.reserve(type.getNumElements());
  if (type.getElementType().isF32()) {
    llvm::append_range(constant.values, elements.getValues<float>());
    return constant;
  }
  for (const APFloat &number : elements.getValues<APFloat>())
    constant.values.push_back(number.convertToDouble());
  return constant;
}

//===----------------------------------------------------------------------===//
// Lines
//===----------------------------------------------------------------------===//

void ConstantTensor::forEachLine(
    unsigned axis, llvm::function_ref<void(size_t, size_t)> visit) const {
  size_t size = type.getDimSize(axis), stride = 1;
  for (int64_t inner : type.getShape().drop_front(axis + 1))
    stride *= inner;
  for (size_t block = 0; block < values.size(); block += size * stride)
    for (size_t offset = 0; offset < stride; ++offset)
      visit(block + offset, stride);
}

bool ConstantTensor::sumsToZero(unsigned axis) const {
  size_t size = type.getDimSize(axis);
  double own = getUnitRoundoff(type.getElementType());
  double used = std::min(own, 0x1p-24);
  double tolerance = (std::log2(size) + 1) * used + own;
  bool isZero = true;
  forEachLine(axis, [&](size_t first, size_t stride) {
    double sum = 0, magnitude = 0;
    for (size_t k = 0; k < size; ++k) {
      sum += values[first + k * stride];
      magnitude += std::abs(values[first + k * stride]);
    }
    // False for NaN as well.
    isZero &= std::abs(sum) <= tolerance * magnitude;
  });
  return isZero;
}

void ConstantTensor::center(unsigned axis) {
  size_t size = type.getDimSize(axis);
  auto subtractMean = [&](size_t first, size_t stride) {
    double sum = 0;
    for (size_t k = 0; k < size; ++k)
      sum += values[first + k * stride];
    for (size_t k = 0; k < size; ++k)
      values[first + k * stride] -= sum / size;
  };
  forEachLine(axis, subtractMean);
  // What rounding left of a mean that exceeds the deviation.
  forEachLine(axis, subtractMean);
}

void ConstantTensor::scale(unsigned axis, ArrayRef<double> factors) {
  forEachLine(axis, [&](size_t first, size_t stride) {
    for (auto [k, factor] : llvm::enumerate(factors))
      values[first + k * stride] *= factor;
  });
}

void ConstantTensor::subtractLast(unsigned axis) {
  size_t last = type.getDimSize(axis) - 1;
  forEachLine(axis, [&](size_t first, size_t stride) {
    for (size_t k = 0; k < last; ++k)
      values[first + k * stride] -= values[first + last * stride];
  });
}

void ConstantTensor::dropLast(unsigned axis) {
  SmallVector<int64_t> shape(type.getShape());
  size_t stride = 1, size = shape[axis];
  for (int64_t inner : type.getShape().drop_front(axis + 1))
    stride *= inner;
  std::vector<double> kept;
  for (auto [index, value] : llvm::enumerate(values))
    if (index / stride % size + 1 < size)
      kept.push_back(value);
  values = std::move(kept);
  --shape[axis];
  type = type.clone(shape);
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

std::optional<DenseElementsAttr> ConstantTensor::round() const {
  const llvm::fltSemantics &semantics =
      cast<FloatType>(type.getElementType()).getFloatSemantics();
  std::vector<APFloat> rounded;
  rounded.reserve(values.size());
  bool underflows = false;
  double largest = 0;
  for (double value : values) {
    APFloat number(value);
    bool losesInfo;
    APFloat::opStatus status =
        number.convert(semantics, APFloat::rmNearestTiesToEven, &losesInfo);
    if (!number.isFinite())
      return std::nullopt;
    underflows |= (status & APFloat::opUnderflow) != 0;
    largest = std::max(largest, std::abs(value));
    rounded.push_back(number);
  }
  // Beside a normal number, what a subnormal lacks is less than its rounding.
  double normal = APFloat::getSmallestNormalized(semantics).convertToDouble();
  if (underflows && largest < normal)
    return std::nullopt;
  return DenseElementsAttr::get(type, rounded);
}

Value seednorm::norm::buildConstant(OpBuilder &builder, Location loc,
                                    DenseElementsAttr attr) {
  return arith::ConstantOp::create(builder, loc, attr);
}

Value seednorm::norm::buildOnes(OpBuilder &builder, Location loc,
                                RankedTensorType type) {
  return buildConstant(
      builder, loc,
      DenseElementsAttr::get(
          type, Attribute(builder.getFloatAttr(type.getElementType(), 1.0))));
}

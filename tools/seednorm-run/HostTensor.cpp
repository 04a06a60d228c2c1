//===- HostTensor.cpp - A tensor in the tool's memory ---------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HostTensor.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"

#include <cmath>
#include <cstring>
#include <random>
#include <unistd.h>

using namespace llvm;
using namespace seednorm;
using runtime::NpyArray;
using runtime::NpyType;

/// Memory of the machine: an allocation beyond it would end the process.
static int64_t getMaxBytes() {
  static const int64_t bytes =
      int64_t(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGESIZE);
  return bytes;
}

static NpyType getNpyType(ElementType type) {
  switch (type) {
  case ElementType::F64:
    return NpyType::F64;
  case ElementType::F32:
    return NpyType::F32;
  case ElementType::F16:
    return NpyType::F16;
  case ElementType::BF16:
    return NpyType::BF16;
  case ElementType::F8E4M3FN:
  case ElementType::F8E5M2:
    return NpyType::V8;
  case ElementType::I8:
    return NpyType::I8;
  case ElementType::I32:
    return NpyType::I32;
  case ElementType::I64:
    return NpyType::I64;
  }
  llvm_unreachable("every element type is handled");
}

/// Whether elements of a file may be bits of `type`, whose own name for them is
/// another.
static bool holdsBits(NpyType file, ElementType type) {
  switch (type) {
  case ElementType::BF16:
    return file == NpyType::U16;
  case ElementType::F8E4M3FN:
    return file == NpyType::U8;
  case ElementType::F8E5M2:
    return file == NpyType::U8 || file == NpyType::F8E5M2;
  default:
    return false;
  }
}

/// Null for integers.
static const fltSemantics *getSemantics(ElementType type) {
  switch (type) {
  case ElementType::F64:
    return &APFloat::IEEEdouble();
  case ElementType::F32:
    return &APFloat::IEEEsingle();
  case ElementType::F16:
    return &APFloat::IEEEhalf();
  case ElementType::BF16:
    return &APFloat::BFloat();
  case ElementType::F8E4M3FN:
    return &APFloat::Float8E4M3FN();
  case ElementType::F8E5M2:
    return &APFloat::Float8E5M2();
  case ElementType::I8:
  case ElementType::I32:
  case ElementType::I64:
    return nullptr;
  }
  llvm_unreachable("every element type is handled");
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

long double HostTensor::getElement(int64_t index) const {
  int64_t width = getByteWidth(type);
  uint64_t bits = 0;
  std::memcpy(&bits, array.bytes.data() + index * width, width);
  APInt element(8 * width, bits);
  const fltSemantics *semantics = getSemantics(type);
  return semantics ? APFloat(*semantics, element).convertToDouble()
                   : static_cast<long double>(element.getSExtValue());
}

void HostTensor::setElement(int64_t index, float number) {
  int64_t width = getByteWidth(type);
  uint64_t bits;
  if (const fltSemantics *semantics = getSemantics(type)) {
    APFloat value(number);
    bool losesInfo;
    value.convert(*semantics, APFloat::rmNearestTiesToEven, &losesInfo);
    bits = value.bitcastToAPInt().getZExtValue();
  } else {
    bits = std::llrint(number);
  }
  std::memcpy(array.bytes.data() + index * width, &bits, width);
}

//===----------------------------------------------------------------------===//
// Sources
//===----------------------------------------------------------------------===//

Expected<HostTensor> HostTensor::create(const TensorSpec &spec,
                                        ArrayRef<int64_t> shape) {
  NpyArray array;
  array.type = getNpyType(spec.type);
  array.shape = shape.vec();
  int64_t bytes = getByteWidth(spec.type);
  for (int64_t size : shape) {
    if (size != 0 && bytes > getMaxBytes() / size)
      return createStringError("expects '" + spec.name +
                               "' to fit into memory, but its shape is too "
                               "large");
    bytes *= size;
  }
  array.bytes.resize(bytes);
  return HostTensor(spec.type, std::move(array));
}

Expected<HostTensor> HostTensor::read(const TensorSpec &spec, StringRef path) {
  runtime::Result<NpyArray> array = runtime::readNpy(path.str());
  if (!array)
    return createStringError(array.message());
  if (holdsBits(array->type, spec.type))
    array->type = getNpyType(spec.type);
  if (array->type != getNpyType(spec.type))
    return createStringError("expects '" + spec.name +
                             "' to have elements of type " +
                             getName(spec.type) + ", but '" + path + "' has " +
                             runtime::getName(array->type));
  return HostTensor(spec.type, std::move(*array));
}

Expected<HostTensor> HostTensor::random(const TensorSpec &spec, uint64_t seed,
                                        int64_t rows) {
  SmallVector<int64_t> shape;
  for (const Dimension &dimension : spec.shape)
    shape.push_back(dimension.size < 0 ? rows : dimension.size);
  Expected<HostTensor> tensor = create(spec, shape);
  if (!tensor)
    return tensor;
  std::mt19937_64 generator(seed);
  std::normal_distribution<float> normal;
  for (int64_t i = 0, e = tensor->getNumElements(); i < e; ++i)
    tensor->setElement(i, normal(generator));
  return tensor;
}

//===----------------------------------------------------------------------===//
// Destinations
//===----------------------------------------------------------------------===//

Error HostTensor::write(StringRef path) const {
  runtime::Status status = runtime::writeNpy(path.str(), array);
  if (!status)
    return createStringError(status.message());
  return Error::success();
}

TensorView HostTensor::getView() {
  return {array.bytes.data(), type, array.shape};
}

std::string HostTensor::describe(StringRef name) const {
  std::string text = (name + ": tensor<").str();
  for (int64_t size : array.shape)
    text += std::to_string(size) + "x";
  text += getName(type);
  uint64_t checksum =
      xxh3_64bits(StringRef(array.bytes.data(), array.bytes.size()));
  return text + ">, checksum " +
         utohexstr(checksum, /*LowerCase=*/true, /*Width=*/16);
}

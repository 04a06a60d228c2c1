//===- HostTensor.h - A tensor in the tool's memory -------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Arguments and results of a run: from a file, from random numbers, or empty.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_TOOLS_SEEDNORM_RUN_HOSTTENSOR_H
#define SEEDNORM_TOOLS_SEEDNORM_RUN_HOSTTENSOR_H

#include "seednorm/Compiler/Compiler.h"
#include "seednorm/Runtime/Npy.h"

namespace seednorm {

/// Memory for an argument or a result.
class HostTensor {
public:
  /// Zeros.
  static llvm::Expected<HostTensor> create(const TensorSpec &spec,
                                           llvm::ArrayRef<int64_t> shape);

  /// Reads a .npy file for an argument; unsigned integers are taken for the
  /// bits of bf16 and of 8-bit floats. Shapes are checked by the call.
  static llvm::Expected<HostTensor> read(const TensorSpec &spec,
                                         llvm::StringRef path);

  /// Normal numbers; dynamic dimensions have `rows` elements.
  static llvm::Expected<HostTensor> random(const TensorSpec &spec,
                                           uint64_t seed, int64_t rows);

  llvm::Error write(llvm::StringRef path) const;

  TensorView getView();
  ElementType getType() const { return type; }
  llvm::ArrayRef<int64_t> getShape() const { return array.shape; }
  int64_t getNumElements() const { return array.getNumElements(); }
  int64_t getNumBytes() const { return array.bytes.size(); }
  /// Wide enough for integers of 64 bits.
  long double getElement(int64_t index) const;

  /// "y: tensor<4x128xbf16>, checksum 0123456789abcdef".
  std::string describe(llvm::StringRef name) const;

private:
  HostTensor(ElementType type, runtime::NpyArray array)
      : type(type), array(std::move(array)) {}
  void setElement(int64_t index, float value);

  ElementType type;
  runtime::NpyArray array;
};

} // namespace seednorm

#endif // SEEDNORM_TOOLS_SEEDNORM_RUN_HOSTTENSOR_H

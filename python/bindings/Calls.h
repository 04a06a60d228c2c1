//===- Calls.h - What calls of both C APIs share ----------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Tensors and signatures.
//
//===----------------------------------------------------------------------===//

#ifndef PYTHON_BINDINGS_CALLS_H
#define PYTHON_BINDINGS_CALLS_H

#include "Array.h"
#include "Status.h"

#include <string>
#include <tuple>
#include <vector>

namespace seednorm {

/// The tensors of a call, as the C API takes them.
class Tensors {
public:
  explicit Tensors(const std::vector<const Array *> &arrays) {
    for (const Array *array : arrays)
      tensors.push_back(
          {array->data, parseType(array->dtype),
           static_cast<int64_t>(array->shape.size()), array->shape.data(),
           array->strides.empty() ? nullptr : array->strides.data()});
  }
  const SeednormTensor *data() const { return tensors.data(); }
  int64_t size() const { return tensors.size(); }

private:
  std::vector<SeednormTensor> tensors;
};

/// Name, element type, shape and alignment of an argument or result.
using Signature =
    std::tuple<std::string, std::string, std::vector<int64_t>, int64_t>;
using Arrays = std::vector<const Array *>;

} // namespace seednorm

#endif // PYTHON_BINDINGS_CALLS_H

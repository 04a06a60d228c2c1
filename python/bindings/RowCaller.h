//===- RowCaller.h - Calls with tensors as rows -----------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What `seednorm.torch` does in a warm call: tensors (..., D) are the rows of a
// kernel, whatever needs gradients, and results are tensors that the framework
// makes itself. Whatever is unusual or wrong is left to
// `seednorm.torch.launch`.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_PYTHON_BINDINGS_ROWCALLER_H
#define SEEDNORM_PYTHON_BINDINGS_ROWCALLER_H

#include "Caller.h"

namespace seednorm {

class RowCaller {
public:
  /// Of each argument whether it has rows (..., D), all of one shape, the first
  /// among them. Of each result the number of the argument that has its shape,
  /// or -1 if the kernel knows it, and its type. `emptyLike` makes a dense
  /// tensor of the shape of its argument and of a type `dtype`, and tensors
  /// have a method `new_empty`, which takes a shape.
  RowCaller(const Caller &caller, std::vector<bool> isRows,
            std::vector<int64_t> like, pybind11::tuple types,
            pybind11::object emptyLike);

  /// The results for these tensors, in a list; NotImplemented, having run
  /// nothing, if there is something to think about. The first `numPlain` are
  /// known to be no negated views.
  pybind11::object call(const pybind11::list &tensors, size_t numPlain) const;

private:
  bool match(const pybind11::list &tensors, size_t numPlain,
             std::vector<TakenArray> &taken) const;
  std::vector<int64_t> getShape(size_t result, const Callable &kernel,
                                const std::vector<TakenArray> &taken,
                                const Tensors &arguments) const;
  pybind11::object allocate(size_t result, const pybind11::list &tensors,
                            const TakenArray &first,
                            const std::vector<int64_t> &shape) const;

  const Caller &caller;
  std::vector<bool> isRows;
  std::vector<int64_t> like;
  pybind11::tuple types;
  pybind11::object emptyLike;
};

void bindRowCaller(pybind11::module_ &module);

} // namespace seednorm

#endif // SEEDNORM_PYTHON_BINDINGS_ROWCALLER_H

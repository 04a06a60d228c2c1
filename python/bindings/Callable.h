//===- Callable.h - What can be called with arrays --------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A kernel that was compiled here and one of a package are called alike, though
// the one is of the compiler's C API and the other of the run-time library's.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_PYTHON_BINDINGS_CALLABLE_H
#define SEEDNORM_PYTHON_BINDINGS_CALLABLE_H

#include "Array.h"
#include "Status.h"

#include <pybind11/pybind11.h>

#include <string>
#include <tuple>
#include <vector>

namespace seednorm {

/// Name, element type, shape and alignment of an argument or result.
using Signature =
    std::tuple<std::string, std::string, std::vector<int64_t>, int64_t>;
using Arrays = std::vector<const Array *>;
using Tensors = std::vector<SeednormTensor>;

/// Arrays as the C APIs take them; they refer to what the arrays have.
Tensors getTensors(const Arrays &arrays);

class Callable {
public:
  virtual ~Callable() = default;

  std::vector<Signature> getArguments() const;
  std::vector<Signature> getResults() const;
  std::vector<std::vector<int64_t>>
  getResultShapes(const Arrays &arguments) const;
  void run(const Arrays &arguments, const Arrays &results, uint64_t seed,
           uintptr_t stream) const;

  /// Each throws a `Failure`. `shape` has room for the result's rank.
  virtual void getResultShape(const Tensors &arguments, int64_t index,
                              int64_t *shape) const = 0;
  /// To be called without Python's lock, as it may take long.
  virtual void run(const Tensors &arguments, const Tensors &results,
                   uint64_t seed, void *stream) const = 0;

  /// The same on a CPU, without the lock that the caller has.
  void runUnlocked(const Tensors &arguments, const Tensors &results) const;

protected:
  virtual int64_t getNumArguments() const = 0;
  virtual int64_t getNumResults() const = 0;
  /// As both C APIs have it: results are behind arguments.
  virtual void getSignature(int64_t index, const char **name,
                            SeednormElementType *type, const int64_t **shape,
                            int64_t *rank, int64_t *alignment) const = 0;

private:
  std::vector<Signature> getSignatures(int64_t first, int64_t count) const;
};

/// Has calls from Python use as many threads as `source` says, which a
/// framework has for the calling thread, unless the user has said how many.
void setThreadSource(pybind11::object source);

void bindCallable(pybind11::module_ &module);

} // namespace seednorm

#endif // SEEDNORM_PYTHON_BINDINGS_CALLABLE_H

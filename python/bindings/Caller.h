//===- Caller.h - Calls that need no further thought ------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A call from Python with arrays of NumPy or of a type that has DLPack's C
// exchange API, as PyTorch's tensors: nothing of Python runs between the call
// and the kernel. Whatever is unusual or wrong is left to `seednorm.kernel`.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_PYTHON_BINDINGS_CALLER_H
#define SEEDNORM_PYTHON_BINDINGS_CALLER_H

#include "Taken.h"

#include <array>
#include <map>

namespace seednorm {

/// Calls a kernel of the CPU's memory, and those that were compiled for other
/// layouts of its arguments.
class Caller {
public:
  explicit Caller(const Callable &kernel);

  /// Arrays of NumPy are taken whose type is that of `types` for the name of an
  /// element type.
  void setNumPyTypes(const pybind11::dict &types);

  /// Has calls with these layouts, and results in these arguments' memory, run
  /// `kernel`.
  void add(const std::vector<std::array<int64_t, 3>> &layouts,
           const std::vector<std::array<int64_t, 2>> &shared,
           const pybind11::object &kernel);

  /// Runs the kernel for arguments by position and by name, and the arrays
  /// `out` for results, one or a tuple, or None. Returns the result, or a tuple
  /// of several; NotImplemented, having done nothing, if there is something to
  /// think about.
  pybind11::object call(const pybind11::tuple &arguments,
                        const pybind11::dict &named,
                        const pybind11::object &out) const;

  /// The kernel for the layouts of these arguments and results, or null if it
  /// has not been added.
  const Callable *find(const std::vector<TakenArray> &arguments,
                       const std::vector<TakenArray> &results) const;

  const std::vector<ArraySpec> &getArguments() const { return arguments; }
  const std::vector<ArraySpec> &getResults() const { return results; }

private:
  using Key = std::vector<int64_t>;

  static pybind11::object allocate(const TakenArray &like,
                                   const ArraySpec &spec,
                                   std::vector<int64_t> &shape);
  bool match(const pybind11::tuple &arguments, const pybind11::dict &named,
             std::vector<TakenArray> &taken) const;
  bool matchOut(const pybind11::object &out,
                std::vector<TakenArray> &taken) const;
  bool getKey(const std::vector<TakenArray> &arguments,
              const std::vector<TakenArray> &results, Key &key) const;
  bool allocateResults(const Callable *kernel,
                       const std::vector<TakenArray> &arguments,
                       const Tensors &tensors,
                       std::vector<pybind11::object> &objects,
                       std::vector<TakenArray> &results) const;

  const Callable *kernel;
  std::vector<ArraySpec> arguments, results;
  std::map<Key, std::pair<const Callable *, pybind11::object>> variants;
};

void bindCaller(pybind11::module_ &module);

} // namespace seednorm

#endif // SEEDNORM_PYTHON_BINDINGS_CALLER_H

//===- Operator.h - PyTorch's operators without its dispatcher --*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the dispatcher takes for an operator of ours is more than a kernel of
// few rows does. Where all tensors are plain ones in the CPU's memory and
// nobody looks on, it would run one of two functions: then they are called
// here. Whoever may want to see the operator, a tracer, a mode, a transform, a
// profiler, is found by the very keys that the dispatcher goes by.
//
// PyTorch's functions come from Python: this is not built against PyTorch.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_PYTHON_BINDINGS_OPERATOR_H
#define SEEDNORM_PYTHON_BINDINGS_OPERATOR_H

#include "RowCaller.h"

#include <unordered_map>

namespace seednorm {

/// What the dispatcher would do with tensors.
class Dispatcher {
public:
  enum class Route {
    Unknown, ///< Or something that only it can do.
    Kernel,  ///< Run the kernel.
    Record   ///< Record a node of gradients that runs the kernel.
  };

  /// From names to what `seednorm/torch/direct.py` says they are.
  explicit Dispatcher(const pybind11::dict &functions);

  /// Of tensors of which the first `numRows` are rows. Those behind them are
  /// mostly the same from call to call: unless it `asksAll`, what they were
  /// when they were last asked is not asked again. That they have become
  /// negated views or tensors without memory since is found by who reads their
  /// memory.
  Route findRoute(const pybind11::list &tensors, size_t numRows,
                  bool asksAll) const;

private:
  bool isObserved() const;
  uint64_t getMask(pybind11::handle excluded) const;
  uint64_t askKeys(pybind11::handle tensor) const;
  uint64_t recallKeys(pybind11::handle tensor) const;
  uint64_t remember(pybind11::handle tensor, uint64_t keys) const;

  pybind11::object tensorType, parameterType;
  pybind11::object getKeys, getIncluded, getExcluded;
  pybind11::object hasFunctionMode, isProfiled, forwardMode;
  pybind11::object isGradEnabled, needsGradient, every;
  /// Keys that are of no account, and what is left where autograd has no turn,
  /// and where it has.
  uint64_t passed, kernel, record;
  /// Of keys that a thread leaves out, what is left of all.
  mutable std::map<uint64_t, uint64_t> masks;
  /// Keys of tensors that were seen, by their addresses, which others may have
  /// when these are gone.
  struct SeenTensor {
    pybind11::object reference; ///< Weak.
    uint64_t keys;
  };
  static constexpr size_t maxSeen = 4096;
  mutable std::unordered_map<PyObject *, SeenTensor> seen;
};

/// An operator of a norm.
class Operator {
public:
  /// Of the arguments, the first `numTensors` are tensors, of which `required`
  /// have to be there, the first `numRows` of them rows. Then come options, of
  /// these types exactly, and a type or None. `getProgram` has the program for
  /// arguments and the tensors among them, `record` records its run, and
  /// `runProgram` runs it with tensors that no kernel was found for.
  Operator(const Dispatcher &dispatcher, size_t numRows, size_t required,
           size_t numTensors, pybind11::tuple optionTypes,
           pybind11::object typeType, pybind11::object getProgram,
           pybind11::object record, pybind11::object runProgram);

  /// The result, or several in a tuple; NotImplemented, having done nothing, if
  /// this is for the dispatcher.
  pybind11::object call(const pybind11::tuple &arguments);

private:
  /// What tells programs of one operator apart: options, and types of the
  /// result and of rows; a bit for each tensor that is there.
  struct Key {
    std::vector<pybind11::object> values;
    uint64_t present;

    bool operator==(const Key &other) const;
  };
  static constexpr size_t maxPrograms = 4;

  bool match(const pybind11::tuple &arguments, pybind11::list &tensors) const;
  Key getKey(const pybind11::tuple &arguments) const;
  pybind11::object findProgram(const pybind11::tuple &arguments,
                               const pybind11::list &tensors);
  pybind11::object runKernel(const pybind11::object &program,
                             const pybind11::list &tensors) const;

  const Dispatcher &dispatcher;
  size_t numRows, required, numTensors;
  pybind11::tuple optionTypes;
  pybind11::object typeType, getProgram, record, runProgram;
  /// Those of the last calls.
  std::vector<std::pair<Key, pybind11::object>> programs;
};

void bindOperator(pybind11::module_ &module);

} // namespace seednorm

#endif // SEEDNORM_PYTHON_BINDINGS_OPERATOR_H

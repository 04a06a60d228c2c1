//===- Callable.cpp - What can be called with arrays ----------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Takes arrays where the C APIs take tensors.
//
//===----------------------------------------------------------------------===//

#include "Callable.h"

#include "seednorm-c/Runtime.h"
#include "seednorm/Runtime/KeptMemory.h"

#include <pybind11/stl.h>

namespace py = pybind11;
using namespace seednorm;

Tensors seednorm::getTensors(const Arrays &arrays) {
  Tensors tensors;
  for (const Array *array : arrays)
    tensors.push_back(
        {array->data, parseType(array->dtype),
         static_cast<int64_t>(array->shape.size()), array->shape.data(),
         array->strides.empty() ? nullptr : array->strides.data()});
  return tensors;
}

std::vector<Signature> Callable::getSignatures(int64_t first,
                                               int64_t count) const {
  std::vector<Signature> signatures;
  for (int64_t index = first; index < first + count; ++index) {
    const char *name;
    SeednormElementType type;
    const int64_t *shape;
    int64_t rank, alignment;
    getSignature(index, &name, &type, &shape, &rank, &alignment);
    signatures.emplace_back(name, typeNames[type],
                            std::vector<int64_t>(shape, shape + rank),
                            alignment);
  }
  return signatures;
}

std::vector<Signature> Callable::getArguments() const {
  return getSignatures(0, getNumArguments());
}
std::vector<Signature> Callable::getResults() const {
  return getSignatures(getNumArguments(), getNumResults());
}

std::vector<std::vector<int64_t>>
Callable::getResultShapes(const Arrays &arguments) const {
  Tensors tensors = getTensors(arguments);
  std::vector<std::vector<int64_t>> shapes;
  for (const Signature &result : getResults()) {
    std::vector<int64_t> &shape =
        shapes.emplace_back(std::get<2>(result).size());
    getResultShape(tensors, shapes.size() - 1, shape.data());
  }
  return shapes;
}

//===----------------------------------------------------------------------===//
// Threads
//===----------------------------------------------------------------------===//

/// Never released: it is Python's until the very end.
static PyObject *threadSource = nullptr;

void seednorm::setThreadSource(py::object source) {
  Py_XDECREF(threadSource);
  threadSource = source.release().ptr();
}

/// Asked for each call, as the number may change, and is that of the thread.
static void tellNumThreads() {
  if (!threadSource)
    return;
  PyObject *count = PyObject_CallNoArgs(threadSource);
  if (!count)
    throw py::error_already_set();
  seednormRuntimeSetNumThreadsOfCaller(
      py::reinterpret_steal<py::object>(count).cast<int64_t>());
}

static int64_t getNumThreads() {
  tellNumThreads();
  return seednormRuntimeGetNumThreads();
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

void Callable::run(const Arrays &arguments, const Arrays &results,
                   uint64_t seed, uintptr_t stream) const {
  Tensors given = getTensors(arguments), destinations = getTensors(results);
  tellNumThreads();
  py::gil_scoped_release unlocked;
  run(given, destinations, seed, reinterpret_cast<void *>(stream));
}

void Callable::runUnlocked(const Tensors &arguments,
                           const Tensors &results) const {
  tellNumThreads();
  py::gil_scoped_release unlocked;
  run(arguments, results, /*seed=*/0, /*stream=*/nullptr);
}

void seednorm::bindCallable(py::module_ &module) {
  using RunArrays = void (Callable::*)(const Arrays &, const Arrays &, uint64_t,
                                       uintptr_t) const;
  module.def("set_thread_source", &setThreadSource);
  module.def("get_num_threads", &getNumThreads);
  module.def("set_num_threads", &seednormRuntimeSetNumThreads);
  module.def("get_kept_memory", &runtime::getKeptBytes);
  module.def("set_kept_memory", &runtime::setMaxKeptBytes,
             py::call_guard<py::gil_scoped_release>());
  module.def("drop_kept_memory", &runtime::dropKept,
             py::call_guard<py::gil_scoped_release>());
  py::class_<Callable>(module, "Callable", py::module_local())
      .def_property_readonly("arguments", &Callable::getArguments)
      .def_property_readonly("results", &Callable::getResults)
      .def("result_shapes", &Callable::getResultShapes)
      .def("run", static_cast<RunArrays>(&Callable::run));
}

//===- Kernel.cpp - A compiled kernel in Python ---------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiling and running, without Python's lock where that takes long.
//
//===----------------------------------------------------------------------===//

#include "Kernel.h"

#include <pybind11/stl.h>

namespace py = pybind11;
using namespace seednorm;

Kernel::Kernel(const std::string &text, const std::string &target,
               const std::string &entry,
               const std::vector<std::array<int64_t, 3>> &layouts,
               const std::vector<std::array<int64_t, 2>> &shared,
               int64_t expectPrograms, const std::string &schedule) {
  std::vector<SeednormLayout> given;
  for (auto [argument, numDense, alignment] : layouts)
    given.push_back({argument, numDense, alignment});
  std::vector<SeednormSharedMemory> pairs;
  for (auto [result, argument] : shared)
    pairs.push_back({result, argument});
  py::gil_scoped_release unlocked;
  check(seednormCompile(text.data(), text.size(), target.c_str(), entry.c_str(),
                        given.data(), given.size(), pairs.data(), pairs.size(),
                        expectPrograms, schedule.c_str(), &kernel));
}
std::vector<Signature> Kernel::getArguments() const {
  return getSignatures(0, seednormKernelGetNumArguments(kernel));
}
std::vector<Signature> Kernel::getResults() const {
  int64_t first = seednormKernelGetNumArguments(kernel);
  return getSignatures(first, first + seednormKernelGetNumResults(kernel));
}

py::bytes Kernel::emit(const std::string &stage) const {
  char *data = nullptr;
  size_t size = 0;
  {
    py::gil_scoped_release unlocked;
    check(seednormKernelEmit(kernel, stage.c_str(), &data, &size));
  }
  std::unique_ptr<char, Free> owner(data);
  return py::bytes(data, size);
}

std::vector<std::vector<int64_t>>
Kernel::getResultShapes(const Arrays &arguments) const {
  Tensors tensors(arguments);
  std::vector<std::vector<int64_t>> shapes;
  for (const Signature &result : getResults()) {
    std::vector<int64_t> &shape =
        shapes.emplace_back(std::get<2>(result).size());
    check(seednormKernelGetResultShape(kernel, tensors.data(), tensors.size(),
                                       shapes.size() - 1, shape.data()));
  }
  return shapes;
}

void Kernel::run(const Arrays &arguments, const Arrays &results, uint64_t seed,
                 uintptr_t stream) const {
  Tensors given(arguments), destinations(results);
  py::gil_scoped_release unlocked;
  check(seednormKernelRun(kernel, given.data(), given.size(),
                          destinations.data(), destinations.size(), seed,
                          reinterpret_cast<void *>(stream)));
}

std::string Kernel::runCounted(const Arrays &arguments, const Arrays &results,
                               uint64_t seed) const {
  Tensors given(arguments), destinations(results);
  char *counters = nullptr;
  py::gil_scoped_release unlocked;
  check(seednormKernelRunCounted(kernel, given.data(), given.size(),
                                 destinations.data(), destinations.size(), seed,
                                 &counters));
  return std::unique_ptr<char, Free>(counters).get();
}

std::vector<Signature> Kernel::getSignatures(int64_t first,
                                             int64_t last) const {
  std::vector<Signature> signatures;
  for (int64_t index = first; index < last; ++index) {
    const char *name;
    SeednormElementType type;
    const int64_t *shape;
    int64_t rank, alignment;
    check(seednormKernelGetSignature(kernel, index, &name, &type, &shape, &rank,
                                     &alignment));
    signatures.emplace_back(name, typeNames[type],
                            std::vector<int64_t>(shape, shape + rank),
                            alignment);
  }
  return signatures;
}

static py::bytes writePackage(const std::vector<const Kernel *> &kernels) {
  std::vector<const SeednormKernel *> handles;
  for (const Kernel *kernel : kernels)
    handles.push_back(kernel->get());
  char *data = nullptr;
  size_t size = 0;
  {
    py::gil_scoped_release unlocked;
    check(seednormWritePackage(handles.data(), handles.size(), &data, &size));
  }
  std::unique_ptr<char, Free> owner(data);
  return py::bytes(data, size);
}

void seednorm::bindKernel(py::module_ &module) {
  module.def("write_package", &writePackage);
  py::class_<Kernel>(module, "Kernel", py::module_local())
      .def(py::init<const std::string &, const std::string &,
                    const std::string &,
                    const std::vector<std::array<int64_t, 3>> &,
                    const std::vector<std::array<int64_t, 2>> &, int64_t,
                    const std::string &>())
      .def_property_readonly("num_kernels", &Kernel::getNumKernels)
      .def_property_readonly("arguments", &Kernel::getArguments)
      .def_property_readonly("results", &Kernel::getResults)
      .def_property_readonly("stages", &Kernel::getStages)
      .def("emit", &Kernel::emit)
      .def("result_shapes", &Kernel::getResultShapes)
      .def("run", &Kernel::run)
      .def("run_counted", &Kernel::runCounted);
}

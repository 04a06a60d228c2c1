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
               int64_t expectPrograms, const std::string &schedule,
               const std::string &approximate,
               std::optional<std::string_view> package) {
  std::vector<SeednormLayout> given;
  for (auto [argument, numDense, alignment] : layouts)
    given.push_back({argument, numDense, alignment});
  std::vector<SeednormSharedMemory> pairs;
  for (auto [result, argument] : shared)
    pairs.push_back({result, argument});
  SeednormCompileOptions options = SEEDNORM_COMPILE_OPTIONS;
  options.layouts = given.data();
  options.numLayouts = given.size();
  options.shared = pairs.data();
  options.numShared = pairs.size();
  options.expectPrograms = expectPrograms;
  options.schedule = schedule.c_str();
  options.approximate = approximate.c_str();
  py::gil_scoped_release unlocked;
  if (package)
    check(seednormRestore(package->data(), package->size(), text.data(),
                          text.size(), target.c_str(), entry.c_str(), &options,
                          &kernel));
  else
    check(seednormCompileWithOptions(text.data(), text.size(), target.c_str(),
                                     entry.c_str(), &options, &kernel));
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

void Kernel::getResultShape(const Tensors &arguments, int64_t index,
                            int64_t *shape) const {
  check(seednormKernelGetResultShape(kernel, arguments.data(), arguments.size(),
                                     index, shape));
}

void Kernel::run(const Tensors &arguments, const Tensors &results,
                 uint64_t seed, void *stream) const {
  check(seednormKernelRun(kernel, arguments.data(), arguments.size(),
                          results.data(), results.size(), seed, stream));
}

void Kernel::getSignature(int64_t index, const char **name,
                          SeednormElementType *type, const int64_t **shape,
                          int64_t *rank, int64_t *alignment) const {
  check(seednormKernelGetSignature(kernel, index, name, type, shape, rank,
                                   alignment));
}

std::string Kernel::runCounted(const Arrays &arguments, const Arrays &results,
                               uint64_t seed) const {
  Tensors given = getTensors(arguments), destinations = getTensors(results);
  char *counters = nullptr;
  py::gil_scoped_release unlocked;
  check(seednormKernelRunCounted(kernel, given.data(), given.size(),
                                 destinations.data(), destinations.size(), seed,
                                 &counters));
  return std::unique_ptr<char, Free>(counters).get();
}

/// What decides, beside text and options, which code is made for a target.
static std::string getFingerprint(const std::string &target) {
  char *fingerprint = nullptr;
  check(seednormGetFingerprint(target.c_str(), &fingerprint));
  return std::unique_ptr<char, Free>(fingerprint).get();
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
  module.def("get_fingerprint", &getFingerprint);
  py::class_<Kernel, Callable>(module, "Kernel", py::module_local())
      .def(py::init<const std::string &, const std::string &,
                    const std::string &,
                    const std::vector<std::array<int64_t, 3>> &,
                    const std::vector<std::array<int64_t, 2>> &, int64_t,
                    const std::string &, const std::string &,
                    std::optional<std::string_view>>(),
           py::arg("text"), py::arg("target"), py::arg("entry"),
           py::arg("layouts"), py::arg("shared"), py::arg("expect_programs"),
           py::arg("schedule"), py::arg("approximate"),
           py::arg("package") = py::none())
      .def_property_readonly("num_kernels", &Kernel::getNumKernels)
      .def_property_readonly("stages", &Kernel::getStages)
      .def("emit", &Kernel::emit)
      .def("run_counted", &Kernel::runCounted);
}

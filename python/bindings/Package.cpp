//===- Package.cpp - Packages in Python -----------------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The C API of the run-time library and nothing of the compiler's.
//
//===----------------------------------------------------------------------===//

#include "Package.h"

#include "Calls.h"

#include "seednorm-c/Runtime.h"

#include <pybind11/stl.h>

namespace py = pybind11;
using namespace seednorm;

static void checkRuntime(SeednormStatus status) {
  if (status != SEEDNORM_SUCCESS)
    throw Failure{status, seednormRuntimeGetError()};
}

namespace {
class Package {
public:
  explicit Package(const py::bytes &data) {
    std::string_view bytes(data);
    checkRuntime(
        seednormPackageLoadMemory(bytes.data(), bytes.size(), &package));
  }
  Package(const Package &) = delete;
  ~Package() { seednormPackageDestroy(package); }

  std::string getManifest() const {
    return seednormPackageGetManifest(package);
  }
  std::vector<std::string> getEntries() const {
    std::vector<std::string> names;
    for (int64_t i = 0; i < seednormPackageGetNumEntries(package); ++i)
      names.emplace_back(seednormPackageGetEntryName(package, i));
    return names;
  }
  const SeednormPackage *getHandle() const { return package; }

private:
  SeednormPackage *package = nullptr;
};

class Entry {
public:
  Entry(const Package &package, const std::optional<std::string> &name,
        bool onGPU) {
    checkRuntime(
        seednormEntryLoad(package.getHandle(), name ? name->c_str() : nullptr,
                          onGPU ? SEEDNORM_CUDA : SEEDNORM_CPU, &entry));
  }
  Entry(const Entry &) = delete;
  ~Entry() { seednormEntryDestroy(entry); }

  std::string getTarget() const { return seednormEntryGetTarget(entry); }
  std::vector<Signature> getArguments() const {
    return getSignatures(0, seednormEntryGetNumArguments(entry));
  }
  std::vector<Signature> getResults() const {
    int64_t first = seednormEntryGetNumArguments(entry);
    return getSignatures(first, first + seednormEntryGetNumResults(entry));
  }

  std::vector<std::vector<int64_t>>
  getResultShapes(const Arrays &arguments) const {
    Tensors tensors(arguments);
    std::vector<std::vector<int64_t>> shapes;
    for (const Signature &result : getResults()) {
      std::vector<int64_t> &shape =
          shapes.emplace_back(std::get<2>(result).size());
      checkRuntime(
          seednormEntryGetResultShape(entry, tensors.data(), tensors.size(),
                                      shapes.size() - 1, shape.data()));
    }
    return shapes;
  }

  /// Takes a seed as `Kernel.run` does; nothing here has an order to choose.
  void run(const Arrays &arguments, const Arrays &results, uint64_t,
           uintptr_t stream) const {
    Tensors given(arguments), destinations(results);
    py::gil_scoped_release unlocked;
    checkRuntime(seednormEntryRun(entry, given.data(), given.size(),
                                  destinations.data(), destinations.size(),
                                  reinterpret_cast<void *>(stream)));
  }

private:
  std::vector<Signature> getSignatures(int64_t first, int64_t last) const {
    std::vector<Signature> signatures;
    for (int64_t index = first; index < last; ++index) {
      const char *name;
      SeednormElementType type;
      const int64_t *shape;
      int64_t rank, alignment;
      checkRuntime(seednormEntryGetSignature(entry, index, &name, &type, &shape,
                                             &rank, &alignment));
      signatures.emplace_back(name, typeNames[type],
                              std::vector<int64_t>(shape, shape + rank),
                              alignment);
    }
    return signatures;
  }

  SeednormEntry *entry = nullptr;
};
} // namespace

void seednorm::bindPackages(py::module_ &module) {
  py::class_<Package>(module, "Package", py::module_local())
      .def(py::init<const py::bytes &>())
      .def_property_readonly("manifest", &Package::getManifest)
      .def_property_readonly("entries", &Package::getEntries);
  py::class_<Entry>(module, "Entry", py::module_local())
      .def(
          py::init<const Package &, const std::optional<std::string> &, bool>())
      .def_property_readonly("target", &Entry::getTarget)
      .def_property_readonly("arguments", &Entry::getArguments)
      .def_property_readonly("results", &Entry::getResults)
      .def("result_shapes", &Entry::getResultShapes)
      .def("run", &Entry::run);
}

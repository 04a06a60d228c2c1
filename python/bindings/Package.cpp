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

#include "Callable.h"

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

class Entry final : public Callable {
public:
  Entry(const Package &package, const std::optional<std::string> &name,
        bool onGPU) {
    checkRuntime(
        seednormEntryLoad(package.getHandle(), name ? name->c_str() : nullptr,
                          onGPU ? SEEDNORM_CUDA : SEEDNORM_CPU, &entry));
  }
  Entry(const Entry &) = delete;
  ~Entry() override { seednormEntryDestroy(entry); }

  std::string getTarget() const { return seednormEntryGetTarget(entry); }

  void getResultShape(const Tensors &arguments, int64_t index,
                      int64_t *shape) const override {
    checkRuntime(seednormEntryGetResultShape(entry, arguments.data(),
                                             arguments.size(), index, shape));
  }

  /// Nothing here has an order for a seed to choose.
  using Callable::run;
  void run(const Tensors &arguments, const Tensors &results, uint64_t,
           void *stream) const override {
    checkRuntime(seednormEntryRun(entry, arguments.data(), arguments.size(),
                                  results.data(), results.size(), stream));
  }

protected:
  int64_t getNumArguments() const override {
    return seednormEntryGetNumArguments(entry);
  }
  int64_t getNumResults() const override {
    return seednormEntryGetNumResults(entry);
  }
  void getSignature(int64_t index, const char **name, SeednormElementType *type,
                    const int64_t **shape, int64_t *rank,
                    int64_t *alignment) const override {
    checkRuntime(seednormEntryGetSignature(entry, index, name, type, shape,
                                           rank, alignment));
  }

private:
  SeednormEntry *entry = nullptr;
};
} // namespace

void seednorm::bindPackages(py::module_ &module) {
  py::class_<Package>(module, "Package", py::module_local())
      .def(py::init<const py::bytes &>())
      .def_property_readonly("manifest", &Package::getManifest)
      .def_property_readonly("entries", &Package::getEntries);
  py::class_<Entry, Callable>(module, "Entry", py::module_local())
      .def(
          py::init<const Package &, const std::optional<std::string> &, bool>())
      .def_property_readonly("target", &Entry::getTarget);
}

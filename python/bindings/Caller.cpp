//===- Caller.cpp - Calls that need no further thought --------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finds the kernel for the layouts of arguments, allocates results, runs.
//
//===----------------------------------------------------------------------===//

#include "Caller.h"

#include "LargeResults.h"

#include <pybind11/numpy.h>
#include <pybind11/stl.h>

namespace py = pybind11;
using namespace seednorm;
using namespace seednorm::dlpack;

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

py::object Caller::allocate(const TakenArray &like, const ArraySpec &spec,
                            std::vector<int64_t> &shape) {
  size_t bytes = getNumBytes(shape, spec.element.bytes);
  bool isLarge = bytes >= kLargeResultBytes;
  if (!like.api) {
    if (!spec.numpyType)
      return {};
    auto type = py::reinterpret_borrow<py::dtype>(spec.numpyType);
    return isLarge ? allocateLargeArray(type, shape, bytes)
                   : py::array(type, shape);
  }
  if (isLarge)
    return allocateLargeArray(*like.api, spec.element.type, shape, bytes);
  DLTensor prototype = {};
  prototype.device = {kDLCPU, 0};
  prototype.ndim = static_cast<int32_t>(shape.size());
  prototype.dtype = spec.element.type;
  prototype.shape = shape.data();
  DLManagedTensorVersioned *managed = nullptr;
  auto ignore = [](void *, const char *, const char *) {};
  void *object = nullptr;
  if (like.api->allocate(&prototype, &managed, nullptr, ignore) != 0 ||
      like.api->toArray(managed, &object) != 0) {
    PyErr_Clear();
    return {};
  }
  return py::reinterpret_steal<py::object>(static_cast<PyObject *>(object));
}

bool Caller::allocateResults(const Callable *kernel,
                             const std::vector<TakenArray> &arguments,
                             const Tensors &tensors,
                             std::vector<py::object> &objects,
                             std::vector<TakenArray> &taken) const {
  if (arguments.empty())
    return false;
  for (const ArraySpec &spec : results) {
    std::vector<int64_t> shape(spec.getRank());
    kernel->getResultShape(tensors, &spec - results.data(), shape.data());
    objects.push_back(allocate(arguments.front(), spec, shape));
    if (!objects.back() ||
        !taken.emplace_back().take(objects.back().ptr(), spec) ||
        reinterpret_cast<uintptr_t>(taken.back().tensor.data) % spec.alignment)
      return false;
  }
  return true;
}

/// Takes `out`, whose arrays are dense and may be written to.
bool Caller::matchOut(const py::object &out,
                      std::vector<TakenArray> &taken) const {
  auto takeOne = [&](PyObject *object, const ArraySpec &spec) {
    TakenArray &result = taken.emplace_back();
    if (!result.take(object, spec) || result.isStrided)
      return false;
    return result.api || (py::detail::array_proxy(object)->flags &
                          py::detail::npy_api::NPY_ARRAY_WRITEABLE_) != 0;
  };
  if (!PyTuple_CheckExact(out.ptr()))
    return results.size() == 1 && takeOne(out.ptr(), results.front());
  if (PyTuple_GET_SIZE(out.ptr()) != static_cast<Py_ssize_t>(results.size()))
    return false;
  for (size_t index = 0; index < results.size(); ++index)
    if (!takeOne(PyTuple_GET_ITEM(out.ptr(), index), results[index]))
      return false;
  return true;
}

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

bool Caller::match(const py::tuple &given, const py::dict &named,
                   std::vector<TakenArray> &taken) const {
  if (given.size() + named.size() != arguments.size())
    return false;
  for (size_t index = 0; index < arguments.size(); ++index) {
    const ArraySpec &spec = arguments[index];
    PyObject *object =
        index < given.size()
            ? PyTuple_GET_ITEM(given.ptr(), index)
            : PyDict_GetItemWithError(named.ptr(), spec.name.ptr());
    if (!object || !taken.emplace_back().take(object, spec))
      return false;
  }
  return true;
}

/// What tells kernels apart: layouts that are not what the first kernel
/// expects, and after -1 results in the memory of arguments.
bool Caller::getKey(const std::vector<TakenArray> &given,
                    const std::vector<TakenArray> &out, Key &key) const {
  for (size_t index = 0; index < given.size(); ++index) {
    const SeednormTensor &tensor = given[index].tensor;
    const ArraySpec &spec = arguments[index];
    if (!tensor.rank || !given[index].hasElements())
      continue;
    std::optional<Layout> layout = getLayout(
        reinterpret_cast<uintptr_t>(tensor.data), tensor.rank, tensor.shape,
        given[index].isStrided ? given[index].strides : nullptr,
        spec.element.bytes);
    if (!layout || layout->alignment < spec.element.bytes)
      return false;
    if (layout->numDense < tensor.rank || layout->alignment < spec.alignment)
      key.insert(key.end(), {static_cast<int64_t>(index), layout->numDense,
                             std::min(layout->alignment, spec.alignment)});
  }
  size_t numLayouts = key.size();
  key.push_back(-1);
  for (size_t result = 0; result < out.size(); ++result)
    for (size_t index = 0; index < given.size(); ++index) {
      const SeednormTensor &lhs = out[result].tensor;
      const SeednormTensor &rhs = given[index].tensor;
      if (lhs.data == rhs.data && lhs.type == rhs.type &&
          out[result].hasElements() && lhs.rank == rhs.rank &&
          std::equal(lhs.shape, lhs.shape + lhs.rank, rhs.shape))
        key.insert(key.end(),
                   {static_cast<int64_t>(result), static_cast<int64_t>(index)});
    }
  if (numLayouts == 0 && key.size() == 1)
    key.clear();
  return true;
}

//===----------------------------------------------------------------------===//
// Caller
//===----------------------------------------------------------------------===//

Caller::Caller(const Callable &kernel)
    : kernel(&kernel), arguments(makeSpecs(kernel.getArguments())),
      results(makeSpecs(kernel.getResults())) {}

void Caller::setNumPyTypes(const py::dict &types) {
  for (std::vector<ArraySpec> *specs : {&arguments, &results})
    for (ArraySpec &spec : *specs) {
      const char *name = typeNames[spec.type];
      if (types.contains(name))
        spec.numpyType = types[name];
    }
}

void Caller::add(const std::vector<std::array<int64_t, 3>> &layouts,
                 const std::vector<std::array<int64_t, 2>> &shared,
                 const py::object &kernel) {
  Key key;
  for (const auto &layout : layouts)
    key.insert(key.end(), layout.begin(), layout.end());
  key.push_back(-1);
  for (const auto &pair : shared)
    key.insert(key.end(), pair.begin(), pair.end());
  variants[key] = {kernel.cast<const Callable *>(), kernel};
}

const Callable *Caller::find(const std::vector<TakenArray> &given,
                             const std::vector<TakenArray> &out) const {
  Key key;
  if (!getKey(given, out, key))
    return nullptr;
  if (key.empty())
    return kernel;
  auto found = variants.find(key);
  return found == variants.end() ? nullptr : found->second.first;
}

py::object Caller::call(const py::tuple &given, const py::dict &named,
                        const py::object &out) const {
  py::object notPlain = py::reinterpret_borrow<py::object>(Py_NotImplemented);
  std::vector<TakenArray> taken, destinations;
  taken.reserve(arguments.size());
  destinations.reserve(results.size());
  if (!match(given, named, taken) ||
      (!out.is_none() && !matchOut(out, destinations)))
    return notPlain;
  const Callable *variant = find(taken, destinations);
  if (!variant)
    return notPlain;
  Tensors tensors = getTensors(taken);
  std::vector<py::object> objects;
  if (out.is_none() &&
      !allocateResults(variant, taken, tensors, objects, destinations))
    return notPlain;
  Tensors resultTensors = getTensors(destinations);
  variant->runUnlocked(tensors, resultTensors);
  if (!out.is_none())
    return out;
  return objects.size() == 1 ? objects.front()
                             : py::object(py::tuple(py::cast(objects)));
}

void seednorm::bindCaller(py::module_ &module) {
  py::class_<Caller>(module, "Caller", py::module_local())
      .def(py::init<const Callable &>(), py::keep_alive<1, 2>())
      .def("set_numpy_types", &Caller::setNumPyTypes)
      .def("add", &Caller::add)
      .def("call", &Caller::call);
}

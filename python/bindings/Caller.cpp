//===- Caller.cpp - Calls that need no further thought --------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Takes arguments, finds the kernel for their layouts, allocates results, runs.
//
//===----------------------------------------------------------------------===//

#include "Caller.h"

#include <pybind11/numpy.h>
#include <pybind11/stl.h>

namespace py = pybind11;
using namespace seednorm;
using namespace seednorm::dlpack;

/// Tensors with more dimensions are unusual.
static constexpr size_t maxRank = 8;

/// An array whose memory is at hand while Python holds it.
struct Caller::Taken {
  SeednormTensor tensor = {};
  int64_t strides[maxRank]; ///< Only if `isStrided`.
  bool isStrided = false;
  PyObject *object = nullptr;
  const DLPackExchangeAPI *api = nullptr; ///< Null if it is NumPy's.

  /// Takes strides of so many bytes for 1; false if they are no multiple.
  bool setStrides(const int64_t *given, int64_t unit);
  bool hasElements() const {
    return std::find(tensor.shape, tensor.shape + tensor.rank, 0) ==
           tensor.shape + tensor.rank;
  }
};

bool Caller::Taken::setStrides(const int64_t *given, int64_t unit) {
  bool isDense = true;
  int64_t expected = 1;
  for (int64_t dim = tensor.rank - 1; dim >= 0; --dim) {
    if (given[dim] % unit)
      return false;
    strides[dim] = given[dim] / unit;
    if (tensor.shape[dim] != 1)
      isDense &= strides[dim] == expected;
    expected *= tensor.shape[dim];
  }
  isStrided = !isDense && hasElements();
  return true;
}

Tensors Caller::getTensors(const std::vector<Taken> &taken) {
  Tensors tensors;
  for (const Taken &one : taken) {
    tensors.push_back(one.tensor);
    if (one.isStrided)
      tensors.back().strides = one.strides;
  }
  return tensors;
}

//===----------------------------------------------------------------------===//
// Arrays of NumPy
//===----------------------------------------------------------------------===//

static bool isNumPy(PyObject *object) {
  return Py_TYPE(object) == py::detail::npy_api::get().PyArray_Type_;
}

bool Caller::takeNumPy(PyObject *object, const Spec &spec, Taken &taken) {
  const auto *array = py::detail::array_proxy(object);
  if (array->descr != spec.numpyType.ptr() ||
      array->nd != static_cast<int>(spec.rank))
    return false;
  taken.tensor = {array->data, spec.type, array->nd, array->dimensions,
                  nullptr};
  return (array->flags & py::detail::npy_api::NPY_ARRAY_C_CONTIGUOUS_) ||
         taken.setStrides(array->strides, spec.element.bytes);
}

//===----------------------------------------------------------------------===//
// Arrays with an exchange API
//===----------------------------------------------------------------------===//

namespace {
struct ExchangeType {
  PyTypeObject *type;
  const DLPackExchangeAPI *api; ///< Null if it has none.
  bool mayRecord;               ///< Whether to ask for gradients and signs.
};
} // namespace

static py::object getAttribute(py::handle object, const char *name) {
  return py::getattr(object, name, py::none());
}

/// The API that a type has of its own. What a type inherits it may not mean, as
/// tensors without memory do; parameters of PyTorch are no more than tensors.
static const DLPackExchangeAPI *findAPI(PyTypeObject *type) {
  static constexpr const char *attribute = "__dlpack_c_exchange_api__";
  py::handle handle(reinterpret_cast<PyObject *>(type));
  py::object capsule = getAttribute(handle, attribute);
  if (!PyCapsule_IsValid(capsule.ptr(), "dlpack_exchange_api"))
    return nullptr;
  bool isInherited =
      type->tp_base &&
      getAttribute(reinterpret_cast<PyObject *>(type->tp_base), attribute)
          .is(capsule);
  auto isNamed = [&](const char *module, const char *name) {
    return getAttribute(handle, "__module__").equal(py::str(module)) &&
           getAttribute(handle, "__name__").equal(py::str(name));
  };
  if (isInherited && !isNamed("torch", "Tensor") &&
      !isNamed("torch.nn.parameter", "Parameter"))
    return nullptr;
  const auto *api = static_cast<const DLPackExchangeAPI *>(
      PyCapsule_GetPointer(capsule.ptr(), "dlpack_exchange_api"));
  while (api && api->version.major != 1)
    api = api->previous;
  return api && api->view ? api : nullptr;
}

/// Looked up once for each type, which then lives for ever. By value: what asks
/// a tensor for its attributes may let other threads add types.
static ExchangeType getExchangeType(PyTypeObject *type) {
  static std::vector<ExchangeType> known;
  for (const ExchangeType &entry : known)
    if (entry.type == type)
      return entry;
  Py_INCREF(type);
  py::handle handle(reinterpret_cast<PyObject *>(type));
  bool mayRecord = py::hasattr(handle, "requires_grad");
  known.push_back({type, findAPI(type), mayRecord});
  return known.back();
}

/// Whether a tensor records gradients or is a negated view, of which its memory
/// says nothing. If in doubt it is.
static bool isMoreThanMemory(PyObject *object) {
  static PyObject *requiresGrad = PyUnicode_InternFromString("requires_grad");
  static PyObject *isNeg = PyUnicode_InternFromString("is_neg");
  py::object grad =
      py::reinterpret_steal<py::object>(PyObject_GetAttr(object, requiresGrad));
  py::object neg;
  if (grad)
    neg = py::reinterpret_steal<py::object>(
        PyObject_CallMethodNoArgs(object, isNeg));
  if (!grad || !neg)
    PyErr_Clear();
  return !grad.is(py::handle(Py_False)) || !neg.is(py::handle(Py_False));
}

bool Caller::takeExchanged(PyObject *object, const Spec &spec, Taken &taken) {
  ExchangeType type = getExchangeType(Py_TYPE(object));
  if (!type.api || (type.mayRecord && isMoreThanMemory(object)))
    return false;
  DLTensor view;
  if (type.api->view(object, &view) != 0) {
    PyErr_Clear();
    return false;
  }
  const DLDataType &expected = spec.element.type;
  if (view.device.device_type != kDLCPU ||
      view.ndim != static_cast<int32_t>(spec.rank) ||
      view.dtype.code != expected.code || view.dtype.bits != expected.bits ||
      view.dtype.lanes != 1)
    return false;
  taken.api = type.api;
  taken.tensor = {static_cast<char *>(view.data) + view.byte_offset, spec.type,
                  view.ndim, view.shape, nullptr};
  return !view.strides || taken.setStrides(view.strides, /*unit=*/1);
}

bool Caller::take(PyObject *object, const Spec &spec, Taken &taken) {
  if (spec.rank > maxRank)
    return false;
  taken.object = object;
  return isNumPy(object) ? takeNumPy(object, spec, taken)
                         : takeExchanged(object, spec, taken);
}

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

py::object Caller::allocate(const Taken &like, const Spec &spec,
                            std::vector<int64_t> &shape) {
  if (!like.api) {
    if (!spec.numpyType)
      return {};
    return py::array(py::reinterpret_borrow<py::dtype>(spec.numpyType), shape);
  }
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
                             const std::vector<Taken> &arguments,
                             const Tensors &tensors,
                             std::vector<py::object> &objects,
                             std::vector<Taken> &taken) const {
  if (arguments.empty())
    return false;
  for (const Spec &spec : results) {
    std::vector<int64_t> shape(spec.rank);
    kernel->getResultShape(tensors, &spec - results.data(), shape.data());
    objects.push_back(allocate(arguments.front(), spec, shape));
    if (!objects.back() ||
        !take(objects.back().ptr(), spec, taken.emplace_back()) ||
        reinterpret_cast<uintptr_t>(taken.back().tensor.data) % spec.alignment)
      return false;
  }
  return true;
}

/// Takes `out`, whose arrays are dense and may be written to.
bool Caller::matchOut(const py::object &out, std::vector<Taken> &taken) const {
  auto takeOne = [&](PyObject *object, const Spec &spec) {
    Taken &result = taken.emplace_back();
    if (!take(object, spec, result) || result.isStrided)
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
                   std::vector<Taken> &taken) const {
  if (given.size() + named.size() != arguments.size())
    return false;
  for (size_t index = 0; index < arguments.size(); ++index) {
    const Spec &spec = arguments[index];
    PyObject *object =
        index < given.size()
            ? PyTuple_GET_ITEM(given.ptr(), index)
            : PyDict_GetItemWithError(named.ptr(), spec.name.ptr());
    if (!object || !take(object, spec, taken.emplace_back()))
      return false;
  }
  return true;
}

/// What tells kernels apart: layouts that are not what the first kernel
/// expects, and after -1 results in the memory of arguments.
bool Caller::getKey(const std::vector<Taken> &given,
                    const std::vector<Taken> &out, Key &key) const {
  for (size_t index = 0; index < given.size(); ++index) {
    const SeednormTensor &tensor = given[index].tensor;
    const Spec &spec = arguments[index];
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

std::vector<Caller::Spec>
Caller::makeSpecs(const std::vector<Signature> &signatures) {
  std::vector<Spec> specs;
  for (const auto &[name, type, shape, alignment] : signatures) {
    SeednormElementType element = parseType(type);
    specs.push_back({py::str(name), element, getElementType(type),
                     /*numpyType=*/py::object(), alignment, shape.size()});
  }
  return specs;
}

Caller::Caller(const Callable &kernel)
    : kernel(&kernel), arguments(makeSpecs(kernel.getArguments())),
      results(makeSpecs(kernel.getResults())) {}

void Caller::setNumPyTypes(const py::dict &types) {
  for (std::vector<Spec> *specs : {&arguments, &results})
    for (Spec &spec : *specs) {
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

py::object Caller::call(const py::tuple &given, const py::dict &named,
                        const py::object &out) const {
  py::object notPlain = py::reinterpret_borrow<py::object>(Py_NotImplemented);
  std::vector<Taken> taken, destinations;
  taken.reserve(arguments.size());
  destinations.reserve(results.size());
  if (!match(given, named, taken) ||
      (!out.is_none() && !matchOut(out, destinations)))
    return notPlain;
  Key key;
  if (!getKey(taken, destinations, key))
    return notPlain;
  const Callable *variant = kernel;
  if (!key.empty()) {
    auto found = variants.find(key);
    if (found == variants.end())
      return notPlain;
    variant = found->second.first;
  }
  Tensors tensors = getTensors(taken);
  std::vector<py::object> objects;
  if (out.is_none() &&
      !allocateResults(variant, taken, tensors, objects, destinations))
    return notPlain;
  Tensors resultTensors = getTensors(destinations);
  {
    py::gil_scoped_release unlocked;
    variant->run(tensors, resultTensors, /*seed=*/0, /*stream=*/nullptr);
  }
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

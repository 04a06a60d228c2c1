//===- Taken.cpp - Arrays taken without a detour --------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Asks an array for its memory, without a call of Python where that can be.
//
//===----------------------------------------------------------------------===//

#include "Taken.h"

#include <pybind11/numpy.h>

#include <algorithm>

namespace py = pybind11;
using namespace seednorm;
using namespace seednorm::dlpack;

std::vector<ArraySpec>
seednorm::makeSpecs(const std::vector<Signature> &signatures) {
  std::vector<ArraySpec> specs;
  for (const auto &[name, type, shape, alignment] : signatures)
    specs.push_back({py::str(name), parseType(type), getElementType(type),
                     /*numpyType=*/py::object(), alignment, shape});
  return specs;
}

bool TakenArray::hasElements() const {
  return std::find(tensor.shape, tensor.shape + tensor.rank, 0) ==
         tensor.shape + tensor.rank;
}

bool TakenArray::hasShapeOf(const TakenArray &other) const {
  return std::equal(ownShape, ownShape + ownRank, other.ownShape,
                    other.ownShape + other.ownRank);
}

bool TakenArray::setStrides(const int64_t *given, int64_t unit) {
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

Tensors seednorm::getTensors(const std::vector<TakenArray> &taken) {
  Tensors tensors;
  tensors.reserve(taken.size());
  for (const TakenArray &one : taken) {
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

bool TakenArray::takeNumPy(const ArraySpec &spec) {
  const auto *array = py::detail::array_proxy(object);
  if (array->descr != spec.numpyType.ptr() ||
      array->nd != static_cast<int>(spec.getRank()))
    return false;
  tensor = {array->data, spec.type, array->nd, array->dimensions, nullptr};
  return (array->flags & py::detail::npy_api::NPY_ARRAY_C_CONTIGUOUS_) ||
         setStrides(array->strides, spec.element.bytes);
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
  ExchangeType entry{type, findAPI(type), mayRecord};
  known.push_back(entry);
  // PyTorch's threads are chosen for its tensors, whoever computes with them.
  if (getAttribute(handle, "__module__").equal(py::str("torch")))
    setThreadSource(py::module_::import("torch").attr("get_num_threads"));
  return entry;
}

/// Whether an attribute that is read, or a method that is called, says false.
/// If in doubt it does not.
static bool isFalse(py::object answer) {
  if (!answer)
    PyErr_Clear();
  return answer.is(py::handle(Py_False));
}

static bool needsNoGradient(PyObject *object) {
  static PyObject *name = PyUnicode_InternFromString("requires_grad");
  return isFalse(
      py::reinterpret_steal<py::object>(PyObject_GetAttr(object, name)));
}

/// Of a negated view, memory does not say that it is one.
static bool isNotNegated(PyObject *object) {
  static PyObject *name = PyUnicode_InternFromString("is_neg");
  return isFalse(py::reinterpret_steal<py::object>(
      PyObject_CallMethodNoArgs(object, name)));
}

/// What `object` is, if it lies in the CPU's memory and has the right type.
/// Tensors that are known to be all zeros have no memory.
bool TakenArray::view(const ArraySpec &spec, DLTensor &view) {
  if (api->view(object, &view) != 0) {
    PyErr_Clear();
    return false;
  }
  const DLDataType &expected = spec.element.type;
  if (view.device.device_type != kDLCPU || view.dtype.code != expected.code ||
      view.dtype.bits != expected.bits || view.dtype.lanes != 1)
    return false;
  tensor = {static_cast<char *>(view.data) + view.byte_offset, spec.type,
            view.ndim, view.shape, nullptr};
  return view.data || !hasElements();
}

bool TakenArray::takeExchanged(const ArraySpec &spec) {
  ExchangeType type = getExchangeType(Py_TYPE(object));
  api = type.api;
  if (!api ||
      (type.mayRecord && !(needsNoGradient(object) && isNotNegated(object))))
    return false;
  DLTensor found;
  return view(spec, found) &&
         found.ndim == static_cast<int32_t>(spec.getRank()) &&
         (!found.strides || setStrides(found.strides, /*unit=*/1));
}

bool TakenArray::take(PyObject *array, const ArraySpec &spec) {
  if (spec.getRank() > maxRank)
    return false;
  object = array;
  return isNumPy(object) ? takeNumPy(spec) : takeExchanged(spec);
}

//===----------------------------------------------------------------------===//
// Tensors of which somebody else records gradients
//===----------------------------------------------------------------------===//

bool TakenArray::takeDetached(PyObject *array, const ArraySpec &spec,
                              bool isPlain) {
  object = array;
  ExchangeType type = getExchangeType(Py_TYPE(object));
  api = type.api;
  DLTensor found;
  if (!api || (type.mayRecord && !isPlain && !isNotNegated(object)) ||
      !view(spec, found) ||
      found.ndim != static_cast<int32_t>(spec.getRank()) ||
      spec.getRank() > maxRank)
    return false;
  for (int32_t dim = 0; dim < found.ndim; ++dim)
    if (spec.shape[dim] >= 0 && found.shape[dim] != spec.shape[dim])
      return false;
  return !found.strides || setStrides(found.strides, /*unit=*/1);
}

bool TakenArray::takeRows(PyObject *array, const ArraySpec &spec,
                          bool isPlain) {
  object = array;
  ExchangeType type = getExchangeType(Py_TYPE(object));
  api = type.api;
  DLTensor found;
  return api && !(type.mayRecord && !isPlain && !isNotNegated(object)) &&
         view(spec, found) && found.ndim > 0 &&
         found.shape[found.ndim - 1] == spec.shape.back() && fold(found);
}

/// Makes leading dimensions one, of `foldedShape`.
bool TakenArray::fold(const DLTensor &view) {
  int32_t last = view.ndim - 1;
  int64_t columns = view.shape[last], count = 1;
  for (int32_t dim = 0; dim < last; ++dim)
    count *= view.shape[dim];
  foldedShape[0] = count;
  foldedShape[1] = columns;
  ownShape = view.shape;
  ownRank = view.ndim;
  tensor.shape = foldedShape;
  tensor.rank = 2;
  if (!view.strides || !hasElements())
    return true;
  if (columns != 1 && view.strides[last] != 1)
    return false;
  // Each stride steps over all that the dimension behind it has.
  int64_t step = columns, expected = -1;
  for (int32_t dim = last - 1; dim >= 0; --dim) {
    if (view.shape[dim] == 1)
      continue;
    if (expected < 0)
      step = view.strides[dim];
    else if (view.strides[dim] != expected)
      return false;
    expected = view.strides[dim] * view.shape[dim];
  }
  const int64_t folded[] = {step, 1};
  return setStrides(folded, /*unit=*/1);
}

//===- RowCaller.cpp - Calls with tensors as rows -------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Takes tensors, has the framework allocate results, runs.
//
//===----------------------------------------------------------------------===//

#include "RowCaller.h"

#include "LargeResults.h"

#include <pybind11/stl.h>

namespace py = pybind11;
using namespace seednorm;

RowCaller::RowCaller(const Caller &caller, std::vector<bool> isRows,
                     std::vector<int64_t> like, py::tuple types,
                     py::object emptyLike)
    : caller(caller), isRows(std::move(isRows)), like(std::move(like)),
      types(std::move(types)), emptyLike(std::move(emptyLike)) {
  if (this->isRows.size() != caller.getArguments().size() ||
      this->like.size() != caller.getResults().size() ||
      this->types.size() != caller.getResults().size())
    throw py::value_error("expects one entry for each argument and result");
  for (size_t index = 0; index < this->isRows.size(); ++index)
    if (this->isRows[index] && caller.getArguments()[index].getRank() != 2)
      throw py::value_error("expects rows to have two dimensions");
  for (int64_t number : this->like)
    if (number >= static_cast<int64_t>(this->isRows.size()))
      throw py::value_error("expects results to be like arguments");
}

bool RowCaller::match(const py::list &tensors, size_t numPlain,
                      std::vector<TakenArray> &taken) const {
  const std::vector<ArraySpec> &specs = caller.getArguments();
  if (tensors.size() != specs.size() || specs.empty())
    return false;
  for (size_t index = 0; index < specs.size(); ++index) {
    PyObject *object = PyList_GET_ITEM(tensors.ptr(), index);
    TakenArray &array = taken.emplace_back();
    bool isPlain = index < numPlain;
    if (!(isRows[index] ? array.takeRows(object, specs[index], isPlain)
                        : array.takeDetached(object, specs[index], isPlain)))
      return false;
    if (isRows[index] && isRows.front() && !array.hasShapeOf(taken.front()))
      return false;
  }
  return true;
}

/// The shape that a caller sees.
std::vector<int64_t> RowCaller::getShape(size_t result, const Callable &kernel,
                                         const std::vector<TakenArray> &taken,
                                         const Tensors &arguments) const {
  if (like[result] < 0) {
    std::vector<int64_t> sizes(caller.getResults()[result].getRank());
    kernel.getResultShape(arguments, result, sizes.data());
    return sizes;
  }
  const TakenArray &other = taken[like[result]];
  if (isRows[like[result]])
    return {other.ownShape, other.ownShape + other.ownRank};
  return {other.tensor.shape, other.tensor.shape + other.tensor.rank};
}

/// As the framework does it, so that the memory is like that of other tensors,
/// unless it is large.
py::object RowCaller::allocate(size_t result, const py::list &tensors,
                               const TakenArray &first,
                               const std::vector<int64_t> &shape) const {
  static PyObject *newEmpty = PyUnicode_InternFromString("new_empty");
  static PyObject *keyword =
      PyTuple_Pack(1, PyUnicode_InternFromString("dtype"));
  const ElementType &element = caller.getResults()[result].element;
  size_t bytes = getNumBytes(shape, element.bytes);
  if (bytes >= kLargeResultBytes)
    return allocateLargeArray(*first.api, element.type, shape, bytes);
  PyObject *type = PyTuple_GET_ITEM(types.ptr(), result);
  PyObject *made;
  if (like[result] >= 0) {
    PyObject *arguments[] = {PyList_GET_ITEM(tensors.ptr(), like[result]),
                             type};
    made = PyObject_Vectorcall(emptyLike.ptr(), arguments, 1, keyword);
  } else {
    py::tuple sizes(py::cast(shape));
    PyObject *arguments[] = {PyList_GET_ITEM(tensors.ptr(), 0), sizes.ptr(),
                             type};
    made = PyObject_VectorcallMethod(newEmpty, arguments, 2, keyword);
  }
  if (!made)
    throw py::error_already_set();
  return py::reinterpret_steal<py::object>(made);
}

py::object RowCaller::call(const py::list &tensors, size_t numPlain) const {
  py::object notPlain = py::reinterpret_borrow<py::object>(Py_NotImplemented);
  std::vector<TakenArray> taken, destinations;
  taken.reserve(isRows.size());
  destinations.reserve(like.size());
  if (!match(tensors, numPlain, taken))
    return notPlain;
  const Callable *kernel = caller.find(taken, {});
  if (!kernel)
    return notPlain;
  Tensors arguments = getTensors(taken);
  py::list results(like.size());
  for (size_t index = 0; index < like.size(); ++index) {
    const ArraySpec &spec = caller.getResults()[index];
    bool isLikeRows = like[index] >= 0 && isRows[like[index]];
    py::object result = allocate(index, tensors, taken.front(),
                                 getShape(index, *kernel, taken, arguments));
    TakenArray &array = destinations.emplace_back();
    if (!result ||
        !(isLikeRows
              ? array.takeRows(result.ptr(), spec, /*isPlain=*/true)
              : array.takeDetached(result.ptr(), spec, /*isPlain=*/true)) ||
        array.isStrided ||
        reinterpret_cast<uintptr_t>(array.tensor.data) % spec.alignment)
      return notPlain;
    results[index] = std::move(result);
  }
  kernel->runUnlocked(arguments, getTensors(destinations));
  return results;
}

void seednorm::bindRowCaller(py::module_ &module) {
  py::class_<RowCaller>(module, "RowCaller", py::module_local())
      .def(py::init<const Caller &, std::vector<bool>, std::vector<int64_t>,
                    py::tuple, py::object>(),
           py::keep_alive<1, 2>())
      .def("__call__", &RowCaller::call, py::arg("tensors"),
           py::arg("num_plain") = 0);
}

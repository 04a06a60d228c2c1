//===- Operator.cpp - PyTorch's operators without its dispatcher ----------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Asks what the dispatcher would do, finds the program of a call, and runs it.
//
//===----------------------------------------------------------------------===//

#include "Operator.h"

namespace py = pybind11;
using namespace seednorm;

/// What a call or an operation of Python's C API made.
static py::object take(PyObject *made) {
  if (!made)
    throw py::error_already_set();
  return py::reinterpret_steal<py::object>(made);
}

static bool isTrue(py::handle value) {
  int truth = PyObject_IsTrue(value.ptr());
  if (truth < 0)
    throw py::error_already_set();
  return truth != 0;
}

static py::object call(py::handle function) {
  return take(PyObject_CallNoArgs(function.ptr()));
}

static py::object getAttribute(py::handle object, PyObject *name) {
  return take(PyObject_GetAttr(object.ptr(), name));
}

//===----------------------------------------------------------------------===//
// Dispatcher
//===----------------------------------------------------------------------===//

Dispatcher::Dispatcher(const py::dict &functions)
    : tensorType(functions["tensor_type"]),
      parameterType(functions["parameter_type"]),
      getKeys(functions["get_keys"]), getIncluded(functions["get_included"]),
      getExcluded(functions["get_excluded"]),
      hasFunctionMode(functions["has_function_mode"]),
      isProfiled(functions["is_profiled"]),
      forwardMode(functions["forward_mode"]),
      isGradEnabled(functions["is_grad_enabled"]),
      needsGradient(functions["needs_gradient"]), every(functions["every"]),
      passed(functions["passed"].cast<uint64_t>()),
      kernel(functions["kernel"].cast<uint64_t>()),
      record(functions["record"].cast<uint64_t>()) {}

/// By what no key tells of.
bool Dispatcher::isObserved() const {
  static PyObject *level = PyUnicode_InternFromString("_current_level");
  return isTrue(call(hasFunctionMode)) || isTrue(call(isProfiled)) ||
         getAttribute(forwardMode, level).cast<int64_t>() >= 0;
}

static uint64_t getNumber(py::handle keys) {
  static PyObject *name = PyUnicode_InternFromString("raw_repr");
  return take(PyObject_CallMethodNoArgs(keys.ptr(), name)).cast<uint64_t>();
}

/// What is left of all keys without these.
uint64_t Dispatcher::getMask(py::handle excluded) const {
  auto [found, isNew] = masks.try_emplace(getNumber(excluded));
  if (isNew)
    found->second =
        getNumber(take(PyNumber_Subtract(every.ptr(), excluded.ptr())));
  return found->second;
}

uint64_t Dispatcher::askKeys(py::handle tensor) const {
  return getNumber(take(PyObject_CallOneArg(getKeys.ptr(), tensor.ptr())));
}

/// As `askKeys` said when it was last asked.
uint64_t Dispatcher::recallKeys(py::handle tensor) const {
  auto found = seen.find(tensor.ptr());
  if (found != seen.end() &&
      PyWeakref_GetObject(found->second.reference.ptr()) == tensor.ptr())
    return found->second.keys;
  return remember(tensor, askKeys(tensor));
}

uint64_t Dispatcher::remember(py::handle tensor, uint64_t keys) const {
  if (seen.size() >= maxSeen)
    seen.clear();
  seen[tensor.ptr()] = {take(PyWeakref_NewRef(tensor.ptr(), nullptr)), keys};
  return keys;
}

Dispatcher::Route Dispatcher::findRoute(const py::list &tensors, size_t numRows,
                                        bool asksAll) const {
  for (py::handle tensor : tensors) {
    // What subclasses do with an operator is theirs.
    auto *type = reinterpret_cast<PyObject *>(Py_TYPE(tensor.ptr()));
    if (type != tensorType.ptr() && type != parameterType.ptr())
      return Route::Unknown;
  }
  if (isObserved())
    return Route::Unknown;
  uint64_t keys = getNumber(call(getIncluded));
  for (size_t index = 0; index < tensors.size(); ++index) {
    py::handle tensor = PyList_GET_ITEM(tensors.ptr(), index);
    if (index < numRows)
      keys |= askKeys(tensor);
    else
      keys |= asksAll ? remember(tensor, askKeys(tensor)) : recallKeys(tensor);
  }
  uint64_t left = keys & getMask(call(getExcluded)) & ~passed;
  if (left != record)
    return left == kernel ? Route::Kernel : Route::Unknown;
  if (!isTrue(call(isGradEnabled)))
    return Route::Kernel;
  py::tuple all(tensors);
  return isTrue(take(PyObject_CallObject(needsGradient.ptr(), all.ptr())))
             ? Route::Record
             : Route::Kernel;
}

//===----------------------------------------------------------------------===//
// Operator
//===----------------------------------------------------------------------===//

Operator::Operator(const Dispatcher &dispatcher, size_t numRows,
                   size_t required, size_t numTensors, py::tuple optionTypes,
                   py::object typeType, py::object getProgram,
                   py::object record, py::object runProgram)
    : dispatcher(dispatcher), numRows(numRows), required(required),
      numTensors(numTensors), optionTypes(std::move(optionTypes)),
      typeType(std::move(typeType)), getProgram(std::move(getProgram)),
      record(std::move(record)), runProgram(std::move(runProgram)) {
  if (numTensors > 64 || required > numTensors || numRows > required)
    throw py::value_error("expects rows among the tensors that are required, "
                          "and no more than 64");
}

/// Whether arguments are of the very types of the schema; others the dispatcher
/// converts or refuses.
bool Operator::match(const py::tuple &arguments, py::list &tensors) const {
  size_t numOptions = optionTypes.size();
  if (arguments.size() != numTensors + numOptions + 1)
    return false;
  for (size_t index = 0; index < numTensors; ++index) {
    PyObject *value = PyTuple_GET_ITEM(arguments.ptr(), index);
    if (value != Py_None)
      tensors.append(py::handle(value));
    else if (index < required)
      return false;
  }
  auto hasType = [&](size_t index, PyObject *type) {
    PyObject *value = PyTuple_GET_ITEM(arguments.ptr(), index);
    return reinterpret_cast<PyObject *>(Py_TYPE(value)) == type;
  };
  for (size_t option = 0; option < numOptions; ++option)
    if (!hasType(numTensors + option,
                 PyTuple_GET_ITEM(optionTypes.ptr(), option)))
      return false;
  size_t last = arguments.size() - 1;
  return PyTuple_GET_ITEM(arguments.ptr(), last) == Py_None ||
         hasType(last, typeType.ptr());
}

bool Operator::Key::operator==(const Key &other) const {
  if (present != other.present)
    return false;
  for (size_t index = 0; index < values.size(); ++index) {
    PyObject *lhs = values[index].ptr(), *rhs = other.values[index].ptr();
    if (lhs == rhs)
      continue;
    if (Py_TYPE(lhs) != Py_TYPE(rhs))
      return false;
    int isEqual = PyObject_RichCompareBool(lhs, rhs, Py_EQ);
    if (isEqual < 0)
      throw py::error_already_set();
    if (!isEqual)
      return false;
  }
  return true;
}

Operator::Key Operator::getKey(const py::tuple &arguments) const {
  static PyObject *type = PyUnicode_InternFromString("dtype");
  Key key{{}, 0};
  key.values.reserve(arguments.size() - numTensors + numRows);
  for (size_t index = 0; index < arguments.size(); ++index) {
    py::handle value = PyTuple_GET_ITEM(arguments.ptr(), index);
    if (index >= numTensors)
      key.values.push_back(py::reinterpret_borrow<py::object>(value));
    else if (!value.is_none())
      key.present |= uint64_t(1) << index;
    if (index < numRows)
      key.values.push_back(getAttribute(value, type));
  }
  return key;
}

py::object Operator::findProgram(const py::tuple &arguments,
                                 const py::list &tensors) {
  Key key = getKey(arguments);
  for (const auto &[known, program] : programs)
    if (known == key)
      return program;
  py::object program = getProgram(arguments, tensors);
  if (programs.size() == maxPrograms)
    programs.erase(programs.begin());
  programs.emplace_back(std::move(key), program);
  return program;
}

/// The results of one of the program's last kernels; NotImplemented if none is
/// for these tensors.
py::object Operator::runKernel(const py::object &program,
                               const py::list &tensors) const {
  static PyObject *name = PyUnicode_InternFromString("callers");
  py::tuple callers = getAttribute(program, name);
  py::object results = py::reinterpret_borrow<py::object>(Py_NotImplemented);
  for (py::handle caller : callers) {
    results = caller.cast<const RowCaller &>().call(tensors, numRows);
    if (results.ptr() != Py_NotImplemented)
      break;
  }
  return results;
}

py::object Operator::call(const py::tuple &arguments) {
  using Route = Dispatcher::Route;
  py::object notPlain = py::reinterpret_borrow<py::object>(Py_NotImplemented);
  py::list tensors;
  if (!match(arguments, tensors))
    return notPlain;
  Route route = dispatcher.findRoute(tensors, numRows, /*asksAll=*/false);
  // Operands may have been on another device.
  if (route == Route::Unknown)
    route = dispatcher.findRoute(tensors, numRows, /*asksAll=*/true);
  if (route == Route::Unknown)
    return notPlain;
  if (route == Route::Record)
    return record(py::none(), arguments, *tensors);
  py::object program = findProgram(arguments, tensors);
  py::object made = runKernel(program, tensors);
  if (made.ptr() == Py_NotImplemented) {
    // No kernel yet; or operands are not what they were.
    if (dispatcher.findRoute(tensors, numRows, /*asksAll=*/true) !=
        Route::Kernel)
      return notPlain;
    made = runProgram(program, tensors);
  }
  py::list results = std::move(made);
  return results.size() == 1 ? py::object(results[0])
                             : py::object(py::tuple(results));
}

void seednorm::bindOperator(py::module_ &module) {
  py::class_<Dispatcher>(module, "Dispatcher", py::module_local())
      .def(py::init<const py::dict &>());
  py::class_<Operator>(module, "Operator", py::module_local())
      .def(py::init<const Dispatcher &, size_t, size_t, size_t, py::tuple,
                    py::object, py::object, py::object, py::object>(),
           py::keep_alive<1, 2>(), py::arg("dispatcher"), py::arg("num_rows"),
           py::arg("required"), py::arg("num_tensors"), py::arg("option_types"),
           py::arg("type_type"), py::arg("get_program"), py::arg("record"),
           py::arg("run_program"))
      .def("__call__", &Operator::call);
}

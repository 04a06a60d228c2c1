//===- Module.cpp - The C API in Python -----------------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The extension module `_seednorm`. It adds nothing to the C API but Python's
// types; what users see is written in Python on top of it.
//
//===----------------------------------------------------------------------===//

#include "Caller.h"
#include "Kernel.h"
#include "Operator.h"
#include "Package.h"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

namespace py = pybind11;
using namespace seednorm;

//===----------------------------------------------------------------------===//
// Errors and strings
//===----------------------------------------------------------------------===//

static void raise(const Failure &failure) {
  const char *name = failure.status == SEEDNORM_USAGE_ERROR ? "UsageError"
                     : failure.status == SEEDNORM_RUNTIME_ERROR
                         ? "ExecutionError"
                         : "CompilerError";
  py::object type = py::module_::import("seednorm.errors").attr(name);
  PyErr_SetObject(type.ptr(), type(failure.message).ptr());
}

SeednormElementType seednorm::parseType(const std::string &name) {
  for (int type = SEEDNORM_F64; type <= SEEDNORM_I64; ++type)
    if (name == typeNames[type])
      return static_cast<SeednormElementType>(type);
  std::string known;
  for (const char *typeName : typeNames)
    known += typeName + std::string(", ");
  throw Failure{SEEDNORM_USAGE_ERROR,
                "expects an element type among " + known + "but got " + name};
}

//===----------------------------------------------------------------------===//
// Graphs
//===----------------------------------------------------------------------===//

namespace {
class Graph {
public:
  Graph() : graph(seednormGraphCreate()) {}
  Graph(const Graph &) = delete;
  ~Graph() { seednormGraphDestroy(graph); }

  int64_t addInput(const std::string &type, const std::vector<int64_t> &shape,
                   const std::optional<std::string> &name) {
    int64_t value = 0;
    check(seednormGraphAddInput(graph, parseType(type), shape.data(),
                                shape.size(), name ? name->c_str() : nullptr,
                                &value));
    return value;
  }

  std::vector<int64_t>
  addOp(const std::string &op, const std::vector<int64_t> &operands,
        const std::vector<std::pair<std::string, std::string>> &attributes,
        const std::optional<std::string> &resultElement,
        const std::string &file, int64_t line) {
    std::vector<const char *> names, texts;
    for (const auto &[name, text] : attributes) {
      names.push_back(name.c_str());
      texts.push_back(text.c_str());
    }
    int64_t *values = nullptr, count = 0;
    check(seednormGraphAddOp(graph, op.c_str(), operands.data(),
                             operands.size(), names.data(), texts.data(),
                             names.size(),
                             resultElement ? resultElement->c_str() : nullptr,
                             file.c_str(), line, &values, &count));
    std::unique_ptr<int64_t, Free> owner(values);
    return {values, values + count};
  }

  /// An operand is the number of a value, or the text of a number.
  int64_t addElementWise(
      const std::string &op,
      const std::vector<std::variant<int64_t, std::string>> &operands,
      const std::string &file, int64_t line) {
    std::vector<SeednormOperand> given;
    for (const auto &operand : operands) {
      const std::string *number = std::get_if<std::string>(&operand);
      given.push_back({number ? -1 : std::get<int64_t>(operand),
                       number ? number->c_str() : nullptr});
    }
    int64_t value = 0;
    check(seednormGraphAddElementWise(graph, op.c_str(), given.data(),
                                      given.size(), file.c_str(), line,
                                      &value));
    return value;
  }

  int64_t addCast(int64_t value, const std::string &type,
                  const std::string &file, int64_t line) {
    int64_t result = 0;
    check(seednormGraphAddCast(graph, value, parseType(type), file.c_str(),
                               line, &result));
    return result;
  }

  int64_t addReduction(const std::string &op, int64_t value, int64_t numDims,
                       bool keepDims, const std::string &file, int64_t line) {
    int64_t result = 0;
    check(seednormGraphAddReduction(graph, op.c_str(), value, numDims, keepDims,
                                    file.c_str(), line, &result));
    return result;
  }

  std::pair<std::string, std::vector<int64_t>> getType(int64_t value) const {
    SeednormElementType type;
    int64_t *sizes = nullptr, rank = 0;
    check(seednormGraphGetType(graph, value, &type, &sizes, &rank));
    std::unique_ptr<int64_t, Free> owner(sizes);
    return {typeNames[type], {sizes, sizes + rank}};
  }

  void addOutput(int64_t value) { check(seednormGraphAddOutput(graph, value)); }

  std::string toText(const std::string &entry, bool withLocations) const {
    char *text = nullptr;
    check(seednormGraphToText(graph, entry.c_str(), withLocations, &text));
    return std::unique_ptr<char, Free>(text).get();
  }

private:
  SeednormGraph *graph;
};
} // namespace

/// The text of the backward function.
static std::string differentiate(const std::string &text,
                                 const std::string &entry,
                                 const std::vector<std::string> &wrt,
                                 const std::vector<std::string> &of,
                                 const std::vector<std::string> &accumulate,
                                 const std::vector<std::string> &save) {
  auto getPointers = [](const std::vector<std::string> &names) {
    std::vector<const char *> pointers;
    for (const std::string &name : names)
      pointers.push_back(name.c_str());
    return pointers;
  };
  std::vector<const char *> arguments = getPointers(wrt);
  std::vector<const char *> results = getPointers(of);
  std::vector<const char *> accumulated = getPointers(accumulate);
  std::vector<const char *> saved = getPointers(save);
  char *backward = nullptr;
  py::gil_scoped_release unlocked;
  check(seednormDifferentiate(
      text.data(), text.size(), entry.c_str(), arguments.data(),
      arguments.size(), results.data(), results.size(), accumulated.data(),
      accumulated.size(), saved.data(), saved.size(), &backward));
  return std::unique_ptr<char, Free>(backward).get();
}

//===----------------------------------------------------------------------===//
// The module
//===----------------------------------------------------------------------===//

static void bindArray(py::module_ &module) {
  py::class_<Array>(module, "Array", py::module_local())
      .def(py::init(&Array::fromMemory), py::arg("pointer"), py::arg("dtype"),
           py::arg("shape"), py::arg("read_only"), py::arg("owner"),
           py::arg("strides") = std::vector<int64_t>())
      .def_static("from_capsule", &Array::fromCapsule)
      .def_property_readonly("pointer",
                             [](const Array &self) {
                               return reinterpret_cast<uintptr_t>(self.data);
                             })
      .def_readonly("dtype", &Array::dtype)
      .def_property_readonly(
          "shape",
          [](const Array &self) { return py::tuple(py::cast(self.shape)); })
      .def_readonly("read_only", &Array::readOnly)
      .def_property_readonly(
          "strides",
          [](const Array &self) { return py::tuple(py::cast(self.strides)); })
      .def_property_readonly(
          "layout",
          [](const Array &self) -> std::optional<std::pair<int64_t, int64_t>> {
            std::optional<Layout> layout = self.getLayout();
            if (!layout)
              return std::nullopt;
            return std::make_pair(layout->numDense, layout->alignment);
          })
      .def_property_readonly("device",
                             [](const Array &self) {
                               return std::make_pair(self.device.device_type,
                                                     self.device.device_id);
                             })
      .def("__dlpack_device__",
           [](const Array &self) {
             return std::make_pair(self.device.device_type,
                                   self.device.device_id);
           })
      .def(
          "__dlpack__",
          [](const Array &self, const py::object &stream,
             std::optional<std::pair<int, int>> maxVersion,
             const py::object &device,
             const py::object &copy) { return self.toCapsule(maxVersion); },
          py::kw_only(), py::arg("stream") = py::none(),
          py::arg("max_version") = py::none(),
          py::arg("dl_device") = py::none(), py::arg("copy") = py::none());
}

PYBIND11_MODULE(_seednorm, module) {
  py::register_local_exception_translator([](std::exception_ptr pointer) {
    try {
      if (pointer)
        std::rethrow_exception(pointer);
    } catch (const Failure &failure) {
      raise(failure);
    }
  });
  module.attr("__version__") = seednormGetVersion();
  bindArray(module);
  module.def("differentiate", &differentiate);
  py::class_<Graph>(module, "Graph", py::module_local())
      .def(py::init<>())
      .def("add_input", &Graph::addInput)
      .def("add_op", &Graph::addOp)
      .def("add_element_wise", &Graph::addElementWise)
      .def("add_cast", &Graph::addCast)
      .def("add_reduction", &Graph::addReduction)
      .def("get_type", &Graph::getType)
      .def("add_output", &Graph::addOutput)
      .def("to_text", &Graph::toText);
  bindCallable(module);
  bindKernel(module);
  bindCaller(module);
  bindPackages(module);
  bindRowCaller(module);
  bindOperator(module);
}

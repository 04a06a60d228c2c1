//===- Array.cpp - Memory of a framework's array --------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// DLPack's protocol: whoever takes a capsule renames it and calls the deleter
// once, from any thread.
//
//===----------------------------------------------------------------------===//

#include "Array.h"

namespace py = pybind11;
using namespace seednorm;
using namespace seednorm::dlpack;

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

namespace {
struct TypeRow {
  const char *name;
  DLDataType type;
};
} // namespace

/// What kernels take.
static constexpr TypeRow typeRows[] = {
    {"f64", {kDLFloat, 64, 1}},
    {"f32", {kDLFloat, 32, 1}},
    {"f16", {kDLFloat, 16, 1}},
    {"bf16", {kDLBfloat, 16, 1}},
    {"f8E4M3FN", {kDLFloat8_e4m3fn, 8, 1}},
    {"f8E5M2", {kDLFloat8_e5m2, 8, 1}},
    {"i8", {kDLInt, 8, 1}},
    {"i32", {kDLInt, 32, 1}},
    {"i64", {kDLInt, 64, 1}},
};

static std::string getName(DLDataType type) {
  for (const TypeRow &row : typeRows)
    if (row.type.code == type.code && row.type.bits == type.bits &&
        row.type.lanes == type.lanes)
      return row.name;
  std::string bits = std::to_string(type.bits);
  std::string lanes = type.lanes == 1 ? "" : "x" + std::to_string(type.lanes);
  switch (type.code) {
  case kDLInt:
    return "int" + bits + lanes;
  case kDLUInt:
    return "uint" + bits + lanes;
  case kDLFloat:
    return "f" + bits + lanes;
  case kDLBfloat:
    return "bf" + bits + lanes;
  case kDLComplex:
    return "complex" + bits + lanes;
  case kDLBool:
    return "bool" + lanes;
  }
  return "DLPack type " + std::to_string(type.code);
}

static DLDataType getDLDataType(const std::string &name) {
  std::string known;
  for (const TypeRow &row : typeRows) {
    if (name == row.name)
      return row.type;
    known += row.name + std::string(", ");
  }
  throw py::buffer_error("expects an array of " + known + "but got " + name);
}

ElementType seednorm::getElementType(const std::string &name) {
  DLDataType type = getDLDataType(name);
  return {type.bits / 8, type};
}

/// Whether the elements lie row-major without gaps; strides of dimensions with
/// at most one element mean nothing.
static bool isDense(const DLTensor &tensor) {
  if (!tensor.strides)
    return true;
  int64_t expected = 1;
  bool dense = true;
  for (int32_t dim = tensor.ndim - 1; dim >= 0; --dim) {
    if (tensor.shape[dim] == 0)
      return true;
    if (tensor.shape[dim] != 1)
      dense &= tensor.strides[dim] == expected;
    expected *= tensor.shape[dim];
  }
  return dense;
}

//===----------------------------------------------------------------------===//
// In
//===----------------------------------------------------------------------===//

Array Array::fromMemory(uintptr_t pointer, std::string dtype,
                        std::vector<int64_t> shape, bool readOnly,
                        py::object object, std::vector<int64_t> strides) {
  Array array;
  array.data = reinterpret_cast<void *>(pointer);
  array.dtype = std::move(dtype);
  array.shape = std::move(shape);
  array.strides = std::move(strides);
  array.readOnly = readOnly;
  // An exported capsule may be the last to let go, on a thread without Python.
  array.owner =
      std::shared_ptr<void>(object.release().ptr(), [](void *pointer) {
        if (!Py_IsInitialized())
          return;
        py::gil_scoped_acquire lock;
        Py_DECREF(static_cast<PyObject *>(pointer));
      });
  return array;
}

static Array fromTensor(const DLTensor &tensor, uint64_t flags) {
  Array array;
  array.data = static_cast<char *>(tensor.data) + tensor.byte_offset;
  array.dtype = getName(tensor.dtype);
  array.shape.assign(tensor.shape, tensor.shape + tensor.ndim);
  array.device = tensor.device;
  array.readOnly = flags & kDLFlagReadOnly;
  if (!isDense(tensor))
    array.strides.assign(tensor.strides, tensor.strides + tensor.ndim);
  return array;
}

/// Takes the structure out of a capsule, to be deleted with the result.
template <typename Managed>
static std::shared_ptr<Managed> take(PyObject *capsule, const char *name,
                                     const char *usedName) {
  auto *managed = static_cast<Managed *>(PyCapsule_GetPointer(capsule, name));
  if (!managed || PyCapsule_SetName(capsule, usedName) != 0)
    throw py::error_already_set();
  return std::shared_ptr<Managed>(managed, [](Managed *taken) {
    if (taken->deleter)
      taken->deleter(taken);
  });
}

Array Array::fromCapsule(py::object capsule) {
  PyObject *pointer = capsule.ptr();
  if (PyCapsule_IsValid(pointer, "dltensor_versioned")) {
    auto managed = take<DLManagedTensorVersioned>(pointer, "dltensor_versioned",
                                                  "used_dltensor_versioned");
    if (managed->version.major != 1)
      throw py::buffer_error("expects DLPack version 1, but got " +
                             std::to_string(managed->version.major));
    Array array = fromTensor(managed->dl_tensor, managed->flags);
    array.owner = managed;
    return array;
  }
  if (PyCapsule_IsValid(pointer, "dltensor")) {
    auto managed = take<DLManagedTensor>(pointer, "dltensor", "used_dltensor");
    Array array = fromTensor(managed->dl_tensor, 0);
    array.owner = managed;
    return array;
  }
  throw py::buffer_error("expects a DLPack capsule that nobody has taken yet");
}

//===----------------------------------------------------------------------===//
// Layout
//===----------------------------------------------------------------------===//

std::optional<Layout> seednorm::getLayout(uintptr_t address, int64_t rank,
                                          const int64_t *shape,
                                          const int64_t *strides,
                                          int64_t elementBytes) {
  int64_t numDense = rank;
  uint64_t multiples = address, expected = 1;
  for (int64_t dim = strides ? rank - 1 : -1; dim >= 0; --dim) {
    if (strides[dim] < 0)
      return std::nullopt;
    // Strides of one element mean nothing.
    if (shape[dim] == 1)
      continue;
    auto stride = static_cast<uint64_t>(strides[dim]);
    if (numDense == rank && stride != expected)
      numDense = rank - 1 - dim;
    if (numDense != rank)
      multiples |= stride * elementBytes;
    expected = stride * shape[dim];
  }
  if (rank && numDense == 0)
    return std::nullopt;
  return Layout{numDense, static_cast<int64_t>(multiples & -multiples)};
}

std::optional<Layout> Array::getLayout() const {
  return seednorm::getLayout(
      reinterpret_cast<uintptr_t>(data), shape.size(), shape.data(),
      strides.empty() ? nullptr : strides.data(), getElementType(dtype).bytes);
}

//===----------------------------------------------------------------------===//
// Out
//===----------------------------------------------------------------------===//

namespace {
/// What an exported structure points into.
template <typename Managed> struct Export {
  Managed managed = {};
  Array array;

  explicit Export(const Array &array) : array(array) {
    DLTensor &tensor = managed.dl_tensor;
    tensor.data = array.data;
    tensor.device = array.device;
    tensor.ndim = static_cast<int32_t>(array.shape.size());
    tensor.dtype = getDLDataType(array.dtype);
    tensor.shape = this->array.shape.data();
    if (!array.strides.empty())
      tensor.strides = this->array.strides.data();
    managed.manager_ctx = this;
    managed.deleter = [](Managed *self) {
      delete static_cast<Export *>(self->manager_ctx);
    };
  }
};
} // namespace

/// Wraps `managed`; the capsule deletes it unless somebody takes it.
template <typename Managed>
static py::capsule wrap(Managed &managed, const char *name) {
  PyObject *capsule = PyCapsule_New(&managed, name, [](PyObject *self) {
    const char *current = PyCapsule_GetName(self);
    if (std::string_view(current).substr(0, 5) == "used_")
      return;
    auto *left = static_cast<Managed *>(PyCapsule_GetPointer(self, current));
    left->deleter(left);
  });
  if (!capsule) {
    managed.deleter(&managed);
    throw py::error_already_set();
  }
  return py::reinterpret_steal<py::capsule>(capsule);
}

py::capsule
Array::toCapsule(std::optional<std::pair<int, int>> maxVersion) const {
  if (maxVersion && maxVersion->first >= 1) {
    auto exported = std::make_unique<Export<DLManagedTensorVersioned>>(*this);
    exported->managed.version = {1, 0};
    exported->managed.flags = readOnly ? kDLFlagReadOnly : 0;
    return wrap(exported.release()->managed, "dltensor_versioned");
  }
  if (readOnly)
    throw py::buffer_error("expects a consumer of DLPack 1.0 for an array that "
                           "is read-only");
  auto exported = std::make_unique<Export<DLManagedTensor>>(*this);
  return wrap(exported.release()->managed, "dltensor");
}

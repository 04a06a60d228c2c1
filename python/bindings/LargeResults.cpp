//===- LargeResults.cpp - Memory of large results -------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Arrays over memory that is released when they go.
//
//===----------------------------------------------------------------------===//

#include "LargeResults.h"

#include "seednorm/Runtime/KeptMemory.h"

#include <memory>
#include <new>

namespace py = pybind11;
using namespace seednorm;
using namespace seednorm::dlpack;

static constexpr size_t kLineBytes = 64;

size_t seednorm::getNumBytes(const std::vector<int64_t> &shape,
                             size_t elementBytes) {
  size_t bytes = elementBytes;
  for (int64_t size : shape)
    bytes *= static_cast<size_t>(size);
  return bytes;
}

static void *allocate(size_t bytes) {
  void *memory = runtime::allocateKept(bytes, kLineBytes);
  if (!memory)
    throw std::bad_alloc();
  return memory;
}

py::array seednorm::allocateLargeArray(const py::dtype &type,
                                       const std::vector<int64_t> &shape,
                                       size_t bytes) {
  void *memory = allocate(bytes);
  py::capsule owner(memory, runtime::releaseKept);
  return py::array(type, shape, memory, owner);
}

namespace {
/// What DLPack hands on, and the shape it points to.
struct ManagedResult {
  DLManagedTensorVersioned managed = {};
  std::vector<int64_t> shape, strides;

  ~ManagedResult() { runtime::releaseKept(managed.dl_tensor.data); }
};
} // namespace

py::object seednorm::allocateLargeArray(const DLPackExchangeAPI &api,
                                        const DLDataType &type,
                                        const std::vector<int64_t> &shape,
                                        size_t bytes) {
  auto result = std::make_unique<ManagedResult>();
  result->shape = shape;
  result->strides.resize(shape.size());
  int64_t stride = 1;
  for (size_t dim = shape.size(); dim-- > 0; stride *= shape[dim])
    result->strides[dim] = stride;
  DLManagedTensorVersioned &managed = result->managed;
  managed.version = {1, 0};
  managed.manager_ctx = result.get();
  // Threads call it that know nothing of Python.
  managed.deleter = [](DLManagedTensorVersioned *self) {
    delete static_cast<ManagedResult *>(self->manager_ctx);
  };
  managed.dl_tensor.data = allocate(bytes);
  managed.dl_tensor.device = {kDLCPU, 0};
  managed.dl_tensor.ndim = static_cast<int32_t>(shape.size());
  managed.dl_tensor.dtype = type;
  managed.dl_tensor.shape = result->shape.data();
  managed.dl_tensor.strides = result->strides.data();
  void *object = nullptr;
  if (api.toArray(&managed, &object) != 0) {
    PyErr_Clear();
    return {};
  }
  result.release(); // The array's now.
  return py::reinterpret_steal<py::object>(static_cast<PyObject *>(object));
}

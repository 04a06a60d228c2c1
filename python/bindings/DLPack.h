//===- DLPack.h - Exchange of arrays between frameworks ---------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The structures of DLPack's ABI (github.com/dmlc/dlpack, version 1.0), which
// Python's frameworks hand around in capsules. Names follow DLPack's.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_PYTHON_BINDINGS_DLPACK_H
#define SEEDNORM_PYTHON_BINDINGS_DLPACK_H

#include <cstdint>

namespace seednorm::dlpack {

struct DLDevice {
  int32_t device_type; ///< 1 is the CPU, 2 a CUDA device.
  int32_t device_id;
};

constexpr int32_t kDLCPU = 1;
constexpr int32_t kDLCUDA = 2;
constexpr int32_t kDLCUDAHost = 3;     ///< Pinned memory of the host.
constexpr int32_t kDLCUDAManaged = 13; ///< Memory of both.

struct DLDataType {
  uint8_t code;
  uint8_t bits;
  uint16_t lanes;
};

enum DLDataTypeCode : uint8_t {
  kDLInt = 0,
  kDLUInt = 1,
  kDLFloat = 2,
  kDLBfloat = 4,
  kDLComplex = 5,
  kDLBool = 6,
  kDLFloat8_e4m3fn = 10,
  kDLFloat8_e5m2 = 12,
};

struct DLTensor {
  void *data;
  DLDevice device;
  int32_t ndim;
  DLDataType dtype;
  int64_t *shape;
  int64_t *strides; ///< In elements; null means dense and row-major.
  uint64_t byte_offset;
};

/// What a capsule "dltensor" holds.
struct DLManagedTensor {
  DLTensor dl_tensor;
  void *manager_ctx;
  void (*deleter)(DLManagedTensor *self);
};

struct DLPackVersion {
  uint32_t major;
  uint32_t minor;
};

constexpr uint64_t kDLFlagReadOnly = 1;

/// What a capsule "dltensor_versioned" holds. Only the first three members keep
/// their place in another major version.
struct DLManagedTensorVersioned {
  DLPackVersion version;
  void *manager_ctx;
  void (*deleter)(DLManagedTensorVersioned *self);
  uint64_t flags;
  DLTensor dl_tensor;
};

/// What a type has as capsule "dlpack_exchange_api" under the name
/// `__dlpack_c_exchange_api__`: C functions for its arrays. Those that fail set
/// Python's error and return something else than 0. Does not synchronize.
struct DLPackExchangeAPI {
  DLPackVersion version;
  DLPackExchangeAPI *previous; ///< Of an older version; or null.
  int (*allocate)(DLTensor *prototype, DLManagedTensorVersioned **out,
                  void *context,
                  void (*setError)(void *context, const char *kind,
                                   const char *message));
  int (*share)(void *array, DLManagedTensorVersioned **out);
  int (*toArray)(DLManagedTensorVersioned *tensor, void **array);
  /// May be null. What `out` points to is the array's.
  int (*view)(void *array, DLTensor *out);
  int (*getStream)(int32_t deviceType, int32_t device, void **stream);
};

} // namespace seednorm::dlpack

#endif // SEEDNORM_PYTHON_BINDINGS_DLPACK_H

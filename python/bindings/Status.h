//===- Status.h - Failures of the C API in Python ---------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What all bindings of the C API need: failures, memory it hands out, and the
// names of its element types.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_PYTHON_BINDINGS_STATUS_H
#define SEEDNORM_PYTHON_BINDINGS_STATUS_H

#include "seednorm-c/Seednorm.h"

#include <string>

namespace seednorm {

/// A call of the C API that failed; becomes an exception of `seednorm.errors`.
struct Failure {
  SeednormStatus status;
  std::string message;
};

/// For pointers to memory that the C API handed out.
struct Free {
  void operator()(void *memory) const { seednormFree(memory); }
};

inline void check(SeednormStatus status) {
  if (status != SEEDNORM_SUCCESS)
    throw Failure{status, seednormGetError()};
}

inline constexpr const char *typeNames[] = {
    "f64", "f32", "f16", "bf16", "f8E4M3FN", "f8E5M2", "i8", "i32", "i64"};

/// Throws a `Failure` if no element type has this name.
SeednormElementType parseType(const std::string &name);

} // namespace seednorm

#endif // SEEDNORM_PYTHON_BINDINGS_STATUS_H

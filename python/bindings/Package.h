//===- Package.h - Packages in Python ---------------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The C API of the run-time library.
//
//===----------------------------------------------------------------------===//

#ifndef PYTHON_BINDINGS_PACKAGE_H
#define PYTHON_BINDINGS_PACKAGE_H

#include <pybind11/pybind11.h>

namespace seednorm {

/// Adds `Package` and `Entry` to the extension module.
void bindPackages(pybind11::module_ &module);

} // namespace seednorm

#endif // PYTHON_BINDINGS_PACKAGE_H

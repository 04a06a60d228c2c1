//===- Kernel.h - A compiled kernel in Python -------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Owns a kernel of the C API, and takes arrays where that takes tensors.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_PYTHON_BINDINGS_KERNEL_H
#define SEEDNORM_PYTHON_BINDINGS_KERNEL_H

#include "Calls.h"

#include <array>

namespace seednorm {

class Kernel {
public:
  /// A layout is the number of an argument, of its dense dimensions, and an
  /// alignment. Any number of programs will do if it is negative. An empty
  /// schedule overrides nothing.
  Kernel(const std::string &text, const std::string &target,
         const std::string &entry,
         const std::vector<std::array<int64_t, 3>> &layouts,
         const std::vector<std::array<int64_t, 2>> &shared,
         int64_t expectPrograms, const std::string &schedule);
  Kernel(const Kernel &) = delete;
  ~Kernel() { seednormKernelDestroy(kernel); }

  int64_t getNumKernels() const { return seednormKernelGetNumKernels(kernel); }
  std::vector<Signature> getArguments() const;
  std::vector<Signature> getResults() const;
  std::string getStages() const { return seednormKernelGetStages(kernel); }
  pybind11::bytes emit(const std::string &stage) const;
  std::vector<std::vector<int64_t>>
  getResultShapes(const Arrays &arguments) const;
  void run(const Arrays &arguments, const Arrays &results, uint64_t seed,
           uintptr_t stream) const;
  std::string runCounted(const Arrays &arguments, const Arrays &results,
                         uint64_t seed) const;

  const SeednormKernel *get() const { return kernel; }

private:
  std::vector<Signature> getSignatures(int64_t first, int64_t last) const;

  SeednormKernel *kernel = nullptr;
};

void bindKernel(pybind11::module_ &module);

} // namespace seednorm

#endif // SEEDNORM_PYTHON_BINDINGS_KERNEL_H

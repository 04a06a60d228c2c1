//===- Kernel.h - A compiled kernel in Python -------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Owns a kernel of the C API, which was compiled or restored from a package.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_PYTHON_BINDINGS_KERNEL_H
#define SEEDNORM_PYTHON_BINDINGS_KERNEL_H

#include "Callable.h"

#include <array>
#include <optional>
#include <string_view>

namespace seednorm {

class Kernel final : public Callable {
public:
  /// A layout is the number of an argument, of its dense dimensions, and an
  /// alignment. Any number of programs will do if it is negative. An empty
  /// schedule overrides nothing. `approximate` has names of functions with
  /// commas between. Compiles, unless there is a package.
  Kernel(const std::string &text, const std::string &target,
         const std::string &entry,
         const std::vector<std::array<int64_t, 3>> &layouts,
         const std::vector<std::array<int64_t, 2>> &shared,
         int64_t expectPrograms, const std::string &schedule,
         const std::string &approximate,
         std::optional<std::string_view> package);
  Kernel(const Kernel &) = delete;
  ~Kernel() override { seednormKernelDestroy(kernel); }

  int64_t getNumKernels() const { return seednormKernelGetNumKernels(kernel); }
  std::string getStages() const { return seednormKernelGetStages(kernel); }
  pybind11::bytes emit(const std::string &stage) const;
  std::string runCounted(const Arrays &arguments, const Arrays &results,
                         uint64_t seed) const;

  void getResultShape(const Tensors &arguments, int64_t index,
                      int64_t *shape) const override;
  using Callable::run;
  void run(const Tensors &arguments, const Tensors &results, uint64_t seed,
           void *stream) const override;

  const SeednormKernel *get() const { return kernel; }

protected:
  int64_t getNumArguments() const override {
    return seednormKernelGetNumArguments(kernel);
  }
  int64_t getNumResults() const override {
    return seednormKernelGetNumResults(kernel);
  }
  void getSignature(int64_t index, const char **name, SeednormElementType *type,
                    const int64_t **shape, int64_t *rank,
                    int64_t *alignment) const override;

private:
  SeednormKernel *kernel = nullptr;
};

void bindKernel(pybind11::module_ &module);

} // namespace seednorm

#endif // SEEDNORM_PYTHON_BINDINGS_KERNEL_H

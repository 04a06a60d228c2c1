//===- CompileForCPU.h - From text to a function on this machine *- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the tests of this folder share.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_TEST_UNIT_TARGET_CPU_COMPILEFORCPU_H
#define SEEDNORM_TEST_UNIT_TARGET_CPU_COMPILEFORCPU_H

#include "seednorm/Target/CPU/HostJIT.h"

#include <array>

/// A dense memref of two dimensions, as `_mlir_ciface_` functions take it.
template <typename T> struct Matrix {
  T *allocated, *aligned;
  int64_t offset = 0;
  std::array<int64_t, 2> sizes, strides;

  Matrix(std::vector<T> &data, int64_t columns)
      : allocated(data.data()), aligned(data.data()),
        sizes{int64_t(data.size()) / columns, columns}, strides{columns, 1} {}
};

/// Runs `text`, tensors in and out, through the CPU's whole line; without FMA,
/// as for a machine that has none.
llvm::Expected<std::unique_ptr<seednorm::HostJIT>>
compileForCPU(llvm::StringRef text, int64_t vectorBytes = 32,
              bool nativeBFloat16 = false, bool nativeFMA = true);

/// The same for text in the LLVM dialect.
llvm::Expected<std::unique_ptr<seednorm::HostJIT>>
compileLLVM(llvm::StringRef text, const seednorm::CPUCodeOptions &options = {});

/// The object file of text in the LLVM dialect.
llvm::Expected<std::string> emitObject(llvm::StringRef text,
                                       const seednorm::CPUCodeOptions &options);

/// The machine code of text in the LLVM dialect.
llvm::Expected<std::string> emitAssembly(llvm::StringRef text);

#endif // SEEDNORM_TEST_UNIT_TARGET_CPU_COMPILEFORCPU_H

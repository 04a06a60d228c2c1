//===- CheckCall.h - Checks of a call's arguments and results ---*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Generated code trusts its arguments, so nothing reaches it unchecked.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_COMPILER_CHECKCALL_H
#define SEEDNORM_LIB_COMPILER_CHECKCALL_H

#include "seednorm/Compiler/Compiler.h"

namespace seednorm {

/// Checks number, types, shapes and alignment of the arguments.
llvm::Error checkArguments(llvm::ArrayRef<TensorSpec> specs,
                           llvm::ArrayRef<TensorView> arguments);

/// The strides of `view`, in elements.
std::vector<int64_t> getStrides(const TensorView &view);

/// Bytes from the first to behind the last element of a checked `view`.
int64_t getExtent(const TensorView &view);

/// The shapes of the results for checked arguments.
std::vector<std::vector<int64_t>>
computeResultShapes(llvm::ArrayRef<TensorSpec> specs,
                    llvm::ArrayRef<TensorView> arguments);

/// Checks the results like arguments, and that none overlaps an argument or
/// another result; but those of `shared` are in the memory of their arguments.
llvm::Error checkResults(llvm::ArrayRef<TensorSpec> argumentSpecs,
                         llvm::ArrayRef<TensorSpec> resultSpecs,
                         llvm::ArrayRef<TensorView> arguments,
                         llvm::ArrayRef<TensorView> results,
                         llvm::ArrayRef<SharedMemory> shared);

} // namespace seednorm

#endif // SEEDNORM_LIB_COMPILER_CHECKCALL_H

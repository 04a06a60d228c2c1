//===- InPlace.h - Results in the memory of arguments -----------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A caller may want a result where an argument was: a gradient over the one it
// came from, a sum in the buffer that it is added to. That is the caller's to
// ask and the compiler's to check.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_COMPILER_INPLACE_H
#define SEEDNORM_LIB_COMPILER_INPLACE_H

#include "seednorm/Compiler/Compiler.h"

namespace mlir::func {
class FuncOp;
} // namespace mlir::func

namespace seednorm {

/// Lets results of `function`, bufferized, be written to the memory of
/// arguments. The error names the pair that cannot be, and why.
llvm::Error shareMemory(mlir::func::FuncOp function,
                        llvm::ArrayRef<SharedMemory> shared);

} // namespace seednorm

#endif // SEEDNORM_LIB_COMPILER_INPLACE_H

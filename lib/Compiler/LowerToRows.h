//===- LowerToRows.h - From a parsed graph to row programs ------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The first part of every compilation, as the attributes of a module want it.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_COMPILER_LOWERTOROWS_H
#define SEEDNORM_LIB_COMPILER_LOWERTOROWS_H

#include "seednorm/Compiler/Compiler.h"

namespace mlir {
class ModuleOp;
} // namespace mlir

namespace seednorm {

/// Turns the graph in `module` into row programs on tensors. The error says
/// what cannot be compiled, or is no attribute of a module.
llvm::Error lowerToRows(mlir::ModuleOp module);

/// Gives function `entry` of a module of row programs a backward function.
llvm::Error addBackward(mlir::ModuleOp module, llvm::StringRef entry,
                        llvm::ArrayRef<int64_t> wrt, llvm::ArrayRef<int64_t> of,
                        llvm::ArrayRef<int64_t> accumulate,
                        llvm::ArrayRef<std::string> save);

} // namespace seednorm

#endif // SEEDNORM_LIB_COMPILER_LOWERTOROWS_H

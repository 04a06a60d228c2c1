//===- InitAllExtensions.h - Register what reads files ----------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One call for tools that read the files of other front ends. Interfaces that
// our dialects implement come with the dialects, in InitAllDialects.h.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_INITALLEXTENSIONS_H
#define SEEDNORM_INITALLEXTENSIONS_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace seednorm {

/// Adds what files of other front ends need to be read to `registry`:
/// `torch.operator` in torch-mlir's syntax, and StableHLO's dialects or their
/// stand-in. Not for compilers that register torch-mlir's or StableHLO's
/// dialects themselves.
void registerAllExtensions(mlir::DialectRegistry &registry);

} // namespace seednorm

#endif // SEEDNORM_INITALLEXTENSIONS_H

//===- TorchSyntax.h - Custom ops as torch-mlir prints them -----*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Files from PyTorch name what it called in one op of torch-mlir's dialect.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_CONVERSION_TORCHSYNTAX_H
#define SEEDNORM_CONVERSION_TORCHSYNTAX_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace seednorm {

/// Lets files have `torch.operator` in torch-mlir's syntax, as an unregistered
/// op. Not for compilers that register torch-mlir's dialect themselves.
void registerTorchSyntax(mlir::DialectRegistry &registry);

} // namespace seednorm

#endif // SEEDNORM_CONVERSION_TORCHSYNTAX_H

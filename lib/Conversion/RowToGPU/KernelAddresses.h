//===- KernelAddresses.h - What kernels are told of addresses ---*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The host knows where the slices of operands are; what of that is not static
// are arguments of the kernel.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_CONVERSION_ROWTOGPU_KERNELADDRESSES_H
#define SEEDNORM_LIB_CONVERSION_ROWTOGPU_KERNELADDRESSES_H

#include "seednorm/Dialect/Row/Transforms/SliceAddress.h"

#include "llvm/ADT/SetVector.h"

namespace seednorm {

/// The values that `addresses` consist of, each once.
llvm::SetVector<mlir::Value>
getDynamicParts(llvm::ArrayRef<row::SliceAddress> addresses);

/// What the host knows of addresses, the kernel is told: replaces `parts` by
/// `arguments`.
void replaceDynamicParts(row::SliceAddress &address,
                         llvm::ArrayRef<mlir::Value> parts,
                         llvm::ArrayRef<mlir::BlockArgument> arguments);

} // namespace seednorm

#endif // SEEDNORM_LIB_CONVERSION_ROWTOGPU_KERNELADDRESSES_H

//===- KernelAddresses.cpp - What kernels are told of addresses -----------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each value once, in one order for the host and the kernel.
//
//===----------------------------------------------------------------------===//

#include "KernelAddresses.h"

#include "mlir/IR/IRMapping.h"

using namespace mlir;

llvm::SetVector<Value>
seednorm::getDynamicParts(ArrayRef<row::SliceAddress> addresses) {
  llvm::SetVector<Value> parts;
  auto add = [&](OpFoldResult part) {
    if (auto value = dyn_cast_if_present<Value>(part))
      parts.insert(value);
  };
  for (const row::SliceAddress &address : addresses) {
    add(address.offset);
    llvm::for_each(address.sizes, add);
    llvm::for_each(address.strides, add);
    add(address.period);
  }
  return parts;
}

void seednorm::replaceDynamicParts(row::SliceAddress &address,
                                   ArrayRef<Value> parts,
                                   ArrayRef<BlockArgument> arguments) {
  IRMapping known;
  known.map(parts, arguments);
  auto replace = [&](OpFoldResult &part) {
    if (auto value = dyn_cast_if_present<Value>(part))
      part = known.lookup(value);
  };
  replace(address.offset);
  llvm::for_each(address.sizes, replace);
  llvm::for_each(address.strides, replace);
  replace(address.period);
}

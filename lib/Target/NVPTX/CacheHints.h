//===- CacheHints.h - Accesses that caches need not keep --------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LLVM knows which loads are read once (`!nontemporal`); the NVPTX back end
// drops it.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_TARGET_NVPTX_CACHEHINTS_H
#define SEEDNORM_LIB_TARGET_NVPTX_CACHEHINTS_H

namespace llvm {
class Module;
} // namespace llvm

namespace seednorm {

/// Makes each `!nontemporal` load of 4, 8 or a multiple of 16 bytes from
/// global memory the instruction that says so, as inline PTX. Others stay.
void applyCacheHints(llvm::Module &module);

} // namespace seednorm

#endif // SEEDNORM_LIB_TARGET_NVPTX_CACHEHINTS_H

//===- LinkImage.h - From an object file to an image ------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Linking, all but the addresses that only a process knows.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_TARGET_CPU_LINKIMAGE_H
#define SEEDNORM_LIB_TARGET_CPU_LINKIMAGE_H

#include "seednorm/Runtime/CPUImage.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBufferRef.h"

namespace seednorm {

/// Links an object file, of position-independent code, to an image with the
/// functions named in `exports` and what these need; with all if there are
/// none.
llvm::Expected<runtime::CPUImage>
linkImage(llvm::MemoryBufferRef object, llvm::ArrayRef<std::string> exports);

} // namespace seednorm

#endif // SEEDNORM_LIB_TARGET_CPU_LINKIMAGE_H

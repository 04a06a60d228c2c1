//===- AddedMemory.h - What an output adds to -------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An output that is added to is one buffer for a program. Where the caller
// keeps what it held, bufferization copies that to the buffer, and the buffer
// to where the result is wanted; but a kernel can as well read the one and
// write the other.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_CONVERSION_ROWTOGPU_ADDEDMEMORY_H
#define SEEDNORM_LIB_CONVERSION_ROWTOGPU_ADDEDMEMORY_H

#include "seednorm/Dialect/Row/IR/Row.h"

namespace seednorm {

/// Memory of what an output held, and of what it is then.
struct AddedMemory {
  mlir::Value held, total;
};

/// Finds them for `output`, an output of `program`, and erases the copies that
/// they make needless.
AddedMemory forwardCopies(row::ProgramOp program, mlir::Value output);

} // namespace seednorm

#endif // SEEDNORM_LIB_CONVERSION_ROWTOGPU_ADDEDMEMORY_H

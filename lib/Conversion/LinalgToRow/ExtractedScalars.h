//===- ExtractedScalars.h - Operands behind tensor.extract ------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream's passes may take an operand of one element out of an op, and have
// its payload extract it.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_CONVERSION_LINALGTOROW_EXTRACTEDSCALARS_H
#define SEEDNORM_LIB_CONVERSION_LINALGTOROW_EXTRACTEDSCALARS_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace seednorm {

/// Makes tensors of one element that the payload of `op` extracts, or that what
/// it uses from outside is computed from, operands of it. `op` is replaced if
/// there are any.
void takeExtractedScalars(mlir::RewriterBase &rewriter,
                          mlir::linalg::GenericOp op);

} // namespace seednorm

#endif // SEEDNORM_LIB_CONVERSION_LINALGTOROW_EXTRACTEDSCALARS_H

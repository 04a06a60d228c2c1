//===- Sizes.h - Sizes that follow from a call's arguments ------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Integers of a bufferized function that depend on the shapes of its arguments
// only, as data that is evaluated at each call.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_COMPILER_SIZES_H
#define SEEDNORM_LIB_COMPILER_SIZES_H

#include "seednorm/Runtime/Signature.h"

#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <vector>

namespace seednorm {

using runtime::SizeExpr;

/// Nodes in a vector, operands before their users.
class SizeTable {
public:
  int64_t add(SizeExpr::Kind kind, int64_t lhs, int64_t rhs = 0);
  int64_t addConstant(int64_t value) {
    return add(SizeExpr::Kind::Constant, value);
  }
  /// The node for the distance, in elements, of consecutive elements of a
  /// memref along a dimension, and for that of its first element from its
  /// memory's.
  llvm::Expected<int64_t> getStride(mlir::Value memref, int64_t dim);
  llvm::Expected<int64_t> getOffset(mlir::Value memref);
  /// The node for a value of type `index`, or for a dimension of a memref. The
  /// error names the op that the shapes of arguments do not determine.
  llvm::Expected<int64_t> getSize(mlir::Value value);
  llvm::Expected<int64_t> getSize(mlir::OpFoldResult size);
  llvm::Expected<int64_t> getDim(mlir::Value memref, int64_t dim);

  /// Hands out what `runtime::evaluateSizes` takes.
  std::vector<SizeExpr> takeNodes() { return std::move(nodes); }

private:
  llvm::Expected<int64_t> getBinary(SizeExpr::Kind kind,
                                    llvm::Expected<int64_t> lhs,
                                    llvm::Expected<int64_t> rhs);
  llvm::Expected<int64_t> getBinary(SizeExpr::Kind kind, mlir::Operation *op);

  std::vector<SizeExpr> nodes;
};

/// An error at the location of `op`: "'name' op " and `what`.
llvm::Error makeOpError(mlir::Operation *op, const llvm::Twine &what);

} // namespace seednorm

#endif // SEEDNORM_LIB_COMPILER_SIZES_H

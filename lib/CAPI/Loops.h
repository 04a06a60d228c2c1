//===- Loops.h - Loops over tensors of a graph ------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Builds the `linalg.generic` of an operation whose operands were checked:
// one loop for each dimension of the widest of them.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_CAPI_LOOPS_H
#define SEEDNORM_LIB_CAPI_LOOPS_H

#include "GraphState.h"

#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <optional>

namespace seednorm::capi {

/// The shape to which tensors are broadcast as in NumPy: aligned at their last
/// dimensions, of which those of size 1 are repeated. Sizes that are not known
/// are taken for equal to all others but 1. Nothing if sizes differ.
std::optional<llvm::SmallVector<int64_t>>
broadcastShapes(mlir::ValueRange tensors);

class LoopBuilder {
public:
  LoopBuilder(SeednormGraph &graph, mlir::Location loc)
      : graph(graph), builder(loc, mlir::OpBuilder::atBlockEnd(graph.body)) {}

  using BuildBody = llvm::function_ref<mlir::Value(mlir::ImplicitLocOpBuilder &,
                                                   mlir::ValueRange)>;

  /// A tensor of `shape` and elements of type `element`, each of which `body`
  /// computes from those of `inputs` that are broadcast to it.
  mlir::Value buildElementWise(mlir::ValueRange inputs,
                               llvm::ArrayRef<int64_t> shape,
                               mlir::Type element, BuildBody body);

  /// A tensor without the last `numDims` dimensions of `input`, or with 1 for
  /// each. `body` combines an element with a partial result, the first of which
  /// is `init`.
  mlir::Value buildReduction(mlir::Value input, int64_t numDims, bool keepDims,
                             mlir::FloatAttr init, BuildBody body);

private:
  mlir::Value getSize(mlir::Value tensor, int64_t dim);
  mlir::Value findSize(mlir::ValueRange tensors, int64_t fromLast);
  mlir::Value buildEmpty(mlir::ValueRange inputs, llvm::ArrayRef<int64_t> shape,
                         int64_t numDropped, mlir::Type element);
  mlir::Value buildGeneric(mlir::ValueRange inputs, mlir::Value init,
                           llvm::ArrayRef<mlir::AffineMap> maps,
                           int64_t numReduced, BuildBody body);

  SeednormGraph &graph;
  mlir::ImplicitLocOpBuilder builder;
};

} // namespace seednorm::capi

#endif // SEEDNORM_LIB_CAPI_LOOPS_H

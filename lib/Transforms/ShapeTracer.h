//===- ShapeTracer.h - Where a size comes from ------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Follows dimensions of tensors to those of a function's arguments.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_TRANSFORMS_SHAPETRACER_H
#define SEEDNORM_LIB_TRANSFORMS_SHAPETRACER_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace seednorm {

/// Asks ops for their shapes, which they answer in ops; those are erased at the
/// end.
class ShapeTracer : public mlir::OpBuilder::Listener {
public:
  explicit ShapeTracer(mlir::func::FuncOp function)
      : function(function), builder(function.getContext(), this) {}
  ~ShapeTracer() override;

  /// A number or `[argument, dimension]`; null if the size is neither.
  mlir::Attribute trace(mlir::Value tensor, int64_t dim);
  mlir::Attribute trace(mlir::OpFoldResult size);

private:
  void notifyOperationInserted(mlir::Operation *op,
                               mlir::OpBuilder::InsertPoint) override {
    created.push_back(op);
  }

  mlir::func::FuncOp function;
  mlir::OpBuilder builder;
  llvm::SmallVector<mlir::Operation *> created;
};

} // namespace seednorm

#endif // SEEDNORM_LIB_TRANSFORMS_SHAPETRACER_H

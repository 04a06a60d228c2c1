//===- GraphState.h - A graph under construction ----------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What stands behind the C API's handle of a graph: a function in a context of
// its own, and its values by number.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_CAPI_GRAPHSTATE_H
#define SEEDNORM_LIB_CAPI_GRAPHSTATE_H

#include "seednorm-c/Seednorm.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/DenseMap.h"

/// The function is complete but for its type, its names and its return.
struct SeednormGraph {
  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::func::FuncOp function;
  mlir::Block *body;
  llvm::SmallVector<mlir::Value> values;
  llvm::SmallVector<mlir::StringAttr> names; ///< Of the arguments.
  llvm::SmallVector<mlir::Value> outputs;
  /// Dynamic sizes, by value and dimension, that are computed already.
  llvm::DenseMap<std::pair<mlir::Value, int64_t>, mlir::Value> sizes;

  SeednormGraph();

  /// A value by its number, or null.
  mlir::Value getValue(int64_t number) const;
  int64_t addValue(mlir::Value value);
  /// The type, or null if there is none of that number.
  mlir::Type getElementType(SeednormElementType type);
  /// Where the user wrote something; unknown if `file` is null.
  mlir::Location getLocation(const char *file, int64_t line);
};

namespace seednorm::capi {

/// Whether tensors of these sizes, of which some may be dynamic, have less than
/// 2^60 elements.
bool isAddressable(llvm::ArrayRef<int64_t> sizes);

} // namespace seednorm::capi

#endif // SEEDNORM_LIB_CAPI_GRAPHSTATE_H

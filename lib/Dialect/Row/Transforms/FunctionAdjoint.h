//===- FunctionAdjoint.h - The backward function of a function --*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reverse mode over the ops of a function: programs have backward programs,
// and reshapes of a gradient undo those of a value. What forward computes and
// backward needs is computed again.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_FUNCTIONADJOINT_H
#define SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_FUNCTIONADJOINT_H

#include "seednorm/Dialect/Row/IR/Row.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/DenseSet.h"

namespace seednorm::row {

/// Numbers of arguments and results: see the options of `row-differentiate`.
struct GradientRequest {
  llvm::SmallVector<int64_t> wrt, of, accumulate;
  llvm::SmallVector<std::string> save; ///< Names of ops.
};

/// Whether a tensor has elements that gradients are had of.
bool isDifferentiable(mlir::Type type);

class FunctionAdjoint {
public:
  /// `request` names all results that are differentiated; the arguments without
  /// a gradient are left out if `choosesArguments`.
  FunctionAdjoint(mlir::func::FuncOp forward, GradientRequest request,
                  bool choosesArguments)
      : forward(forward), wrt(request.wrt), of(request.of),
        accumulate(request.accumulate), save(request.save),
        choosesArguments(choosesArguments), builder(forward.getContext()) {}

  /// Adds the backward function behind the forward one.
  mlir::LogicalResult build(mlir::SymbolTable &symbols);

private:
  mlir::LogicalResult checkSaved();
  mlir::LogicalResult createSaving(mlir::SymbolTable &symbols);
  void addSaved();
  void createFunction();
  void nameArguments();
  void findActive();
  mlir::LogicalResult propagate(mlir::Operation *op);
  mlir::LogicalResult propagateProgram(ProgramOp program);
  mlir::LogicalResult propagateReshape(mlir::Operation *op,
                                       mlir::Value gradient);
  void add(mlir::Value value, mlir::Value gradient);
  void addAccumulators();
  void startFrom(mlir::Value value, mlir::Value accumulator);
  std::string getGradientName(int64_t number);
  mlir::LogicalResult buildReturn();

  mlir::func::FuncOp forward, backward;
  llvm::SmallVector<int64_t> wrt, of, accumulate;
  llvm::SmallVector<std::string> save;
  bool choosesArguments;
  mlir::OpBuilder builder;
  /// Of the copy of the forward function.
  llvm::SmallVector<mlir::Operation *> ops;
  llvm::SmallVector<mlir::Value> returned;
  llvm::DenseSet<mlir::Value> active;
  llvm::DenseMap<mlir::Value, mlir::Value> gradients;
  /// Numbers of rows, and the arguments that hold them, for each program.
  llvm::DenseMap<mlir::Operation *,
                 llvm::SmallVector<std::pair<mlir::Value, mlir::Value>>>
      saved;
};

} // namespace seednorm::row

#endif // SEEDNORM_LIB_DIALECT_ROW_TRANSFORMS_FUNCTIONADJOINT_H

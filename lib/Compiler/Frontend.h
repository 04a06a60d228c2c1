//===- Frontend.h - From text to bufferized row programs --------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What all targets share: parsing, the entry function and its signature, and
// diagnostics as text.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_COMPILER_FRONTEND_H
#define SEEDNORM_LIB_COMPILER_FRONTEND_H

#include "Contexts.h"

#include "seednorm/Compiler/Compiler.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Location.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace mlir {
class OpPassManager;
namespace func {
class FuncOp;
} // namespace func
} // namespace mlir

namespace seednorm {

/// "file:line:column"
std::string formatLocation(mlir::FileLineColLoc location);

/// Collects diagnostics as lines "file:line:column: error: text".
class DiagnosticCollector {
public:
  explicit DiagnosticCollector(mlir::MLIRContext *context);
  /// All that was collected, or `fallback` if that is nothing.
  llvm::Error takeError(llvm::StringRef fallback);

private:
  std::string text;
  mlir::ScopedDiagnosticHandler handler;
};

/// A graph as it was given, checked as far as every target needs it.
struct Graph {
  OwnedContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;

  mlir::func::FuncOp getEntry(llvm::StringRef name) const;
};

/// Parses `text` and keeps of it the function `entry`, with what it calls
/// inlined, and `layouts` as attributes of its arguments. Errors name the rule
/// and the fact.
llvm::Expected<Graph> parseGraph(llvm::StringRef text, llvm::StringRef entry,
                                 llvm::StringRef bufferName,
                                 llvm::ArrayRef<ArgumentLayout> layouts);

/// The name that a caller knows an argument, or a result that became one, by.
std::string getArgumentName(mlir::func::FuncOp function, unsigned index);

/// The arguments of a function on tensors.
llvm::Expected<std::vector<TensorSpec>>
getArgumentSpecs(mlir::func::FuncOp function);

/// The results of a function whose results became destinations.
llvm::Expected<std::vector<TensorSpec>>
getResultSpecs(mlir::func::FuncOp function);

/// When a module is verified that passes change.
enum class Verify {
  BehindEach,
  AtEnd, ///< Takes a fifth of the time less: for what only our passes make.
};

/// Runs the passes that `build` adds; the error holds their diagnostics.
llvm::Error runPasses(mlir::ModuleOp module,
                      llvm::function_ref<void(mlir::OpPassManager &)> build,
                      Verify verify = Verify::BehindEach);

/// `op` as text.
std::string print(mlir::Operation *op);

} // namespace seednorm

#endif // SEEDNORM_LIB_COMPILER_FRONTEND_H

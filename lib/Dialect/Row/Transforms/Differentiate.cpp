//===- Differentiate.cpp - Backward functions of functions ----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pass: which functions, arguments and results, checked before anything is
// built.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Dialect/Row/IR/Row.h"
#include "seednorm/Dialect/Row/Transforms/Passes.h"

#include "FunctionAdjoint.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace seednorm::row {
#define GEN_PASS_DEF_ROWDIFFERENTIATEPASS
#include "seednorm/Dialect/Row/Transforms/Passes.h.inc"
} // namespace seednorm::row

using namespace mlir;
using namespace seednorm::row;

static LogicalResult checkNumbers(func::FuncOp function,
                                  ArrayRef<int64_t> numbers, int64_t count,
                                  StringRef what, StringRef option) {
  for (int64_t number : numbers) {
    if (number < 0 || number >= count)
      return function.emitOpError("has ")
             << count << " " << what << "s, but '" << option << "' asks for "
             << what << " " << number;
    if (llvm::count(numbers, number) > 1)
      return function.emitOpError("expects '")
             << option << "' to name each " << what << " once, but got "
             << number << " twice";
  }
  return success();
}

/// Those asked for, or all.
static LogicalResult chooseResults(func::FuncOp function,
                                   SmallVectorImpl<int64_t> &of) {
  if (failed(
          checkNumbers(function, of, function.getNumResults(), "result", "of")))
    return failure();
  if (of.empty())
    llvm::append_range(of, llvm::seq<int64_t>(0, function.getNumResults()));
  for (int64_t number : of)
    if (Type type = function.getResultTypes()[number]; !isDifferentiable(type))
      return function.emitOpError("expects results of f16, bf16, f32 or f64 to "
                                  "be differentiated, but result ")
             << number << " is " << type << "; choose others with 'of'";
  if (of.empty())
    return function.emitOpError("has no result to be differentiated");
  return success();
}

/// Those asked for, or all that have gradients if results depend on them.
static LogicalResult chooseArguments(func::FuncOp function,
                                     SmallVectorImpl<int64_t> &wrt) {
  if (failed(checkNumbers(function, wrt, function.getNumArguments(), "argument",
                          "wrt")))
    return failure();
  for (int64_t number : wrt)
    if (Type type = function.getArgumentTypes()[number];
        !isDifferentiable(type))
      return function.emitOpError("expects arguments of f16, bf16, f32 or f64 "
                                  "to have gradients, but argument ")
             << number << " is " << type;
  if (!wrt.empty())
    return success();
  for (auto [number, type] : llvm::enumerate(function.getArgumentTypes()))
    if (isDifferentiable(type))
      wrt.push_back(number);
  return success();
}

static LogicalResult checkAccumulated(func::FuncOp function,
                                      const GradientRequest &request) {
  if (failed(checkNumbers(function, request.accumulate,
                          function.getNumArguments(), "argument",
                          "accumulate")))
    return failure();
  for (int64_t number : request.accumulate)
    if (!llvm::is_contained(request.wrt, number))
      return function.emitOpError("expects 'accumulate' to name arguments of "
                                  "'wrt', but got ")
             << number;
  return success();
}

/// Differentiates `function` as far as the request names it.
static LogicalResult differentiate(func::FuncOp function,
                                   GradientRequest request,
                                   SymbolTable &symbols) {
  if (function.isExternal() || !function.getFunctionBody().hasOneBlock())
    return function.emitOpError("expects a single block to be differentiated");
  bool choosesArguments = request.wrt.empty();
  if (failed(chooseResults(function, request.of)) ||
      failed(chooseArguments(function, request.wrt)) ||
      failed(checkAccumulated(function, request)))
    return failure();
  return FunctionAdjoint(function, request, choosesArguments).build(symbols);
}

namespace {
struct RowDifferentiatePass
    : seednorm::row::impl::RowDifferentiatePassBase<RowDifferentiatePass> {
  using RowDifferentiatePassBase::RowDifferentiatePassBase;

  void runOnOperation() override {
    SmallVector<func::FuncOp> functions;
    for (auto candidate : getOperation().getOps<func::FuncOp>())
      if (function.empty() ? candidate.isPublic() && !candidate.isExternal()
                           : candidate.getName() == function)
        functions.push_back(candidate);
    if (functions.empty()) {
      getOperation().emitOpError("has no function ")
          << (function.empty() ? "with a body" : "'" + function + "'")
          << " to be differentiated";
      return signalPassFailure();
    }
    SymbolTable symbols(getOperation());
    GradientRequest request;
    llvm::append_range(request.wrt, wrt);
    llvm::append_range(request.of, of);
    llvm::append_range(request.accumulate, accumulate);
    llvm::append_range(request.save, save);
    for (func::FuncOp candidate : functions)
      if (failed(differentiate(candidate, request, symbols)))
        return signalPassFailure();
  }
};
} // namespace

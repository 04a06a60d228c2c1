//===- ScalarArguments.cpp - Scalars that callers pass as tensors -------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is in memory is an operand like any other, to kernels and to callers.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Transforms/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace seednorm {
#define GEN_PASS_DEF_SCALARARGUMENTSPASS
#include "seednorm/Transforms/Passes.h.inc"
} // namespace seednorm

using namespace mlir;

static void passScalarsAsTensors(func::FuncOp function) {
  OpBuilder builder(function.getContext());
  builder.setInsertionPointToStart(&function.getBody().front());
  for (BlockArgument argument : function.getArguments()) {
    Type type = argument.getType();
    if (!type.isIntOrFloat())
      continue;
    argument.setType(RankedTensorType::get({}, type));
    auto scalar = tensor::ExtractOp::create(builder, argument.getLoc(),
                                            argument, ValueRange());
    argument.replaceAllUsesExcept(scalar, scalar);
  }
  function.setFunctionType(
      builder.getFunctionType(function.getBody().front().getArgumentTypes(),
                              function.getResultTypes()));
}

namespace {
struct ScalarArguments
    : seednorm::impl::ScalarArgumentsPassBase<ScalarArguments> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function.isPublic() && !function.isExternal())
        passScalarsAsTensors(function);
  }
};
} // namespace

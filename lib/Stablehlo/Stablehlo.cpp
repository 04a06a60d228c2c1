//===- Stablehlo.cpp - Graphs of StableHLO, as linalg ---------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For builds with StableHLO: its dialects and its own conversion.
//
//===----------------------------------------------------------------------===//

#include "Sizes.h"

#include "seednorm/Pipelines/Stablehlo.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"
#include "stablehlo/conversions/linalg/transforms/Passes.h"
#include "stablehlo/dialect/ChloOps.h"
#include "stablehlo/dialect/StablehloOps.h"

using namespace mlir;
using namespace seednorm;

namespace {
/// Composites of others are what their decompositions say. StableHLO has this
/// pass, too, in a library that needs all of its versions.
struct CompositesToCalls : PassWrapper<CompositesToCalls, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(CompositesToCalls)
  StringRef getName() const override { return "StablehloCompositesToCalls"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<func::FuncDialect>();
  }
  void runOnOperation() override {
    getOperation()->walk([](stablehlo::CompositeOp op) {
      OpBuilder builder(op);
      auto call =
          func::CallOp::create(builder, op.getLoc(), op.getDecomposition(),
                               op.getResultTypes(), op.getOperands());
      op->replaceAllUsesWith(call);
      op->erase();
    });
  }
};

struct SizesToScalars : PassWrapper<SizesToScalars, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(SizesToScalars)
  StringRef getName() const override { return "StablehloSizesToScalars"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, tensor::TensorDialect>();
  }
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateStablehloSizePatterns(patterns);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};
} // namespace

void seednorm::registerStablehloDialects(DialectRegistry &registry) {
  registry.insert<chlo::ChloDialect, stablehlo::StablehloDialect>();
}

void seednorm::registerStablehloPasses() {
  stablehlo::registerStablehloLinalgTransformsPasses();
}

void seednorm::buildStablehloToLinalgPipeline(OpPassManager &pm) {
  pm.addPass(std::make_unique<CompositesToCalls>());
  pm.addPass(std::make_unique<SizesToScalars>());
  pm.addPass(stablehlo::createStablehloLegalizeToLinalgPass());
  // Between types that became one.
  pm.addPass(createCanonicalizerPass());
}

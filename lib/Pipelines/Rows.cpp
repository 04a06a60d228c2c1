//===- Rows.cpp - Pipeline from graphs to row programs --------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What every target starts with.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Conversion/Passes.h"
#include "seednorm/Dialect/Norm/Transforms/Passes.h"
#include "seednorm/Dialect/Row/Transforms/Passes.h"
#include "seednorm/Pipelines/Pipelines.h"
#include "seednorm/Pipelines/Stablehlo.h"
#include "seednorm/Transforms/Passes.h"

#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace seednorm;

void seednorm::buildImportPipeline(mlir::OpPassManager &pm) {
  // A norm's name is lost in the linalg of its decomposition.
  pm.addPass(createConvertCallsToNormPass());
  buildStablehloToLinalgPipeline(pm);
}

static void addPrograms(mlir::OpPassManager &pm,
                        const RowsPipelineOptions &options) {
  pm.addPass(createConvertNormToRowPass());
  pm.addPass(createDecomposeLinalgPass());
  pm.addPass(createFoldBroadcastsPass());
  pm.addPass(createFoldSlicesPass());
  if (options.linalg) {
    pm.addPass(mlir::createConvertElementwiseToLinalgPass());
    // Sizes that are known are constants, as payloads may use them.
    pm.addPass(mlir::createCanonicalizerPass());
    ConvertLinalgToRowPassOptions convert;
    convert.report = options.report;
    convert.dropAsserts = options.dropAsserts;
    pm.addPass(createConvertLinalgToRowPass(convert));
  }
  // Formulas spread each operand anew; equal values become one, constant
  // operands part of the body.
  pm.addPass(mlir::createCanonicalizerPass());
  pm.addPass(mlir::createCSEPass());
  // What has the size of a program's result need not wait for it.
  pm.addPass(mlir::memref::createResolveShapedTypeResultDimsPass());
  pm.addPass(row::createRowFusePass());
  // Fused bodies repeat what both of them computed.
  pm.addPass(mlir::createCanonicalizerPass());
  pm.addPass(mlir::createCSEPass());
  row::RowSimplifyPassOptions simplify;
  simplify.strict = options.strict;
  pm.addPass(row::createRowSimplifyPass(simplify));
  pm.addPass(mlir::createCanonicalizerPass());
  pm.addPass(mlir::createCSEPass());
  pm.addPass(row::createRowSeparateResultsPass());
}

void seednorm::buildRowsPipeline(mlir::OpPassManager &pm,
                                 const RowsPipelineOptions &options) {
  buildImportPipeline(pm);
  addPrograms(pm, options);
  if (!options.raise)
    return;
  // Programs show which ops are a norm together; only norms show what is
  // cheaper.
  pm.addPass(createConvertRowToNormPass());
  pm.addPass(mlir::createCanonicalizerPass());
  pm.addPass(norm::createNormSimplifyPass());
  addPrograms(pm, options);
}

void seednorm::buildDifferentiatePipeline(
    mlir::OpPassManager &pm, const DifferentiatePipelineOptions &options,
    const RowsPipelineOptions &rows) {
  row::RowDifferentiatePassOptions differentiate;
  differentiate.function = options.function;
  differentiate.wrt.assign(options.wrt.begin(), options.wrt.end());
  differentiate.of.assign(options.of.begin(), options.of.end());
  differentiate.accumulate.assign(options.accumulate.begin(),
                                  options.accumulate.end());
  differentiate.save.assign(options.save.begin(), options.save.end());
  pm.addPass(row::createRowDifferentiatePass(differentiate));
  // Gradients that meet are added outside of programs; these, and what forward
  // computes for them, are fused and simplified as other graphs are.
  addPrograms(pm, rows);
}

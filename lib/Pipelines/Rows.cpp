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
#include "seednorm/Dialect/Row/Transforms/Passes.h"
#include "seednorm/Pipelines/Pipelines.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace seednorm;

void seednorm::buildRowsPipeline(mlir::OpPassManager &pm) {
  pm.addPass(createConvertNormToRowPass());
  // Formulas spread each operand anew; equal values become one, constant
  // operands part of the body.
  pm.addPass(mlir::createCanonicalizerPass());
  pm.addPass(mlir::createCSEPass());
  pm.addPass(row::createRowFusePass());
  // Fused bodies repeat what both of them computed.
  pm.addPass(mlir::createCanonicalizerPass());
  pm.addPass(mlir::createCSEPass());
  pm.addPass(row::createRowSeparateResultsPass());
}

//===- InitAllPasses.cpp - Registration of all passes ---------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One list, so that every tool and embedder offers the same passes.
//
//===----------------------------------------------------------------------===//

#include "seednorm/InitAllPasses.h"

#include "seednorm/Conversion/Passes.h"
#include "seednorm/Dialect/Norm/Transforms/Passes.h"
#include "seednorm/Dialect/Row/Transforms/Passes.h"
#include "seednorm/Pipelines/Pipelines.h"
#include "seednorm/Transforms/Passes.h"

#include "mlir/Pass/PassRegistry.h"

void seednorm::registerAllPasses() {
  // A process may hold two copies of us, a plugin in a tool of ours for one.
  // MLIR ends it at the second pass of a name.
  if (mlir::PassInfo::lookup("convert-norm-to-row"))
    return;
  norm::registerNormPasses();
  row::registerRowPasses();
  registerConversionPasses();
  registerTransformsPasses();
  registerPipelines();
}

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

void seednorm::registerAllPasses() {
  norm::registerNormPasses();
  row::registerRowPasses();
  registerConversionPasses();
  registerTransformsPasses();
  registerPipelines();
}

//===- Bufferize.cpp - From tensors to memrefs ----------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The line that all targets share between row programs on tensors and their
// lowering.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Pipelines/Pipelines.h"
#include "seednorm/Transforms/Passes.h"

#include "mlir/Conversion/AffineToStandard/AffineToStandard.h"
#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/Pipelines/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

void seednorm::buildBufferizePipeline(OpPassManager &pm) {
  // Sizes of collapsed dimensions, as the host computes them.
  pm.addPass(createLowerAffinePass());
  // Arithmetic on tensors outside programs has neither shapes nor buffers.
  pm.addPass(createConvertElementwiseToLinalgPass());
  // First, so that the memory of results is there to be written in place.
  pm.addPass(createResultsToDestinationsPass());
  pm.addPass(createStridedArgumentsPass());
  pm.addPass(createSplitEmptyTensorsPass());
  pm.addPass(bufferization::createEmptyTensorEliminationPass());

  bufferization::OneShotBufferizePassOptions bufferize;
  bufferize.bufferizeFunctionBoundaries = true;
  // What strides an argument has was settled above; the rest is dense.
  bufferize.functionBoundaryTypeConversion =
      bufferization::LayoutMapOption::IdentityLayoutMap;
  pm.addPass(bufferization::createOneShotBufferizePass(bufferize));
  // Before deallocation, which would keep buffers alive that nothing reads.
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  bufferization::buildBufferDeallocationPipeline(pm);
}

//===- InitAllExtensions.cpp - Register what reads files ------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "seednorm/InitAllExtensions.h"

#include "seednorm/Conversion/TorchSyntax.h"
#include "seednorm/Pipelines/Stablehlo.h"

void seednorm::registerAllExtensions(mlir::DialectRegistry &registry) {
  registerStablehloDialects(registry);
  registerTorchSyntax(registry);
}

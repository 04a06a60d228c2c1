//===- seednorm-opt.cpp - Run passes on MLIR files ------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `mlir-opt` with the dialects and passes of this project added.
//
//===----------------------------------------------------------------------===//

#include "seednorm/InitAllDialects.h"
#include "seednorm/InitAllExtensions.h"
#include "seednorm/InitAllPasses.h"
#include "seednorm/Pipelines/Stablehlo.h"
#include "seednorm/Utils/Version.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  seednorm::setVersionPrinter();
  mlir::registerAllPasses();
  seednorm::registerAllPasses();
  seednorm::registerStablehloPasses();

  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  seednorm::registerAllDialects(registry);
  seednorm::registerAllExtensions(registry);

  return mlir::asMainReturnCode(mlir::MlirOptMain(
      argc, argv, "compiler for normalization layers\n", registry));
}

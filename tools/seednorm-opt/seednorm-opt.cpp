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

#include "Help.h"

#include "seednorm/InitAllDialects.h"
#include "seednorm/InitAllExtensions.h"
#include "seednorm/InitAllPasses.h"
#include "seednorm/Pipelines/Stablehlo.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  // Help is about our passes: those of MLIR would be most of it.
  bool isHelp = seednorm::keepHelpOnly(argc, argv);
  if (!isHelp)
    mlir::registerAllPasses();
  seednorm::registerAllPasses();
  seednorm::registerStablehloPasses();

  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  seednorm::registerAllDialects(registry);
  seednorm::registerAllExtensions(registry);

  mlir::registerCLIOptions("seednorm-opt", registry);
  seednorm::setUpOptOptions();
  auto [input, output] =
      mlir::parseCLIOptions(argc, argv, seednorm::getOptOverview());
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, input, output, registry));
}

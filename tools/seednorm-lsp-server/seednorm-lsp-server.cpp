//===- seednorm-lsp-server.cpp - Language server for MLIR files -----------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Completion, hover texts, definitions and errors for `.mlir` files in an
// editor, with the dialects that seednorm-opt reads.
//
//===----------------------------------------------------------------------===//

#include "seednorm/InitAllDialects.h"
#include "seednorm/InitAllExtensions.h"
#include "seednorm/Utils/Version.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"

int main(int argc, char **argv) {
  seednorm::setVersionPrinter();
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  seednorm::registerAllDialects(registry);
  seednorm::registerAllExtensions(registry);
  return mlir::failed(mlir::MlirLspServerMain(argc, argv, registry));
}

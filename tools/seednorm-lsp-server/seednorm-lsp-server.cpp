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

#include "common/CommandLine.h"

#include "seednorm/InitAllDialects.h"
#include "seednorm/InitAllExtensions.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"

static llvm::cl::extrahelp description(R"(
A language server, which editors start: it reads requests from the standard input
and writes answers to the standard output. It gives errors while typing,
completion, hover texts and definitions for .mlir files with the dialects of
seednorm-opt.

EXAMPLE, of VS Code's settings with the MLIR extension:

  {"mlir.server_path": "<prefix>/bin/seednorm-lsp-server"}

EXIT STATUS: 0 after the requests 'shutdown' and 'exit', else 1.
)");

int main(int argc, char **argv) {
  // The options of the server appear when it parses them.
  llvm::cl::OptionCategory none("");
  seednorm::setUpOptions(
      none, {"seednorm-lsp-server", {{"log", {"error", "info", "verbose"}}}});
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  seednorm::registerAllDialects(registry);
  seednorm::registerAllExtensions(registry);
  return mlir::failed(mlir::MlirLspServerMain(argc, argv, registry));
}

//===- VersionPrinter.cpp - The --version of the tools --------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "seednorm/Utils/Version.h"

#include "llvm/Config/llvm-config.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/raw_ostream.h"

static void printVersion(llvm::raw_ostream &os) {
  os << "seednorm " << seednorm::getVersion()
     << "\nLLVM and MLIR " LLVM_VERSION_STRING
        "\nStableHLO: " SEEDNORM_STABLEHLO "\n";
}

void seednorm::setVersionPrinter() {
  llvm::cl::SetVersionPrinter(printVersion);
}

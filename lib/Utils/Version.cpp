//===- Version.cpp - What this build is -----------------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "seednorm/Utils/Version.h"

#include "llvm/Config/llvm-config.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/raw_ostream.h"

const char *seednorm::getVersion() { return SEEDNORM_VERSION; }

static void printVersion(llvm::raw_ostream &os) {
  os << "seednorm " SEEDNORM_VERSION "\nLLVM and MLIR " LLVM_VERSION_STRING
     << "\nStableHLO: " SEEDNORM_STABLEHLO "\n";
}

void seednorm::setVersionPrinter() {
  llvm::cl::SetVersionPrinter(printVersion);
}

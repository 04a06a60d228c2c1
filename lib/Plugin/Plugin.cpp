//===- Plugin.cpp - Our dialects and passes as a plugin -------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// SeednormPlugin.so, for `--load-dialect-plugin` and `--load-pass-plugin` of a
// host that uses the same libMLIR.so. StableHLO and torch-mlir are the host's
// own to register.
//
//===----------------------------------------------------------------------===//

#include "seednorm/InitAllDialects.h"
#include "seednorm/InitAllPasses.h"
#include "seednorm/Utils/Version.h"

#include "mlir/Tools/Plugins/DialectPlugin.h"
#include "mlir/Tools/Plugins/PassPlugin.h"

using namespace mlir;

extern "C" LLVM_ATTRIBUTE_WEAK DialectPluginLibraryInfo
mlirGetDialectPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "Seednorm", seednorm::getVersion(),
          [](DialectRegistry *registry) {
            seednorm::registerAllDialects(*registry);
          }};
}

extern "C" LLVM_ATTRIBUTE_WEAK PassPluginLibraryInfo mlirGetPassPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "Seednorm", seednorm::getVersion(),
          [] { seednorm::registerAllPasses(); }};
}

//===- InitAllDialects.cpp - Register our dialects ------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "seednorm/InitAllDialects.h"

#include "seednorm/Dialect/Norm/IR/Norm.h"
#include "seednorm/Dialect/Row/IR/Row.h"

void seednorm::registerAllDialects(mlir::DialectRegistry &registry) {
  // A process may hold two copies of us, a plugin in a tool of ours for one.
  // MLIR ends it at the second dialect of a name.
  if (registry.getDialectAllocator(row::RowDialect::getDialectNamespace()))
    return;
  registry.insert<norm::NormDialect, row::RowDialect>();
  row::registerBufferizableOpInterfaceExternalModels(registry);
}

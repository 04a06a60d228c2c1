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
  registry.insert<norm::NormDialect, row::RowDialect>();
  row::registerBufferizableOpInterfaceExternalModels(registry);
}

//===- Register.cpp - Our dialects and passes for MLIR's C API ------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Only the inline part of MLIR's C API is used, so that this library needs
// libMLIR.so alone.
//
//===----------------------------------------------------------------------===//

#include "seednorm-c/Register.h"

#include "seednorm/Dialect/Norm/IR/Norm.h"
#include "seednorm/Dialect/Row/IR/Row.h"
#include "seednorm/InitAllDialects.h"
#include "seednorm/InitAllExtensions.h"
#include "seednorm/InitAllPasses.h"

#include "mlir/CAPI/IR.h"
#include "mlir/CAPI/Registration.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"

void seednormRegisterAllDialects(MlirDialectRegistry registry) {
  seednorm::registerAllDialects(*unwrap(registry));
}

void seednormRegisterUpstreamDialects(MlirDialectRegistry registry) {
  mlir::registerAllDialects(*unwrap(registry));
  mlir::registerAllExtensions(*unwrap(registry));
  mlir::registerAllToLLVMIRTranslations(*unwrap(registry));
}

void seednormRegisterAllExtensions(MlirDialectRegistry registry) {
  seednorm::registerAllExtensions(*unwrap(registry));
}

void seednormRegisterAllPasses(void) { seednorm::registerAllPasses(); }

/// What a dialect handle of MLIR points to.
template <typename DialectT> static MlirDialectHandle getHandle() {
  static const MlirDialectRegistrationHooks hooks = {
      [](MlirDialectRegistry registry) {
        unwrap(registry)->insert<DialectT>();
      },
      [](MlirContext context) {
        return wrap(static_cast<mlir::Dialect *>(
            unwrap(context)->getOrLoadDialect<DialectT>()));
      },
      [] { return wrap(llvm::StringRef(DialectT::getDialectNamespace())); }};
  return {&hooks};
}

MlirDialectHandle seednormGetNormDialectHandle(void) {
  return getHandle<seednorm::norm::NormDialect>();
}

MlirDialectHandle seednormGetRowDialectHandle(void) {
  return getHandle<seednorm::row::RowDialect>();
}

//===- EmitObject.h - From the LLVM dialect to an object file ---*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Nothing of seednorm: what any compiler does with a module of LLVM's dialect.
//
//===----------------------------------------------------------------------===//

#ifndef EMITOBJECT_H
#define EMITOBJECT_H

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"

#include <string>

/// The bytes of an object file with the functions of `module`, for processor
/// `cpu` of this machine with `features`, as LLVM names them.
llvm::Expected<std::string> emitObject(mlir::ModuleOp module,
                                       const std::string &cpu,
                                       const std::string &features);

#endif // EMITOBJECT_H

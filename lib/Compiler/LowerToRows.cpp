//===- LowerToRows.cpp - From a parsed graph to row programs --------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads what a module asks for, runs the pipelines, and refuses what no kernel
// could do.
//
//===----------------------------------------------------------------------===//

#include "LowerToRows.h"

#include "Frontend.h"
#include "Sizes.h"

#include "seednorm/Pipelines/Pipelines.h"

#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/StringExtras.h"

using namespace seednorm;
using llvm::StringRef;

/// A loop that stops would end the process of whoever calls it.
static llvm::Error checkAsserts(mlir::ModuleOp module) {
  mlir::cf::AssertOp left;
  module.walk([&](mlir::cf::AssertOp op) { left = op; });
  if (!left)
    return llvm::Error::success();
  return makeOpError(left, "asserts '" + left.getMsg() +
                               "', at which no kernel can stop; a module with "
                               "the attribute '" +
                               kDropAssertsAttrName + "' asks none to");
}

/// What a module asks for is there or not; nothing else is meant to be said.
static llvm::Error checkFlags(mlir::ModuleOp module) {
  constexpr StringRef known[] = {kKeepLinalgAttrName, kStrictAttrName,
                                 kDropAssertsAttrName};
  for (mlir::NamedAttribute attribute : module->getDiscardableAttrs()) {
    StringRef name = attribute.getName().strref();
    if (!name.starts_with("seednorm."))
      continue;
    if (!llvm::is_contained(known, name))
      return makeOpError(module, "has attribute '" + name +
                                     "', but expects one among " +
                                     llvm::join(llvm::ArrayRef(known), ", "));
    if (!mlir::isa<mlir::UnitAttr>(attribute.getValue()))
      return makeOpError(module, "expects attribute '" + name +
                                     "' to have no value; leave it out to have "
                                     "it otherwise");
  }
  return llvm::Error::success();
}

/// What the module's attributes ask for.
static void setFlags(RowsPipelineOptions &rows, mlir::ModuleOp module) {
  rows.linalg = !module->hasAttr(kKeepLinalgAttrName);
  rows.strict = module->hasAttr(kStrictAttrName);
  rows.dropAsserts = module->hasAttr(kDropAssertsAttrName);
}

llvm::Error seednorm::lowerToRows(mlir::ModuleOp module) {
  if (llvm::Error error = checkFlags(module))
    return error;
  llvm::Error error = runPasses(module, [&](mlir::OpPassManager &pm) {
    RowsPipelineOptions rows;
    setFlags(rows, module);
    buildRowsPipeline(pm, rows);
  });
  return error ? std::move(error) : checkAsserts(module);
}

llvm::Error seednorm::addBackward(mlir::ModuleOp module, StringRef entry,
                                  llvm::ArrayRef<int64_t> wrt,
                                  llvm::ArrayRef<int64_t> of,
                                  llvm::ArrayRef<int64_t> accumulate,
                                  llvm::ArrayRef<std::string> save) {
  return runPasses(module, [&](mlir::OpPassManager &pm) {
    DifferentiatePipelineOptions differentiate;
    differentiate.function = entry.str();
    differentiate.wrt = wrt;
    differentiate.of = of;
    differentiate.accumulate = accumulate;
    differentiate.save = save;
    RowsPipelineOptions rows;
    setFlags(rows, module);
    buildDifferentiatePipeline(pm, differentiate, rows);
  });
}

//===- Compare.cpp - A second opinion on results --------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compare.h"

#include "seednorm/Conversion/TorchSyntax.h"
#include "seednorm/Dialect/Norm/Transforms/Passes.h"
#include "seednorm/InitAllDialects.h"
#include "seednorm/Pipelines/Pipelines.h"
#include "seednorm/Pipelines/Stablehlo.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/InitAllDialects.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

#include <cmath>
#include <limits>

using namespace seednorm;

llvm::Expected<std::string> seednorm::decomposeModule(llvm::StringRef text,
                                                      llvm::StringRef name) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  seednorm::registerAllDialects(registry);
  registerStablehloDialects(registry);
  registerTorchSyntax(registry);
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  context.allowUnregisteredDialects();
  mlir::OwningOpRef<mlir::ModuleOp> module =
      mlir::parseSourceString<mlir::ModuleOp>(
          text, mlir::ParserConfig(&context), name);
  if (!module)
    return llvm::createStringError("'" + name + "' is no MLIR module");
  mlir::PassManager manager(&context);
  buildImportPipeline(manager);
  manager.addPass(norm::createNormDecomposePass());
  if (mlir::failed(manager.run(*module)))
    return llvm::createStringError("the norms cannot be decomposed");
  (*module)->setAttr(kKeepLinalgAttrName, mlir::UnitAttr::get(&context));
  std::string decomposed;
  llvm::raw_string_ostream stream(decomposed);
  module->print(stream);
  return decomposed;
}

/// 2^(1 - p) for numbers with p bits, and the smallest that has them all.
static std::pair<double, double> getPrecision(ElementType type) {
  switch (type) {
  case ElementType::F64:
    return {0x1p-52, 0x1p-1022};
  case ElementType::F32:
    return {0x1p-23, 0x1p-126};
  case ElementType::F16:
    return {0x1p-10, 0x1p-14};
  case ElementType::BF16:
    return {0x1p-7, 0x1p-126};
  case ElementType::F8E4M3FN:
    return {0x1p-3, 0x1p-6};
  case ElementType::F8E5M2:
    return {0x1p-2, 0x1p-14};
  case ElementType::I8:
    return {0x1p-7, 0x1p7}; // One, whatever the row.
  case ElementType::I32:
    return {0x1p-31, 0x1p31};
  case ElementType::I64:
    return {0x1p-63, 0x1p63};
  }
  llvm_unreachable("every element type is handled");
}

static double getDifference(long double lhs, long double rhs) {
  if (lhs == rhs || (std::isnan(lhs) && std::isnan(rhs)))
    return 0;
  double difference = std::abs(lhs - rhs);
  return std::isnan(difference) ? std::numeric_limits<double>::infinity()
                                : difference;
}

/// The elements of a row of a tensor of this shape, at least 1.
static int64_t getRowLength(llvm::ArrayRef<int64_t> shape, int64_t columns) {
  if (shape.empty())
    return 1;
  int64_t sample = 1; // All dimensions but the first, if there are others.
  for (int64_t size : shape.drop_front(shape.size() > 1))
    sample *= size;
  if (sample != 0 && sample % columns == 0)
    return columns;
  return std::max<int64_t>(shape.back(), 1);
}

Difference seednorm::compareTensors(const HostTensor &result,
                                    const HostTensor &reference,
                                    int64_t columns) {
  auto [epsilon, smallest] = getPrecision(reference.getType());
  columns = getRowLength(reference.getShape(), columns);
  Difference total;
  for (int64_t row = 0; row < reference.getNumElements(); row += columns) {
    double largest = smallest, difference = 0;
    for (int64_t i = row; i < row + columns; ++i) {
      long double expected = reference.getElement(i);
      if (std::isfinite(expected))
        largest = std::max<double>(largest, std::abs(expected));
      difference =
          std::max(difference, getDifference(result.getElement(i), expected));
    }
    total.absolute = std::max(total.absolute, difference);
    total.units = std::max(total.units, difference / (epsilon * largest));
  }
  return total;
}

double seednorm::getDefaultTolerance(ElementType type, int64_t columns) {
  bool rounds = getByteWidth(type) <= 2 || type == ElementType::I32 ||
                type == ElementType::I64;
  return rounds ? 2 : std::max<double>(2, columns);
}

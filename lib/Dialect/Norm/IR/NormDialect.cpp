//===- NormDialect.cpp - The norm dialect ---------------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Registers the operations and attributes of the dialect.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Dialect/Norm/IR/Norm.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Transforms/InliningUtils.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace seednorm::norm;

#include "seednorm/Dialect/Norm/IR/NormDialect.cpp.inc"
#include "seednorm/Dialect/Norm/IR/NormEnums.cpp.inc"
#include "seednorm/Dialect/Norm/IR/NormInterfaces.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "seednorm/Dialect/Norm/IR/NormAttributes.cpp.inc"

namespace {
/// Functions may be inlined with whatever of this dialect is in them.
struct NormInlinerInterface : DialectInlinerInterface {
  using DialectInlinerInterface::DialectInlinerInterface;

  bool isLegalToInline(Operation *, Region *, bool, IRMapping &) const final {
    return true;
  }
};
} // namespace

void NormDialect::initialize() {
  addInterfaces<NormInlinerInterface>();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "seednorm/Dialect/Norm/IR/NormAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "seednorm/Dialect/Norm/IR/NormOps.cpp.inc"
      >();
}

//===----------------------------------------------------------------------===//
// Attributes of other dialects' operations
//===----------------------------------------------------------------------===//

/// None means anything there, and a mark in the wrong place must not be ignored
/// silently.
LogicalResult NormDialect::verifyOperationAttribute(Operation *op,
                                                    NamedAttribute attr) {
  return op->emitOpError("expects no attribute '")
         << attr.getName().getValue() << "'; '" << getZeroMeanAttrName()
         << "' belongs to an argument of a function";
}

LogicalResult NormDialect::verifyRegionArgAttribute(Operation *op,
                                                    unsigned region,
                                                    unsigned argument,
                                                    NamedAttribute attr) {
  if (attr.getName() != getZeroMeanAttrName())
    return op->emitOpError("expects '")
           << getZeroMeanAttrName() << "' as the only attribute of its "
           << "dialect on an argument, but got '" << attr.getName().getValue()
           << "'";
  if (!isa<UnitAttr>(attr.getValue()))
    return op->emitOpError("expects '")
           << attr.getName().getValue() << "' to have no value, but got "
           << attr.getValue();
  // Lowerings keep the mark on whatever a tensor becomes.
  auto tensor = dyn_cast<TensorType>(
      cast<FunctionOpInterface>(op).getArgumentTypes()[argument]);
  if (tensor && (!tensor.hasRank() || tensor.getRank() == 0 ||
                 !isa<FloatType>(tensor.getElementType())))
    return op->emitOpError("expects '")
           << attr.getName().getValue()
           << "' on a ranked tensor of floats with at least one dimension, but "
           << "got " << tensor;
  return success();
}

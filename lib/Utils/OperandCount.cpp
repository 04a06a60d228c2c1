//===- OperandCount.cpp - How many operands an operation takes ------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "seednorm/Utils/OperandCount.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Location.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/Operation.h"

using namespace mlir;
using namespace seednorm;

template <unsigned N>
static void countOperands(OperationName name, OperandCount &count) {
  if (name.hasTrait<OpTrait::NOperands<N>::template Impl>())
    count = {N, N};
  // One optional operand, unless segments say otherwise.
  else if (name.hasTrait<OpTrait::AtLeastNOperands<N>::template Impl>())
    count = {N, N + 1};
}

/// Operands that there can be, each a segment: the length of the property.
static int64_t getNumSegments(OperationName name) {
  Operation *op = Operation::create(
      OperationState(UnknownLoc::get(name.getContext()), name));
  auto properties = cast<DictionaryAttr>(op->getPropertiesAsAttribute());
  op->destroy();
  return cast<DenseI32ArrayAttr>(
             properties.get(OpTrait::AttrSizedOperandSegments<
                            void>::getOperandSegmentSizeAttr()))
      .size();
}

OperandCount seednorm::getOperandCount(OperationName name) {
  OperandCount count;
  if (name.hasTrait<OpTrait::OneOperand>())
    count = {1, 1};
  else if (name.hasTrait<OpTrait::AtLeastNOperands<1>::Impl>())
    count = {1, 2};
  countOperands<2>(name, count);
  countOperands<3>(name, count);
  countOperands<4>(name, count);
  countOperands<5>(name, count);
  countOperands<6>(name, count);
  if (name.hasTrait<OpTrait::AttrSizedOperandSegments>())
    count.most = getNumSegments(name);
  return count;
}

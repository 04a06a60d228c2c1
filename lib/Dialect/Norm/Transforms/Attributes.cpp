//===- Attributes.cpp - What a rewrite must know of a norm ----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Defaults are those of an operation that is made without the attributes.
//
//===----------------------------------------------------------------------===//

#include "Attributes.h"

using namespace mlir;

bool seednorm::norm::hasDefaultsBut(Operation *op, ArrayRef<StringRef> known) {
  OperationState state(op->getLoc(), op->getName());
  state.addOperands(op->getOperands());
  state.addTypes(op->getResultTypes());
  for (NamedAttribute attr : op->getAttrs())
    if (llvm::is_contained(known, attr.getName()) ||
        attr.getName() == "operandSegmentSizes")
      state.attributes.append(attr);
  Operation *fresh = Operation::create(state);
  bool isSame =
      fresh->getPropertiesAsAttribute() == op->getPropertiesAsAttribute();
  fresh->destroy();
  return isSame;
}

void seednorm::norm::carryAttributes(Operation *from, Operation *to) {
  for (NamedAttribute attr : from->getAttrs())
    if (from->getInherentAttr(attr.getName()) &&
        llvm::is_contained(to->getName().getAttributeNames(), attr.getName()))
      to->setAttr(attr.getName(), attr.getValue());
}

//===- AddedMemory.cpp - What an output adds to ---------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Copies before and behind a program, with nothing between that could tell.
//
//===----------------------------------------------------------------------===//

#include "AddedMemory.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace seednorm;

/// Whether `op` neither reads nor writes `memory`, which no other name leads
/// to.
static bool ignores(Operation *op, Value memory) {
  if (auto copy = dyn_cast<memref::CopyOp>(op))
    return copy.getSource() != memory && copy.getTarget() != memory;
  return isMemoryEffectFree(op) || isa<memref::AllocOp, memref::DeallocOp>(op);
}

/// Both sides of the copy are dense, so that elements have the same places.
static bool isDense(memref::CopyOp copy) {
  auto type = cast<MemRefType>(copy.getTarget().getType());
  return copy.getSource().getType() == type && type.getLayout().isIdentity();
}

/// The copy to `output` that comes before `program`; null if there is none.
static memref::CopyOp findCopyTo(Value output, row::ProgramOp program) {
  for (Operation *op = program->getPrevNode(); op; op = op->getPrevNode()) {
    auto copy = dyn_cast<memref::CopyOp>(op);
    if (copy && copy.getTarget() == output)
      return isDense(copy) ? copy : memref::CopyOp();
    if (!ignores(op, output))
      return {};
  }
  return {};
}

/// The copy of `output` that comes behind `program`, to memory that is there
/// before; null if there is none.
static memref::CopyOp findCopyFrom(Value output, row::ProgramOp program) {
  for (Operation *op = program->getNextNode(); op; op = op->getNextNode()) {
    auto copy = dyn_cast<memref::CopyOp>(op);
    if (copy && copy.getSource() == output)
      return isDense(copy) && isa<BlockArgument>(copy.getTarget())
                 ? copy
                 : memref::CopyOp();
    if (!ignores(op, output))
      return {};
  }
  return {};
}

AddedMemory seednorm::forwardCopies(row::ProgramOp program, Value output) {
  AddedMemory memory{output, output};
  memref::CopyOp before = findCopyTo(output, program);
  if (!before)
    return memory;
  memory.held = before.getSource();
  memref::CopyOp behind = findCopyFrom(output, program);
  before.erase();
  // The buffer itself may be read later.
  bool isOnlyCopied = behind && output.getDefiningOp<memref::AllocOp>() &&
                      llvm::all_of(output.getUsers(), [&](Operation *user) {
                        return user == program || user == behind ||
                               isa<memref::DeallocOp>(user);
                      });
  if (isOnlyCopied) {
    memory.total = behind.getTarget();
    behind.erase();
  }
  return memory;
}

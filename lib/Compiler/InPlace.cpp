//===- InPlace.cpp - Results in the memory of arguments -------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A row program reads a slice of a row before it writes the slice in its place,
// so an operand and a result by row may be the same memory. Who reads the
// argument otherwise has to have done so before.
//
//===----------------------------------------------------------------------===//

#include "InPlace.h"

#include "Frontend.h"

#include "seednorm/Dialect/Row/IR/Row.h"
#include "seednorm/Transforms/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace seednorm;

/// Whether `op` copies `source` to `target` as a whole.
static bool isCopy(Operation *op, Value source, Value target) {
  auto copy = dyn_cast<memref::CopyOp>(op);
  return copy && copy.getSource() == source && copy.getTarget() == target;
}

namespace {
/// Lets one result have the memory of one argument.
class MemorySharing {
public:
  /// `memory` is where results are that share some already.
  MemorySharing(func::FuncOp function, SharedMemory shared,
                llvm::DenseMap<int64_t, Value> &memory)
      : function(function), shared(shared), memories(memory) {}
  llvm::Error apply();

private:
  llvm::Error fail(const llvm::Twine &why) const {
    return llvm::createStringError(
        "expects '" + getArgumentName(function, result.getArgNumber()) +
        "' not to share memory with '" +
        getArgumentName(function, argument.getArgNumber()) + "': " + why);
  }
  llvm::Error findMemory();
  llvm::Error findWriter();
  llvm::Error checkReader(Operation *op, Value view);
  bool isOwnSlice(Value input, unsigned index) const;

  func::FuncOp function;
  SharedMemory shared;
  llvm::DenseMap<int64_t, Value> &memories;
  BlockArgument result, argument;
  Value memory; ///< Where the result is so far: its own, or an argument's.
  row::ProgramOp writer;
};
} // namespace

/// The ops that use `memory`, through views, and what they see of it.
static SmallVector<std::pair<Operation *, Value>> findUses(Value memory) {
  SmallVector<Value> views = {memory};
  SmallVector<std::pair<Operation *, Value>> uses;
  while (!views.empty()) {
    Value view = views.pop_back_val();
    for (Operation *user : view.getUsers())
      if (isa<ViewLikeOpInterface>(user))
        llvm::append_range(views, user->getResults());
      else if (!isa<memref::DimOp, memref::ExtractStridedMetadataOp>(user))
        uses.push_back({user, view});
  }
  return uses;
}

llvm::Error MemorySharing::findMemory() {
  if (shared.argument < 0 ||
      shared.argument >= static_cast<int64_t>(function.getNumArguments()) ||
      function.getArgAttr(shared.argument, kResultAttrName))
    return llvm::createStringError("has no argument " +
                                   llvm::Twine(shared.argument) +
                                   " for a result to share memory with");
  argument = function.getArgument(shared.argument);
  for (BlockArgument candidate : function.getArguments())
    if (auto number = function.getArgAttrOfType<IntegerAttr>(
            candidate.getArgNumber(), kResultAttrName);
        number && number.getInt() == shared.result)
      result = candidate;
  if (!result)
    return llvm::createStringError("has no result " +
                                   llvm::Twine(shared.result) +
                                   " to share memory with an argument");
  if (argument.getType() != result.getType())
    return fail("they have different types");
  memory = memories.lookup(shared.result);
  if (!memory)
    memory = result;
  return llvm::Error::success();
}

/// One program computes the result; a copy of the argument to it, to be added
/// to, is none any more.
llvm::Error MemorySharing::findWriter() {
  for (auto [op, view] : findUses(memory)) {
    if (isCopy(op, argument, memory))
      continue;
    auto program = dyn_cast<row::ProgramOp>(op);
    if (!program)
      return fail("it is no program alone that computes it");
    if (!llvm::is_contained(program.getOutputs(), view))
      continue; // Of an argument in the same memory.
    if (writer && writer != program)
      return fail("more than one program computes it");
    writer = program;
  }
  return writer ? llvm::Error::success() : fail("no program computes it");
}

/// Whether the writer's rows read of `input` what they write to the result.
bool MemorySharing::isOwnSlice(Value input, unsigned index) const {
  row::ProgramOp program = writer;
  if (program.getInputAccess(index).getKind() != row::AccessKind::Row)
    return false;
  Type slice = program.getBodyBlock().getArgument(index).getType();
  for (auto [number, output] : llvm::enumerate(program.getOutputs())) {
    Value base = output;
    while (auto view = base.getDefiningOp<ViewLikeOpInterface>())
      base = view.getViewSource();
    if (base == memory)
      return program.getOutputAccess(number).getKind() ==
                 row::AccessKind::Row &&
             program.getOutputSliceType(number) == slice &&
             output.getType() == input.getType();
  }
  return false;
}

llvm::Error MemorySharing::checkReader(Operation *op, Value view) {
  if (isCopy(op, argument, memory))
    return llvm::Error::success();
  if (op != writer.getOperation()) {
    Operation *ancestor = writer->getBlock()->findAncestorOpInBlock(*op);
    if (ancestor && ancestor->isBeforeInBlock(writer))
      return llvm::Error::success();
    return fail("it is read after the result is written");
  }
  for (auto [index, input] : llvm::enumerate(writer.getInputs()))
    if (input == view && !isOwnSlice(input, index))
      return fail("rows read other elements of it than they write");
  return llvm::Error::success();
}

llvm::Error MemorySharing::apply() {
  if (llvm::Error error = findMemory())
    return error;
  if (llvm::Error error = findWriter())
    return error;
  for (auto [op, view] : findUses(argument))
    if (llvm::Error error = checkReader(op, view))
      return error;
  memory.replaceAllUsesWith(argument);
  memories[shared.result] = argument;
  llvm::SmallSetVector<Operation *, 4> users(llvm::from_range,
                                             argument.getUsers());
  for (Operation *user : users)
    if (isCopy(user, argument, argument))
      user->erase();
  return llvm::Error::success();
}

llvm::Error seednorm::shareMemory(func::FuncOp function,
                                  llvm::ArrayRef<SharedMemory> shared) {
  llvm::DenseMap<int64_t, Value> memories;
  for (const SharedMemory &pair : shared)
    if (llvm::Error error = MemorySharing(function, pair, memories).apply())
      return error;
  return llvm::Error::success();
}

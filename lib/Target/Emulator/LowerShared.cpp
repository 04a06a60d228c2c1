//===- LowerShared.cpp - Place shared variables ---------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A shared variable becomes an offset from the shared memory of the running
// block, which each function asks for once.
//
//===----------------------------------------------------------------------===//

#include "DeviceFunctions.h"
#include "Rewrites.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/ReplaceConstant.h"

using namespace llvm;
using namespace seednorm::emulator;

// Between two variables, so that running off one is not writing the next.
static constexpr uint64_t redZoneBytes = 32;

// The first offset from `cursor` on that is aligned to `alignment` but not to
// its double.
static uint64_t placeVariable(uint64_t cursor, uint64_t alignment) {
  uint64_t offset = alignTo(cursor, alignment);
  return offset % (2 * alignment) == 0 ? offset + alignment : offset;
}

static uint64_t getAlignment(const GlobalVariable &variable) {
  const DataLayout &layout = variable.getParent()->getDataLayout();
  return variable.getAlign()
      .value_or(layout.getABITypeAlign(variable.getValueType()))
      .value();
}

static SmallVector<GlobalVariable *> getSharedVariables(Module &module) {
  SmallVector<GlobalVariable *> variables;
  for (GlobalVariable &variable : module.globals())
    if (variable.getAddressSpace() ==
        static_cast<unsigned>(MemorySpace::Shared))
      variables.push_back(&variable);
  return variables;
}

// All declarations denote the same memory, behind everything of known size.
static DenseMap<GlobalVariable *, uint64_t>
layOut(ArrayRef<GlobalVariable *> variables, SharedLayout &layout) {
  DenseMap<GlobalVariable *, uint64_t> offsets;
  uint64_t cursor = 0, dynamicAlignment = 1;
  for (GlobalVariable *variable : variables) {
    if (variable->isDeclaration()) {
      dynamicAlignment = std::max(dynamicAlignment, getAlignment(*variable));
      layout.hasDynamic = true;
      continue;
    }
    uint64_t bytes = variable->getParent()->getDataLayout().getTypeAllocSize(
        variable->getValueType());
    uint64_t offset = placeVariable(cursor, getAlignment(*variable));
    layout.variables.push_back({variable->getName().str(), offset, bytes});
    layout.usedBytes += bytes;
    offsets[variable] = offset;
    cursor = offset + bytes + redZoneBytes;
  }
  layout.bytes = cursor;
  layout.dynamicOffset = placeVariable(cursor, dynamicAlignment);
  for (GlobalVariable *variable : variables)
    if (variable->isDeclaration())
      offsets[variable] = layout.dynamicOffset;
  return offsets;
}

static Error replaceVariable(GlobalVariable &variable, uint64_t offset,
                             FunctionCallee base,
                             DenseMap<Function *, Instruction *> &bases) {
  while (!variable.use_empty()) {
    auto *instruction = dyn_cast<Instruction>(variable.user_back());
    if (!instruction)
      return createStringError("the emulator does not support shared variable "
                               "'" +
                               variable.getName() +
                               "' in the initial value of another");
    Instruction *&shared = bases[instruction->getFunction()];
    if (!shared) {
      BasicBlock &block = instruction->getFunction()->getEntryBlock();
      IRBuilder<> builder(&block, block.begin());
      shared = builder.CreateCall(base);
    }
    IRBuilder<> builder(shared->getParent(), std::next(shared->getIterator()));
    instruction->replaceUsesOfWith(
        &variable,
        builder.CreateConstGEP1_64(builder.getInt8Ty(), shared, offset));
  }
  return Error::success();
}

Error seednorm::emulator::lowerSharedVariables(Module &module,
                                               SharedLayout &layout) {
  SmallVector<GlobalVariable *> variables = getSharedVariables(module);
  SmallVector<Constant *> constants(variables.begin(), variables.end());
  convertUsersOfConstantsToInstructions(constants);
  DenseMap<GlobalVariable *, uint64_t> offsets = layOut(variables, layout);
  FunctionCallee base = module.getOrInsertFunction(
      sharedFunction,
      PointerType::get(module.getContext(),
                       static_cast<unsigned>(MemorySpace::Shared)));
  DenseMap<Function *, Instruction *> bases;
  for (GlobalVariable *variable : variables) {
    variable->removeDeadConstantUsers();
    if (Error error =
            replaceVariable(*variable, offsets.lookup(variable), base, bases))
      return error;
    variable->eraseFromParent();
  }
  return Error::success();
}

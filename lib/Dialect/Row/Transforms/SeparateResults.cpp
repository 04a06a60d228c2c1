//===- SeparateResults.cpp - An output for each time a row is returned ----===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A caller hands over memory for each result. Where two results are one value,
// the program that computes it writes both, rather than someone a copy.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Dialect/Row/IR/Row.h"
#include "seednorm/Dialect/Row/Transforms/Passes.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

namespace seednorm::row {
#define GEN_PASS_DEF_ROWSEPARATERESULTSPASS
#include "seednorm/Dialect/Row/Transforms/Passes.h.inc"
} // namespace seednorm::row

using namespace mlir;
using namespace seednorm::row;

/// The result of a program that `value` shows, maybe in another shape; null if
/// it is none.
static OpResult findProgramResult(Value value) {
  Operation *op = value.getDefiningOp();
  while (isa_and_present<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op)) {
    value = op->getOperand(0);
    op = value.getDefiningOp();
  }
  return isa_and_present<ProgramOp>(op) ? cast<OpResult>(value) : OpResult();
}

/// `program` with its output `index` once more, as its last. It replaces
/// `program`.
static ProgramOp repeatOutput(ProgramOp program, unsigned index) {
  SmallVector<Value> outputs(program.getOutputs());
  outputs.push_back(outputs[index]);
  SmallVector<AccessAttr> inputAccesses(
      program.getInputAccesses().getAsRange<AccessAttr>());
  SmallVector<AccessAttr> outputAccesses(
      program.getOutputAccesses().getAsRange<AccessAttr>());
  outputAccesses.push_back(outputAccesses[index]);
  OpBuilder builder(program);
  auto repeated = ProgramOp::create(
      builder, program.getLoc(), program.getInputs(), outputs, inputAccesses,
      outputAccesses, program.getBodyBlock().getArgumentTypes(),
      [&](OpBuilder &body, Location loc, ValueRange arguments) {
        IRMapping mapping;
        mapping.map(program.getBodyBlock().getArguments(), arguments);
        for (Operation &op : program.getBodyBlock().without_terminator())
          body.clone(op, mapping);
        SmallVector<Value> yielded = llvm::map_to_vector(
            program.getYield().getValues(),
            [&](Value value) { return mapping.lookupOrDefault(value); });
        yielded.push_back(yielded[index]);
        YieldOp::create(body, loc, yielded);
      });
  repeated->setDiscardableAttrs(program->getDiscardableAttrDictionary());
  repeated.setScheduleAttr(program.getScheduleAttr());
  program->replaceAllUsesWith(repeated->getResults().drop_back());
  program->erase();
  return repeated;
}

/// `shown` as it shows `from`, of `to`.
static Value rebuildView(OpBuilder &builder, Value shown, Value from,
                         Value to) {
  if (shown == from)
    return to;
  Operation *view = shown.getDefiningOp();
  IRMapping mapping;
  mapping.map(view->getOperand(0),
              rebuildView(builder, view->getOperand(0), from, to));
  return builder.clone(*view, mapping)->getResult(0);
}

/// Results of programs that `terminator` returns for the first time; each
/// further time is made an output of its own.
static void separate(Operation *terminator) {
  for (unsigned number = 1; number < terminator->getNumOperands(); ++number) {
    Value shown = terminator->getOperand(number);
    OpResult result = findProgramResult(shown);
    if (!result || llvm::none_of(terminator->getOperands().take_front(number),
                                 [&](Value earlier) {
                                   return findProgramResult(earlier) == result;
                                 }))
      continue;
    unsigned index = result.getResultNumber();
    ProgramOp repeated =
        repeatOutput(cast<ProgramOp>(result.getOwner()), index);
    OpBuilder builder(terminator);
    terminator->setOperand(number,
                           rebuildView(builder, terminator->getOperand(number),
                                       repeated->getResult(index),
                                       repeated->getResults().back()));
  }
}

namespace {
struct RowSeparateResultsPass
    : seednorm::row::impl::RowSeparateResultsPassBase<RowSeparateResultsPass> {
  void runOnOperation() override {
    getOperation()->walk([](FunctionOpInterface function) {
      for (Block &block : function.getFunctionBody())
        if (block.mightHaveTerminator() &&
            block.getTerminator()->hasTrait<OpTrait::ReturnLike>())
          separate(block.getTerminator());
    });
  }
};
} // namespace

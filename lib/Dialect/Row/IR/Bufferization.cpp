//===- Bufferization.cpp - row.program from tensors to memrefs ------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream's one-shot bufferization of row programs: a program reads its
// inputs and what it adds to, overwrites its outputs, and keeps its body.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Dialect/Row/IR/Row.h"

#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/DstBufferizableOpInterfaceImpl.h"
#include "mlir/IR/DialectRegistry.h"

using namespace mlir;
using namespace mlir::bufferization;
using namespace seednorm::row;

namespace {
struct ProgramModel
    : DstBufferizableOpInterfaceExternalModel<ProgramModel, ProgramOp> {
  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand,
                              const AnalysisState &) const {
    auto program = cast<ProgramOp>(op);
    return !program.isDpsInit(&operand) ||
           program
               .getOutputAccess(operand.getOperandNumber() -
                                program.getInputs().size())
               .addsToOperand();
  }

  LogicalResult bufferize(Operation *op, RewriterBase &rewriter,
                          const BufferizationOptions &options,
                          BufferizationState &state) const {
    auto program = cast<ProgramOp>(op);
    SmallVector<Value> buffers;
    for (Value operand : program->getOperands()) {
      FailureOr<Value> buffer = getBuffer(rewriter, operand, options, state);
      if (failed(buffer))
        return failure();
      buffers.push_back(*buffer);
    }
    OperationState lowered(program.getLoc(), ProgramOp::getOperationName());
    lowered.addOperands(buffers);
    lowered.propertiesAttr = program->getPropertiesAsAttribute();
    lowered.addAttributes(
        llvm::to_vector(program->getDiscardableAttrDictionary()));
    lowered.addRegion()->takeBody(program.getBody());
    rewriter.create(lowered);
    replaceOpWithBufferizedValues(
        rewriter, op, ArrayRef(buffers).drop_front(program.getInputs().size()));
    return success();
  }
};
} // namespace

void seednorm::row::registerBufferizableOpInterfaceExternalModels(
    DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, RowDialect *) {
    ProgramOp::attachInterface<ProgramModel>(*context);
  });
}

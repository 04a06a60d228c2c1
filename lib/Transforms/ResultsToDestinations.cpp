//===- ResultsToDestinations.cpp - Callers own the memory of results ------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Results become destination arguments, and their shapes attributes, so that a
// caller can allocate before it calls.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Transforms/Passes.h"

#include "ShapeTracer.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace seednorm {
#define GEN_PASS_DEF_RESULTSTODESTINATIONSPASS
#include "seednorm/Transforms/Passes.h.inc"
} // namespace seednorm

using namespace mlir;
using namespace seednorm;

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

static FailureOr<ArrayAttr> findShape(func::FuncOp function,
                                      OpOperand &result) {
  ShapeTracer tracer(function);
  SmallVector<Attribute> sizes;
  int64_t rank = cast<RankedTensorType>(result.get().getType()).getRank();
  for (int64_t dim = 0; dim < rank; ++dim) {
    sizes.push_back(tracer.trace(result.get(), dim));
    if (sizes.back())
      continue;
    function.emitOpError("expects every size of its results to be static or "
                         "that of an argument, but dimension ")
        << dim << " of result " << result.getOperandNumber() << " is neither";
    return failure();
  }
  return ArrayAttr::get(function.getContext(), sizes);
}

static LogicalResult checkFunction(func::FuncOp function) {
  if (!llvm::hasSingleElement(function.getFunctionBody()))
    return function.emitOpError("expects a single block in a public function "
                                "that returns tensors");
  for (Type type : function.getResultTypes())
    if (isa<UnrankedTensorType>(type))
      return function.emitOpError("expects ranked tensors as results, but got ")
             << type;
  std::optional<SymbolTable::UseRange> uses =
      SymbolTable::getSymbolUses(function, function->getParentOp());
  if (uses && !uses->empty()) {
    InFlightDiagnostic error = function.emitOpError(
        "is public, returns tensors and is used in the module; make it private "
        "or inline it");
    error.attachNote(uses->begin()->getUser()->getLoc()) << "used here";
    return error;
  }
  return success();
}

/// The sizes of `tensor` where `function` begins; nothing if they do not follow
/// from its arguments.
static std::optional<SmallVector<OpFoldResult>>
buildSizes(OpBuilder &builder, func::FuncOp function, Value tensor) {
  ShapeTracer tracer(function);
  SmallVector<OpFoldResult> sizes;
  auto type = cast<RankedTensorType>(tensor.getType());
  for (int64_t dim = 0; dim < type.getRank(); ++dim) {
    Attribute size = tracer.trace(tensor, dim);
    if (!size)
      return std::nullopt;
    if (auto constant = dyn_cast<IntegerAttr>(size)) {
      sizes.push_back(builder.getIndexAttr(constant.getInt()));
      continue;
    }
    auto source = cast<ArrayAttr>(size);
    sizes.push_back(
        tensor::DimOp::create(
            builder, tensor.getLoc(),
            function.getArgument(cast<IntegerAttr>(source[0]).getInt()),
            cast<IntegerAttr>(source[1]).getInt())
            .getResult());
  }
  return sizes;
}

/// Looks through reshapes of a result: what computes the value before them can
/// write the destination as it is, seen in that value's shape. Returns that
/// value and the view.
static std::pair<Value, Value>
lookThroughReshapes(func::FuncOp function, Value value, Value destination) {
  auto builder = OpBuilder::atBlockBegin(&function.getFunctionBody().front());
  while (true) {
    Location loc = value.getLoc();
    if (auto expanded = value.getDefiningOp<tensor::ExpandShapeOp>()) {
      value = expanded.getSrc();
      destination = memref::CollapseShapeOp::create(
          builder, loc, destination, expanded.getReassociationIndices());
      continue;
    }
    auto collapsed = value.getDefiningOp<tensor::CollapseShapeOp>();
    if (!collapsed)
      return {value, destination};
    auto type = cast<RankedTensorType>(collapsed.getSrc().getType());
    std::optional<SmallVector<OpFoldResult>> sizes =
        buildSizes(builder, function, collapsed.getSrc());
    if (!sizes)
      return {value, destination};
    value = collapsed.getSrc();
    destination = memref::ExpandShapeOp::create(
        builder, loc, MemRefType::get(type.getShape(), type.getElementType()),
        destination, collapsed.getReassociationIndices(), *sizes);
  }
}

/// Turns result `result` of `function` into its new last argument.
static LogicalResult addDestination(func::FuncOp function, OpOperand &result) {
  unsigned number = result.getOperandNumber();
  FailureOr<ArrayAttr> shape = findShape(function, result);
  if (failed(shape))
    return failure();
  Operation *terminator = result.getOwner();
  auto type = cast<RankedTensorType>(result.get().getType());
  OpBuilder builder(terminator);
  NamedAttrList attributes(function.getResultAttrDict(number));
  attributes.set(kResultAttrName, builder.getI64IntegerAttr(number));
  attributes.set(kShapeAttrName, *shape);
  unsigned position = function.getNumArguments();
  if (failed(function.insertArgument(
          position, MemRefType::get(type.getShape(), type.getElementType()),
          attributes.getDictionary(function.getContext()),
          terminator->getLoc())))
    return failure();
  auto [value, destination] = lookThroughReshapes(
      function, result.get(), function.getArgument(position));
  bufferization::MaterializeInDestinationOp::create(
      builder, terminator->getLoc(), /*result=*/Type(), value, destination,
      /*restrict=*/true, /*writable=*/true);
  return success();
}

/// Callers own the memory of arguments too, and want it as it was.
static void protectArguments(func::FuncOp function) {
  StringRef writable = bufferization::BufferizationDialect::kWritableAttrName;
  Builder builder(function.getContext());
  for (BlockArgument argument : function.getArguments())
    if (isa<TensorType>(argument.getType()) &&
        !function.getArgAttr(argument.getArgNumber(), writable))
      function.setArgAttr(argument.getArgNumber(), writable,
                          builder.getBoolAttr(false));
}

/// What adds to an argument adds to a copy of it, which may be made where the
/// result is wanted. Linalg's ops have their own ways.
static void copyReadDestinations(func::FuncOp function) {
  function.walk([&](DestinationStyleOpInterface op) {
    if (isa<linalg::LinalgOp>(op.getOperation()))
      return;
    OpBuilder builder(op);
    Location loc = op.getLoc();
    for (OpOperand &init : op.getDpsInitsMutable()) {
      auto argument = dyn_cast<BlockArgument>(init.get());
      auto type = dyn_cast<RankedTensorType>(init.get().getType());
      if (!type || !argument ||
          argument.getOwner() != &function.getFunctionBody().front())
        continue;
      Value empty = tensor::EmptyOp::create(
          builder, loc, tensor::getMixedSizes(builder, loc, argument),
          type.getElementType());
      init.set(bufferization::MaterializeInDestinationOp::create(
                   builder, loc, type, argument, empty)
                   .getResult());
    }
  });
}

static LogicalResult moveResults(func::FuncOp function) {
  if (failed(checkFunction(function)))
    return failure();
  protectArguments(function);
  copyReadDestinations(function);
  Operation *terminator = function.getFunctionBody().front().getTerminator();
  BitVector moved(function.getNumResults());
  for (OpOperand &result : terminator->getOpOperands()) {
    if (!isa<TensorType>(result.get().getType()))
      continue;
    if (failed(addDestination(function, result)))
      return failure();
    moved.set(result.getOperandNumber());
  }
  terminator->eraseOperands(moved);
  return function.eraseResults(moved);
}

namespace {
struct ResultsToDestinations
    : seednorm::impl::ResultsToDestinationsPassBase<ResultsToDestinations> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function.isPublic() && !function.isExternal() &&
          llvm::any_of(function.getResultTypes(), llvm::IsaPred<TensorType>) &&
          failed(moveResults(function)))
        return signalPassFailure();
  }
};
} // namespace

//===- LaunchPlan.cpp - The host's side of a graph as data ----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads a plan from a straight-line function of launches.
//
//===----------------------------------------------------------------------===//

#include "LaunchPlan.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace seednorm;

namespace {

/// Builds a plan op by op.
class PlanBuilder {
public:
  llvm::Error build(func::FuncOp function);
  LaunchPlan plan;

private:
  llvm::Error visit(Operation &op);
  llvm::Error addTemporary(memref::AllocOp op);
  llvm::Error addLaunch(gpu::LaunchFuncOp op);
  llvm::Expected<int64_t> getBuffer(Value value);

  llvm::DenseMap<Value, int64_t> buffers;
};

} // namespace

llvm::Expected<int64_t> PlanBuilder::getBuffer(Value value) {
  while (auto view = value.getDefiningOp<ViewLikeOpInterface>())
    value = view.getViewSource();
  auto found = buffers.find(value);
  if (found != buffers.end())
    return found->second;
  return makeOpError(value.getDefiningOp(),
                     "gives memory that is neither an argument nor a temporary "
                     "of the host; pass constants as arguments");
}

llvm::Error PlanBuilder::addTemporary(memref::AllocOp op) {
  MemRefType type = op.getType();
  int64_t bytes = plan.sizes.addConstant(
      llvm::divideCeil(type.getElementTypeBitWidth(), 8));
  for (int64_t dim = 0; dim < type.getRank(); ++dim) {
    llvm::Expected<int64_t> size = plan.sizes.getDim(op.getResult(), dim);
    if (!size)
      return size.takeError();
    bytes = plan.sizes.add(SizeExpr::Kind::Mul, bytes, *size);
  }
  buffers[op.getResult()] = plan.numArguments + plan.temporaries.size();
  plan.temporaries.push_back({bytes});
  return llvm::Error::success();
}

llvm::Error PlanBuilder::addLaunch(gpu::LaunchFuncOp op) {
  KernelLaunch launch;
  launch.kernel = op.getKernelName().str();
  for (Value operand : op.getKernelOperands()) {
    bool isBuffer = isa<MemRefType>(operand.getType());
    llvm::Expected<int64_t> number =
        isBuffer ? getBuffer(operand) : plan.sizes.getSize(operand);
    if (!number)
      return number.takeError();
    (isBuffer ? launch.buffers : launch.numbers).push_back(*number);
  }
  llvm::Expected<int64_t> blocks = plan.sizes.getSize(op.getGridSizeX());
  if (!blocks)
    return blocks.takeError();
  llvm::Expected<int64_t> threads = plan.sizes.getSize(op.getBlockSizeX());
  if (!threads)
    return threads.takeError();
  launch.blocks = *blocks;
  launch.threads = *threads;
  plan.launches.push_back(std::move(launch));
  return llvm::Error::success();
}

llvm::Error PlanBuilder::visit(Operation &op) {
  if (auto alloc = dyn_cast<memref::AllocOp>(op))
    return addTemporary(alloc);
  if (auto launch = dyn_cast<gpu::LaunchFuncOp>(op))
    return addLaunch(launch);
  // Sizes and views are read where they are used; temporaries live as long as
  // the call.
  if (isPure(&op) || isa<memref::DeallocOp, func::ReturnOp>(op))
    return llvm::Error::success();
  if (isa<memref::CopyOp>(op))
    return makeOpError(
        &op,
        "would have to copy a value to a result, which no kernel computes; "
        "return what a norm or row program computes, and each value once");
  return makeOpError(&op, "is no part of a row program, so no kernel computes "
                          "it; the GPU pipeline takes norms and row programs");
}

llvm::Error PlanBuilder::build(func::FuncOp function) {
  plan.numArguments = function.getNumArguments();
  for (BlockArgument argument : function.getArguments())
    buffers[argument] = argument.getArgNumber();
  if (!function.getBody().hasOneBlock())
    return makeOpError(function, "has control flow, which a plan cannot hold");
  for (Operation &op : function.getBody().front())
    if (llvm::Error error = visit(op))
      return error;
  return llvm::Error::success();
}

llvm::Expected<LaunchPlan> seednorm::buildLaunchPlan(func::FuncOp function) {
  PlanBuilder builder;
  if (llvm::Error error = builder.build(function))
    return std::move(error);
  return std::move(builder.plan);
}

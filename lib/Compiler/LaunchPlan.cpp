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

#include "Sizes.h"

#include "seednorm/Conversion/RowToGPU.h"
#include "seednorm/Dialect/Row/IR/Row.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"
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
  llvm::Error addConstant(memref::GetGlobalOp op);
  llvm::Expected<int64_t> getBuffer(Value value);

  SizeTable sizes;
  llvm::DenseMap<Value, int64_t> buffers;
  llvm::StringMap<int64_t> constants; ///< By the name of the global.
};

} // namespace

llvm::Expected<int64_t> PlanBuilder::getBuffer(Value value) {
  while (auto view = value.getDefiningOp<ViewLikeOpInterface>())
    value = view.getViewSource();
  auto found = buffers.find(value);
  if (found != buffers.end())
    return found->second;
  return makeOpError(value.getDefiningOp(),
                     "gives memory that is neither an argument, a constant nor "
                     "a temporary of the host");
}

/// The elements of a constant as they are in memory; nothing if they are not in
/// whole bytes.
static std::optional<std::string> readConstant(ElementsAttr value) {
  ShapedType type = value.getShapedType();
  if (!type.getElementType().isIntOrFloat() ||
      type.getElementTypeBitWidth() % 8 != 0)
    return std::nullopt;
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(value)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    if (!blob)
      return std::nullopt;
    return std::string(blob->getData().data(), blob->getData().size());
  }
  auto dense = dyn_cast<DenseElementsAttr>(value);
  if (!dense)
    return std::nullopt;
  std::string bytes(dense.getRawData().data(), dense.getRawData().size());
  if (!dense.isSplat())
    return bytes;
  std::string repeated;
  for (int64_t i = 0; i < type.getNumElements(); ++i)
    repeated += bytes;
  return repeated;
}

/// Constants are numbered from -1 downwards until all temporaries are known.
llvm::Error PlanBuilder::addConstant(memref::GetGlobalOp op) {
  auto [known, isNew] =
      constants.try_emplace(op.getName(), -1 - int64_t(plan.constants.size()));
  buffers[op.getResult()] = known->second;
  if (!isNew)
    return llvm::Error::success();
  auto global = SymbolTable::lookupNearestSymbolFrom<memref::GlobalOp>(
      op, op.getNameAttr());
  auto value = global ? dyn_cast_or_null<ElementsAttr>(
                            global.getInitialValue().value_or(Attribute()))
                      : ElementsAttr();
  std::optional<std::string> bytes;
  if (value)
    bytes = readConstant(value);
  if (!bytes)
    return makeOpError(op, "gives a constant whose elements are not known, or "
                           "not in whole bytes");
  plan.constants.push_back({std::move(*bytes)});
  return llvm::Error::success();
}

llvm::Error PlanBuilder::addTemporary(memref::AllocOp op) {
  MemRefType type = op.getType();
  if (!type.getElementType().isIntOrFloat())
    return makeOpError(op, "holds elements that are no integers or floats of a "
                           "size that the host knows");
  int64_t bytes =
      sizes.addConstant(llvm::divideCeil(type.getElementTypeBitWidth(), 8));
  for (int64_t dim = 0; dim < type.getRank(); ++dim) {
    llvm::Expected<int64_t> size = sizes.getDim(op.getResult(), dim);
    if (!size)
      return size.takeError();
    bytes = sizes.add(SizeExpr::Kind::Mul, bytes, *size);
  }
  buffers[op.getResult()] = plan.numArguments + plan.temporaries.size();
  plan.temporaries.push_back({bytes});
  return llvm::Error::success();
}

llvm::Error PlanBuilder::addLaunch(gpu::LaunchFuncOp op) {
  runtime::KernelLaunch launch;
  launch.kernel = op.getKernelName().str();
  for (Value operand : op.getKernelOperands()) {
    bool isBuffer = isa<MemRefType>(operand.getType());
    llvm::Expected<int64_t> number =
        isBuffer ? getBuffer(operand) : sizes.getSize(operand);
    if (!number)
      return number.takeError();
    (isBuffer ? launch.buffers : launch.numbers).push_back(*number);
  }
  llvm::Expected<int64_t> blocks = sizes.getSize(op.getGridSizeX());
  if (!blocks)
    return blocks.takeError();
  llvm::Expected<int64_t> threads = sizes.getSize(op.getBlockSizeX());
  if (!threads)
    return threads.takeError();
  launch.blocks = *blocks;
  launch.threads = *threads;
  auto readConstant = [](Value value, int64_t absent) {
    return value ? getConstantIntValue(value).value_or(absent) : absent;
  };
  launch.dynamicSharedBytes = readConstant(op.getDynamicSharedMemorySize(), 0);
  launch.cluster = readConstant(op.getClusterSizeX(), 1);
  launch.dependent = op->hasAttr(kDependentAttrName);
  plan.launches.push_back(std::move(launch));
  return llvm::Error::success();
}

/// What computes anything has to be a kernel. This is said before what follows
/// from it, such as a copy for an op that writes over it.
static llvm::Error checkIsKernel(Operation &op) {
  if (isPure(&op) ||
      isa<gpu::LaunchFuncOp, memref::AllocOp, memref::CopyOp, memref::DeallocOp,
          memref::GetGlobalOp, func::ReturnOp>(op))
    return llvm::Error::success();
  auto reason = op.getAttrOfType<StringAttr>(row::kOutsideAttrName);
  return makeOpError(
      &op, "is no part of a row program, so no kernel computes it; " +
               (reason ? reason.getValue()
                       : "the GPU pipeline takes norms and row programs"));
}

llvm::Error PlanBuilder::visit(Operation &op) {
  if (auto alloc = dyn_cast<memref::AllocOp>(op))
    return addTemporary(alloc);
  if (auto constant = dyn_cast<memref::GetGlobalOp>(op))
    return addConstant(constant);
  if (auto launch = dyn_cast<gpu::LaunchFuncOp>(op))
    return addLaunch(launch);
  if (isa<memref::CopyOp>(op))
    return makeOpError(
        &op,
        "would have to copy a value to a result, which no kernel computes; "
        "return what a norm or row program computes, and each value once");
  // Sizes and views are read where they are used; temporaries live as long as
  // the call.
  return llvm::Error::success();
}

llvm::Error PlanBuilder::build(func::FuncOp function) {
  plan.numArguments = function.getNumArguments();
  for (BlockArgument argument : function.getArguments())
    buffers[argument] = argument.getArgNumber();
  if (!function.getBody().hasOneBlock())
    return makeOpError(function, "has control flow, which a plan cannot hold");
  // An op that has a reason is the cause that others, as the fill of what it
  // adds to, have stayed.
  for (Operation &op : function.getBody().front())
    if (op.hasAttr(row::kOutsideAttrName))
      if (llvm::Error error = checkIsKernel(op))
        return error;
  for (Operation &op : function.getBody().front())
    if (llvm::Error error = checkIsKernel(op))
      return error;
  for (Operation &op : function.getBody().front())
    if (llvm::Error error = visit(op))
      return error;
  int64_t numBuffers = plan.numArguments + plan.temporaries.size();
  for (runtime::KernelLaunch &launch : plan.launches)
    for (int64_t &buffer : launch.buffers)
      if (buffer < 0)
        buffer = numBuffers - 1 - buffer;
  plan.sizes = sizes.takeNodes();
  return llvm::Error::success();
}

llvm::Expected<LaunchPlan> seednorm::buildLaunchPlan(func::FuncOp function) {
  PlanBuilder builder;
  if (llvm::Error error = builder.build(function))
    return std::move(error);
  return std::move(builder.plan);
}

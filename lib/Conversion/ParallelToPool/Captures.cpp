//===- Captures.cpp - What the body of a loop uses from outside -----------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Of a memref its address is written, and those sizes, strides and offsets that
// its type leaves open.
//
//===----------------------------------------------------------------------===//

#include "Captures.h"

#include "mlir/Conversion/LLVMCommon/MemRefBuilder.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;
using namespace seednorm;

Value seednorm::castTo(OpBuilder &builder, Location loc, Type type,
                       Value value) {
  if (value.getType() == type)
    return value;
  return UnrealizedConversionCastOp::create(builder, loc, type, value)
      .getResult(0);
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

/// Whether `op` is a view that takes constants beside the memory.
static bool isConstantView(Operation *op) {
  auto view = dyn_cast_or_null<ViewLikeOpInterface>(op);
  if (!view || !isPure(op) || op->getNumRegions() > 0)
    return false;
  return llvm::all_of(op->getOperands(), [&](Value operand) {
    return operand == view.getViewSource() ||
           matchPattern(operand, m_Constant());
  });
}

LogicalResult Captures::add(Value value) {
  Operation *op = value.getDefiningOp();
  if (matchPattern(value, m_Constant()) || isConstantView(op)) {
    for (Value operand : op->getOperands())
      if (failed(add(operand)))
        return failure();
    remade.insert(op);
    return success();
  }
  if (!types.convertType(value.getType()))
    return loop.emitOpError("uses a value of type ")
           << value.getType() << ", which has no form in memory to hand it "
           << "to another thread";
  captured.insert(value);
  return success();
}

LogicalResult Captures::find() {
  llvm::SetVector<Value> used;
  // Iterations are counted from 0, so the body adds its lower bound.
  used.insert(loop.getLowerBound().front());
  getUsedValuesDefinedAbove(loop.getRegion(), used);
  for (Value value : used)
    if (failed(add(value)))
      return failure();
  SmallVector<Type> fields;
  for (Value value : captured)
    llvm::append_range(fields, getFields(value));
  type = LLVM::LLVMStructType::getLiteral(loop->getContext(), fields);
  return success();
}

//===----------------------------------------------------------------------===//
// Memrefs in memory
//===----------------------------------------------------------------------===//

/// Whether the loop frees `memory`, which begins elsewhere than its elements.
bool Captures::isFreed(Value memory) const {
  return llvm::any_of(memory.getUsers(), [&](Operation *user) {
    return isa<memref::DeallocOp, memref::ReallocOp>(user) &&
           loop->isAncestor(user);
  });
}

/// The type of a memref that is taken apart, or null.
MemRefType Captures::getKnownLayout(Value value) const {
  auto memory = dyn_cast<MemRefType>(value.getType());
  return memory && memory.isStrided() && !isFreed(value) ? memory
                                                         : MemRefType();
}

namespace {
/// Which parts of a memref its type leaves open.
struct OpenParts {
  explicit OpenParts(MemRefType type) : sizes(type.getShape()) {
    std::tie(strides, offset) = type.getStridesAndOffset();
  }
  unsigned count() const {
    return llvm::count_if(sizes, ShapedType::isDynamic) +
           llvm::count_if(strides, ShapedType::isDynamic) +
           ShapedType::isDynamic(offset);
  }

  ArrayRef<int64_t> sizes;
  SmallVector<int64_t> strides;
  int64_t offset;
};
} // namespace

SmallVector<Type> Captures::getFields(Value value) const {
  Type whole = types.convertType(value.getType());
  MemRefType memory = getKnownLayout(value);
  if (!memory)
    return {whole};
  // Addresses come first, and behind them an offset.
  ArrayRef<Type> parts = cast<LLVM::LLVMStructType>(whole).getBody();
  SmallVector<Type> fields(1, parts.front());
  fields.append(OpenParts(memory).count(), parts[2]);
  return fields;
}

SmallVector<Value> Captures::takeApart(OpBuilder &builder, Value value) const {
  Location loc = loop->getLoc();
  Value whole = castTo(builder, loc, types.convertType(value.getType()), value);
  MemRefType memory = getKnownLayout(value);
  if (!memory)
    return {whole};
  MemRefDescriptor descriptor(whole);
  OpenParts open(memory);
  SmallVector<Value> fields = {descriptor.alignedPtr(builder, loc)};
  if (ShapedType::isDynamic(open.offset))
    fields.push_back(descriptor.offset(builder, loc));
  for (auto [dim, size] : llvm::enumerate(open.sizes))
    if (ShapedType::isDynamic(size))
      fields.push_back(descriptor.size(builder, loc, dim));
  for (auto [dim, stride] : llvm::enumerate(open.strides))
    if (ShapedType::isDynamic(stride))
      fields.push_back(descriptor.stride(builder, loc, dim));
  return fields;
}

/// A value such as `value` of what `takeApart` made of it.
Value Captures::putTogether(OpBuilder &builder, Value value,
                            ValueRange fields) const {
  Location loc = loop->getLoc();
  MemRefType memory = getKnownLayout(value);
  if (!memory)
    return castTo(builder, loc, value.getType(), fields.front());
  auto descriptor = MemRefDescriptor::poison(
      builder, loc, types.convertType(value.getType()));
  descriptor.setAllocatedPtr(builder, loc, fields.front());
  descriptor.setAlignedPtr(builder, loc, fields.front());
  fields = fields.drop_front();
  auto takeField = [&] {
    Value field = fields.front();
    fields = fields.drop_front();
    return field;
  };
  OpenParts open(memory);
  if (ShapedType::isDynamic(open.offset))
    descriptor.setOffset(builder, loc, takeField());
  else
    descriptor.setConstantOffset(builder, loc, open.offset);
  for (auto [dim, size] : llvm::enumerate(open.sizes)) {
    if (ShapedType::isDynamic(size))
      descriptor.setSize(builder, loc, dim, takeField());
    else
      descriptor.setConstantSize(builder, loc, dim, size);
  }
  for (auto [dim, stride] : llvm::enumerate(open.strides)) {
    if (ShapedType::isDynamic(stride))
      descriptor.setStride(builder, loc, dim, takeField());
    else
      descriptor.setConstantStride(builder, loc, dim, stride);
  }
  return castTo(builder, loc, value.getType(), descriptor);
}

//===----------------------------------------------------------------------===//
// The struct
//===----------------------------------------------------------------------===//

Value Captures::getAddress(OpBuilder &builder, Value context,
                           unsigned field) const {
  return LLVM::GEPOp::create(
      builder, loop->getLoc(), context.getType(), type, context,
      ArrayRef<LLVM::GEPArg>{0, static_cast<int32_t>(field)});
}

Value Captures::store(OpBuilder &builder) const {
  Location loc = loop->getLoc();
  auto pointer = LLVM::LLVMPointerType::get(loop->getContext());
  if (captured.empty())
    return LLVM::ZeroOp::create(builder, loc, pointer);
  // In the entry block, so that a loop around does not grow the stack.
  auto function = loop->getParentOfType<FunctionOpInterface>();
  OpBuilder start =
      OpBuilder::atBlockBegin(&function.getFunctionBody().front());
  Value one = LLVM::ConstantOp::create(start, loc, start.getI64Type(), 1);
  Value context = LLVM::AllocaOp::create(start, loc, pointer, type, one);
  unsigned number = 0;
  for (Value value : captured)
    for (Value field : takeApart(builder, value))
      LLVM::StoreOp::create(builder, loc, field,
                            getAddress(builder, context, number++));
  return context;
}

void Captures::load(OpBuilder &builder, Value context,
                    IRMapping &mapping) const {
  unsigned number = 0;
  for (Value value : captured) {
    SmallVector<Value> fields;
    for (size_t left = getFields(value).size(); left > 0; --left) {
      Value address = getAddress(builder, context, number);
      fields.push_back(LLVM::LoadOp::create(builder, loop->getLoc(),
                                            type.getBody()[number++], address));
    }
    mapping.map(value, putTogether(builder, value, fields));
  }
  for (Operation *op : remade)
    builder.clone(*op, mapping);
}

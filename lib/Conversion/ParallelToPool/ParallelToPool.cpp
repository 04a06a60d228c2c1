//===- ParallelToPool.cpp - Parallel loops as calls of the pool -----------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A loop becomes three things: a function that runs a range of its iterations,
// a function with the signature that the pool calls, which unpacks the
// captured values, and the call of the pool.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Conversion/Passes.h"
#include "seednorm/Conversion/RowToCPU.h"

#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/RegionUtils.h"

namespace seednorm {
#define GEN_PASS_DEF_CONVERTPARALLELTOPOOLPASS
#include "seednorm/Conversion/Passes.h.inc"
} // namespace seednorm

using namespace mlir;
using namespace seednorm;

/// Of the run-time library; see seednorm/Runtime/ThreadPool.h.
static constexpr StringLiteral kPoolFunction = "seednorm_parallel_for";

static bool canUsePool(scf::ParallelOp loop) {
  return loop.getNumLoops() == 1 && loop.getInitVals().empty() &&
         matchPattern(loop.getStep().front(), m_One()) &&
         loop->getParentOfType<func::FuncOp>() &&
         !loop->getParentOfType<scf::ParallelOp>();
}

namespace {
/// Moves one loop to the pool.
class LoopOutliner {
public:
  LoopOutliner(scf::ParallelOp loop, SymbolTable &symbols,
               const LLVMTypeConverter &types);
  LogicalResult outline();

private:
  LogicalResult findCaptures();
  func::FuncOp buildRange();
  LLVM::LLVMFuncOp buildEntry(func::FuncOp range);
  void buildCall(LLVM::LLVMFuncOp entry);
  Value buildContext(OpBuilder &builder);

  Value index(OpBuilder &builder, int64_t value) const {
    return arith::ConstantIndexOp::create(builder, loc, value);
  }
  Value cast(OpBuilder &builder, Type type, Value value) const {
    if (value.getType() == type)
      return value;
    return UnrealizedConversionCastOp::create(builder, loc, type, value)
        .getResult(0);
  }

  scf::ParallelOp loop;
  func::FuncOp function;
  SymbolTable &symbols;
  const LLVMTypeConverter &types;
  Location loc;
  llvm::SetVector<Value> captures, constants;
  LLVM::LLVMStructType contextType;
};
} // namespace

LoopOutliner::LoopOutliner(scf::ParallelOp loop, SymbolTable &symbols,
                           const LLVMTypeConverter &types)
    : loop(loop), function(loop->getParentOfType<func::FuncOp>()),
      symbols(symbols), types(types), loc(loop.getLoc()) {}

LogicalResult LoopOutliner::findCaptures() {
  llvm::SetVector<Value> used;
  // Iterations are counted from 0, so the body adds its lower bound.
  used.insert(loop.getLowerBound().front());
  getUsedValuesDefinedAbove(loop.getRegion(), used);
  SmallVector<Type> fields;
  for (Value value : used) {
    if (matchPattern(value, m_Constant())) {
      constants.insert(value);
      continue;
    }
    Type field = types.convertType(value.getType());
    if (!field)
      return loop.emitOpError("uses a value of type ")
             << value.getType() << ", which has no form in memory to hand it "
             << "to another thread";
    captures.insert(value);
    fields.push_back(field);
  }
  contextType = LLVM::LLVMStructType::getLiteral(loop.getContext(), fields);
  return success();
}

/// The function that runs the iterations from its second to last argument up
/// to its last.
func::FuncOp LoopOutliner::buildRange() {
  OpBuilder builder(function);
  SmallVector<Type> arguments;
  for (Value capture : captures)
    arguments.push_back(capture.getType());
  arguments.append(2, builder.getIndexType());
  std::string name = (function.getName() +
                      (loop->hasAttr(kTotalsAttrName) ? "_totals" : "_rows"))
                         .str();
  auto range = func::FuncOp::create(loc, name + "0",
                                    builder.getFunctionType(arguments, {}));
  range.setPrivate();
  for (unsigned number = 1; symbols.lookup(range.getName()); ++number)
    range.setName((name + Twine(number)).str());
  symbols.insert(range, std::next(Block::iterator(function)));

  Block *entry = range.addEntryBlock();
  builder.setInsertionPointToStart(entry);
  IRMapping mapping;
  for (auto [capture, argument] :
       llvm::zip(captures.getArrayRef(), entry->getArguments()))
    mapping.map(capture, argument);
  for (Value constant : constants)
    mapping.map(constant,
                builder.clone(*constant.getDefiningOp())->getResult(0));
  Value first = mapping.lookup(loop.getLowerBound().front());
  Value begin = builder.createOrFold<arith::AddIOp>(
      loc, first, entry->getArguments().end()[-2]);
  Value end = builder.createOrFold<arith::AddIOp>(loc, first,
                                                  entry->getArguments().back());
  auto rows = scf::ForOp::create(
      builder, loc, begin, end, index(builder, 1), ValueRange(),
      [&](OpBuilder &body, Location, Value row, ValueRange) {
        mapping.map(loop.getInductionVars().front(), row);
        for (Operation &op : loop.getBody()->without_terminator())
          body.clone(op, mapping);
        scf::YieldOp::create(body, loc);
      });
  // On x86, no other order holds for stores past the caches.
  if (loop->hasAttr(kStreamsAttrName))
    LLVM::FenceOp::create(builder, loc, LLVM::AtomicOrdering::seq_cst);
  func::ReturnOp::create(builder, loc);
  // The next iteration may use the same memory: its contents are new.
  for (Operation &op : llvm::make_early_inc_range(*rows.getBody()))
    if (isa<memref::AllocaOp>(op) && op.getNumOperands() == 0)
      op.moveBefore(rows);
  return range;
}

/// The function that the pool calls.
LLVM::LLVMFuncOp LoopOutliner::buildEntry(func::FuncOp range) {
  OpBuilder builder(loop.getContext());
  MLIRContext *context = loop.getContext();
  auto pointer = LLVM::LLVMPointerType::get(context);
  auto type = LLVM::LLVMFunctionType::get(
      LLVM::LLVMVoidType::get(context),
      {pointer, builder.getI64Type(), builder.getI64Type()});
  auto entry =
      LLVM::LLVMFuncOp::create(builder, loc, (range.getName() + "_entry").str(),
                               type, LLVM::Linkage::Internal);
  symbols.insert(entry, std::next(Block::iterator(range)));

  Block *block = entry.addEntryBlock(builder);
  builder.setInsertionPointToStart(block);
  SmallVector<Value> arguments;
  for (auto [number, capture] : llvm::enumerate(captures)) {
    Value field = LLVM::GEPOp::create(
        builder, loc, pointer, contextType, block->getArgument(0),
        ArrayRef<LLVM::GEPArg>{0, static_cast<int32_t>(number)});
    Value loaded = LLVM::LoadOp::create(builder, loc,
                                        contextType.getBody()[number], field);
    arguments.push_back(cast(builder, capture.getType(), loaded));
  }
  for (Value bound : block->getArguments().drop_front())
    arguments.push_back(cast(builder, builder.getIndexType(), bound));
  func::CallOp::create(builder, loc, range, arguments);
  LLVM::ReturnOp::create(builder, loc, ValueRange());
  return entry;
}

/// The captured values in memory of this function.
Value LoopOutliner::buildContext(OpBuilder &builder) {
  auto pointer = LLVM::LLVMPointerType::get(loop.getContext());
  if (captures.empty())
    return LLVM::ZeroOp::create(builder, loc, pointer);
  // In the entry block, so that a loop around does not grow the stack.
  OpBuilder start =
      OpBuilder::atBlockBegin(&function.getFunctionBody().front());
  Value one = LLVM::ConstantOp::create(start, loc, start.getI64Type(), 1);
  Value context = LLVM::AllocaOp::create(start, loc, pointer, contextType, one);
  for (auto [number, capture] : llvm::enumerate(captures)) {
    Value field = LLVM::GEPOp::create(
        builder, loc, pointer, contextType, context,
        ArrayRef<LLVM::GEPArg>{0, static_cast<int32_t>(number)});
    LLVM::StoreOp::create(builder, loc,
                          cast(builder, contextType.getBody()[number], capture),
                          field);
  }
  return context;
}

void LoopOutliner::buildCall(LLVM::LLVMFuncOp entry) {
  OpBuilder builder(loop);
  MLIRContext *context = loop.getContext();
  auto pointer = LLVM::LLVMPointerType::get(context);
  Type i64 = builder.getI64Type();
  OpBuilder detached(context);
  if (!symbols.lookup(kPoolFunction))
    symbols.insert(LLVM::LLVMFuncOp::create(
        detached, loc, kPoolFunction,
        LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(context),
                                    {pointer, pointer, i64, i64})));
  Value count = arith::SubIOp::create(
      builder, loc, loop.getUpperBound().front(), loop.getLowerBound().front());
  auto grain = loop->getAttrOfType<IntegerAttr>(kGrainAttrName);
  Value arguments[] = {
      LLVM::AddressOfOp::create(builder, loc, pointer, entry.getName()),
      buildContext(builder), cast(builder, i64, count),
      LLVM::ConstantOp::create(builder, loc, i64,
                               grain ? grain.getInt() : int64_t(1))};
  LLVM::CallOp::create(builder, loc, TypeRange(), kPoolFunction, arguments);
}

LogicalResult LoopOutliner::outline() {
  if (failed(findCaptures()))
    return failure();
  buildCall(buildEntry(buildRange()));
  loop.erase();
  return success();
}

namespace {
struct ConvertParallelToPool
    : seednorm::impl::ConvertParallelToPoolPassBase<ConvertParallelToPool> {
  void runOnOperation() override {
    SmallVector<scf::ParallelOp> loops;
    getOperation().walk([&](scf::ParallelOp loop) {
      if (canUsePool(loop))
        loops.push_back(loop);
    });
    SymbolTable symbols(getOperation());
    LLVMTypeConverter types(&getContext());
    for (scf::ParallelOp loop : loops)
      if (failed(LoopOutliner(loop, symbols, types).outline()))
        return signalPassFailure();
  }
};
} // namespace

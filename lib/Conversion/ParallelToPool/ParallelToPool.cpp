//===- ParallelToPool.cpp - Parallel loops as calls of the pool -----------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A loop becomes two things: a function with the signature that the pool calls,
// which runs a range of its iterations, and the call of the pool.
//
//===----------------------------------------------------------------------===//

#include "Captures.h"

#include "seednorm/Conversion/Passes.h"
#include "seednorm/Conversion/RowToCPU.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"

namespace seednorm {
#define GEN_PASS_DEF_CONVERTPARALLELTOPOOLPASS
#include "seednorm/Conversion/Passes.h.inc"
} // namespace seednorm

using namespace mlir;
using namespace seednorm;

/// Of the run-time library; see seednorm/Runtime/ThreadPool.h.
static constexpr StringLiteral kPoolFunction = "seednorm_parallel_for";
/// What convert-func-to-llvm looks at.
static constexpr StringLiteral kLinkageAttrName = "llvm.linkage";

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
  func::FuncOp createRange();
  void buildRange(func::FuncOp range);
  void buildCall(func::FuncOp range);

  Value index(OpBuilder &builder, int64_t value) const {
    return arith::ConstantIndexOp::create(builder, loc, value);
  }

  scf::ParallelOp loop;
  func::FuncOp function;
  SymbolTable &symbols;
  Captures captures;
  Location loc;
};
} // namespace

LoopOutliner::LoopOutliner(scf::ParallelOp loop, SymbolTable &symbols,
                           const LLVMTypeConverter &types)
    : loop(loop), function(loop->getParentOfType<func::FuncOp>()),
      symbols(symbols), captures(loop, types), loc(loop.getLoc()) {}

/// The function that the pool calls, without a body.
func::FuncOp LoopOutliner::createRange() {
  OpBuilder builder(function);
  auto pointer = LLVM::LLVMPointerType::get(loop.getContext());
  Type i64 = builder.getI64Type();
  std::string name = (function.getName() +
                      (loop->hasAttr(kTotalsAttrName) ? "_totals" : "_rows"))
                         .str();
  auto range = func::FuncOp::create(
      loc, name + "0", builder.getFunctionType({pointer, i64, i64}, {}));
  range.setPrivate();
  range->setAttr(
      kLinkageAttrName,
      LLVM::LinkageAttr::get(loop.getContext(), LLVM::Linkage::Internal));
  for (unsigned number = 1; symbols.lookup(range.getName()); ++number)
    range.setName((name + Twine(number)).str());
  symbols.insert(range, std::next(Block::iterator(function)));
  return range;
}

/// Runs the iterations from its second argument up to its last; the first is
/// the address of what it captures.
void LoopOutliner::buildRange(func::FuncOp range) {
  Block *entry = range.addEntryBlock();
  auto builder = OpBuilder::atBlockBegin(entry);
  IRMapping mapping;
  captures.load(builder, entry->getArgument(0), mapping);
  Value first = mapping.lookup(loop.getLowerBound().front());
  auto getBound = [&](unsigned argument) {
    return builder.createOrFold<arith::AddIOp>(
        loc, first,
        castTo(builder, loc, builder.getIndexType(),
               entry->getArgument(argument)));
  };
  Value begin = getBound(1), end = getBound(2);
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
}

void LoopOutliner::buildCall(func::FuncOp range) {
  OpBuilder builder(loop);
  auto pointer = LLVM::LLVMPointerType::get(loop.getContext());
  Type i64 = builder.getI64Type();
  OpBuilder detached(loop.getContext());
  if (!symbols.lookup(kPoolFunction))
    symbols.insert(LLVM::LLVMFuncOp::create(
        detached, loc, kPoolFunction,
        LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(loop.getContext()),
                                    {pointer, pointer, i64, i64})));
  Value count = arith::SubIOp::create(
      builder, loc, loop.getUpperBound().front(), loop.getLowerBound().front());
  auto grain = loop->getAttrOfType<IntegerAttr>(kGrainAttrName);
  Value address = func::ConstantOp::create(
      builder, loc, range.getFunctionType(), range.getName());
  Value arguments[] = {
      castTo(builder, loc, pointer, address), captures.store(builder),
      castTo(builder, loc, i64, count),
      LLVM::ConstantOp::create(builder, loc, i64,
                               grain ? grain.getInt() : int64_t(1))};
  LLVM::CallOp::create(builder, loc, TypeRange(), kPoolFunction, arguments);
}

LogicalResult LoopOutliner::outline() {
  if (failed(captures.find()))
    return failure();
  func::FuncOp range = createRange();
  buildRange(range);
  buildCall(range);
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

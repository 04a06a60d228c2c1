//===- Split.cpp - Programs cut at their sums -----------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each stage of a program becomes a function: what sums it makes, a later one
// takes, combined over the shards by whoever calls them.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Dialect/Row/IR/ArgumentAttributes.h"
#include "seednorm/Dialect/Row/Transforms/Passes.h"
#include "seednorm/Dialect/Row/Transforms/ProgramRelation.h"
#include "seednorm/Dialect/Row/Transforms/Slicing.h"

#include "ProgramCuts.h"
#include "ShardedTypes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/IR/TypeUtilities.h"

namespace seednorm::row {
#define GEN_PASS_DEF_ROWSPLITPASS
#include "seednorm/Dialect/Row/Transforms/Passes.h.inc"
} // namespace seednorm::row

using namespace mlir;
using namespace seednorm::row;

namespace {
/// Builds the functions of one program.
class Splitter {
public:
  explicit Splitter(const ProgramCuts &cuts)
      : cuts(cuts), program(cuts.getProgram()), shards(cuts.getNumShards()) {}

  /// Adds the functions to the module that `symbols` is of, behind `after`.
  LogicalResult build(SymbolTable &symbols, StringRef name, Operation *after);

private:
  LogicalResult addFunction(SymbolTable &symbols, StringRef name,
                            const Stage &stage, Operation *&after);
  ProgramOp buildProgram(OpBuilder &builder, const Stage &stage,
                         const IRMapping &arguments);
  Value buildOutput(OpBuilder &builder, RankedTensorType type, bool byRow,
                    Value rows);
  SmallVector<Value> buildBody(OpBuilder &builder, const Stage &stage,
                               ValueRange arguments);
  Value buildTarget(OpBuilder &builder, Value target,
                    const IRMapping &mapping) const;
  void cloneOp(OpBuilder &builder, Operation *op, IRMapping &mapping) const;
  void setPartOf(func::FuncOp function, const Stage &stage);
  RankedTensorType getResultType(const Stage &stage, unsigned index);
  Type getShard(Type type) const { return *getShardType(type, shards); }

  const ProgramCuts &cuts;
  ProgramOp program;
  int64_t shards;
};
} // namespace

/// `op` on what a shard has of its operands.
void Splitter::cloneOp(OpBuilder &builder, Operation *op,
                       IRMapping &mapping) const {
  Type type = getShard(op->getResult(0).getType());
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    TypedAttr value = constant.getValue();
    if (auto dense = dyn_cast<DenseElementsAttr>(value))
      value = dense.resizeSplat(cast<ShapedType>(type));
    mapping.map(
        op->getResult(0),
        arith::ConstantOp::create(builder, op->getLoc(), value).getResult());
    return;
  }
  SmallVector<Value> operands = llvm::map_to_vector(
      op->getOperands(), [&](Value value) { return mapping.lookup(value); });
  mapping.map(op->getResult(0),
              mlir::clone(builder, op, type, operands)->getResult(0));
}

/// The result of a stage: of a sum that is cut, the part that a shard adds.
Value Splitter::buildTarget(OpBuilder &builder, Value target,
                            const IRMapping &mapping) const {
  const Sum *cut = cuts.getCut(target);
  if (!cut || mapping.contains(target))
    return mapping.lookup(target);
  Type type = getShard(target.getType());
  Value identity = buildIdentity(builder, cut->op->getLoc(), cut->kind, type);
  return mlir::clone(builder, cut->op, type,
                     {mapping.lookup(cut->source), identity})
      ->getResult(0);
}

SmallVector<Value> Splitter::buildBody(OpBuilder &builder, const Stage &stage,
                                       ValueRange arguments) {
  IRMapping mapping;
  llvm::DenseMap<Operation *, Value> totals;
  for (auto [input, argument] :
       llvm::zip(stage.inputs, arguments.take_front(stage.inputs.size())))
    mapping.map(input, argument);
  for (auto [sum, argument] :
       llvm::zip(stage.totals, arguments.drop_front(stage.inputs.size())))
    totals[sum->op] = argument;
  for (Operation *op : stage.ops) {
    const Sum *cut = cuts.getCut(op->getResult(0));
    if (!cut) {
      cloneOp(builder, op, mapping);
      continue;
    }
    // What a sum starts with counts once, not for each shard.
    Value total = totals.lookup(op);
    if (cut->init && !isIdentity(cut->kind, cut->init))
      total = buildCombine(builder, op->getLoc(), cut->kind,
                           mapping.lookup(cut->init), total);
    mapping.map(op->getResult(0), total);
  }
  return llvm::map_to_vector(stage.targets, [&](Value target) {
    return buildTarget(builder, target, mapping);
  });
}

/// The tensor of a number, or a few, for each row.
static RankedTensorType getRowsType(ProgramOp program, Type slice) {
  auto [operand, numLeading] = program.getRowOperand();
  SmallVector<int64_t> shape(
      cast<ShapedType>(operand.getType()).getShape().take_front(numLeading));
  if (auto vector = dyn_cast<VectorType>(slice))
    llvm::append_range(shape, vector.getShape());
  return RankedTensorType::get(shape, getElementTypeOrSelf(slice));
}

/// `arguments` maps inputs of the program and cut sums to the function's.
ProgramOp Splitter::buildProgram(OpBuilder &builder, const Stage &stage,
                                 const IRMapping &arguments) {
  Location loc = program.getLoc();
  auto byRow = AccessAttr::get(builder.getContext(), AccessKind::Row, 0);
  SmallVector<AccessAttr> inputAccesses, outputAccesses;
  SmallVector<Type> slices;
  SmallVector<Value> operands;
  Value rows;
  auto addInput = [&](Value value, AccessAttr access) {
    operands.push_back(arguments.lookup(value));
    inputAccesses.push_back(access);
    slices.push_back(getShard(value.getType()));
    if (!rows && access == byRow)
      rows = operands.back();
  };
  for (BlockArgument input : stage.inputs)
    addInput(input, program.getInputAccess(input.getArgNumber()));
  for (const Sum *sum : stage.totals)
    addInput(sum->op->getResult(0), byRow);
  SmallVector<Value> outputs;
  for (unsigned index = 0; index < stage.targets.size(); ++index) {
    outputAccesses.push_back(stage.isApply ? program.getOutputAccess(index)
                                           : byRow);
    outputs.push_back(buildOutput(builder, getResultType(stage, index),
                                  outputAccesses.back() == byRow, rows));
  }
  return ProgramOp::create(
      builder, loc, operands, outputs, inputAccesses, outputAccesses, slices,
      [&](OpBuilder &body, Location, ValueRange arguments) {
        YieldOp::create(body, loc, buildBody(body, stage, arguments));
      });
}

/// Memory for a result, with as many rows as `rows` has.
Value Splitter::buildOutput(OpBuilder &builder, RankedTensorType type,
                            bool byRow, Value rows) {
  Location loc = program.getLoc();
  SmallVector<Value> sizes;
  for (int64_t dim = 0; byRow && dim < program.getRowOperand().second; ++dim)
    if (type.isDynamicDim(dim))
      sizes.push_back(tensor::DimOp::create(builder, loc, rows, dim));
  return tensor::EmptyOp::create(builder, loc, type, sizes);
}

RankedTensorType Splitter::getResultType(const Stage &stage, unsigned index) {
  Type slice = stage.targets[index].getType();
  if (!stage.isApply)
    return getRowsType(program, getShard(slice));
  return *getShardType(
      cast<RankedTensorType>(program.getOutputs()[index].getType()), slice,
      shards);
}

/// Fusion orders operands and results as it meets them; callers know those of
/// the function.
void Splitter::setPartOf(func::FuncOp function, const Stage &stage) {
  Builder builder(function.getContext());
  for (auto [index, input] : llvm::enumerate(program.getInputs()))
    if (auto argument = dyn_cast<BlockArgument>(getReshapeSource(input)))
      function.setArgAttr(index, kPartOfAttrName,
                          builder.getI64IntegerAttr(argument.getArgNumber()));
  Operation *end = program->getBlock()->getTerminator();
  for (auto [index, value] : llvm::enumerate(end->getOperands())) {
    auto result = dyn_cast<OpResult>(getReshapeSource(value));
    if (stage.isApply && result && result.getOwner() == program)
      function.setResultAttr(result.getResultNumber(), kPartOfAttrName,
                             builder.getI64IntegerAttr(index));
  }
}

LogicalResult Splitter::addFunction(SymbolTable &symbols, StringRef name,
                                    const Stage &stage, Operation *&after) {
  if (symbols.lookup(name))
    return program.emitOpError("cannot be split into '@")
           << name << "': there is one already";
  // Callers hand over the same to each function, needed there or not.
  SmallVector<Type> arguments, results;
  SmallVector<Value> keys(program.getBodyBlock().getArguments());
  for (auto [operand, argument] : llvm::zip_equal(
           program.getInputs(), program.getBodyBlock().getArguments()))
    arguments.push_back(*getShardType(cast<RankedTensorType>(operand.getType()),
                                      argument.getType(), shards));
  for (unsigned level = 1; level < stage.level; ++level)
    for (const Sum &sum : cuts.getSums(level)) {
      keys.push_back(sum.op->getResult(0));
      arguments.push_back(
          getRowsType(program, getShard(keys.back().getType())));
    }
  for (unsigned index = 0; index < stage.targets.size(); ++index)
    results.push_back(getResultType(stage, index));
  OpBuilder builder(program.getContext());
  builder.setInsertionPointAfter(after);
  auto function =
      func::FuncOp::create(builder, program.getLoc(), name,
                           builder.getFunctionType(arguments, results));
  for (auto [index, target] : llvm::enumerate(stage.targets)) {
    if (stage.isApply)
      break;
    const Sum *sum = cuts.getCut(target);
    function.setResultAttr(
        index, kCombineAttrName,
        builder.getStringAttr(vector::stringifyCombiningKind(sum->kind)));
    function.setResultAttr(index, kShardsAttrName,
                           builder.getI64IntegerAttr(sum->resultRun * shards /
                                                     program.getNumColumns()));
  }
  setPartOf(function, stage);
  builder.setInsertionPointToStart(function.addEntryBlock());
  IRMapping operands;
  operands.map(keys, function.getArguments());
  ProgramOp part = buildProgram(builder, stage, operands);
  func::ReturnOp::create(builder, program.getLoc(), part.getResults());
  symbols.insert(function);
  after = function;
  return success();
}

LogicalResult Splitter::build(SymbolTable &symbols, StringRef name,
                              Operation *after) {
  for (unsigned level = 1; level <= cuts.getNumLevels(); ++level)
    if (failed(addFunction(symbols, (name + "_sums" + Twine(level)).str(),
                           cuts.planSums(level), after)))
      return failure();
  return addFunction(symbols, (name + "_apply").str(), cuts.planApply(), after);
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

namespace {
struct RowSplitPass : seednorm::row::impl::RowSplitPassBase<RowSplitPass> {
  using RowSplitPassBase::RowSplitPassBase;

  void runOnOperation() override {
    if (shards < 2) {
      emitError(getOperation()->getLoc())
          << "expects at least 2 shards, but got "
          << static_cast<int64_t>(shards);
      return signalPassFailure();
    }
    SymbolTable symbols(getOperation());
    for (auto function : llvm::to_vector(getOperation().getOps<func::FuncOp>()))
      if (failed(split(function, symbols)))
        return signalPassFailure();
  }

private:
  LogicalResult split(func::FuncOp function, SymbolTable &symbols) {
    SmallVector<ProgramOp> programs;
    function.walk([&](ProgramOp program) { programs.push_back(program); });
    for (auto [number, program] : llvm::enumerate(programs)) {
      std::string name = function.getName().str();
      if (programs.size() > 1)
        name += "_" + std::to_string(number);
      ProgramCuts cuts(program, shards);
      if (failed(cuts.verify()) ||
          failed(Splitter(cuts).build(symbols, name, function)))
        return failure();
    }
    return success();
  }
};
} // namespace

//===- Slicing.cpp - A row program at a few columns -----------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Element-wise ops are cloned with narrower types and nothing else; only the
// kinds that look along columns have code of their own.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Dialect/Row/Transforms/Slicing.h"

#include "seednorm/Utils/Philox.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace seednorm;
using namespace seednorm::row;

//===----------------------------------------------------------------------===//
// Combining
//===----------------------------------------------------------------------===//

Value seednorm::row::buildIdentity(OpBuilder &builder, Location loc,
                                   vector::CombiningKind kind, Type type) {
  auto element = cast<FloatType>(getElementTypeOrSelf(type));
  const llvm::fltSemantics &semantics = element.getFloatSemantics();
  APFloat value = APFloat::getZero(semantics);
  switch (kind) {
  case vector::CombiningKind::ADD:
    break;
  case vector::CombiningKind::MUL:
    value = APFloat::getOne(semantics);
    break;
  case vector::CombiningKind::MAXIMUMF:
  case vector::CombiningKind::MAXNUMF:
    value = APFloat::getInf(semantics, /*Negative=*/true);
    break;
  case vector::CombiningKind::MINIMUMF:
  case vector::CombiningKind::MINNUMF:
    value = APFloat::getInf(semantics);
    break;
  default:
    llvm_unreachable("the verifier admits no other kind");
  }
  TypedAttr attribute = FloatAttr::get(element, value);
  if (auto vector = dyn_cast<VectorType>(type))
    attribute = DenseElementsAttr::get(vector, attribute);
  return arith::ConstantOp::create(builder, loc, attribute);
}

Value seednorm::row::buildCombine(OpBuilder &builder, Location loc,
                                  vector::CombiningKind kind, Value lhs,
                                  Value rhs) {
  return vector::makeArithReduction(builder, loc, kind, lhs, rhs);
}

Value seednorm::row::buildAccumulation(OpBuilder &builder, Location loc,
                                       Value total, Value value) {
  auto product = value.getDefiningOp<arith::MulFOp>();
  if (product &&
      bitEnumContainsAll(product.getFastmath(), arith::FastMathFlags::reassoc))
    // A machine without the instruction rounds twice.
    return math::FmaOp::create(builder, loc, product.getLhs(), product.getRhs(),
                               total, arith::FastMathFlags::contract);
  return arith::AddFOp::create(builder, loc, total, value);
}

Value seednorm::row::buildReduction(OpBuilder &builder, Location loc,
                                    vector::CombiningKind kind, Value vector) {
  if (cast<VectorType>(vector.getType()).getNumElements() == 1)
    return vector::ExtractOp::create(builder, loc, vector, 0);
  // Without reassoc the back end adds one element after the other.
  return vector::ReductionOp::create(builder, loc, kind, vector,
                                     arith::FastMathFlags::reassoc |
                                         arith::FastMathFlags::nsz);
}

//===----------------------------------------------------------------------===//
// Slices
//===----------------------------------------------------------------------===//

Type Slicer::getSliceType(Value value, const Chunk &chunk) const {
  Type element = getElementTypeOrSelf(value.getType());
  if (chunk.isUniform(analysis.getRun(value)))
    return element;
  return VectorType::get({chunk.width}, element);
}

Value Slicer::slice(OpBuilder &builder, Value value, Chunk &chunk) {
  if (Value known = chunk.values.lookup(value))
    return known;
  Value result;
  if (auto input = dyn_cast<BlockArgument>(value))
    result = source.getInput(builder, input, chunk);
  else
    result = build(builder, cast<OpResult>(value), chunk);
  chunk.values[value] = result;
  return result;
}

/// Column numbers `chunk.column`, `chunk.column` + 1, ... as a vector.
static Value buildColumnNumbers(OpBuilder &builder, Location loc,
                                const Chunk &chunk) {
  auto type = VectorType::get({chunk.width}, builder.getIndexType());
  Value first = vector::BroadcastOp::create(builder, loc, type, chunk.column);
  SmallVector<Attribute> numbers;
  for (int64_t i = 0; i < chunk.width; ++i)
    numbers.push_back(builder.getIndexAttr(i));
  Value offsets = arith::ConstantOp::create(
      builder, loc, DenseElementsAttr::get(type, numbers));
  return arith::AddIOp::create(builder, loc, first, offsets);
}

/// The numbers of the elements at `chunk` where each stands for `run` columns.
static Value buildStep(OpBuilder &builder, Location loc, Type type, int64_t run,
                       const Chunk &chunk) {
  Value columns = isa<VectorType>(type)
                      ? buildColumnNumbers(builder, loc, chunk)
                      : chunk.column;
  if (run == 1)
    return columns;
  TypedAttr divisor = builder.getIndexAttr(run);
  if (auto vector = dyn_cast<VectorType>(columns.getType()))
    divisor = DenseElementsAttr::get(vector, divisor);
  return arith::DivUIOp::create(
      builder, loc, columns, arith::ConstantOp::create(builder, loc, divisor));
}

static Value buildConstant(OpBuilder &builder, arith::ConstantOp op,
                           Type type) {
  TypedAttr value = op.getValue();
  if (auto dense = dyn_cast<DenseElementsAttr>(value))
    value = dense.getSplatValue<TypedAttr>();
  if (auto vector = dyn_cast<VectorType>(type))
    value = DenseElementsAttr::get(vector, value);
  return arith::ConstantOp::create(builder, op.getLoc(), value);
}

Value Slicer::build(OpBuilder &builder, OpResult value, Chunk &chunk) {
  Operation *op = value.getOwner();
  Location loc = op->getLoc();
  Type type = getSliceType(value, chunk);
  switch (*getBodyOpKind(op)) {
  case BodyOpKind::ElementWise: {
    SmallVector<Value> operands;
    for (Value operand : op->getOperands())
      operands.push_back(slice(builder, operand, chunk));
    return mlir::clone(builder, op, type, operands)->getResult(0);
  }
  case BodyOpKind::Constant:
    return buildConstant(builder, cast<arith::ConstantOp>(op), type);
  case BodyOpKind::Relabel:
    return slice(builder, op->getOperand(0), chunk);
  case BodyOpKind::Spread: {
    Value spread = slice(builder, op->getOperand(0), chunk);
    if (spread.getType() == type)
      return spread;
    return vector::BroadcastOp::create(builder, loc, type, spread);
  }
  case BodyOpKind::Reduce:
    return buildReduce(builder, op, chunk);
  case BodyOpKind::Step:
    return buildStep(builder, loc, type, analysis.getRun(value), chunk);
  case BodyOpKind::Random:
    return buildRandom(builder, cast<PhiloxOp>(op), chunk);
  }
  llvm_unreachable("every kind is handled");
}

bool seednorm::row::isIdentity(vector::CombiningKind kind, Value init) {
  return kind == vector::CombiningKind::ADD &&
         matchPattern(init, m_AnyZeroFloat());
}

Value Slicer::buildReduce(OpBuilder &builder, Operation *op, Chunk &chunk) {
  const Sum *sum = analysis.getSum(op);
  if (sum) {
    Value total = source.getTotal(builder, *sum, chunk);
    if (!sum->init || isIdentity(sum->kind, sum->init))
      return total;
    return buildCombine(builder, op->getLoc(), sum->kind, total,
                        slice(builder, sum->init, chunk));
  }
  Value element = slice(builder, op->getOperand(0), chunk);
  if (op->getNumOperands() == 1)
    return element;
  vector::CombiningKind kind =
      isa<vector::ReductionOp>(op)
          ? cast<vector::ReductionOp>(op).getKind()
          : cast<vector::MultiDimReductionOp>(op).getKind();
  return buildCombine(builder, op->getLoc(), kind, element,
                      slice(builder, op->getOperand(1), chunk));
}

/// The words of whole blocks of four columns: each block is computed once.
static Value buildRandomBlocks(OpBuilder &builder, Location loc,
                               const PhiloxRow &row, const Chunk &chunk) {
  int64_t count = chunk.width / kPhiloxWords;
  Type word = builder.getI32Type();
  Value words = arith::ConstantIndexOp::create(builder, loc, kPhiloxWords);
  Value block = arith::IndexCastUIOp::create(
      builder, loc, word,
      arith::DivUIOp::create(builder, loc, chunk.column, words));
  if (count == 1)
    return vector::FromElementsOp::create(
        builder, loc, VectorType::get({chunk.width}, word),
        buildPhiloxBlock(builder, loc, row, block));
  auto type = VectorType::get({count}, word);
  Value numbers = arith::ConstantOp::create(
      builder, loc,
      DenseElementsAttr::get(type, ArrayRef(llvm::to_vector(llvm::seq<int32_t>(
                                       0, static_cast<int32_t>(count))))));
  Value blocks = arith::AddIOp::create(
      builder, loc, vector::BroadcastOp::create(builder, loc, type, block),
      numbers);
  auto interleave = [&](Value lhs, Value rhs) -> Value {
    return vector::InterleaveOp::create(builder, loc, lhs, rhs);
  };
  auto drawn = buildPhiloxBlock(builder, loc, row, blocks);
  return interleave(interleave(drawn[0], drawn[2]),
                    interleave(drawn[1], drawn[3]));
}

Value Slicer::buildRandom(OpBuilder &builder, PhiloxOp op, Chunk &chunk) {
  Location loc = op.getLoc();
  Value number = arith::IndexCastUIOp::create(
      builder, loc, builder.getI64Type(), source.getRowNumber());
  PhiloxRow row{slice(builder, op.getSeed(), chunk),
                slice(builder, op.getOffset(), chunk), number};
  Type type = getSliceType(op.getBits(), chunk);
  int64_t run = analysis.getRun(op.getBits());
  if (run == 1 && isa<VectorType>(type) &&
      chunk.hasWholeBlocks(kPhiloxWords, analysis.getNumColumns()))
    return buildRandomBlocks(builder, loc, row, chunk);
  return buildPhiloxElement(builder, loc, row,
                            buildStep(builder, loc, type, run, chunk));
}

Value Slicer::sliceSummand(OpBuilder &builder, const Sum &sum, Chunk &chunk) {
  Location loc = sum.op->getLoc();
  Value value = slice(builder, sum.source, chunk);
  auto type = VectorType::get({chunk.width}, getElementTypeOrSelf(value));
  if (!isa<VectorType>(value.getType()))
    value = vector::BroadcastOp::create(builder, loc, type, value);
  Value identity = buildIdentity(builder, loc, sum.kind, type);
  // An element that stands for several columns counts once, at the first.
  if (sum.sourceRun != 1) {
    Value columns = buildColumnNumbers(builder, loc, chunk);
    Value run = arith::ConstantOp::create(
        builder, loc,
        DenseElementsAttr::get(cast<VectorType>(columns.getType()),
                               builder.getIndexAttr(sum.sourceRun)));
    Value zero = arith::ConstantOp::create(
        builder, loc, builder.getZeroAttr(columns.getType()));
    Value first = arith::CmpIOp::create(
        builder, loc, arith::CmpIPredicate::eq,
        arith::RemUIOp::create(builder, loc, columns, run), zero);
    value = arith::SelectOp::create(builder, loc, first, value, identity);
  }
  if (chunk.valid)
    value = arith::SelectOp::create(builder, loc, chunk.valid, value, identity);
  return value;
}

//===----------------------------------------------------------------------===//
// Folded sums
//===----------------------------------------------------------------------===//

Value Slicer::sliceNumber(OpBuilder &builder, const Sum &sum, Value number) {
  Location loc = sum.op->getLoc();
  Chunk chunk;
  chunk.segment = sum.sourceRun;
  chunk.column = builder.createOrFold<arith::MulIOp>(
      loc, number, arith::ConstantIndexOp::create(builder, loc, sum.sourceRun));
  return slice(builder, sum.source, chunk);
}

Value Slicer::foldAt(OpBuilder &builder, const Sum &sum, Value column) {
  Location loc = sum.op->getLoc();
  auto index = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(builder, loc, value);
  };
  Value count = index(sum.getNumSummands());
  // Totals before this one have as many numbers each.
  Value first = index(0);
  if (sum.resultRun != analysis.getNumColumns())
    first = builder.createOrFold<arith::MulIOp>(
        loc,
        builder.createOrFold<arith::DivUIOp>(loc, column, index(sum.resultRun)),
        count);
  Value start =
      buildIdentity(builder, loc, sum.kind, getElementTypeOrSelf(sum.source));
  auto loop = scf::ForOp::create(
      builder, loc, index(0), count, index(1), start,
      [&](OpBuilder &inside, Location, Value i, ValueRange carried) {
        Value number = inside.createOrFold<arith::AddIOp>(loc, first, i);
        Value total = buildCombine(inside, loc, sum.kind, carried.front(),
                                   sliceNumber(inside, sum, number));
        scf::YieldOp::create(inside, loc, total);
      });
  return loop.getResult(0);
}

Value Slicer::fold(OpBuilder &builder, const Sum &sum, const Chunk &chunk) {
  if (chunk.isUniform(sum.resultRun))
    return foldAt(builder, sum, chunk.column);
  Location loc = sum.op->getLoc();
  SmallVector<Value> totals;
  for (int64_t i = 0; i < chunk.width; ++i)
    totals.push_back(
        foldAt(builder, sum,
               builder.createOrFold<arith::AddIOp>(
                   loc, chunk.column,
                   arith::ConstantIndexOp::create(builder, loc, i))));
  auto type = VectorType::get({chunk.width}, getElementTypeOrSelf(sum.source));
  return vector::FromElementsOp::create(builder, loc, type, totals);
}

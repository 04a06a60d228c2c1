//===- WidenRows.cpp - Leading dimensions as columns ----------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A value of the body has, of the `count` rows that become one, one copy for
// each `share` rows: `count` if it is the same in all, 1 if each has its own.
// Copies are in front, so that elements stay in the order of columns.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Dialect/Row/Transforms/WidenRows.h"
#include "seednorm/Dialect/Row/Transforms/Spread.h"

#include "WidenedOperands.h"

#include "seednorm/Dialect/Row/Analysis/RowBytes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

#include <numeric>

using namespace mlir;
using namespace seednorm::row;

static ArrayRef<int64_t> getShape(Type type) {
  auto vector = dyn_cast<VectorType>(type);
  return vector ? vector.getShape() : ArrayRef<int64_t>();
}

namespace {

class RowWidening {
public:
  RowWidening(ProgramOp program, unsigned numDims);
  /// Null if it cannot be.
  ProgramOp build();

private:
  bool addInputs();
  bool addOutputs();

  /// The type of a value of type `type`, with its copies.
  Type getType(Type type, int64_t share) const;
  Value spread(OpBuilder &builder, Value old, int64_t share);
  bool buildBody(OpBuilder &builder, ValueRange arguments);
  bool buildOp(OpBuilder &builder, Operation &op);
  void buildReduction(OpBuilder &builder, Operation &op, int64_t share);
  void map(Value old, Value value, int64_t share) {
    values[old] = {value, share};
  }

  ProgramOp program;
  OperandWidening operands;
  int64_t count; ///< Rows that become one.
  SmallVector<AccessAttr> inputAccesses, outputAccesses;
  SmallVector<Type> slices, outputSlices;
  SmallVector<int64_t> shares; ///< Of inputs.
  llvm::DenseMap<Value, std::pair<Value, int64_t>> values;
};

} // namespace

RowWidening::RowWidening(ProgramOp program, unsigned numDims)
    : program(program), operands(program, numDims), count(operands.getCount()) {
}

static Type getSliceType(ArrayRef<int64_t> shape, Type like) {
  Type element = getElementTypeOrSelf(like);
  if (shape.empty())
    return element;
  return VectorType::get(shape, element);
}

bool RowWidening::addInputs() {
  for (BlockArgument argument : program.getBodyBlock().getArguments()) {
    unsigned index = argument.getArgNumber();
    std::optional<WidenedOperand> widened =
        operands.widen(program.getInputs()[index],
                       program.getInputAccess(index), argument.getType());
    if (!widened)
      return false;
    inputAccesses.push_back(widened->access);
    slices.push_back(getSliceType(widened->slice, argument.getType()));
    shares.push_back(widened->share);
  }
  return true;
}

bool RowWidening::addOutputs() {
  for (auto [index, output] : llvm::enumerate(program.getOutputs())) {
    Type slice = program.getOutputSliceType(index);
    std::optional<WidenedOperand> widened =
        operands.widen(output, program.getOutputAccess(index), slice);
    if (!widened)
      return false;
    outputAccesses.push_back(widened->access);
    outputSlices.push_back(getSliceType(widened->slice, slice));
  }
  return true;
}

//===----------------------------------------------------------------------===//
// Body
//===----------------------------------------------------------------------===//

Type RowWidening::getType(Type type, int64_t share) const {
  if (share == count)
    return type;
  SmallVector<int64_t> shape = {count / share};
  llvm::append_range(shape, getShape(type));
  return VectorType::get(shape, getElementTypeOrSelf(type));
}

/// The copies of `old` for each `share` rows; null if whole slices would have
/// to be repeated.
Value RowWidening::spread(OpBuilder &builder, Value old, int64_t share) {
  auto [value, has] = values.lookup(old);
  if (has == share)
    return value;
  Location loc = value.getLoc();
  auto target = cast<VectorType>(getType(old.getType(), share));
  if (auto constant = value.getDefiningOp<arith::ConstantOp>()) {
    TypedAttr splat = constant.getValue();
    if (auto dense = dyn_cast<DenseElementsAttr>(splat))
      splat = dense.getSplatValue<TypedAttr>();
    return arith::ConstantOp::create(builder, loc,
                                     DenseElementsAttr::get(target, splat));
  }
  // One number for all columns is so for the columns of all rows.
  if (auto uniform = value.getDefiningOp<vector::BroadcastOp>();
      uniform && has == count && !isa<VectorType>(uniform.getSourceType()))
    return vector::BroadcastOp::create(builder, loc, target,
                                       uniform.getSource());
  if (getNumElements(old.getType()) != 1)
    return Value();
  Type element = getElementTypeOrSelf(old.getType());
  if (has != count) {
    auto column = VectorType::get({count / has, 1}, element);
    value = buildSpread(builder, loc, value, column);
  } else if (isa<VectorType>(value.getType())) {
    value = buildSpread(builder, loc, value, element);
  }
  auto stretched = VectorType::get(
      has == count ? SmallVector<int64_t>{count / share}
                   : SmallVector<int64_t>{count / has, has / share},
      element);
  value = vector::BroadcastOp::create(builder, loc, stretched, value);
  return buildSpread(builder, loc, value, target);
}

static SmallVector<bool> getReductionMask(Operation &op) {
  if (auto reduction = dyn_cast<vector::MultiDimReductionOp>(op))
    return reduction.getReductionMask();
  return {true};
}

/// The value that changes nothing, for a sum without one to start from.
static Value buildIdentity(OpBuilder &builder, Location loc, Type type,
                           vector::CombiningKind kind) {
  auto element = cast<FloatType>(getElementTypeOrSelf(type));
  const llvm::fltSemantics &semantics = element.getFloatSemantics();
  APFloat value = APFloat::getZero(semantics, /*Negative=*/true);
  switch (kind) {
  case vector::CombiningKind::MUL:
    value = APFloat::getOne(semantics);
    break;
  case vector::CombiningKind::MAXIMUMF:
    value = APFloat::getInf(semantics, /*Negative=*/true);
    break;
  case vector::CombiningKind::MINIMUMF:
    value = APFloat::getInf(semantics);
    break;
  case vector::CombiningKind::MAXNUMF:
  case vector::CombiningKind::MINNUMF:
    value = APFloat::getQNaN(semantics);
    break;
  default:
    break;
  }
  TypedAttr attr = FloatAttr::get(element, value);
  if (auto vector = dyn_cast<VectorType>(type))
    attr = DenseElementsAttr::get(vector, attr);
  return arith::ConstantOp::create(builder, loc, attr);
}

void RowWidening::buildReduction(OpBuilder &builder, Operation &op,
                                 int64_t share) {
  Location loc = op.getLoc();
  vector::CombiningKind kind;
  Value init;
  if (auto reduction = dyn_cast<vector::MultiDimReductionOp>(op)) {
    kind = reduction.getKind();
    init = reduction.getAcc();
  } else {
    kind = cast<vector::ReductionOp>(op).getKind();
    init = cast<vector::ReductionOp>(op).getAcc();
  }
  Type result = op.getResult(0).getType();
  SmallVector<bool> mask = getReductionMask(op);
  if (share != count)
    mask.insert(mask.begin(), false);
  Value start = init
                    ? spread(builder, init, share)
                    : buildIdentity(builder, loc, getType(result, share), kind);
  Value source = spread(builder, op.getOperand(0), share);
  if (!start || !source)
    return;
  map(op.getResult(0),
      vector::MultiDimReductionOp::create(builder, loc, source, start, mask,
                                          kind),
      share);
}

bool RowWidening::buildOp(OpBuilder &builder, Operation &op) {
  Location loc = op.getLoc();
  int64_t share = count;
  for (Value operand : op.getOperands())
    share = std::gcd(share, values.lookup(operand).second);
  BodyOpKind kind = *getBodyOpKind(&op);
  if (kind == BodyOpKind::Random)
    return false; // Its rows are counted.
  if (kind == BodyOpKind::Reduce) {
    buildReduction(builder, op, share);
    return op.getNumResults() == 1 && values.contains(op.getResult(0));
  }
  SmallVector<Value> operands;
  for (Value operand : op.getOperands()) {
    operands.push_back(spread(builder, operand, share));
    if (!operands.back())
      return false;
  }
  Value old = op.getResult(0);
  Type type = getType(old.getType(), share);
  if (kind == BodyOpKind::Relabel) {
    map(old, buildSpread(builder, loc, operands.front(), type), share);
    return true;
  }
  if (kind == BodyOpKind::Spread && share != count) {
    // Dimensions that the source lacks are behind the copies.
    auto target = cast<VectorType>(type);
    SmallVector<int64_t> aligned(target.getRank(), 1);
    aligned.front() = target.getDimSize(0);
    llvm::copy(getShape(op.getOperand(0).getType()),
               aligned.end() - getShape(op.getOperand(0).getType()).size());
    Value source =
        buildSpread(builder, loc, operands.front(),
                    VectorType::get(aligned, target.getElementType()));
    map(old, vector::BroadcastOp::create(builder, loc, target, source), share);
    return true;
  }
  OperationState state(loc, op.getName());
  state.addOperands(operands);
  state.addTypes(type);
  state.addAttributes(llvm::to_vector(op.getDiscardableAttrs()));
  state.propertiesAttr = op.getPropertiesAsAttribute();
  map(old, builder.create(state)->getResult(0), share);
  return true;
}

bool RowWidening::buildBody(OpBuilder &builder, ValueRange arguments) {
  for (auto [old, argument, share] : llvm::zip_equal(
           program.getBodyBlock().getArguments(), arguments, shares))
    map(old,
        buildSpread(builder, old.getLoc(), argument,
                    getType(old.getType(), share)),
        share);
  for (Operation &op : program.getBodyBlock().without_terminator())
    if (!buildOp(builder, op))
      return false;
  SmallVector<Value> yielded;
  for (auto [old, slice] :
       llvm::zip_equal(program.getYield().getValues(), outputSlices)) {
    Value value = spread(builder, old, 1);
    if (!value)
      return false;
    yielded.push_back(buildSpread(builder, value.getLoc(), value, slice));
  }
  YieldOp::create(builder, program.getYield().getLoc(), yielded);
  return true;
}

ProgramOp RowWidening::build() {
  if (!addInputs() || !addOutputs())
    return nullptr;
  OpBuilder builder(program);
  bool isBuilt = false;
  auto widened = ProgramOp::create(
      builder, program.getLoc(), program.getInputs(), program.getOutputs(),
      inputAccesses, outputAccesses, slices,
      [&](OpBuilder &body, Location, ValueRange arguments) {
        isBuilt = buildBody(body, arguments);
      });
  if (!isBuilt) {
    widened->erase();
    return nullptr;
  }
  widened->setDiscardableAttrs(program->getDiscardableAttrDictionary());
  if (program->hasAttr(kFusedAttrName)) {
    FusedPrograms fused = getFusedPrograms(program);
    setFusedPrograms(widened, {fused.number, fused.rowBytes * count});
  }
  program->replaceAllUsesWith(widened->getResults());
  program->erase();
  return widened;
}

ProgramOp seednorm::row::widenRows(ProgramOp program, unsigned numDims) {
  return RowWidening(program, numDims).build();
}

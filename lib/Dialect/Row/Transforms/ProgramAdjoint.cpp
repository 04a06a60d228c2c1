//===- ProgramAdjoint.cpp - The backward program of a program -------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Operands and results around the adjoints of a body. A gradient that is a sum
// over columns as well as over rows is left to the sum over rows.
//
//===----------------------------------------------------------------------===//

#include "ProgramAdjoint.h"

#include "BodyAdjoint.h"
#include "ShiftInvariance.h"

#include "seednorm/Dialect/Row/Transforms/Spread.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace seednorm::row;

//===----------------------------------------------------------------------===//
// Sums over columns
//===----------------------------------------------------------------------===//

/// Columns whose runs add up to the elements of `value`, flat; null if it is no
/// sum. Linear in `value`, as what is done with it up to the sum over rows is.
static Value findColumns(OpBuilder &builder, Value value) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return {};
  Location loc = op->getLoc();
  auto flat = [&](Value columns) {
    auto type = cast<VectorType>(columns.getType());
    return VectorType::get({type.getNumElements()}, type.getElementType());
  };
  if (isa<vector::BroadcastOp>(op) ||
      getBodyOpKind(op) == BodyOpKind::Relabel) {
    bool isWhole = getNumElements(op->getOperand(0).getType()) ==
                   getNumElements(value.getType());
    return isWhole ? findColumns(builder, op->getOperand(0)) : Value();
  }
  if (auto sum = dyn_cast<vector::MultiDimReductionOp>(op)) {
    if (sum.getKind() != vector::CombiningKind::ADD ||
        !matchPattern(sum.getAcc(), m_AnyZeroFloat()))
      return {};
    Value source = sum.getSource();
    return buildSpread(builder, loc, source, flat(source));
  }
  if (isa<arith::NegFOp>(op)) {
    Value columns = findColumns(builder, op->getOperand(0));
    return columns ? arith::NegFOp::create(builder, loc, columns) : Value();
  }
  if (isa<arith::AddFOp>(op)) {
    Value lhs = findColumns(builder, op->getOperand(0));
    Value rhs = lhs ? findColumns(builder, op->getOperand(1)) : Value();
    if (!rhs || lhs.getType() != rhs.getType())
      return {};
    return arith::AddFOp::create(builder, loc, lhs, rhs);
  }
  if (!isa<arith::MulFOp>(op))
    return {};
  for (unsigned index : {0, 1})
    if (Value columns = findColumns(builder, op->getOperand(index)))
      return arith::MulFOp::create(builder, loc, columns,
                                   buildSpread(builder, loc,
                                               op->getOperand(1 - index),
                                               columns.getType()));
  return {};
}

//===----------------------------------------------------------------------===//
// Program
//===----------------------------------------------------------------------===//

namespace {
/// One result of the backward program: the gradient of an input.
struct Gradient {
  unsigned input;
  AccessAttr access;
  Value slice;  ///< What a row yields.
  Value output; ///< Memory, or what it is added to.
  /// Whether the output has a last dimension of size 1 that the input lacks.
  bool isExpanded = false;
};

class AdjointBuilder {
public:
  AdjointBuilder(OpBuilder &builder, ProgramOp program,
                 const AdjointRequest &request)
      : builder(builder), program(program), loc(program.getLoc()),
        request(request) {}

  FailureOr<SmallVector<Value>> build();

private:
  void addOperands();
  LogicalResult addResultGradient(unsigned index);
  Value seed(OpBuilder &body, unsigned index, Value argument);
  LogicalResult buildBody(Block &block);
  void addGradient(OpBuilder &body, unsigned index, Value adjoint);
  void addByRow(OpBuilder &body, Gradient gradient, Value adjoint);
  void addSummed(OpBuilder &body, Gradient gradient, Value adjoint);
  Value buildEmpty(Value like);

  OpBuilder &builder;
  ProgramOp program;
  Location loc;
  const AdjointRequest &request;

  SmallVector<Value> operands;
  SmallVector<AccessAttr> accesses;
  SmallVector<Type> slices;
  /// Numbers of results with gradients, and of inputs taken by row that have
  /// one already, in the order of the operands behind the program's inputs.
  SmallVector<unsigned> results, addends;
  SmallVector<Gradient> gradients;
};
} // namespace

/// Behind the inputs of the program gradients of inputs by row that are to be
/// added to, what was saved, and the gradients of its results.
void AdjointBuilder::addOperands() {
  llvm::append_range(operands, program.getInputs());
  llvm::append_range(accesses,
                     program.getInputAccesses().getAsRange<AccessAttr>());
  llvm::append_range(slices, program.getBodyBlock().getArgumentTypes());
  for (auto [index, addend] : llvm::enumerate(request.known)) {
    if (!addend || !request.wanted[index] ||
        program.getInputAccess(index).getKind() != AccessKind::Row)
      continue;
    addends.push_back(index);
    operands.push_back(addend);
    accesses.push_back(program.getInputAccess(index));
    slices.push_back(program.getBodyBlock().getArgument(index).getType());
  }
  for (auto [value, tensor] : request.saved) {
    operands.push_back(tensor);
    accesses.push_back(AccessAttr::get(builder.getContext(), AccessKind::Row));
    slices.push_back(value.getType());
  }
}

/// The gradient of a sum over rows is what all of these rows have in common.
LogicalResult AdjointBuilder::addResultGradient(unsigned index) {
  AccessAttr access = program.getOutputAccess(index);
  Type slice = program.getOutputSliceType(index);
  Type operand = request.ofResults[index].getType();
  if (auto vector = dyn_cast<VectorType>(slice); vector && access.isSummed()) {
    // Along leading dimensions it repeats; along others the body spreads it.
    auto stored = cast<RankedTensorType>(operand).getShape();
    SmallVector<int64_t> shape(vector.getShape());
    for (size_t dim = 0; dim < std::min(stored.size(), shape.size()); ++dim)
      shape[shape.size() - 1 - dim] = stored[stored.size() - 1 - dim];
    slice = VectorType::get(shape, vector.getElementType());
    // A single number may be spread over all of them.
    SummedSlice summed = getSummedSlice(operand, vector);
    if (summed.before != 1 && summed.kept != 1 && stored.size() >= shape.size())
      return program.emitOpError("has no adjoint: its result ")
             << index << " is summed along the first dimensions of its slice, "
             << "and has them";
  }
  if (auto vector = dyn_cast<VectorType>(slice))
    slice = vector.clone(getElementTypeOrSelf(operand));
  else
    slice = getElementTypeOrSelf(operand);
  results.push_back(index);
  operands.push_back(request.ofResults[index]);
  accesses.push_back(access.getSummed(Summation::None));
  slices.push_back(slice);
  return success();
}

/// The adjoint of what the program yields for result `index`.
Value AdjointBuilder::seed(OpBuilder &body, unsigned index, Value argument) {
  Type yielded = getAdjointType(program.getOutputSliceType(index));
  Type wide = getAdjointType(argument.getType());
  if (argument.getType() != wide)
    argument = arith::ExtFOp::create(body, loc, wide, argument);
  return buildSpread(body, loc, argument, yielded);
}

Value AdjointBuilder::buildEmpty(Value like) {
  return tensor::EmptyOp::create(
      builder, loc, tensor::getMixedSizes(builder, loc, like),
      cast<RankedTensorType>(like.getType()).getElementType());
}

void AdjointBuilder::addByRow(OpBuilder &body, Gradient gradient,
                              Value adjoint) {
  Type slice = program.getBodyBlock().getArgument(gradient.input).getType();
  gradient.output = buildEmpty(program.getInputs()[gradient.input]);
  gradient.slice =
      adjoint.getType() == slice
          ? adjoint
          : arith::TruncFOp::create(body, loc, slice, adjoint).getResult();
  gradients.push_back(gradient);
}

void AdjointBuilder::addSummed(OpBuilder &body, Gradient gradient,
                               Value adjoint) {
  Value input = program.getInputs()[gradient.input];
  Value addend = request.known[gradient.input];
  gradient.access =
      gradient.access.getSummed(addend ? Summation::Added : Summation::Summed);
  gradient.output = addend ? addend : buildEmpty(input);
  gradient.slice = adjoint;
  if (Value columns = findColumns(body, adjoint)) {
    SmallVector<int64_t> shape;
    int64_t count = getNumElements(adjoint.getType());
    int64_t run = getNumElements(columns.getType()) / count;
    if (auto vector = dyn_cast<VectorType>(adjoint.getType()))
      llvm::append_range(shape, vector.getShape());
    bool lacksDims =
        gradient.access.getKind() == AccessKind::Shared && count == 1;
    if (lacksDims) {
      shape.insert(shape.begin(), run);
    } else {
      shape.push_back(run);
      gradient.isExpanded = true;
      auto type = cast<RankedTensorType>(input.getType());
      SmallVector<ReassociationIndices> groups;
      for (int64_t dim = 0; dim < type.getRank(); ++dim)
        groups.push_back({dim});
      groups.back().push_back(type.getRank());
      SmallVector<int64_t> longer(type.getShape());
      longer.push_back(1);
      SmallVector<OpFoldResult> sizes =
          tensor::getMixedSizes(builder, loc, gradient.output);
      sizes.push_back(builder.getIndexAttr(1));
      gradient.output = tensor::ExpandShapeOp::create(
          builder, loc, RankedTensorType::get(longer, type.getElementType()),
          gradient.output, groups, sizes);
    }
    gradient.slice =
        buildSpread(body, loc, columns,
                    VectorType::get(shape, getElementTypeOrSelf(adjoint)));
  }
  gradients.push_back(gradient);
}

void AdjointBuilder::addGradient(OpBuilder &body, unsigned index,
                                 Value adjoint) {
  Gradient gradient{index, program.getInputAccess(index), {}, {}, false};
  if (gradient.access.getKind() == AccessKind::Row)
    addByRow(body, gradient, adjoint);
  else
    addSummed(body, gradient, adjoint);
}

LogicalResult AdjointBuilder::buildBody(Block &block) {
  OpBuilder body(builder.getContext());
  body.setInsertionPointToEnd(&block);
  Block &original = program.getBodyBlock();
  unsigned numInputs = original.getNumArguments();
  IRMapping forward;
  forward.map(original.getArguments(),
              block.getArguments().take_front(numInputs));
  auto rest = block.getArguments().drop_front(numInputs);
  auto savedNumbers = rest.slice(addends.size(), request.saved.size());
  for (Operation &op : original.without_terminator()) {
    body.clone(op, forward);
    for (auto [saved, argument] : llvm::zip_equal(request.saved, savedNumbers))
      if (saved.first.getDefiningOp() == &op)
        forward.map(saved.first, argument);
  }
  SmallVector<Value> active, yielded;
  for (BlockArgument input : original.getArguments())
    if (request.wanted[input.getArgNumber()])
      active.push_back(input);
  BodyAdjoint adjoints(body, program, active, forward);
  for (auto [index, addend] : llvm::zip(addends, rest)) {
    Type wide = getAdjointType(addend.getType());
    Value value = addend;
    if (value.getType() != wide)
      value = arith::ExtFOp::create(body, loc, wide, value);
    adjoints.add(original.getArgument(index), value);
  }
  for (auto [index, argument] : llvm::zip_equal(
           results, rest.drop_front(addends.size() + savedNumbers.size()))) {
    Value value = program.getYield().getValues()[index];
    yielded.push_back(value);
    adjoints.add(value, seed(body, index, argument));
  }
  if (failed(adjoints.propagate(findShifts(program, yielded))))
    return failure();
  for (BlockArgument input : original.getArguments())
    if (Value adjoint = adjoints.get(input);
        adjoint && request.wanted[input.getArgNumber()])
      addGradient(body, input.getArgNumber(), adjoint);
  YieldOp::create(body, loc,
                  llvm::map_to_vector(
                      gradients, [](const Gradient &g) { return g.slice; }));
  return success();
}

FailureOr<SmallVector<Value>> AdjointBuilder::build() {
  addOperands();
  for (unsigned index = 0; index < request.ofResults.size(); ++index)
    if (request.ofResults[index] && failed(addResultGradient(index)))
      return failure();
  // The outputs follow from the body, which is built first, apart.
  Region region;
  Block &block = region.emplaceBlock();
  block.addArguments(slices, SmallVector<Location>(slices.size(), loc));
  if (failed(buildBody(block)))
    return failure();
  SmallVector<Value> inputs(program.getInputs().size()), outputs;
  if (gradients.empty())
    return inputs;
  SmallVector<AccessAttr> outputAccesses;
  for (const Gradient &gradient : gradients) {
    outputs.push_back(gradient.output);
    outputAccesses.push_back(gradient.access);
  }
  auto adjoint = ProgramOp::create(builder, loc, operands, outputs, accesses,
                                   outputAccesses, slices,
                                   [](OpBuilder &, Location, ValueRange) {});
  adjoint.getBody().takeBody(region);
  for (auto [gradient, result] :
       llvm::zip_equal(gradients, adjoint.getResults())) {
    Value value = result;
    if (gradient.isExpanded) {
      auto type = cast<RankedTensorType>(value.getType());
      SmallVector<ReassociationIndices> groups;
      for (int64_t dim = 0; dim + 1 < type.getRank(); ++dim)
        groups.push_back({dim});
      groups.back().push_back(type.getRank() - 1);
      value = tensor::CollapseShapeOp::create(builder, loc, value, groups);
    }
    inputs[gradient.input] = value;
  }
  return inputs;
}

FailureOr<SmallVector<Value>>
seednorm::row::buildAdjoint(OpBuilder &builder, ProgramOp program,
                            const AdjointRequest &request) {
  return AdjointBuilder(builder, program, request).build();
}

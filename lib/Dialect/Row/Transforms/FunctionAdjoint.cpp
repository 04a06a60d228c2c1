//===- FunctionAdjoint.cpp - The backward function of a function ----------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A copy of the forward function, and behind it gradients from its last op to
// its first.
//
//===----------------------------------------------------------------------===//

#include "FunctionAdjoint.h"

#include "ProgramAdjoint.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace seednorm::row;

/// What the caller knows an argument or result by, as the compiler has it.
static constexpr llvm::StringLiteral kNameAttr = "seednorm.name";

bool seednorm::row::isDifferentiable(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  Type element = tensor ? tensor.getElementType() : Type();
  return element && (element.isF16() || element.isBF16() || element.isF32() ||
                     element.isF64());
}

/// The arguments of the backward function are those of the forward one and the
/// gradients of its results; its body starts with that of the forward one.
void FunctionAdjoint::createFunction() {
  Location loc = forward.getLoc();
  builder.setInsertionPointAfter(forward);
  backward = func::FuncOp::create(builder, loc,
                                  (forward.getName() + "_backward").str(),
                                  forward.getFunctionType());
  IRMapping mapping;
  Block *block = backward.addEntryBlock();
  Block &original = forward.getFunctionBody().front();
  mapping.map(original.getArguments(), block->getArguments());
  builder.setInsertionPointToEnd(block);
  for (Operation &op : original.without_terminator())
    ops.push_back(builder.clone(op, mapping));
  for (Value value : original.getTerminator()->getOperands())
    returned.push_back(mapping.lookup(value));
  for (unsigned index = 0; index < forward.getNumArguments(); ++index)
    backward.setArgAttrs(index, forward.getArgAttrDict(index));
  for (int64_t number : of)
    (void)backward.insertArgument(backward.getNumArguments(),
                                  forward.getResultTypes()[number],
                                  DictionaryAttr(), loc);
  nameArguments();
}

/// "dy", or "dy0" and so on of several results without names.
void FunctionAdjoint::nameArguments() {
  llvm::StringSet<> taken;
  for (unsigned index = 0; index < forward.getNumArguments(); ++index)
    if (auto name = forward.getArgAttrOfType<StringAttr>(index, kNameAttr))
      taken.insert(name.getValue());
  for (auto [position, number] : llvm::enumerate(of)) {
    auto known = forward.getResultAttrOfType<StringAttr>(number, kNameAttr);
    std::string name = known ? "d" + known.getValue().str() : "dy";
    if (!known && forward.getNumResults() > 1)
      name += std::to_string(number);
    while (!taken.insert(name).second)
      name += "_";
    backward.setArgAttr(forward.getNumArguments() + position, kNameAttr,
                        builder.getStringAttr(name));
  }
}

void FunctionAdjoint::findActive() {
  for (int64_t number : wrt)
    active.insert(backward.getArgument(number));
  for (Operation *op : ops)
    if (llvm::any_of(op->getOperands(),
                     [&](Value operand) { return active.contains(operand); }))
      for (Value result : op->getResults())
        if (isDifferentiable(result.getType()))
          active.insert(result);
}

void FunctionAdjoint::add(Value value, Value gradient) {
  if (!active.contains(value))
    return;
  Value &sum = gradients[value];
  sum = sum ? arith::AddFOp::create(builder, gradient.getLoc(), sum, gradient)
                  .getResult()
            : gradient;
}

/// Whether rows have slices of their own of `value`, through reshapes.
static bool isByRow(Value value) {
  for (OpOperand &use : value.getUses()) {
    Operation *user = use.getOwner();
    if (auto program = dyn_cast<ProgramOp>(user)) {
      unsigned index = use.getOperandNumber();
      if (index < program.getInputs().size() &&
          program.getInputAccess(index).getKind() == AccessKind::Row)
        return true;
    } else if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp,
                   tensor::CastOp>(user) &&
               isByRow(user->getResult(0))) {
      return true;
    }
  }
  return false;
}

/// The gradient of `value` is `accumulator` and what is added to it; where only
/// a reshape of `value` is used, it is the gradient of that.
void FunctionAdjoint::startFrom(Value value, Value accumulator) {
  Operation *user = value.hasOneUse() ? *value.getUsers().begin() : nullptr;
  gradients[value] = accumulator;
  if (!user || !isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(user))
    return;
  Type element = cast<RankedTensorType>(accumulator.getType()).getElementType();
  auto type =
      cast<RankedTensorType>(user->getResult(0).getType()).clone(element);
  Location loc = user->getLoc();
  Value reshaped;
  if (auto expanded = dyn_cast<tensor::ExpandShapeOp>(user))
    reshaped = tensor::ExpandShapeOp::create(builder, loc, type, accumulator,
                                             expanded.getReassociationIndices(),
                                             expanded.getMixedOutputShape());
  else
    reshaped = tensor::CollapseShapeOp::create(
        builder, loc, type, accumulator,
        cast<tensor::CollapseShapeOp>(user).getReassociationIndices());
  gradients.erase(value);
  startFrom(user->getResult(0), reshaped);
}

/// One argument for each gradient that is added to: "dx0" of "x".
void FunctionAdjoint::addAccumulators() {
  for (int64_t number : accumulate) {
    Value argument = backward.getArgument(number);
    auto type = cast<RankedTensorType>(argument.getType());
    if (!isByRow(argument) && !type.getElementType().isF64())
      type = type.clone(builder.getF32Type());
    unsigned position = backward.getNumArguments();
    auto name = builder.getNamedAttr(
        kNameAttr, builder.getStringAttr(getGradientName(number) + "0"));
    (void)backward.insertArgument(
        position, type, builder.getDictionaryAttr(name), forward.getLoc());
    startFrom(argument, backward.getArgument(position));
  }
}

/// Every name has to be that of an op that computes a number of a row.
LogicalResult FunctionAdjoint::checkSaved() {
  llvm::SetVector<StringRef> known;
  forward.walk([&](ProgramOp program) {
    for (Value number : findRowNumbers(program, std::nullopt))
      known.insert(number.getDefiningOp()->getName().getStringRef());
  });
  for (const std::string &name : save)
    if (!known.contains(name))
      return forward.emitOpError("has no number of a row, or of a head, that '")
             << name << "' computes; expects 'save' to name some of "
             << llvm::join(known, ", ");
  return success();
}

/// The function with more results: the numbers of rows that are to be saved.
LogicalResult FunctionAdjoint::createSaving(SymbolTable &symbols) {
  if (save.empty())
    return success();
  if (failed(checkSaved()))
    return failure();
  builder.setInsertionPointAfter(forward);
  auto saving = cast<func::FuncOp>(builder.clone(*forward));
  saving.setName((forward.getName() + "_forward").str());
  symbols.insert(saving);
  SmallVector<Value> numbers;
  SmallVector<ProgramOp> programs;
  saving.walk([&](ProgramOp program) { programs.push_back(program); });
  for (ProgramOp program : programs) {
    SmallVector<Value> kept = findRowNumbers(program, ArrayRef(save));
    if (kept.empty())
      continue;
    builder.setInsertionPoint(program);
    ProgramOp longer = addResults(builder, program, kept);
    unsigned numResults = program.getNumResults();
    program->replaceAllUsesWith(longer.getResults().take_front(numResults));
    llvm::append_range(numbers, longer.getResults().drop_front(numResults));
    program->erase();
  }
  Operation *terminator = saving.getFunctionBody().front().getTerminator();
  terminator->insertOperands(terminator->getNumOperands(), numbers);
  for (auto [number, value] : llvm::enumerate(numbers)) {
    auto name = builder.getNamedAttr(
        kNameAttr, builder.getStringAttr("saved" + std::to_string(number)));
    (void)saving.insertResult(saving.getNumResults(), value.getType(),
                              builder.getDictionaryAttr(name));
  }
  return success();
}

/// An argument for each number that was saved.
void FunctionAdjoint::addSaved() {
  unsigned count = 0;
  for (Operation *op : ops) {
    auto program = dyn_cast<ProgramOp>(op);
    if (!program || save.empty())
      continue;
    SmallVector<Value> numbers = findRowNumbers(program, ArrayRef(save));
    if (numbers.empty())
      continue;
    // Their types are those of the results of the saving function.
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPoint(program);
    ProgramOp longer = addResults(builder, program, numbers);
    auto types = ValueRange(longer.getResults())
                     .drop_front(program.getNumResults())
                     .getTypes();
    for (auto [number, type] : llvm::zip_equal(numbers, types)) {
      unsigned position = backward.getNumArguments();
      auto name = builder.getNamedAttr(
          kNameAttr, builder.getStringAttr("saved" + std::to_string(count++)));
      (void)backward.insertArgument(
          position, type, builder.getDictionaryAttr(name), forward.getLoc());
      saved[program].push_back({number, backward.getArgument(position)});
    }
    longer->erase();
  }
}

/// Inputs whose gradients one program can have: those that groups of rows have
/// in common and those that repeat in cycles need programs of their own.
static SmallVector<llvm::BitVector>
splitByPeriod(ProgramOp program, const llvm::BitVector &wanted) {
  SmallVector<llvm::BitVector> parts = {wanted};
  SmallVector<AccessAttr> periods;
  for (unsigned index : wanted.set_bits()) {
    AccessAttr access = program.getInputAccess(index);
    if (access.getKind() != AccessKind::Group &&
        access.getKind() != AccessKind::Cycle)
      continue;
    auto *known = llvm::find(periods, access);
    size_t part = known - periods.begin();
    if (known == periods.end())
      periods.push_back(access);
    if (part == 0)
      continue;
    if (part == parts.size())
      parts.emplace_back(wanted.size());
    parts.front().reset(index);
    parts[part].set(index);
  }
  return parts;
}

LogicalResult FunctionAdjoint::propagateProgram(ProgramOp program) {
  AdjointRequest request;
  request.wanted.resize(program.getInputs().size());
  request.saved = saved.lookup(program);
  llvm::DenseSet<Value> seen;
  for (Value result : program.getResults())
    request.ofResults.push_back(gradients.lookup(result));
  for (auto [index, input] : llvm::enumerate(program.getInputs())) {
    if (active.contains(input))
      request.wanted.set(index);
    request.known.push_back(seen.insert(input).second ? gradients.lookup(input)
                                                      : Value());
  }
  for (llvm::BitVector &wanted : splitByPeriod(program, request.wanted)) {
    request.wanted = wanted;
    FailureOr<SmallVector<Value>> ofInputs =
        buildAdjoint(builder, program, request);
    if (failed(ofInputs))
      return failure();
    for (auto [index, input] : llvm::enumerate(program.getInputs())) {
      if (!(*ofInputs)[index])
        continue;
      if (request.known[index])
        gradients[input] = (*ofInputs)[index];
      else
        add(input, (*ofInputs)[index]);
    }
  }
  for (auto [index, output] : llvm::enumerate(program.getOutputs()))
    if (request.ofResults[index] &&
        program.getOutputAccess(index).addsToOperand())
      add(output, request.ofResults[index]);
  return success();
}

LogicalResult FunctionAdjoint::propagateReshape(Operation *op, Value gradient) {
  Location loc = op->getLoc();
  Value source = op->getOperand(0);
  auto type = cast<RankedTensorType>(source.getType());
  if (auto expanded = dyn_cast<tensor::ExpandShapeOp>(op)) {
    add(source,
        tensor::CollapseShapeOp::create(builder, loc, type, gradient,
                                        expanded.getReassociationIndices()));
  } else if (auto collapsed = dyn_cast<tensor::CollapseShapeOp>(op)) {
    add(source,
        tensor::ExpandShapeOp::create(
            builder, loc, type, gradient, collapsed.getReassociationIndices(),
            tensor::getMixedSizes(builder, loc, source)));
  } else if (isa<tensor::CastOp>(op)) {
    add(source, tensor::CastOp::create(builder, loc, type, gradient));
  } else {
    return op->emitOpError("has no adjoint: gradients go through row programs "
                           "and through reshapes of tensors, but one is wanted "
                           "of what it takes");
  }
  return success();
}

LogicalResult FunctionAdjoint::propagate(Operation *op) {
  bool hasGradient = llvm::any_of(op->getResults(), [&](Value result) {
    return active.contains(result) && gradients.lookup(result);
  });
  if (!hasGradient)
    return success();
  if (auto program = dyn_cast<ProgramOp>(op))
    return propagateProgram(program);
  return propagateReshape(op, gradients.lookup(op->getResult(0)));
}

/// "dx" of "x".
std::string FunctionAdjoint::getGradientName(int64_t number) {
  auto name = forward.getArgAttrOfType<StringAttr>(number, kNameAttr);
  return "d" + (name ? name.getValue().str() : "arg" + std::to_string(number));
}

/// Returns the gradients of the arguments, in the order asked for.
LogicalResult FunctionAdjoint::buildReturn() {
  SmallVector<Value> results;
  SmallVector<DictionaryAttr> attributes;
  for (int64_t number : wrt) {
    Value gradient = gradients.lookup(backward.getArgument(number));
    if (!gradient)
      return forward.emitOpError("has results that do not depend on argument ")
             << number << ", so that it has no gradient";
    results.push_back(gradient);
    attributes.push_back(builder.getDictionaryAttr(builder.getNamedAttr(
        kNameAttr, builder.getStringAttr(getGradientName(number)))));
  }
  func::ReturnOp::create(builder, forward.getLoc(), results);
  backward.setFunctionType(builder.getFunctionType(
      backward.getArgumentTypes(), ValueRange(results).getTypes()));
  backward.setAllResultAttrs(attributes);
  return success();
}

LogicalResult FunctionAdjoint::build(SymbolTable &symbols) {
  if (failed(createSaving(symbols)))
    return failure();
  createFunction();
  symbols.insert(backward);
  findActive();
  addSaved();
  addAccumulators();
  unsigned first = forward.getNumArguments();
  for (auto [position, number] : llvm::enumerate(of))
    add(returned[number], backward.getArgument(first + position));
  for (Operation *op : llvm::reverse(ops))
    if (failed(propagate(op)))
      return failure();
  if (choosesArguments)
    llvm::erase_if(wrt, [&](int64_t number) {
      return !gradients.lookup(backward.getArgument(number));
    });
  if (wrt.empty())
    return forward.emitOpError("has no argument of f16, bf16, f32 or f64 that "
                               "its results depend on");
  return buildReturn();
}

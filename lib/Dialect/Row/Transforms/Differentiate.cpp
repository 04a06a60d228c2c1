//===- Differentiate.cpp - Backward functions of functions ----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reverse mode over the ops of a function: programs have backward programs,
// and reshapes of a gradient undo those of a value. What forward computes and
// backward needs is computed again.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Dialect/Row/IR/Row.h"
#include "seednorm/Dialect/Row/Transforms/Passes.h"

#include "ProgramAdjoint.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringSet.h"

namespace seednorm::row {
#define GEN_PASS_DEF_ROWDIFFERENTIATEPASS
#include "seednorm/Dialect/Row/Transforms/Passes.h.inc"
} // namespace seednorm::row

using namespace mlir;
using namespace seednorm::row;

/// What the caller knows an argument or result by, as the compiler has it.
static constexpr llvm::StringLiteral kNameAttr = "seednorm.name";

/// Whether a tensor has elements that gradients are had of.
static bool isDifferentiable(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  Type element = tensor ? tensor.getElementType() : Type();
  return element && (element.isF16() || element.isBF16() || element.isF32() ||
                     element.isF64());
}

namespace {

/// Builds the backward function of one function.
class FunctionAdjoint {
public:
  FunctionAdjoint(func::FuncOp forward, ArrayRef<int64_t> wrt,
                  ArrayRef<int64_t> of)
      : forward(forward), wrt(wrt), of(of), builder(forward.getContext()) {}

  LogicalResult build(SymbolTable &symbols);

private:
  LogicalResult chooseResults();
  LogicalResult chooseArguments();
  LogicalResult checkNumbers(ArrayRef<int64_t> numbers, int64_t count,
                             StringRef what, StringRef option);
  void createFunction();
  void nameArguments();
  void findActive();
  LogicalResult propagate(Operation *op);
  LogicalResult propagateProgram(ProgramOp program);
  LogicalResult propagateReshape(Operation *op, Value gradient);
  void add(Value value, Value gradient);
  LogicalResult buildReturn();

  func::FuncOp forward, backward;
  SmallVector<int64_t> wrt, of;
  OpBuilder builder;
  SmallVector<Operation *> ops; ///< Of the copy of the forward function.
  SmallVector<Value> returned;
  llvm::DenseSet<Value> active;
  llvm::DenseMap<Value, Value> gradients;
};

} // namespace

//===----------------------------------------------------------------------===//
// What is asked for
//===----------------------------------------------------------------------===//

LogicalResult FunctionAdjoint::checkNumbers(ArrayRef<int64_t> numbers,
                                            int64_t count, StringRef what,
                                            StringRef option) {
  for (int64_t number : numbers) {
    if (number < 0 || number >= count)
      return forward.emitOpError("has ")
             << count << " " << what << "s, but '" << option << "' asks for "
             << what << " " << number;
    if (llvm::count(numbers, number) > 1)
      return forward.emitOpError("expects '")
             << option << "' to name a " << what << " once, but got " << number
             << " twice";
  }
  return success();
}

LogicalResult FunctionAdjoint::chooseResults() {
  if (failed(checkNumbers(of, forward.getNumResults(), "result", "of")))
    return failure();
  if (of.empty())
    llvm::append_range(of, llvm::seq<int64_t>(0, forward.getNumResults()));
  for (int64_t number : of)
    if (Type type = forward.getResultTypes()[number]; !isDifferentiable(type))
      return forward.emitOpError("expects results of f16, bf16, f32 or f64 to "
                                 "be differentiated, but result ")
             << number << " is " << type << "; choose others with 'of'";
  if (of.empty())
    return forward.emitOpError("has no result to be differentiated");
  return success();
}

/// Those asked for, or all that results depend on.
LogicalResult FunctionAdjoint::chooseArguments() {
  if (failed(checkNumbers(wrt, forward.getNumArguments(), "argument", "wrt")))
    return failure();
  for (int64_t number : wrt)
    if (Type type = forward.getArgumentTypes()[number]; !isDifferentiable(type))
      return forward.emitOpError("expects arguments of f16, bf16, f32 or f64 "
                                 "to have gradients, but argument ")
             << number << " is " << type;
  if (!wrt.empty())
    return success();
  for (auto [number, type] : llvm::enumerate(forward.getArgumentTypes()))
    if (isDifferentiable(type))
      wrt.push_back(number);
  return success();
}

//===----------------------------------------------------------------------===//
// Function
//===----------------------------------------------------------------------===//

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

LogicalResult FunctionAdjoint::propagateProgram(ProgramOp program) {
  unsigned numInputs = program.getInputs().size();
  llvm::BitVector wanted(numInputs);
  SmallVector<Value> ofResults, known;
  llvm::DenseSet<Value> seen;
  for (Value result : program.getResults())
    ofResults.push_back(gradients.lookup(result));
  for (auto [index, input] : llvm::enumerate(program.getInputs())) {
    if (active.contains(input))
      wanted.set(index);
    known.push_back(seen.insert(input).second ? gradients.lookup(input)
                                              : Value());
  }
  FailureOr<SmallVector<Value>> ofInputs =
      buildAdjoint(builder, program, ofResults, wanted, known);
  if (failed(ofInputs))
    return failure();
  for (auto [index, input] : llvm::enumerate(program.getInputs())) {
    if (!(*ofInputs)[index])
      continue;
    if (known[index])
      gradients[input] = (*ofInputs)[index];
    else
      add(input, (*ofInputs)[index]);
  }
  for (auto [index, output] : llvm::enumerate(program.getOutputs()))
    if (ofResults[index] && program.getOutputAccess(index).addsToOperand())
      add(output, ofResults[index]);
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
    auto name = forward.getArgAttrOfType<StringAttr>(number, kNameAttr);
    attributes.push_back(builder.getDictionaryAttr(builder.getNamedAttr(
        kNameAttr,
        builder.getStringAttr("d" + (name ? name.getValue().str()
                                          : "arg" + std::to_string(number))))));
  }
  func::ReturnOp::create(builder, forward.getLoc(), results);
  backward.setFunctionType(builder.getFunctionType(
      backward.getArgumentTypes(), ValueRange(results).getTypes()));
  backward.setAllResultAttrs(attributes);
  return success();
}

LogicalResult FunctionAdjoint::build(SymbolTable &symbols) {
  if (!forward.getFunctionBody().hasOneBlock())
    return forward.emitOpError("expects a single block to be differentiated");
  bool choosesArguments = wrt.empty();
  if (failed(chooseResults()) || failed(chooseArguments()))
    return failure();
  createFunction();
  symbols.insert(backward);
  findActive();
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

namespace {
struct RowDifferentiatePass
    : seednorm::row::impl::RowDifferentiatePassBase<RowDifferentiatePass> {
  using RowDifferentiatePassBase::RowDifferentiatePassBase;

  void runOnOperation() override {
    SmallVector<func::FuncOp> functions;
    for (auto candidate : getOperation().getOps<func::FuncOp>())
      if (function.empty() ? candidate.isPublic() && !candidate.isExternal()
                           : candidate.getName() == function)
        functions.push_back(candidate);
    if (functions.empty()) {
      getOperation().emitOpError("has no function ")
          << (function.empty() ? "with a body" : "'" + function + "'")
          << " to be differentiated";
      return signalPassFailure();
    }
    SymbolTable symbols(getOperation());
    for (func::FuncOp candidate : functions)
      if (candidate.isExternal() ||
          failed(FunctionAdjoint(candidate, wrt, of).build(symbols)))
        return signalPassFailure();
  }
};
} // namespace

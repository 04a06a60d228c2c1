//===- Fusion.cpp - Two row programs as one -------------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One body after the other: what the first hands to the second is a value.
//
//===----------------------------------------------------------------------===//

#include "Fusion.h"

#include "seednorm/Dialect/Row/Analysis/RowBytes.h"
#include "seednorm/Dialect/Row/Transforms/ProgramRelation.h"
#include "seednorm/Dialect/Row/Transforms/Spread.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace seednorm::row;

OpResult seednorm::row::getResultOf(ProgramOp first, Value value) {
  auto result = dyn_cast<OpResult>(getReshapeSource(value));
  return result && result.getOwner() == first ? result : OpResult();
}

bool seednorm::row::hasOtherUses(OpResult result, ProgramOp second) {
  SmallVector<Value> shapes = {result};
  while (!shapes.empty())
    for (Operation *user : shapes.pop_back_val().getUsers()) {
      if (isReshape(user))
        shapes.push_back(user->getResult(0));
      else if (user != second)
        return true;
    }
  return false;
}

namespace {
/// Builds the program that does what two do.
class Fusion {
public:
  Fusion(ProgramOp first, ProgramOp second, bool recomputes)
      : first(first), second(second), recomputes(recomputes) {}
  /// Replaces both; of one that is recomputed, what others use stays.
  ProgramOp build(const Place &place);

private:
  void addInputs(ProgramOp program);
  unsigned findInput(Value input, AccessAttr access, Type slice) const;
  void addOutputs();
  AccessAttr findRecomputedAccess();
  SmallVector<Value> takeBlock(ProgramOp fused);
  void buildBody(ProgramOp fused);

  ProgramOp first, second;
  bool recomputes;
  SmallVector<Value> inputs, outputs;
  SmallVector<AccessAttr> inputAccesses, outputAccesses;
  SmallVector<Type> slices;
  /// Block arguments of the two programs, by the input they have become.
  SmallVector<std::pair<BlockArgument, unsigned>> arguments;
  unsigned numFirstInputs = 0; ///< Of `inputs`; the others are the second's.
  SmallVector<unsigned> kept;  ///< Results of the first with other uses.
};
} // namespace

/// How the second takes the results of the first: all in the same way.
AccessAttr Fusion::findRecomputedAccess() {
  for (auto [index, input] : llvm::enumerate(second.getInputs()))
    if (getResultOf(first, input))
      return second.getInputAccess(index);
  llvm_unreachable("what is recomputed is used");
}

void Fusion::addInputs(ProgramOp program) {
  AccessAttr outer;
  if (recomputes && program == first)
    outer = findRecomputedAccess();
  for (auto [index, input] : llvm::enumerate(program.getInputs())) {
    if (getResultOf(first, input))
      continue;
    AccessAttr access = program.getInputAccess(index);
    if (outer)
      access = compose(access, outer);
    BlockArgument argument = program.getBodyBlock().getArgument(index);
    unsigned number = findInput(input, access, argument.getType());
    arguments.push_back({argument, number});
    if (number < inputs.size())
      continue;
    inputs.push_back(input);
    inputAccesses.push_back(access);
    slices.push_back(argument.getType());
  }
}

/// The input with the same slices, maybe in another shape; a new one if there
/// is none.
unsigned Fusion::findInput(Value input, AccessAttr access, Type slice) const {
  int64_t elements = getNumElements(slice);
  for (auto [number, other] : llvm::enumerate(inputs))
    if (inputAccesses[number] == access &&
        getReshapeSource(other) == getReshapeSource(input) &&
        getNumElements(slices[number]) == elements &&
        getNumStoredElements(other.getType(), slices[number]) == elements &&
        getNumStoredElements(input.getType(), slice) == elements)
      return number;
  return inputs.size();
}

void Fusion::addOutputs() {
  if (!recomputes)
    for (OpResult result : first->getResults()) {
      if (!hasOtherUses(result, second))
        continue;
      unsigned index = result.getResultNumber();
      kept.push_back(index);
      outputs.push_back(first.getOutputs()[index]);
      outputAccesses.push_back(first.getOutputAccess(index));
    }
  llvm::append_range(outputs, second.getOutputs());
  llvm::append_range(outputAccesses,
                     second.getOutputAccesses().getAsRange<AccessAttr>());
}

/// The body of `program` at the end of another, with values for its arguments:
/// moved there, as the program goes, unless it is kept. Returns what it yields.
static SmallVector<Value> takeBody(OpBuilder &builder, ProgramOp program,
                                   ArrayRef<Value> arguments, bool isKept) {
  Block &body = program.getBodyBlock();
  if (isKept) {
    IRMapping mapping;
    mapping.map(body.getArguments(), arguments);
    for (Operation &op : body.without_terminator())
      builder.clone(op, mapping);
    return llvm::map_to_vector(
        program.getYield().getValues(),
        [&](Value value) { return mapping.lookup(value); });
  }
  for (auto [argument, value] : llvm::zip_equal(body.getArguments(), arguments))
    argument.replaceAllUsesWith(value);
  builder.getBlock()->getOperations().splice(builder.getInsertionPoint(),
                                             body.getOperations(), body.begin(),
                                             std::prev(body.end()));
  return llvm::to_vector(program.getYield().getValues());
}

/// Makes the block of `first` that of `fused`, with the arguments this one has,
/// instead of moving its ops: in a chain, `first` grows with each program.
/// Returns what it yields.
SmallVector<Value> Fusion::takeBlock(ProgramOp fused) {
  Location loc = fused.getLoc();
  fused.getBody().takeBody(first.getBody());
  Block &block = fused.getBodyBlock();
  unsigned numOld = block.getNumArguments();
  for (Type slice : llvm::drop_begin(slices, numOld))
    block.addArgument(slice, loc);
  SmallVector<Value> yielded = llvm::to_vector(fused.getYield().getValues());
  fused.getYield().erase();
  return yielded;
}

/// Puts the bodies one after the other.
void Fusion::buildBody(ProgramOp fused) {
  // Only equal inputs are less than there were.
  bool isWhole = !recomputes && numFirstInputs == first.getInputs().size();
  SmallVector<Value> handed;
  if (isWhole)
    handed = takeBlock(fused);
  auto builder = OpBuilder::atBlockEnd(&fused.getBodyBlock());
  llvm::DenseMap<Value, Value> values;
  for (auto [argument, number] :
       ArrayRef(arguments).drop_front(isWhole ? numFirstInputs : 0))
    values[argument] = buildSpread(builder, argument.getLoc(),
                                   fused.getBodyBlock().getArgument(number),
                                   argument.getType());
  auto getValues = [&](ProgramOp program) {
    return llvm::map_to_vector(
        program.getBodyBlock().getArguments(),
        [&](BlockArgument argument) { return values.lookup(argument); });
  };
  if (!isWhole)
    handed = takeBody(builder, first, getValues(first), recomputes);
  for (auto [index, input] : llvm::enumerate(second.getInputs()))
    if (OpResult result = getResultOf(first, input)) {
      BlockArgument argument = second.getBodyBlock().getArgument(index);
      values[argument] =
          buildSpread(builder, argument.getLoc(),
                      handed[result.getResultNumber()], argument.getType());
    }
  SmallVector<Value> yielded =
      llvm::map_to_vector(kept, [&](unsigned index) { return handed[index]; });
  Location loc = second.getYield().getLoc();
  llvm::append_range(yielded, takeBody(builder, second, getValues(second),
                                       /*isKept=*/false));
  YieldOp::create(builder, loc, yielded);
}

/// Where both programs are, as long as that is a few places: MLIR makes the
/// places of fused locations one list, anew each time.
static Location fuseLocations(ProgramOp first, ProgramOp second) {
  constexpr size_t kMaxPlaces = 16;
  auto fused = dyn_cast<FusedLoc>(first.getLoc());
  if (fused && fused.getLocations().size() >= kMaxPlaces)
    return fused;
  return FusedLoc::get(first.getContext(), {first.getLoc(), second.getLoc()});
}

/// Erases reshapes of `value` that nothing uses.
static void eraseUnusedReshapes(Value value) {
  for (Operation *user : llvm::make_early_inc_range(value.getUsers())) {
    if (!isReshape(user))
      continue;
    eraseUnusedReshapes(user->getResult(0));
    if (user->use_empty())
      user->erase();
  }
}

ProgramOp Fusion::build(const Place &place) {
  addInputs(first);
  numFirstInputs = inputs.size();
  addInputs(second);
  addOutputs();
  FusedPrograms all = getFusedPrograms(second), more = getFusedPrograms(first);
  OpBuilder builder(place.before);
  auto fused = ProgramOp::create(builder, fuseLocations(first, second), inputs,
                                 outputs, inputAccesses, outputAccesses, slices,
                                 [](OpBuilder &, Location, ValueRange) {});
  buildBody(fused);
  // What is recomputed was computed once, for few rows.
  setFusedPrograms(fused, {all.number + more.number,
                           all.rowBytes + (recomputes ? 0 : more.rowBytes)});
  second->replaceAllUsesWith(fused->getResults().drop_front(kept.size()));
  second->erase();
  for (auto [index, result] : llvm::enumerate(kept))
    first->getResult(result).replaceAllUsesWith(fused->getResult(index));
  for (Operation *op : llvm::reverse(place.waiting))
    op->moveAfter(fused);
  for (OpResult result : first->getResults())
    eraseUnusedReshapes(result);
  if (first->use_empty())
    first->erase();
  return fused;
}

ProgramOp seednorm::row::fuse(ProgramOp first, ProgramOp second,
                              const Place &place, bool recomputes) {
  return Fusion(first, second, recomputes).build(place);
}

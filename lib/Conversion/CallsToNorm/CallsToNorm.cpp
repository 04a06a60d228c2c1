//===- CallsToNorm.cpp - Calls of norms by name, as norms -----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a norm is called and what it takes follows from the operations that the
// dialect registers: there is no table of norms here.
//
//===----------------------------------------------------------------------===//

#include "ConvertAttribute.h"
#include "NamedCall.h"

#include "seednorm/Conversion/Passes.h"
#include "seednorm/Dialect/Norm/IR/Norm.h"
#include "seednorm/Utils/OperandCount.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"

namespace seednorm {
#define GEN_PASS_DEF_CONVERTCALLSTONORMPASS
#include "seednorm/Conversion/Passes.h.inc"
} // namespace seednorm

using namespace mlir;
using namespace seednorm;

//===----------------------------------------------------------------------===//
// Names and operands
//===----------------------------------------------------------------------===//

static std::optional<RegisteredOperationName> lookup(const NamedCall &call) {
  MLIRContext *context = call.op->getContext();
  StringRef dialect = norm::NormDialect::getDialectNamespace();
  auto name = RegisteredOperationName::lookup(
      (dialect + "." + call.getMnemonic()).str(), context);
  if (name && name->hasInterface<norm::FormulaOpInterface>())
    return name;
  SmallVector<std::string> known;
  for (RegisteredOperationName other : context->getRegisteredOperations())
    if (other.getDialectNamespace() == dialect &&
        other.hasInterface<norm::FormulaOpInterface>())
      known.push_back((kCallPrefix + other.stripDialect()).str());
  llvm::sort(known);
  call.emitError() << "is no norm; expects one of " << llvm::join(known, ", ");
  return std::nullopt;
}

static StringAttr getSegmentsName(MLIRContext *context) {
  return StringAttr::get(
      context,
      OpTrait::AttrSizedOperandSegments<void>::getOperandSegmentSizeAttr());
}

/// Which of `most` operands are there: as the call says, or the first ones.
static FailureOr<SmallVector<int32_t>> readSegments(const NamedCall &call,
                                                    OperandCount count) {
  int64_t given = call.op->getNumOperands();
  SmallVector<int32_t> segments(count.most, 0);
  std::fill_n(segments.begin(), given, 1);
  Attribute said = call.attributes.get(getSegmentsName(call.op->getContext()));
  if (!said)
    return segments;
  auto sizes = dyn_cast<DenseI32ArrayAttr>(said);
  bool fits = sizes && sizes.size() == count.most &&
              llvm::count(sizes.asArrayRef(), 1) == given &&
              llvm::count(sizes.asArrayRef(), 0) == count.most - given &&
              llvm::all_of(sizes.asArrayRef().take_front(count.least),
                           [](int32_t size) { return size == 1; });
  if (!fits)
    return call.emitError()
           << "expects 'operandSegmentSizes' to be an array of " << count.most
           << " integers of 32 bits, 1 for each of the " << given
           << " operands that are there, the first " << count.least
           << " among them, and 0 for others, but got " << said;
  return SmallVector<int32_t>(sizes.asArrayRef());
}

static LogicalResult addOperands(const NamedCall &call, OperationState &state) {
  OperandCount count = getOperandCount(state.name);
  int64_t given = call.op->getNumOperands();
  if (given < count.least || given > count.most)
    return call.emitError()
           << "expects " << count.least
           << (count.most > count.least ? " to " + std::to_string(count.most)
                                        : std::string())
           << " operands, but got " << given;
  state.addOperands(call.op->getOperands());
  if (!state.name.hasTrait<OpTrait::AttrSizedOperandSegments>())
    return success();
  FailureOr<SmallVector<int32_t>> segments = readSegments(call, count);
  if (failed(segments))
    return failure();
  state.addAttribute(getSegmentsName(call.op->getContext()),
                     DenseI32ArrayAttr::get(call.op->getContext(), *segments));
  return success();
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

static LogicalResult addAttributes(const NamedCall &call,
                                   RegisteredOperationName norm,
                                   OperationState &state) {
  StringAttr segments = getSegmentsName(call.op->getContext());
  bool hasSegments = norm.hasTrait<OpTrait::AttrSizedOperandSegments>();
  for (NamedAttribute given : call.attributes) {
    if (hasSegments && given.getName() == segments)
      continue;
    StringAttr name = given.getName();
    if (!llvm::is_contained(norm.getAttributeNames(), name)) {
      SmallVector<StringRef> known;
      for (StringAttr other : norm.getAttributeNames())
        if (!hasSegments || other != segments)
          known.push_back(other);
      return call.emitError()
             << "has "
             << (known.empty() ? std::string("no attributes")
                               : "attributes " + llvm::join(known, ", "))
             << ", but got '" << name.getValue() << "'";
    }
    std::string expected;
    Attribute value = convertAttribute(norm, name, given.getValue(), expected);
    if (!value)
      return call.emitError() << "expects '" << name.getValue() << "' to be "
                              << expected << ", but got " << given.getValue();
    state.addAttribute(name, value);
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

/// What the verifier of the norm says, as an error at the call.
static LogicalResult verifyNorm(const NamedCall &call, Operation *norm) {
  std::string message;
  LogicalResult result = success();
  {
    ScopedDiagnosticHandler handler(norm->getContext(),
                                    [&](Diagnostic &diagnostic) {
                                      if (message.empty())
                                        message = diagnostic.str();
                                      return success();
                                    });
    result = verify(norm);
  }
  if (succeeded(result))
    return success();
  StringRef text = message;
  std::string prefix = "'" + norm->getName().getStringRef().str() + "' op ";
  text.consume_front(prefix);
  return call.emitError() << text;
}

static LogicalResult convertCall(const NamedCall &call) {
  std::optional<RegisteredOperationName> name = lookup(call);
  if (!name)
    return failure();
  OperationState state(call.op->getLoc(), *name);
  state.addTypes(call.op->getResultTypes());
  if (failed(addOperands(call, state)) ||
      failed(addAttributes(call, *name, state)))
    return failure();
  OpBuilder builder(call.op);
  Operation *norm = builder.create(state);
  if (failed(verifyNorm(call, norm))) {
    norm->erase();
    return failure();
  }
  call.op->replaceAllUsesWith(norm);
  call.op->erase();
  return success();
}

//===----------------------------------------------------------------------===//
// Decompositions
//===----------------------------------------------------------------------===//

/// How often each symbol of `table` is referred to from it; nothing if unknown
/// ops may have tables of their own.
static std::optional<DenseMap<StringAttr, unsigned>>
countUses(Operation *table) {
  auto uses = SymbolTable::getSymbolUses(&table->getRegion(0));
  if (!uses)
    return std::nullopt;
  DenseMap<StringAttr, unsigned> counts;
  for (const SymbolTable::SymbolUse &use : *uses)
    ++counts[use.getSymbolRef().getRootReference()];
  return counts;
}

/// Erases those of `names` that are private and not referred to, and what only
/// they refer to.
static void eraseUnused(Operation *table,
                        llvm::SmallSetVector<StringAttr, 4> names) {
  while (!names.empty()) {
    std::optional<DenseMap<StringAttr, unsigned>> uses = countUses(table);
    if (!uses)
      return;
    llvm::SmallSetVector<StringAttr, 4> next;
    for (StringAttr name : names) {
      auto symbol = dyn_cast_if_present<SymbolOpInterface>(
          SymbolTable::lookupSymbolIn(table, name));
      if (!symbol || !symbol.isPrivate() || uses->contains(name))
        continue;
      if (auto inner = SymbolTable::getSymbolUses(symbol))
        for (const SymbolTable::SymbolUse &use : *inner)
          next.insert(use.getSymbolRef().getRootReference());
      symbol.erase();
    }
    names = std::move(next);
  }
}

namespace {
struct ConvertCallsToNorm
    : seednorm::impl::ConvertCallsToNormPassBase<ConvertCallsToNorm> {
  void runOnOperation() override {
    SmallVector<Operation *> ops;
    getOperation()->walk([&](Operation *op) { ops.push_back(op); });
    // By the symbol tables that they are in.
    llvm::MapVector<Operation *, llvm::SmallSetVector<StringAttr, 4>> unused;
    bool isFine = true;
    for (Operation *op : ops) {
      FailureOr<std::optional<NamedCall>> call = NamedCall::read(op);
      if (succeeded(call) && !*call)
        continue;
      if (failed(call)) {
        isFine = false;
        continue;
      }
      Operation *table = SymbolTable::getNearestSymbolTable(op);
      SymbolRefAttr decomposition = (*call)->decomposition;
      if (failed(convertCall(**call)))
        isFine = false;
      else if (decomposition && table && getOperation()->isAncestor(table))
        unused[table].insert(decomposition.getRootReference());
    }
    if (!isFine)
      return signalPassFailure();
    for (auto &[table, names] : unused)
      eraseUnused(table, std::move(names));
  }
};
} // namespace

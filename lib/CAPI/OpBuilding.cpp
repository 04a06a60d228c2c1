//===- OpBuilding.cpp - An operation from untrusted parts -----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Only operations whose result type follows from their operands are taken:
// those of the norm dialect, and element-wise ones.
//
//===----------------------------------------------------------------------===//

#include "OpBuilding.h"

#include "seednorm/Utils/OperandCount.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Operation.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace seednorm;
using capi::OpDescription;

namespace {

/// Keeps the first error for a message that starts with the operation's name.
class ErrorCollector {
public:
  ErrorCollector(MLIRContext *context, StringRef op)
      : op(op), handler(context, [this](Diagnostic &diagnostic) {
          if (message.empty())
            message = diagnostic.str();
          return success();
        }) {}

  llvm::Error takeError() const {
    StringRef text = message;
    // 'norm.rms_norm' op expects ...
    if (text.consume_front("'") && text.consume_front(op) &&
        text.consume_front("' op "))
      return makeError(text);
    return makeError(message);
  }

  llvm::Error makeError(const Twine &text) const {
    return llvm::createStringError(op.split('.').second + ": " + text);
  }

private:
  StringRef op;
  std::string message;
  ScopedDiagnosticHandler handler;
};

} // namespace

static bool isSupported(OperationName name) {
  if (!name.hasInterface<InferTypeOpInterface>() ||
      getOperandCount(name).most == 0)
    return false;
  return name.getDialectNamespace() == "norm" ||
         (name.hasTrait<OpTrait::Elementwise>() &&
          name.hasTrait<OpTrait::SameOperandsAndResultType>());
}

static llvm::Error addAttributes(OperationState &state,
                                 const OpDescription &description,
                                 const ErrorCollector &errors) {
  ArrayRef<StringAttr> known = state.name.getAttributeNames();
  for (auto [name, value] : description.attributes) {
    if (!llvm::is_contained(known, name)) {
      std::string names = llvm::join(
          llvm::map_range(known, [](StringAttr n) { return n.str(); }), ", ");
      return errors.makeError("expects an attribute to be one of " + names +
                              ", but got '" + name + "'");
    }
    Attribute attribute = parseAttribute(value, state.getContext());
    if (!attribute)
      return errors.makeError("expects '" + name +
                              "' to be an attribute of MLIR, but got '" +
                              value + "'");
    if (state.attributes.getNamed(name))
      return errors.makeError("expects '" + name + "' once, but got it twice");
    state.addAttribute(name, attribute);
  }
  auto emitError = [&] { return mlir::emitError(state.location); };
  if (failed(state.name.verifyInherentAttrs(state.attributes, emitError)))
    return errors.takeError();
  return llvm::Error::success();
}

/// The types of results depend on properties, which only an operation has.
static LogicalResult inferTypes(OperationState &state) {
  Operation *untyped = Operation::create(state);
  LogicalResult result =
      state.name.getInterface<InferTypeOpInterface>()->inferReturnTypes(
          state.getContext(), state.location, state.operands,
          untyped->getAttrDictionary(), untyped->getPropertiesStorage(),
          untyped->getRegions(), state.types);
  untyped->destroy();
  return result;
}

/// Adds the operands that are there. Of at most `most`, those behind the last
/// one are absent.
static void addOperands(OperationState &state, const OpDescription &description,
                        int64_t most) {
  SmallVector<int32_t> segments;
  for (Value operand : description.operands) {
    segments.push_back(operand ? 1 : 0);
    if (operand)
      state.addOperands(operand);
  }
  segments.resize(std::max<size_t>(segments.size(), most));
  if (state.name.hasTrait<OpTrait::AttrSizedOperandSegments>())
    state.addAttribute(
        OpTrait::AttrSizedOperandSegments<void>::getOperandSegmentSizeAttr(),
        DenseI32ArrayAttr::get(state.getContext(), segments));
}

/// Gives the first result the elements that are asked for.
static llvm::Error setResultElement(OperationState &state,
                                    const OpDescription &description,
                                    const ErrorCollector &errors) {
  if (description.resultElement.empty())
    return llvm::Error::success();
  Type element = parseType(description.resultElement, state.getContext());
  if (!element || !RankedTensorType::isValidElementType(element))
    return errors.makeError("expects the element type of the result to be a "
                            "type of MLIR, but got '" +
                            description.resultElement + "'");
  Type &result = state.types.front();
  result = cast<RankedTensorType>(result).clone(element);
  return llvm::Error::success();
}

llvm::Expected<Operation *> capi::buildOp(const OpDescription &description,
                                          MLIRContext *context) {
  std::optional<RegisteredOperationName> name =
      RegisteredOperationName::lookup(description.name, context);
  if (!name || !isSupported(*name))
    return llvm::createStringError(
        "expects an operation of the norm dialect or an element-wise one of "
        "arith or math, but got '" +
        description.name + "'");
  ErrorCollector errors(context, description.name);
  OperandCount count = getOperandCount(*name);
  int64_t numOperands =
      llvm::count_if(description.operands, [](Value value) { return value; });
  if (numOperands < count.least || numOperands > count.most)
    return errors.makeError(
        "expects " + Twine(count.least) +
        (count.most > count.least ? " or " + std::to_string(count.most) : "") +
        " operands, but got " + Twine(numOperands));
  OperationState state(description.location, *name);
  if (llvm::Error error = addAttributes(state, description, errors))
    return std::move(error);
  addOperands(state, description, count.most);
  if (failed(inferTypes(state)))
    return errors.takeError();
  if (llvm::Error error = setResultElement(state, description, errors))
    return std::move(error);
  Operation *op = Operation::create(state);
  if (succeeded(verify(op)))
    return op;
  op->destroy();
  return errors.takeError();
}

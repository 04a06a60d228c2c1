//===- NamedCall.cpp - An op that calls a norm by its name ----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The ops' own dialects may be registered or not; names are all we go by.
//
//===----------------------------------------------------------------------===//

#include "NamedCall.h"

#include "mlir/IR/Diagnostics.h"

using namespace mlir;
using namespace seednorm;

InFlightDiagnostic NamedCall::emitError() const {
  return op->emitOpError("calls '") << name << "', which ";
}

/// The attribute in which an op keeps the name it calls; empty for other ops.
static StringRef getNameAttrName(Operation *op) {
  StringRef kind = op->getName().getStringRef();
  if (kind == "stablehlo.custom_call")
    return "call_target_name";
  if (kind == "stablehlo.composite" || kind == "torch.operator")
    return "name";
  return StringRef();
}

/// The attributes that the callee is given.
static FailureOr<DictionaryAttr> readDictionary(const NamedCall &call,
                                                StringRef attribute) {
  Attribute given = call.op->getAttr(attribute);
  // Older producers keep a dictionary where the attribute had to be a string.
  if (auto text = dyn_cast_if_present<StringAttr>(given);
      !given || (text && text.empty()))
    given = call.op->getAttr(("mhlo." + attribute).str());
  if (!given)
    return DictionaryAttr::get(call.op->getContext());
  if (auto dictionary = dyn_cast<DictionaryAttr>(given))
    return dictionary;
  call.emitError() << "expects '" << attribute
                   << "' to be a dictionary of its attributes, but got "
                   << given;
  return failure();
}

/// All attributes of an op, be they properties or not, but its name.
static DictionaryAttr readOwnAttributes(Operation *op) {
  NamedAttrList attributes(op->getDiscardableAttrDictionary());
  if (auto properties =
          dyn_cast_if_present<DictionaryAttr>(op->getPropertiesAsAttribute()))
    for (NamedAttribute property : properties)
      attributes.set(property.getName(), property.getValue());
  attributes.erase("name");
  return attributes.getDictionary(op->getContext());
}

static LogicalResult readComposite(NamedCall &call) {
  auto version = call.op->getAttrOfType<IntegerAttr>("version");
  if (version && !version.getValue().isZero())
    return call.emitError() << "expects version 0, but got "
                            << version.getValue().getSExtValue();
  call.decomposition = call.op->getAttrOfType<SymbolRefAttr>("decomposition");
  FailureOr<DictionaryAttr> attributes =
      readDictionary(call, "composite_attributes");
  if (succeeded(attributes))
    call.attributes = *attributes;
  return attributes;
}

FailureOr<std::optional<NamedCall>> NamedCall::read(Operation *op) {
  StringRef nameAttr = getNameAttrName(op);
  if (nameAttr.empty())
    return std::optional<NamedCall>();
  auto name = op->getAttrOfType<StringAttr>(nameAttr);
  if (!name)
    return std::optional<NamedCall>();
  NamedCall call{op, name.getValue(), DictionaryAttr(), SymbolRefAttr()};
  bool isTorch = op->getName().getStringRef() == "torch.operator";
  if (isTorch)
    call.name.consume_front("torch.");
  if (!call.name.starts_with(kCallPrefix))
    return std::optional<NamedCall>();
  if (isTorch) {
    call.attributes = readOwnAttributes(op);
    return std::optional<NamedCall>(call);
  }
  if (nameAttr == "name") {
    if (failed(readComposite(call)))
      return failure();
    return std::optional<NamedCall>(call);
  }
  FailureOr<DictionaryAttr> attributes = readDictionary(call, "backend_config");
  if (failed(attributes))
    return failure();
  call.attributes = *attributes;
  return std::optional<NamedCall>(call);
}

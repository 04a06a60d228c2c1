//===- ConvertAttribute.cpp - Attributes of the type an op has ------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// MLIR does not tell which types an attribute of an op may have, but it checks
// one that it is shown. So what a value could stand for is shown one by one.
//
//===----------------------------------------------------------------------===//

#include "ConvertAttribute.h"

#include "seednorm/Dialect/Norm/IR/EnumCases.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Location.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace seednorm;

static bool isAccepted(RegisteredOperationName op, StringAttr name,
                       Attribute value) {
  ScopedDiagnosticHandler silence(op.getContext(),
                                  [](Diagnostic &) { return success(); });
  NamedAttrList attributes;
  attributes.append(name, value);
  return succeeded(op.verifyInherentAttrs(
      attributes, [&] { return emitError(UnknownLoc::get(op.getContext())); }));
}

/// A number as f64 and as i64, as far as these hold it.
static SmallVector<Attribute> getNumbers(Attribute given) {
  Builder builder(given.getContext());
  SmallVector<Attribute> numbers;
  if (auto number = dyn_cast<FloatAttr>(given)) {
    APFloat value = number.getValue();
    bool loses = false;
    value.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &loses);
    if (!loses)
      numbers.push_back(FloatAttr::get(builder.getF64Type(), value));
    return numbers;
  }
  auto number = dyn_cast<IntegerAttr>(given);
  // A truth value is no number.
  if (!number || number.getType().isInteger(1))
    return numbers;
  bool isUnsigned = number.getType().isUnsignedInteger();
  APInt value = number.getValue();
  if (isUnsigned ? value.getActiveBits() > 63 : !value.isSignedIntN(64))
    return numbers;
  int64_t whole = isUnsigned ? value.getZExtValue() : value.getSExtValue();
  numbers.push_back(builder.getI64IntegerAttr(whole));
  APFloat real(APFloat::IEEEdouble());
  if (real.convertFromAPInt(APInt(64, whole, true), true,
                            APFloat::rmNearestTiesToEven) == APFloat::opOK)
    numbers.push_back(FloatAttr::get(builder.getF64Type(), real));
  return numbers;
}

/// The type that a string spells, as an attribute; null if it spells none.
static Attribute parseTypeAttr(StringAttr given) {
  ScopedDiagnosticHandler silence(given.getContext(),
                                  [](Diagnostic &) { return success(); });
  Type type = parseType(given.getValue(), given.getContext());
  return type ? TypeAttr::get(type) : Attribute();
}

static Attribute convertString(RegisteredOperationName op, StringAttr name,
                               StringAttr given, std::string &expected) {
  for (ArrayRef<norm::EnumCase> cases :
       norm::getEnumCases(given.getContext())) {
    if (!isAccepted(op, name, cases.front().attribute))
      continue;
    for (const norm::EnumCase &one : cases)
      if (one.name == given.getValue())
        return one.attribute;
    expected =
        "one of " + llvm::join(llvm::map_range(cases,
                                               [](const norm::EnumCase &one) {
                                                 return one.name;
                                               }),
                               ", ");
    return Attribute();
  }
  Attribute type = parseTypeAttr(given);
  if (type && isAccepted(op, name, type))
    return type;
  expected = isAccepted(op, name, TypeAttr::get(NoneType::get(op.getContext())))
                 ? "a type of MLIR"
                 : "a number";
  return Attribute();
}

Attribute seednorm::convertAttribute(RegisteredOperationName op,
                                     StringAttr name, Attribute given,
                                     std::string &expected) {
  if (isAccepted(op, name, given))
    return given;
  if (auto elements = dyn_cast<DenseElementsAttr>(given);
      elements && elements.getNumElements() == 1)
    return convertAttribute(op, name, *elements.value_begin<Attribute>(),
                            expected);
  if (auto string = dyn_cast<StringAttr>(given))
    return convertString(op, name, string, expected);
  for (Attribute number : getNumbers(given))
    if (isAccepted(op, name, number))
      return number;
  Builder builder(op.getContext());
  if (isAccepted(op, name, builder.getI64IntegerAttr(1)))
    expected = "an integer of 64 bits";
  else if (isAccepted(op, name, builder.getF64FloatAttr(1.0)))
    expected = "a number that f64 holds";
  else
    expected = "a string";
  return Attribute();
}

//===- RowDialect.cpp - The row dialect and its attributes ----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Registration of the dialect, and the verifiers of its attributes.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Dialect/Row/IR/Row.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Transforms/InliningUtils.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace seednorm::row;

#include "seednorm/Dialect/Row/IR/RowDialect.cpp.inc"
#include "seednorm/Dialect/Row/IR/RowEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "seednorm/Dialect/Row/IR/RowAttributes.cpp.inc"

namespace {
/// Functions may be inlined with whatever of this dialect is in them.
struct RowInlinerInterface : DialectInlinerInterface {
  using DialectInlinerInterface::DialectInlinerInterface;

  bool isLegalToInline(Operation *, Region *, bool, IRMapping &) const final {
    return true;
  }
  /// The region of a program moves with it, whatever is in it.
  bool shouldAnalyzeRecursively(Operation *) const final { return false; }
};
} // namespace

void RowDialect::initialize() {
  addInterfaces<RowInlinerInterface>();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "seednorm/Dialect/Row/IR/RowAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "seednorm/Dialect/Row/IR/RowOps.cpp.inc"
      >();
}

LogicalResult RowDialect::verifyRegionArgAttribute(Operation *op, unsigned,
                                                   unsigned,
                                                   NamedAttribute attribute) {
  // Bufferization takes them from a result to the argument it becomes.
  if (attribute.getName() == kCombineAttrName ||
      attribute.getName() == kShardsAttrName ||
      attribute.getName() == kPartOfAttrName)
    return success();
  if (attribute.getName() != kAlignmentAttrName)
    return op->emitOpError("has an argument with unknown attribute '")
           << attribute.getName().strref() << "'";
  auto bytes = dyn_cast<IntegerAttr>(attribute.getValue());
  if (bytes && bytes.getType().isInteger(64) && bytes.getInt() > 0 &&
      llvm::isPowerOf2_64(bytes.getInt()))
    return success();
  return op->emitOpError("expects '")
         << kAlignmentAttrName << "' to be a power of two of type i64, but got "
         << attribute.getValue();
}

LogicalResult AccessAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 AccessKind kind, int64_t period,
                                 Summation summation) {
  if (kind == AccessKind::Row && summation != Summation::None)
    return emitError() << "expects slices that rows have in common to be '"
                       << stringifySummation(summation)
                       << "', but each row has its own";
  bool takesPeriod = kind == AccessKind::Group || kind == AccessKind::Cycle;
  if (takesPeriod && period < 0)
    return emitError() << "expects a positive number of rows after '"
                       << stringifyAccessKind(kind) << "', but got " << period;
  if (!takesPeriod && period != 0)
    return emitError() << "expects no number after '"
                       << stringifyAccessKind(kind) << "', but got " << period;
  return success();
}

/// access ::= `<` (`summed` | `added`)? kind (`,` period)? `>`
Attribute AccessAttr::parse(AsmParser &parser, Type) {
  auto summation = Summation::None;
  StringRef keyword;
  SMLoc location = parser.getCurrentLocation();
  if (parser.parseLess() || parser.parseKeyword(&keyword))
    return {};
  if (keyword == "summed" || keyword == "added") {
    summation = *symbolizeSummation(keyword);
    location = parser.getCurrentLocation();
    if (parser.parseKeyword(&keyword))
      return {};
  }
  std::optional<AccessKind> kind = symbolizeAccessKind(keyword);
  if (!kind) {
    parser.emitError(location, "expects one of row, shared, group and cycle, "
                               "but got '")
        << keyword << "'";
    return {};
  }
  int64_t period = 0;
  if ((succeeded(parser.parseOptionalComma()) && parser.parseInteger(period)) ||
      parser.parseGreater())
    return {};
  return getChecked([&] { return parser.emitError(location); },
                    parser.getContext(), *kind, period, summation);
}

void AccessAttr::print(AsmPrinter &printer) const {
  printer << '<';
  if (isSummed())
    printer << stringifySummation(getSummation()) << ' ';
  printer << stringifyAccessKind(getKind());
  if (getPeriod())
    printer << ", " << getPeriod();
  printer << '>';
}

//===- ProgramSyntax.cpp - Parsing and printing of row.program ------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The custom syntax of `row.program`: operands with their accesses, the
// schedule among the attributes, the body as a region.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Dialect/Row/IR/Row.h"

#include "mlir/IR/OpImplementation.h"

using namespace mlir;
using namespace seednorm::row;

/// access ::= `shared` | `by` (`row` | period) |
///            (`summed` | `added`) (`by` period)?
/// period ::= (`group` | `cycle`) int?
static ParseResult parseAccess(OpAsmParser &parser, AccessAttr &access) {
  auto summation = Summation::None;
  if (succeeded(parser.parseOptionalKeyword("summed")))
    summation = Summation::Summed;
  else if (succeeded(parser.parseOptionalKeyword("added")))
    summation = Summation::Added;
  bool by = succeeded(parser.parseOptionalKeyword("by"));
  StringRef keyword = stringifyAccessKind(AccessKind::Shared);
  SMLoc location = parser.getCurrentLocation();
  if ((by || summation == Summation::None) && parser.parseKeyword(&keyword))
    return failure();
  std::optional<AccessKind> kind = symbolizeAccessKind(keyword);
  if (!kind || by != (*kind != AccessKind::Shared))
    return parser.emitError(location,
                            "expects 'by row', 'shared', 'by group' "
                            "(N), 'by cycle' (N), 'summed' or 'added', but "
                            "got '")
           << (by ? "by " : "") << keyword << "'";
  int64_t period = 0;
  if (*kind == AccessKind::Group || *kind == AccessKind::Cycle) {
    OptionalParseResult given = parser.parseOptionalInteger(period);
    if (given.has_value() && failed(*given))
      return failure();
    if (given.has_value() && period == 0)
      return parser.emitError(location, "expects a positive number of rows "
                                        "after '")
             << keyword << "', but got 0";
  }
  access =
      AccessAttr::getChecked([&] { return parser.emitError(location); },
                             parser.getContext(), *kind, period, summation);
  return success(access != nullptr);
}

static ParseResult parseOperands(OpAsmParser &parser, StringRef keyword,
                                 OperationState &state, ArrayAttr &accesses,
                                 SmallVectorImpl<Type> &types) {
  SmallVector<OpAsmParser::UnresolvedOperand> operands;
  SmallVector<Attribute> parsed;
  auto parseOne = [&]() -> ParseResult {
    AccessAttr access;
    if (parser.parseOperand(operands.emplace_back()) ||
        parser.parseColonType(types.emplace_back()) ||
        parseAccess(parser, access))
      return failure();
    parsed.push_back(access);
    return success();
  };
  SMLoc location = parser.getCurrentLocation();
  if (parser.parseKeyword(keyword) ||
      parser.parseCommaSeparatedList(AsmParser::Delimiter::Paren, parseOne) ||
      parser.resolveOperands(operands, types, location, state.operands))
    return failure();
  accesses = parser.getBuilder().getArrayAttr(parsed);
  return success();
}

ParseResult ProgramOp::parse(OpAsmParser &parser, OperationState &result) {
  Properties &properties = result.getOrAddProperties<Properties>();
  SmallVector<Type> inputs, outputs;
  if (parseOperands(parser, "ins", result, properties.input_accesses, inputs) ||
      parseOperands(parser, "outs", result, properties.output_accesses,
                    outputs))
    return failure();
  properties.operandSegmentSizes = {static_cast<int32_t>(inputs.size()),
                                    static_cast<int32_t>(outputs.size())};
  for (Type type : outputs)
    if (isa<RankedTensorType>(type))
      result.types.push_back(type);
  if (succeeded(parser.parseOptionalKeyword("schedule")) &&
      (parser.parseLParen() || parser.parseAttribute(properties.schedule) ||
       parser.parseRParen()))
    return failure();
  return failure(parser.parseOptionalAttrDictWithKeyword(result.attributes) ||
                 parser.parseRegion(*result.addRegion()));
}

void seednorm::row::printAccess(raw_ostream &stream, AccessAttr access) {
  bool isShared = access.getKind() == AccessKind::Shared;
  if (access.isSummed())
    stream << stringifySummation(access.getSummation());
  if (access.isSummed() && isShared)
    return;
  if (access.isSummed())
    stream << ' ';
  if (!isShared)
    stream << "by ";
  stream << stringifyAccessKind(access.getKind());
  if (access.getPeriod())
    stream << ' ' << access.getPeriod();
}

static void printOperands(OpAsmPrinter &printer, StringRef keyword,
                          ValueRange operands, ArrayAttr accesses) {
  printer << ' ' << keyword << '(';
  llvm::interleaveComma(
      llvm::zip_equal(operands, accesses.getAsRange<AccessAttr>()), printer,
      [&](auto pair) {
        auto [operand, access] = pair;
        printer << operand << " : " << operand.getType() << ' ';
        printAccess(printer.getStream(), access);
      });
  printer << ')';
}

void ProgramOp::print(OpAsmPrinter &printer) {
  printOperands(printer, "ins", getInputs(), getInputAccesses());
  printOperands(printer, "outs", getOutputs(), getOutputAccesses());
  if (Attribute schedule = getScheduleAttr())
    printer << " schedule(" << schedule << ')';
  printer.printOptionalAttrDictWithKeyword(
      (*this)->getAttrs(),
      {getInputAccessesAttrName(), getOutputAccessesAttrName(),
       getScheduleAttrName(), getOperandSegmentSizesAttrName()});
  printer << ' ';
  printer.printRegion(getBody());
}

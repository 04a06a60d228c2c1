//===- TorchSyntax.cpp - Custom ops as torch-mlir prints them -------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An op of a dialect that is not there can be read in generic form only. One op
// of torch-mlir's is worth more: it names what PyTorch called.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Conversion/TorchSyntax.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpImplementation.h"

using namespace mlir;

/// `torch.operator` string `(` operands `)` attr-dict? `:` function-type
static ParseResult parseOperator(OpAsmParser &parser, OperationState &state) {
  StringAttr name;
  SmallVector<OpAsmParser::UnresolvedOperand> operands;
  FunctionType type;
  SMLoc location = parser.getCurrentLocation();
  if (parser.parseAttribute(name, "name", state.attributes) ||
      parser.parseOperandList(operands, OpAsmParser::Delimiter::Paren) ||
      parser.parseOptionalAttrDict(state.attributes) ||
      parser.parseColonType(type) ||
      parser.resolveOperands(operands, type.getInputs(), location,
                             state.operands))
    return failure();
  state.addTypes(type.getResults());
  return success();
}

namespace {
class TorchSyntaxDialect : public Dialect {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(TorchSyntaxDialect)

  explicit TorchSyntaxDialect(MLIRContext *context)
      : Dialect(getDialectNamespace(), context,
                TypeID::get<TorchSyntaxDialect>()) {
    allowUnknownOperations();
    allowUnknownTypes();
  }
  static constexpr StringLiteral getDialectNamespace() {
    return StringLiteral("torch");
  }

  std::optional<ParseOpHook>
  getParseOperationHook(StringRef name) const override {
    if (name == "torch.operator")
      return ParseOpHook(parseOperator);
    return std::nullopt;
  }
};
} // namespace

void seednorm::registerTorchSyntax(DialectRegistry &registry) {
  registry.insert<TorchSyntaxDialect>();
}

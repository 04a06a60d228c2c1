//===- StandIn.cpp - In the place of StableHLO ----------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For builds without StableHLO. Its generic form is enough for calls of norms
// by name; its own syntax gets an error that says what to do, rather than that
// an op is unknown.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Pipelines/Stablehlo.h"

#include "mlir/IR/Dialect.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;
using namespace seednorm;

/// MLIR begins the message with "custom op" and the name.
static ParseResult refuseSyntax(OpAsmParser &parser, OperationState &) {
  return parser.emitError(parser.getNameLoc())
         << "is in StableHLO's own syntax, " << kEnableStablehlo;
}

namespace {
class StandInDialect : public Dialect {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(StandInDialect)

  explicit StandInDialect(MLIRContext *context)
      : Dialect(getDialectNamespace(), context, TypeID::get<StandInDialect>()) {
    allowUnknownOperations();
  }
  static constexpr StringLiteral getDialectNamespace() {
    return StringLiteral("stablehlo");
  }

  std::optional<ParseOpHook>
  getParseOperationHook(StringRef name) const override {
    return ParseOpHook(refuseSyntax);
  }
  Attribute parseAttribute(DialectAsmParser &parser, Type) const override {
    return refuse(parser, "attribute"), Attribute();
  }
  Type parseType(DialectAsmParser &parser) const override {
    return refuse(parser, "type"), Type();
  }

private:
  static void refuse(DialectAsmParser &parser, StringRef what) {
    parser.emitError(parser.getNameLoc())
        << "this " << what << " is StableHLO's, " << kEnableStablehlo;
  }
};
} // namespace

void seednorm::registerStablehloDialects(DialectRegistry &registry) {
  registry.insert<StandInDialect>();
}

void seednorm::registerStablehloPasses() {}

void seednorm::buildStablehloToLinalgPipeline(OpPassManager &) {}

//===- Diagnostics.cpp - What passes say, as errors -----------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Passes talk to MLIR's handlers; callers get an error with all of it.
//
//===----------------------------------------------------------------------===//

#include "Frontend.h"

#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace seednorm;

std::string seednorm::formatLocation(FileLineColLoc location) {
  return (location.getFilename().getValue() + ":" + Twine(location.getLine()) +
          ":" + Twine(location.getColumn()))
      .str();
}

static void printDiagnostic(llvm::raw_ostream &stream,
                            const Diagnostic &diagnostic) {
  if (auto location =
          diagnostic.getLocation()->findInstanceOf<FileLineColLoc>())
    stream << formatLocation(location) << ": ";
  switch (diagnostic.getSeverity()) {
  case DiagnosticSeverity::Error:
    stream << "error: ";
    break;
  case DiagnosticSeverity::Warning:
    stream << "warning: ";
    break;
  case DiagnosticSeverity::Note:
  case DiagnosticSeverity::Remark:
    stream << "note: ";
    break;
  }
  stream << diagnostic << '\n';
}

DiagnosticCollector::DiagnosticCollector(MLIRContext *context)
    : handler(context, [this](Diagnostic &diagnostic) {
        llvm::raw_string_ostream stream(text);
        if (diagnostic.getSeverity() == DiagnosticSeverity::Error)
          printDiagnostic(stream, diagnostic);
        // Notes show whole operations unless someone wrote them for a reader.
        for (const Diagnostic &note : diagnostic.getNotes())
          if (!StringRef(note.str()).starts_with("see current operation"))
            printDiagnostic(stream, note);
        return success();
      }) {}

llvm::Error DiagnosticCollector::takeError(StringRef fallback) {
  StringRef lines = StringRef(text).rtrim();
  return llvm::createStringError(lines.empty() ? fallback : lines);
}

llvm::Error seednorm::runPasses(ModuleOp module,
                                llvm::function_ref<void(OpPassManager &)> build,
                                Verify verify) {
  DiagnosticCollector diagnostics(module.getContext());
  PassManager manager(module.getContext());
  manager.enableVerifier(verify == Verify::BehindEach);
  build(manager);
  if (failed(manager.run(module)) ||
      (verify == Verify::AtEnd && failed(mlir::verify(module))))
    return diagnostics.takeError("a pass failed without saying why");
  return llvm::Error::success();
}

std::string seednorm::print(Operation *op) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  op->print(stream);
  stream << '\n';
  return text;
}

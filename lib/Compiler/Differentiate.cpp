//===- Differentiate.cpp - The backward function of a graph ---------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Text in, text out: the backward function is a graph like any other.
//
//===----------------------------------------------------------------------===//

#include "Frontend.h"
#include "LowerToRows.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace seednorm;
using llvm::StringRef;

/// The numbers of `wanted` among `names`.
static llvm::Expected<std::vector<int64_t>>
findNumbers(llvm::ArrayRef<std::string> wanted,
            llvm::ArrayRef<std::string> names, StringRef option) {
  std::vector<int64_t> numbers;
  for (const std::string &name : wanted) {
    const auto *found = llvm::find(names, name);
    if (found == names.end())
      return llvm::createStringError(
          "expects '" + option + "' to name some of " +
          llvm::join(names, ", ") + ", but got '" + name + "'");
    numbers.push_back(found - names.begin());
  }
  return numbers;
}

static std::vector<std::string> getResultNames(mlir::func::FuncOp function) {
  std::vector<std::string> names;
  for (unsigned index = 0; index < function.getNumResults(); ++index) {
    auto name =
        function.getResultAttrOfType<mlir::StringAttr>(index, "seednorm.name");
    names.push_back(name ? name.getValue().str()
                         : "result" + std::to_string(index));
  }
  return names;
}

llvm::Expected<std::string>
seednorm::differentiate(StringRef text, const GradientOptions &options,
                        StringRef bufferName) {
  llvm::Expected<Graph> graph = parseGraph(text, options.entry, bufferName, {});
  if (!graph)
    return graph.takeError();
  mlir::func::FuncOp forward = graph->getEntry(options.entry);
  std::vector<std::string> names;
  for (unsigned index = 0; index < forward.getNumArguments(); ++index)
    names.push_back(getArgumentName(forward, index));
  llvm::Expected<std::vector<int64_t>> wrt =
      findNumbers(options.wrt, names, "wrt");
  if (!wrt)
    return wrt.takeError();
  llvm::Expected<std::vector<int64_t>> of =
      findNumbers(options.of, getResultNames(forward), "of");
  if (!of)
    return of.takeError();
  for (const std::string &name : options.accumulate)
    if (!options.wrt.empty() && !llvm::is_contained(options.wrt, name))
      return llvm::createStringError(
          "expects 'accumulate' to name arguments of "
          "'wrt', but got '" +
          name + "'");
  llvm::Expected<std::vector<int64_t>> accumulate =
      findNumbers(options.accumulate, names, "accumulate");
  if (!accumulate)
    return accumulate.takeError();
  if (llvm::Error error = lowerToRows(*graph->module))
    return std::move(error);
  if (llvm::Error error = addBackward(*graph->module, options.entry, *wrt, *of,
                                      *accumulate, options.save))
    return std::move(error);
  graph->getEntry(options.entry).erase();
  std::string backward;
  llvm::raw_string_ostream stream(backward);
  graph->module->print(stream, mlir::OpPrintingFlags().enableDebugInfo());
  return backward;
}

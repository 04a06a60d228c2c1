//===- Help.cpp - The --help of seednorm-opt ------------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Help.h"

#include "common/CommandLine.h"

#include "mlir/Pass/PassRegistry.h"

#include "llvm/ADT/StringSwitch.h"

using namespace llvm;

static cl::OptionCategory category("Options of seednorm-opt");

// A name of a pass stands for the one option that has all of them. "-o" appears
// when the options are parsed, and is shown anyway.
static constexpr StringLiteral shownOptions[] = {
    "pass-pipeline",
    "seednorm-to-rows",
    "allow-unregistered-dialect",
    "list-passes",
    "load-dialect-plugin",
    "load-pass-plugin",
    "mlir-disable-threading",
    "mlir-elide-elementsattrs-if-larger",
    "mlir-pass-pipeline-crash-reproducer",
    "mlir-print-debuginfo",
    "mlir-print-ir-after-all",
    "mlir-print-ir-after-change",
    "mlir-print-ir-before-all",
    "mlir-print-ir-tree-dir",
    "mlir-print-op-generic",
    "mlir-timing",
    "show-dialects",
    "split-input-file",
    "verify-roundtrip",
};

static cl::extrahelp examples(R"help(
EXAMPLES:

  seednorm-opt graph.mlir --seednorm-to-rows
  seednorm-opt graph.mlir --seednorm-to-gpu="arch=sm_80" -o kernels.mlir
  seednorm-opt graph.mlir --norm-differentiate --mlir-print-ir-after-all
  seednorm-opt graph.mlir --pass-pipeline="builtin.module(seednorm-to-rows,canonicalize)"

EXIT STATUS: 0 if all passes ran, 1 for an error, which is printed.
)help");

bool seednorm::keepHelpOnly(int &argc, char **argv) {
  for (int i = 1; i < argc; ++i) {
    if (!StringSwitch<bool>(argv[i])
             .Cases({"-h", "-help", "--help"}, true)
             .Cases({"-help-list", "--help-list"}, true)
             .Default(false))
      continue;
    argv[1] = argv[i];
    argc = 2;
    return true;
  }
  return false;
}

static StringRef describePass(StringRef name) {
  if (const auto *pass = mlir::PassInfo::lookup(name))
    return pass->getPassDescription();
  if (const auto *pipeline = mlir::PassPipelineInfo::lookup(name))
    return pipeline->getPassDescription();
  return "";
}

void seednorm::setUpOptOptions() {
  auto &options = cl::getRegisteredOptions();
  for (StringRef name : shownOptions)
    if (cl::Option *option = options.lookup(name))
      option->addCategory(category);
  setUpOptions(category, {"seednorm-opt", {}, describePass});
}

StringRef seednorm::getOptOverview() {
  return "run passes and pipelines on an .mlir file\n\n"
         "Here are ours, and what they are used with. There are all of MLIR's, "
         "too: --list-passes\nnames them, --help-hidden has their options and "
         "LLVM's. The file is the standard input\nif none is named, or \"-\" "
         "is.\n";
}

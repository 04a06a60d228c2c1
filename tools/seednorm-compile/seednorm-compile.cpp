//===- seednorm-compile.cpp - Compile a graph and show a stage ------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One module in, one stage of its compilation out.
//
//===----------------------------------------------------------------------===//

#include "common/CommandLine.h"
#include "common/ToolSupport.h"

#include "seednorm/Compiler/Package.h"
#include "seednorm/Target/NVPTX/Architecture.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/ToolOutputFile.h"
#include "llvm/Support/raw_ostream.h"

#include <chrono>

using namespace llvm;
using namespace seednorm;

static cl::OptionCategory category("Options of seednorm-compile");

static cl::opt<std::string> inputPath(cl::Positional, cl::desc("<MLIR module>"),
                                      cl::init("-"), cl::cat(category));
static cl::opt<std::string>
    targetName("target",
               cl::desc("cpu, cpu:<processor> by LLVM's name such as "
                        "x86-64-v3 or neoverse-n1, emulated, "
                        "emulated:<architecture>, cuda, or an architecture "
                        "such as sm_90a; several, separated by commas, for a "
                        "package"),
               cl::init("cpu"), cl::cat(category));
static cl::opt<std::string>
    stage("emit",
          cl::desc("Stage to write: row, gpu, nvvm, llvm, ptx, cubin, sass or "
                   "launches for a GPU; row, scf, llvm or asm for a CPU; "
                   "package for the run-time library; report or report.json on "
                   "kernels; programs or programs.json on what was fused"),
          cl::init("report"), cl::cat(category));
static cl::opt<std::string> outputPath("o", cl::desc("Where to write it"),
                                       cl::value_desc("file"), cl::init("-"),
                                       cl::cat(category));
static cl::opt<std::string> entry("entry", cl::desc("Function to compile"),
                                  cl::init("main"), cl::cat(category));
static cl::opt<int64_t> expectPrograms(
    "expect-programs",
    cl::desc("Fail unless the function becomes this many row programs"),
    cl::init(-1), cl::cat(category));
static cl::opt<std::string>
    schedule("schedule",
             cl::desc("Fields that override those of schedules, as "
                      "\"keep = shared, cluster = 2\""),
             cl::cat(category));
static cl::opt<std::string>
    approximate("approximate",
                cl::desc("Functions to compute by an instruction of the GPU "
                         "that approximates them, separated by commas: tanh"),
                cl::value_desc("functions"), cl::cat(category));
static cl::opt<bool>
    printTime("time", cl::desc("Print how long it took, without start-up"),
              cl::cat(category));

static cl::extrahelp examples(R"(
The module is read from the standard input if none is named, or "-" is.

EXAMPLES:

  seednorm-compile graph.mlir --target=sm_90a --emit=ptx -o graph.ptx
  seednorm-compile graph.mlir --target=cpu:neoverse-n1 --emit=asm
  seednorm-compile graph.mlir --target=sm_90a --emit=programs
  seednorm-compile graph.mlir --target=sm_90a --schedule="keep = shared"

EXIT STATUS: 0 if the stage was written, 1 for an error, which is printed.
)");

static Error failToWrite(std::error_code code) {
  return createStringError(
      "cannot write " +
      (outputPath == "-" ? "the standard output" : "'" + outputPath + "'") +
      ": " + code.message());
}

static Error writeOutput(StringRef text) {
  std::error_code code;
  ToolOutputFile file(outputPath, code, sys::fs::OF_None);
  if (code)
    return failToWrite(code);
  file.os() << text;
  file.os().flush();
  if (file.os().has_error()) {
    code = file.os().error();
    file.os().clear_error();
    return failToWrite(code);
  }
  file.keep();
  return Error::success();
}

/// The graphs of `module` for all targets, as a package.
static Expected<std::string> compilePackage(const MemoryBuffer &module) {
  std::vector<std::unique_ptr<CompiledGraph>> graphs;
  for (StringRef target : split(targetName, ',')) {
    Expected<std::unique_ptr<CompiledGraph>> graph = compileModule(
        module, target, entry, expectPrograms, schedule, approximate);
    if (!graph)
      return graph.takeError();
    graphs.push_back(std::move(*graph));
  }
  std::vector<const CompiledGraph *> pointers;
  for (const std::unique_ptr<CompiledGraph> &graph : graphs)
    pointers.push_back(graph.get());
  return writePackage(pointers);
}

static Expected<std::string> compileStage(const MemoryBuffer &module) {
  if (stage == "package")
    return compilePackage(module);
  if (StringRef(targetName).contains(','))
    return createStringError("expects one target for stage '" + stage +
                             "', as only a package has several, but got '" +
                             targetName + "'");
  Expected<std::unique_ptr<CompiledGraph>> graph = compileModule(
      module, targetName, entry, expectPrograms, schedule, approximate);
  if (!graph)
    return graph.takeError();
  return (*graph)->emit(stage);
}

static Error run() {
  Expected<std::unique_ptr<MemoryBuffer>> module = readModule(inputPath);
  if (!module)
    return module.takeError();
  auto start = std::chrono::steady_clock::now();
  Expected<std::string> text = compileStage(**module);
  if (!text)
    return text.takeError();
  std::chrono::duration<double, std::milli> elapsed =
      std::chrono::steady_clock::now() - start;
  if (printTime)
    errs() << format("%.1f ms from text to %s\n", elapsed.count(),
                     stage.c_str());
  return writeOutput(*text);
}

/// What a shell offers; the tests compare it with what is accepted.
static std::vector<OptionValues> getOptionValues() {
  std::vector<std::string> targets = {"cpu", "cuda", "emulated"};
  for (const NVPTXArchitecture &architecture : getNVPTXArchitectures())
    targets.push_back(architecture.chip.str());
  return {{"emit",
           {"row", "scf", "gpu", "nvvm", "llvm", "asm", "ptx", "cubin", "sass",
            "launches", "package", "report", "report.json", "programs",
            "programs.json"}},
          {"target", std::move(targets)}};
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  setUpOptions(category, {"seednorm-compile", getOptionValues()});
  cl::ParseCommandLineOptions(
      argc, argv,
      "compile a function of an MLIR module with normalization layers, and "
      "write one stage\n");
  return finishTool(run());
}

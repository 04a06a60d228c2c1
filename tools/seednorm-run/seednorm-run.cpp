//===- seednorm-run.cpp - Compile a graph and run it ----------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Arguments from .npy files or random numbers, results to .npy files, and a
// comparison with the same graph computed another way.
//
//===----------------------------------------------------------------------===//

#include "Compare.h"
#include "Execute.h"

#include "common/CommandLine.h"
#include "common/ToolSupport.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace seednorm;

static cl::OptionCategory category("Options of seednorm-run");

static cl::opt<std::string> inputPath(cl::Positional, cl::desc("<MLIR module>"),
                                      cl::init("-"), cl::cat(category));
static cl::opt<std::string>
    targetName("target",
               cl::desc("cpu, cpu:<processor>, emulated, "
                        "emulated:<architecture> or cuda"),
               cl::init("cpu"), cl::cat(category));
static cl::opt<std::string> entry("entry", cl::desc("Function to run"),
                                  cl::init("main"), cl::cat(category));
static cl::list<std::string>
    inputs("input", cl::desc("Argument from a .npy file, in order"),
           cl::value_desc("file"), cl::cat(category));
static cl::list<std::string>
    outputs("output", cl::desc("Result to a .npy file, in order"),
            cl::value_desc("file"), cl::cat(category));
static cl::opt<bool> fillRandom(
    "random",
    cl::desc("Fill the arguments that no --input gives with normal numbers"),
    cl::cat(category));
static cl::opt<int64_t>
    rows("rows", cl::desc("Size of the dynamic dimensions of random arguments"),
         cl::init(4), cl::cat(category));
static cl::opt<uint64_t>
    seed("seed", cl::desc("Of random arguments and of the emulator's order"),
         cl::init(0), cl::cat(category));
static cl::opt<std::string> compareWith(
    "compare-with",
    cl::desc("'decompose' compares with the norms decomposed to loops"),
    cl::cat(category));
static cl::opt<double> tolerance(
    "tolerance",
    cl::desc(
        "Units in the last place of a row's largest element that results "
        "may be off; by default 2 for 16 bits or less and integers, else a "
        "row's length"),
    cl::init(-1), cl::cat(category));
static cl::opt<unsigned>
    repeat("repeat", cl::desc("Run so many times and print the best time"),
           cl::init(0), cl::cat(category));

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

static cl::extrahelp examples(R"(
The module is read from the standard input if none is named, or "-" is.

EXAMPLES:

  seednorm-run graph.mlir --random --rows=64
  seednorm-run graph.mlir --input=x.npy --input=gamma.npy --output=y.npy
  seednorm-run graph.mlir --target=emulated:sm_90a --random --compare-with=decompose
  seednorm-run graph.mlir --target=cuda --random --rows=8192 --repeat=20

EXIT STATUS: 0 if the graph ran, and was equal to what it was compared with; 1
for an error, which is printed.
)");

static Error checkOptions(const CompiledGraph &graph) {
  if (tolerance.getNumOccurrences() && !(tolerance >= 0))
    return createStringError("expects --tolerance not to be negative");
  if (repeat.getNumOccurrences() && repeat == 0)
    return createStringError("expects --repeat to be positive");
  size_t numArguments = graph.getArguments().size();
  size_t numResults = graph.getResults().size();
  if (inputs.size() > numArguments ||
      (inputs.size() < numArguments && !fillRandom))
    return createStringError(
        "expects " + Twine(numArguments) + " inputs, but got " +
        Twine(inputs.size()) +
        (inputs.size() < numArguments ? "; pass --input or --random" : ""));
  if (outputs.size() > numResults)
    return createStringError("expects at most " + Twine(numResults) +
                             " outputs, but got " + Twine(outputs.size()));
  if (rows < 0)
    return createStringError("expects 'rows' to be at least 0, but got " +
                             Twine(rows));
  if (!compareWith.empty() && compareWith != "decompose")
    return createStringError(
        "expects 'compare-with' to be decompose, but got '" + compareWith +
        "'");
  return Error::success();
}

static Expected<std::vector<HostTensor>>
makeArguments(const CompiledGraph &graph) {
  std::vector<HostTensor> arguments;
  for (auto [index, spec] : enumerate(graph.getArguments())) {
    // Arguments of one shape must differ.
    Expected<HostTensor> argument =
        index < inputs.size()
            ? HostTensor::read(spec, inputs[index])
            : HostTensor::random(spec, seed * 1000003 + index, rows);
    if (!argument)
      return argument.takeError();
    arguments.push_back(std::move(*argument));
  }
  return arguments;
}

/// The number of columns of the longest rows that `module` has programs on. The
/// same on every target; the CPU's is compiled without tools.
static Expected<int64_t> getNumColumns(const MemoryBuffer &module) {
  Expected<std::unique_ptr<CompiledGraph>> graph =
      compileModule(module, "cpu", entry);
  if (!graph)
    return graph.takeError();
  Expected<std::vector<KernelReport>> kernels = (*graph)->getReport();
  if (!kernels)
    return kernels.takeError();
  int64_t columns = 1;
  for (const KernelReport &kernel : *kernels)
    columns = std::max(columns, kernel.columns);
  return columns;
}

/// Runs the decomposed module and prints how far each result is from it.
static Error compare(const MemoryBuffer &module, const CompiledGraph &graph,
                     std::vector<HostTensor> &arguments,
                     const std::vector<HostTensor> &results) {
  Expected<std::string> text =
      decomposeModule(module.getBuffer(), module.getBufferIdentifier());
  if (!text)
    return text.takeError();
  Expected<std::unique_ptr<CompiledGraph>> decomposed = compileModule(
      *MemoryBuffer::getMemBuffer(*text, "<decomposed>"), "cpu", entry);
  if (!decomposed)
    return decomposed.takeError();
  Expected<Execution> references = execute(**decomposed, arguments, 0, 1);
  if (!references)
    return references.takeError();
  Expected<int64_t> columns = getNumColumns(module);
  if (!columns)
    return columns.takeError();
  Error errors = Error::success();
  for (auto [spec, result, reference] :
       zip_equal(graph.getResults(), results, references->results)) {
    double allowed = tolerance < 0 ? getDefaultTolerance(spec.type, *columns)
                                   : static_cast<double>(tolerance);
    Difference difference = compareTensors(result, reference, *columns);
    outs() << spec.name << ": max abs error "
           << format("%.3g, %.3g units in the last place", difference.absolute,
                     difference.units)
           << '\n';
    if (!(difference.units <= allowed)) {
      std::string numbers;
      raw_string_ostream(numbers)
          << format("%g units of the decomposed norms, but it is off by %g",
                    allowed, difference.units);
      errors = joinErrors(std::move(errors),
                          createStringError("expects '" + spec.name +
                                            "' to be within " + numbers));
    }
  }
  return errors;
}

static Error run() {
  Expected<std::unique_ptr<MemoryBuffer>> module = readModule(inputPath);
  if (!module)
    return module.takeError();
  Expected<std::unique_ptr<CompiledGraph>> graph =
      compileModule(**module, targetName, entry, /*expectPrograms=*/-1,
                    schedule, approximate);
  if (!graph)
    return graph.takeError();
  if (Error error = checkOptions(**graph))
    return error;
  Expected<std::vector<HostTensor>> arguments = makeArguments(**graph);
  if (!arguments)
    return arguments.takeError();
  Expected<Execution> execution = execute(**graph, *arguments, seed, repeat);
  if (!execution)
    return execution.takeError();
  for (auto [index, spec] : enumerate((*graph)->getResults())) {
    const HostTensor &result = execution->results[index];
    outs() << result.describe(spec.name) << '\n';
    if (index < outputs.size())
      if (Error error = result.write(outputs[index]))
        return error;
  }
  if (repeat > 0)
    outs() << "best of " << repeat << ": "
           << format("%.3f ms", execution->bestMilliseconds) << '\n';
  if (compareWith.empty())
    return Error::success();
  return compare(**module, **graph, *arguments, execution->results);
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  setUpOptions(category, {"seednorm-run",
                          {{"compare-with", {"decompose"}},
                           {"target", {"cpu", "cuda", "emulated"}}}});
  cl::ParseCommandLineOptions(
      argc, argv,
      "compile a function of an MLIR module with normalization layers, and run "
      "it on .npy files or random numbers\n");
  return finishTool(run());
}

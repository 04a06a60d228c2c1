//===- ProgramReport.cpp - What became row programs -----------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Taken before tensors become memory, where values still have the names that
// callers know them by, and formatted for people and for programs.
//
//===----------------------------------------------------------------------===//

#include "ProgramReport.h"

#include "seednorm/Dialect/Row/Analysis/ProgramAnalysis.h"
#include "seednorm/Dialect/Row/Analysis/RowBytes.h"
#include "seednorm/Dialect/Row/Transforms/ProgramRelation.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace seednorm;

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

namespace {
class GraphReporter {
public:
  explicit GraphReporter(func::FuncOp function) : function(function) {}
  GraphReport report();

private:
  void addProgram(row::ProgramOp program);
  void addOutside(Operation *op);
  ProgramOperand describe(Value tensor, row::AccessAttr access,
                          std::string value) const;
  std::string getSource(Value tensor) const;
  std::string getDestination(Value result) const;

  func::FuncOp function;
  DenseMap<Operation *, size_t> numbers; ///< Of programs.
  GraphReport graph;
};
} // namespace

/// Where a value comes from, in words of the caller where there are any.
std::string GraphReporter::getSource(Value tensor) const {
  Value source = row::getReshapeSource(tensor);
  if (auto argument = dyn_cast<BlockArgument>(source))
    return argument.getOwner()->getParentOp() == function
               ? getArgumentName(function, argument.getArgNumber())
               : "loop";
  auto result = cast<OpResult>(source);
  if (auto found = numbers.find(result.getOwner()); found != numbers.end())
    return llvm::formatv("program {0} output {1}", found->second,
                         result.getResultNumber());
  if (matchPattern(source, m_Constant()))
    return "constant";
  return result.getOwner()->getName().getStringRef().str();
}

/// Appends the names of the function's results that are `value`, reshaped.
static void addResultNames(Value value, std::string &names) {
  for (OpOperand &use : value.getUses()) {
    Operation *user = use.getOwner();
    if (isa<func::ReturnOp>(user))
      names += (names.empty() ? "result" : ", result") +
               std::to_string(use.getOperandNumber());
    else if (user->getNumResults() == 1 &&
             row::getReshapeSource(user->getResult(0)) ==
                 row::getReshapeSource(value))
      addResultNames(user->getResult(0), names);
  }
}

std::string GraphReporter::getDestination(Value result) const {
  std::string names;
  addResultNames(result, names);
  return names.empty() ? "temporary" : names;
}

ProgramOperand GraphReporter::describe(Value tensor, row::AccessAttr access,
                                       std::string value) const {
  ProgramOperand operand;
  operand.value = std::move(value);
  llvm::raw_string_ostream(operand.type) << tensor.getType();
  llvm::raw_string_ostream stream(operand.access);
  row::printAccess(stream, access);
  return operand;
}

/// The places in the user's files that an op stems from.
static SmallVector<std::string> getLocations(Operation *op) {
  llvm::SmallSetVector<Location, 8> places;
  op->getLoc()->walk([&](Location location) {
    if (isa<FileLineColLoc>(location))
      places.insert(location);
    return WalkResult::advance();
  });
  return llvm::map_to_vector(places, [](Location place) {
    return formatLocation(cast<FileLineColLoc>(place));
  });
}

void GraphReporter::addProgram(row::ProgramOp program) {
  row::ProgramAnalysis analysis(program);
  row::FusedPrograms fused = row::getFusedPrograms(program);
  ProgramReport report;
  report.columns = analysis.getNumColumns();
  report.levels = analysis.getNumLevels();
  report.fusedFrom = fused.number;
  double columns = report.columns;
  report.minimumRowBytesPerElement = row::getRowBytes(program) / columns;
  report.unfusedRowBytesPerElement = fused.rowBytes / columns;
  for (auto [index, input] : llvm::enumerate(program.getInputs()))
    report.inputs.push_back(
        describe(input, program.getInputAccess(index), getSource(input)));
  for (auto [index, result] : llvm::enumerate(program.getResults()))
    report.outputs.push_back(describe(result, program.getOutputAccess(index),
                                      getDestination(result)));
  llvm::append_range(report.locations, getLocations(program));
  numbers[program] = graph.programs.size();
  graph.programs.push_back(std::move(report));
}

//===----------------------------------------------------------------------===//
// Outside of programs
//===----------------------------------------------------------------------===//

/// Whether an op computes or moves elements of tensors.
static bool movesElements(Operation *op) {
  if (llvm::none_of(op->getResultTypes(), llvm::IsaPred<ShapedType>))
    return false;
  if (row::getReshapeSource(op->getResult(0)) != op->getResult(0))
    return false;
  // Other names for memory, and loops, whose bodies are looked into.
  return !matchPattern(op, m_Constant()) &&
         !isa<tensor::EmptyOp, tensor::ExtractSliceOp, RegionBranchOpInterface>(
             op);
}

static std::string getReason(Operation *op) {
  if (auto reason = op->getAttrOfType<StringAttr>(row::kOutsideAttrName))
    return reason.str();
  if (isa<linalg::FillOp>(op))
    return "it fills memory with a number that an op outside of programs, or "
           "the caller, reads from there";
  if (isa<linalg::LinalgOp>(op))
    return "the module has the attribute '" + kKeepLinalgAttrName.str() +
           "', which keeps it as it is";
  return "row programs are made of norms, linalg ops and element-wise ops of "
         "arith and math";
}

void GraphReporter::addOutside(Operation *op) {
  auto place = op->getLoc()->findInstanceOf<FileLineColLoc>();
  graph.outside.push_back({place ? formatLocation(place) : std::string(),
                           op->getName().getStringRef().str(), getReason(op)});
}

GraphReport GraphReporter::report() {
  function.walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (auto program = dyn_cast<row::ProgramOp>(op)) {
      addProgram(program);
      return WalkResult::skip();
    }
    if (movesElements(op))
      addOutside(op);
    // Payloads are on scalars.
    return isa<linalg::LinalgOp>(op) ? WalkResult::skip()
                                     : WalkResult::advance();
  });
  return std::move(graph);
}

GraphReport seednorm::reportGraph(func::FuncOp function) {
  return GraphReporter(function).report();
}

//===----------------------------------------------------------------------===//
// Formats
//===----------------------------------------------------------------------===//

static void formatOperands(llvm::raw_ostream &stream, llvm::StringRef title,
                           llvm::ArrayRef<ProgramOperand> operands) {
  for (const ProgramOperand &operand : operands) {
    stream << title << operand.value << " : " << operand.type << ' '
           << operand.access << '\n';
    title = "                      ";
  }
}

std::string seednorm::formatPrograms(llvm::ArrayRef<ProgramReport> programs) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  for (auto [number, program] : llvm::enumerate(programs)) {
    stream << "program " << number << '\n';
    if (!program.locations.empty())
      stream << "  from:               " << llvm::join(program.locations, ", ")
             << '\n';
    stream << llvm::formatv(
        "  columns, levels:    {0}, {1}\n"
        "  fused from:         {2} programs\n"
        "  row bytes:          {3:f2} an element, before {4:f2}\n",
        program.columns, program.levels, program.fusedFrom,
        program.minimumRowBytesPerElement, program.unfusedRowBytesPerElement);
    formatOperands(stream, "  inputs:             ", program.inputs);
    formatOperands(stream, "  outputs:            ", program.outputs);
  }
  return text;
}

std::string seednorm::formatOutside(llvm::ArrayRef<OutsideOp> outside) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  for (const OutsideOp &op : outside)
    stream << "outside of programs: "
           << (op.location.empty() ? "" : op.location + ": ") << "'" << op.name
           << "' op: " << op.reason << '\n';
  return text;
}

static llvm::json::Array toJSON(llvm::ArrayRef<ProgramOperand> operands) {
  llvm::json::Array list;
  for (const ProgramOperand &operand : operands)
    list.push_back(llvm::json::Object{{"value", operand.value},
                                      {"type", operand.type},
                                      {"access", operand.access}});
  return list;
}

static llvm::json::Object toJSON(const ProgramReport &program) {
  return llvm::json::Object{
      {"columns", program.columns},
      {"levels", program.levels},
      {"fused_from", program.fusedFrom},
      {"minimum_row_bytes_per_element", program.minimumRowBytesPerElement},
      {"unfused_row_bytes_per_element", program.unfusedRowBytesPerElement},
      {"inputs", toJSON(program.inputs)},
      {"outputs", toJSON(program.outputs)},
      {"locations", llvm::json::Array(program.locations)}};
}

std::string seednorm::formatGraphAsJSON(const GraphReport &graph) {
  llvm::json::Array programs, outside;
  for (const ProgramReport &program : graph.programs)
    programs.push_back(toJSON(program));
  for (const OutsideOp &op : graph.outside) {
    llvm::json::Object object{
        {"location", nullptr}, {"op", op.name}, {"reason", op.reason}};
    if (!op.location.empty())
      object["location"] = op.location;
    outside.push_back(std::move(object));
  }
  llvm::json::Value all = llvm::json::Object{{"programs", std::move(programs)},
                                             {"outside", std::move(outside)}};
  return llvm::formatv("{0:2}\n", all).str();
}

//===----------------------------------------------------------------------===//
// Counts
//===----------------------------------------------------------------------===//

llvm::Error seednorm::checkPrograms(const GraphReport &graph, int64_t expected,
                                    llvm::StringRef entry) {
  int64_t count = graph.programs.size();
  if (expected < 0 || count == expected)
    return llvm::Error::success();
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << "expects " << expected << " row programs, but '" << entry
         << "' has " << count << '\n'
         << formatPrograms(graph.programs) << formatOutside(graph.outside);
  return llvm::createStringError(llvm::StringRef(text).rtrim());
}

//===- CPULoops.cpp - The loops of a graph's code for a CPU ---------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each loop gets a number, which its operations keep as their line: debug
// information carries it into the object file, where no pass can lose count.
//
//===----------------------------------------------------------------------===//

#include "CPULoops.h"

#include "Frontend.h"

#include "seednorm/Conversion/RowToCPU.h"
#include "seednorm/Dialect/Row/IR/Row.h"
#include "seednorm/Target/CPU/MachineLoops.h"
#include "seednorm/Transforms/Passes.h"

#include "mlir/Dialect/LLVMIR/Transforms/Passes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace seednorm;

/// Of memory that a program takes by row.
static constexpr llvm::StringLiteral kByRowAttrName = "seednorm.by_row";
/// What stands for a file in the locations that carry numbers.
static constexpr llvm::StringLiteral kProgramFile = "program";
static constexpr llvm::StringLiteral kLoopFile = "loop";

//===----------------------------------------------------------------------===//
// Numbers as locations
//===----------------------------------------------------------------------===//

static Location makeLocation(MLIRContext *context, StringRef file,
                             unsigned number) {
  return FileLineColLoc::get(context, file, number, 0);
}

/// The number that `location` carries for `file`, or 0.
static unsigned getNumber(Location location, StringRef file) {
  unsigned number = 0;
  location->walk([&](Location part) {
    auto place = dyn_cast<FileLineColLoc>(part);
    if (!place || place.getFilename() != file)
      return WalkResult::advance();
    number = place.getLine();
    return WalkResult::interrupt();
  });
  return number;
}

static Value getRoot(Value memory) {
  while (auto view = memory.getDefiningOp<ViewLikeOpInterface>())
    memory = view.getViewSource();
  return memory;
}

static void markByRow(func::FuncOp entry, Value operand) {
  Value root = getRoot(operand);
  Attribute mark = UnitAttr::get(entry.getContext());
  if (Operation *op = root.getDefiningOp())
    op->setAttr(kByRowAttrName, mark);
  else if (root.getParentBlock() == &entry.getFunctionBody().front())
    entry.setArgAttr(cast<BlockArgument>(root).getArgNumber(), kByRowAttrName,
                     mark);
}

static bool isByRow(func::FuncOp function, Value root) {
  if (Operation *op = root.getDefiningOp())
    return op->hasAttr(kByRowAttrName);
  return root.getParentBlock() == &function.getFunctionBody().front() &&
         function.getArgAttr(cast<BlockArgument>(root).getArgNumber(),
                             kByRowAttrName);
}

/// Gives row programs their numbers, from 1 on, and marks their rows.
static void markPrograms(func::FuncOp entry) {
  unsigned number = 0;
  entry.walk([&](row::ProgramOp program) {
    Location location =
        makeLocation(entry.getContext(), kProgramFile, ++number);
    program->walk([&](Operation *op) { op->setLoc(location); });
    for (auto [index, input] : llvm::enumerate(program.getInputs()))
      if (program.getInputAccess(index).getKind() == row::AccessKind::Row)
        markByRow(entry, input);
    for (auto [index, output] : llvm::enumerate(program.getOutputs()))
      if (program.getOutputAccess(index).getKind() == row::AccessKind::Row &&
          !program.getOutputAccess(index).isSummed())
        markByRow(entry, output);
  });
}

//===----------------------------------------------------------------------===//
// Loops as ops
//===----------------------------------------------------------------------===//

namespace {
/// What a loop does, as long as it is an op.
struct LoopFacts {
  unsigned program = 0; ///< Its number, or 0.
  LoopReport report;
};

/// What a loop does with some memory.
struct MemoryUse {
  int64_t elementsRead = 0, elementsWritten = 0;
  bool writesConstants = false;
};
} // namespace

static int64_t getNumElements(Type type) {
  auto vector = dyn_cast<VectorType>(type);
  return vector ? vector.getNumElements() : 1;
}

/// The type of what an op loads from `memory` or stores there, or null.
static Value getMovedValue(Operation *op, MemRefType memory, bool &isLoad) {
  auto fits = [&](Value value) {
    return !isa<MemRefType>(value.getType()) &&
           getElementTypeOrSelf(value) == memory.getElementType();
  };
  isLoad = op->getNumResults() == 1 && fits(op->getResult(0));
  if (isLoad)
    return op->getResult(0);
  if (op->getNumResults() > 0 || op->getNumRegions() > 0)
    return {};
  for (Value operand : op->getOperands())
    if (fits(operand))
      return operand;
  return {};
}

/// Whether `op` is done where something else is not, in `loop`: of two ways a
/// trip takes one.
static bool isOtherWay(Operation *op, Operation *loop) {
  for (; op != loop; op = op->getParentOp())
    if (auto branch = dyn_cast<scf::IfOp>(op->getParentOp()))
      if (op->getParentRegion() == &branch.getElseRegion())
        return true;
  return false;
}

static llvm::MapVector<Value, MemoryUse>
findUses(Operation *loop, func::FuncOp function, LoopReport &report) {
  llvm::MapVector<Value, MemoryUse> uses;
  loop->walk([&](Operation *op) {
    if (isOtherWay(op, loop))
      return;
    for (Value operand : op->getOperands()) {
      auto memory = dyn_cast<MemRefType>(operand.getType());
      bool isLoad;
      Value moved = memory ? getMovedValue(op, memory, isLoad) : Value();
      if (!moved)
        continue;
      Value root = getRoot(operand);
      int64_t elements = getNumElements(moved.getType());
      int64_t bytes =
          llvm::divideCeil(elements * memory.getElementTypeBitWidth(), 8);
      MemoryUse &use = uses[root];
      (isLoad ? use.elementsRead : use.elementsWritten) += elements;
      (isLoad ? report.bytesRead : report.bytesWritten) += bytes;
      use.writesConstants |= !isLoad && matchPattern(moved, m_Constant());
      if (isByRow(function, root))
        report.rowBytes += bytes;
    }
  });
  return uses;
}

/// In words, of what a loop over columns carries, reads and writes.
static std::string describeWork(scf::ForOp loop, func::FuncOp function,
                                const llvm::MapVector<Value, MemoryUse> &uses) {
  auto parallel = loop->getParentOfType<scf::ParallelOp>();
  if (parallel && parallel->hasAttr(kTotalsAttrName))
    return "totals";
  llvm::SmallSetVector<StringRef, 4> work;
  if (loop.getNumResults() > 0)
    work.insert("sums");
  for (const auto &[root, use] : uses) {
    if (use.elementsWritten == 0)
      continue;
    if (use.writesConstants)
      work.insert("zeros");
    else if (use.elementsRead > 0 && !isByRow(function, root))
      work.insert("sums over rows");
    else
      work.insert("outputs");
  }
  return llvm::join(work, " and ");
}

/// Trips of the loop and of those around it, up to one whose length is not
/// known here.
static int64_t countTrips(scf::ForOp loop) {
  if (auto trips = loop->getAttrOfType<IntegerAttr>(kTripsAttrName))
    return trips.getInt();
  int64_t trips = 1;
  for (auto outer = loop; outer;
       outer = dyn_cast_or_null<scf::ForOp>(outer->getParentOp())) {
    std::optional<llvm::APInt> count = outer.getStaticTripCount();
    if (!count)
      return outer == loop ? -1 : trips;
    trips *= count->getSExtValue();
  }
  return trips;
}

/// The program that a loop is of. Memory of sums that it adds up has no place
/// in a program, but the loop stands behind that of the rows.
static unsigned findProgram(Operation *loop, unsigned previous) {
  for (Operation *op = loop; op && !isa<func::FuncOp>(op);
       op = op->getParentOp()) {
    if (unsigned number = getNumber(op->getLoc(), kProgramFile))
      return number;
    if (op->hasAttr(kTotalsAttrName))
      return previous;
  }
  return 0;
}

static LoopFacts describeLoop(Operation *loop, func::FuncOp function,
                              unsigned previous) {
  LoopFacts facts;
  facts.program = findProgram(loop, previous);
  bool isInner = !loop->walk([&](LoopLikeOpInterface inner) {
                        return inner == loop ? WalkResult::advance()
                                             : WalkResult::interrupt();
                      })
                      .wasInterrupted();
  if (!isInner)
    return facts;
  auto uses = findUses(loop, function, facts.report);
  for (const auto &[root, use] : uses)
    facts.report.elements = std::max(
        {facts.report.elements, use.elementsRead, use.elementsWritten});
  if (auto columns = dyn_cast<scf::ForOp>(loop)) {
    facts.report.work = describeWork(columns, function, uses);
    facts.report.trips = countTrips(columns);
  }
  return facts;
}

/// Describes all loops and makes their numbers, from 1 on, the locations of
/// what is in them and in no loop inside.
static std::vector<LoopFacts> markLoops(ModuleOp module) {
  std::vector<LoopFacts> loops;
  for (auto function : module.getOps<func::FuncOp>()) {
    unsigned program = 0;
    function.walk<WalkOrder::PreOrder>([&](LoopLikeOpInterface loop) {
      loops.push_back(describeLoop(loop, function, program));
      if (loops.back().program > 0)
        program = loops.back().program;
    });
  }
  unsigned number = 0;
  llvm::DenseMap<Operation *, unsigned> numbers;
  for (auto function : module.getOps<func::FuncOp>())
    function.walk<WalkOrder::PreOrder>(
        [&](LoopLikeOpInterface loop) { numbers[loop] = ++number; });
  module.walk([&](Operation *op) {
    Operation *loop = op;
    while (loop && !numbers.contains(loop))
      loop = loop->getParentOp();
    op->setLoc(makeLocation(module.getContext(), kLoopFile,
                            loop ? numbers.lookup(loop) : 0));
  });
  return loops;
}

//===----------------------------------------------------------------------===//
// Loops as code
//===----------------------------------------------------------------------===//

static void addCounts(LoopReport &report, const MachineLoop &loop) {
  report.instructions = loop.instructions;
  report.vectorInstructions = loop.vectorInstructions;
  report.calls = loop.calls;
  report.spillLoads = loop.spillLoads;
  report.spillStores = loop.spillStores;
}

llvm::Error seednorm::reportLoops(func::FuncOp entry, const TargetCPU &cpu,
                                  const CPUPipelineOptions &pipeline,
                                  const CPUCodeOptions &options,
                                  std::vector<KernelReport> &reports) {
  auto module = entry->getParentOfType<ModuleOp>();
  markPrograms(entry);
  if (llvm::Error error = runPasses(module, [&](OpPassManager &pm) {
        pm.addPass(createExportPublicFunctionsPass());
        buildRowToCPUPipeline(pm, pipeline);
      }))
    return error;
  std::vector<LoopFacts> facts = markLoops(module);
  if (llvm::Error error = runPasses(module, [&](OpPassManager &pm) {
        buildLoopsToLLVMPipeline(pm, pipeline);
        pm.addPass(LLVM::createDIScopeForLLVMFuncOpPass());
      }))
    return error;
  llvm::Expected<std::string> object = emitObject(module, cpu, options);
  if (!object)
    return object.takeError();
  llvm::Expected<std::vector<MachineLoop>> loops = findInnerLoops(*object, cpu);
  if (!loops)
    return loops.takeError();
  for (const MachineLoop &loop : *loops) {
    if (loop.line < 1 || loop.line > static_cast<int64_t>(facts.size()))
      continue;
    LoopFacts found = facts[loop.line - 1];
    if (found.program == 0)
      continue; // Of what is no row program.
    addCounts(found.report, loop);
    if (options.optLevel > 0)
      found.report.elements = -1;
    reports[found.program - 1].loops.push_back(std::move(found.report));
  }
  return llvm::Error::success();
}

//===- GPUReport.cpp - What the kernels of a graph cost -------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Registers and spills from ptxas, instructions from nvdisasm, bytes and
// barriers counted on the emulator with a few rows.
//
//===----------------------------------------------------------------------===//

#include "GPUBackend.h"
#include "StaticModel.h"

#include "seednorm/Dialect/Row/Transforms/GPUSums.h"
#include "seednorm/Pipelines/GPU.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Operator.h"
#include "llvm/Support/raw_ostream.h"

#include <set>

using namespace seednorm;

/// Size of dynamic dimensions when bytes are counted: several blocks, with a
/// last one that is not full.
static constexpr int64_t kCountedSize = 9;

namespace {
/// Memory for one call with arguments of all zeros.
struct SampleCall {
  std::vector<std::vector<char>> memory;
  std::vector<std::vector<int64_t>> shapes;
  std::vector<TensorView> buffers;

  explicit SampleCall(const BackendInput &input) {
    for (const TensorSpec &spec : input.getSpecs()) {
      std::vector<int64_t> &shape = shapes.emplace_back();
      int64_t bytes = getByteWidth(spec.type);
      for (const Dimension &dimension : spec.shape) {
        shape.push_back(dimension.size < 0 ? kCountedSize : dimension.size);
        bytes *= shape.back();
      }
      memory.emplace_back(bytes + 16, char(0));
      auto address = reinterpret_cast<uintptr_t>(memory.back().data());
      buffers.push_back({reinterpret_cast<void *>(llvm::alignTo(address, 16)),
                         spec.type, shape});
    }
  }
};
} // namespace

/// The name that the caller knows the memory of `output` by.
static std::string getOutputName(mlir::Value output) {
  while (auto view = output.getDefiningOp<mlir::ViewLikeOpInterface>())
    output = view.getViewSource();
  auto argument = mlir::dyn_cast<mlir::BlockArgument>(output);
  auto function = argument ? mlir::dyn_cast<mlir::func::FuncOp>(
                                 argument.getOwner()->getParentOp())
                           : mlir::func::FuncOp();
  return function ? getArgumentName(function, argument.getArgNumber())
                  : "a temporary";
}

/// Where `program` adds up what it sums over rows.
static std::string describeSums(row::ProgramOp program,
                                row::GPUScheduleAttr schedule) {
  std::string text;
  for (unsigned index = 0; index < program.getOutputs().size(); ++index) {
    if (!program.getOutputAccess(index).isSummed())
      continue;
    text += (text.empty() ? "" : ", ") +
            getOutputName(program.getOutputs()[index]) + " in ";
    switch (row::getSumPlace(program, schedule, index)) {
    case row::SumPlace::Registers:
      text += "registers";
      break;
    case row::SumPlace::Shared:
      text += "shared memory";
      break;
    case row::SumPlace::Global:
      text += "global memory";
      break;
    }
  }
  return text;
}

/// Bytes of a column's sums over rows that are in global memory.
static double getGlobalSumBytes(row::ProgramOp program,
                                row::GPUScheduleAttr schedule) {
  double bytes = 0;
  for (unsigned index = 0; index < program.getOutputs().size(); ++index) {
    if (!program.getOutputAccess(index).isSummed() ||
        row::getSumPlace(program, schedule, index) != row::SumPlace::Global)
      continue;
    mlir::Type slice = program.getOutputSliceType(index);
    auto vector = mlir::dyn_cast<mlir::VectorType>(slice);
    bytes += (vector ? vector.getNumElements() : 1) *
             mlir::getElementTypeOrSelf(slice).getIntOrFloatBitWidth() / 8.0;
  }
  return bytes / program.getNumColumns();
}

/// What is known of the kernel that adds up the partial sums of `program`.
static KernelReport reportSums(row::ProgramOp program,
                               const KernelReport &rows) {
  using Role = KernelReport::Role;
  KernelReport report;
  report.schedule = "adds the partial sums of the kernel before";
  report.columns = rows.columns;
  report.summedBytes = rows.summedBytes;
  report.addsPartials = true;
  for (unsigned number : row::getSummedOutputs(program)) {
    report.roles.push_back(Role::Partial);
    report.roles.insert(report.roles.end(),
                        program.getOutputAccess(number).addsToOperand() ? 2 : 1,
                        Role::Total);
  }
  return report;
}

/// One report for each launch, with what the schedules say: behind that of a
/// program's rows, if it sums over them, the one of what adds up its sums.
llvm::Expected<std::vector<KernelReport>> GPUBackend::reportSchedules() const {
  llvm::Expected<Graph> graph = lowerToBuffers(input);
  if (!graph)
    return graph.takeError();
  if (llvm::Error error =
          runPasses(*graph->module, [&](mlir::OpPassManager &pm) {
            buildGPUSchedulePipeline(pm, architecture.chip,
                                     input.options.schedule);
          }))
    return std::move(error);
  std::vector<KernelReport> reports;
  auto next = programs.begin();
  graph->getEntry(input.options.entry).walk([&](row::ProgramOp program) {
    auto schedule = mlir::cast<row::GPUScheduleAttr>(program.getScheduleAttr());
    KernelReport report = *next++;
    llvm::raw_string_ostream(report.schedule) << schedule;
    if (auto reason =
            program->getAttrOfType<mlir::StringAttr>(row::kReasonAttrName))
      report.reason = reason.str();
    report.accesses = row::describeGPUAccesses(program, schedule);
    report.sums = describeSums(program, schedule);
    report.rowsPerBlock = schedule.getRowsPerBlock();
    report.threadsPerBlock = schedule.getThreadsPerBlock();
    report.blocksPerCluster = schedule.getCluster();
    report.persistentBlocks = schedule.getBlocks();
    report.elementsPerThread =
        static_cast<double>(report.columns) / schedule.getThreadsPerRow();
    report.slotsPerThread =
        schedule.getVector() *
        llvm::divideCeil(report.columns,
                         schedule.getVector() * schedule.getThreadsPerRow());
    report.globalSumBytesPerElement = getGlobalSumBytes(program, schedule);
    reports.push_back(std::move(report));
    if (row::hasSummedOutputs(program))
      reports.push_back(reportSums(program, reports.back()));
  });
  return reports;
}

/// The functions that `kernel` has approximate instructions for: what is in the
/// code, as options may name functions that no kernel needs.
static std::vector<std::string>
findApproximateFunctions(const llvm::Function &kernel) {
  std::set<std::string> names;
  for (const llvm::Instruction &instruction : llvm::instructions(kernel))
    if (auto *call = llvm::dyn_cast<llvm::IntrinsicInst>(&instruction);
        call && llvm::isa<llvm::FPMathOperator>(call) &&
        call->hasApproxFunc()) {
      llvm::StringRef name =
          llvm::Intrinsic::getBaseName(call->getIntrinsicID());
      name.consume_front("llvm.");
      names.insert(name.str());
    }
  return {names.begin(), names.end()};
}

/// Fills in bytes and barriers, counted on the emulator, and what the code that
/// it runs says.
llvm::Error GPUBackend::reportCounts(std::vector<KernelReport> &reports) const {
  llvm::Expected<LLVMKernels> kernels = translateAgain();
  if (!kernels)
    return kernels.takeError();
  for (auto [report, step] : llvm::zip_equal(reports, plan.launches))
    report.approximate =
        findApproximateFunctions(*kernels->module->getFunction(step.kernel));
  auto counting = emulator::Emulator::create(std::move(kernels->module),
                                             std::move(kernels->context));
  if (!counting)
    return counting.takeError();
  SampleCall call(input);
  // Operands whose sizes depend on each other: no sample without an example.
  if (!input.signature.checkConstraints(call.buffers))
    return llvm::Error::success();
  std::vector<int64_t> sizes = runtime::evaluateSizes(plan.sizes, call.buffers);
  std::vector<emulator::Counters> counters;
  if (llvm::Error error =
          runEmulated(**counting, call.buffers, sizes, RunOptions(), &counters))
    return error;
  for (auto [report, step, counted] :
       llvm::zip_equal(reports, plan.launches, counters)) {
    double rows = sizes[step.numbers.back()], blocks = sizes[step.blocks];
    if (rows == 0)
      continue; // Nothing moves, so nothing can be said of an element.
    std::map<KernelReport::Role, double> bytes;
    double rowBytesRead = 0;
    for (auto [buffer, role] : llvm::zip_equal(step.buffers, report.roles)) {
      const emulator::RegionCounters &region = counted.regions[buffer];
      bytes[role] += region.bytesRead + region.bytesWritten;
      if (role == KernelReport::Role::Row)
        rowBytesRead += region.bytesRead;
    }
    if (report.summedBytes)
      report.partialBytesPerBlock = bytes[KernelReport::Role::Partial] / blocks;
    if (report.addsPartials)
      continue;
    double elements = rows * report.columns;
    report.rowBytesPerElement = bytes[KernelReport::Role::Row] / elements;
    report.rowBytesReadPerElement = rowBytesRead / elements;
    report.rowBytesWrittenPerElement =
        report.rowBytesPerElement - report.rowBytesReadPerElement;
    report.parameterBytesPerBlock =
        bytes[KernelReport::Role::Parameter] / blocks;
    // Each block of a cluster has counted the barriers of a row.
    report.clusterBarriersPerRow = counted.clusterBarriers / rows;
    report.barriersPerRow =
        counted.blockBarriers / rows / report.blocksPerCluster +
        report.clusterBarriersPerRow;
  }
  return llvm::Error::success();
}

llvm::Expected<std::vector<KernelReport>> GPUBackend::getReport() const {
  llvm::Expected<std::vector<KernelReport>> scheduled = reportSchedules();
  if (!scheduled)
    return scheduled;
  std::vector<KernelReport> &reports = *scheduled;
  if (llvm::Error error = reportCounts(reports))
    return std::move(error);
  llvm::Expected<Cubin> binary = getCubin();
  if (!binary)
    return binary.takeError();
  llvm::Expected<std::string> sass = getSASS();
  if (!sass)
    return sass.takeError();
  auto instructions = countInstructions(*sass);
  auto kernels = parseSASS(*sass);
  for (auto [report, step] : llvm::zip_equal(reports, plan.launches)) {
    report.name = step.kernel;
    if (report.addsPartials)
      report.threadsPerBlock = plan.sizes[step.threads].lhs;
    const PTXResources &resources = binary->kernels.at(step.kernel);
    report.registers = resources.registers;
    report.spillBytes = resources.spillStoreBytes + resources.spillLoadBytes;
    report.stackBytes = resources.stackBytes;
    report.dynamicSharedBytes = step.dynamicSharedBytes;
    report.sharedBytes = resources.sharedBytes + step.dynamicSharedBytes;
    Occupancy occupancy = getOccupancy(architecture, report.threadsPerBlock,
                                       report.registers, report.sharedBytes);
    report.blocksPerSM = occupancy.blocksPerSM;
    report.occupancyLimit = std::move(occupancy.limit);
    report.instructions = instructions[step.kernel];
    report.model = modelKernel(kernels[step.kernel], report, architecture.chip);
  }
  return scheduled;
}

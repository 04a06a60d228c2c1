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

#include "CheckCall.h"
#include "GPUBackend.h"

#include "seednorm/Dialect/Row/Transforms/Schedule.h"
#include "seednorm/Pipelines/GPU.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/raw_ostream.h"

using namespace seednorm;

/// Size of dynamic dimensions when bytes are counted: several blocks, with a
/// last one that is not full.
static constexpr int64_t kCountedSize = 9;

namespace {
/// Memory for one call with arguments of all zeros.
struct SampleCall {
  std::vector<std::vector<char>> memory;
  std::vector<TensorView> buffers;
  std::vector<std::vector<int64_t>> sizes; ///< And strides.
  llvm::SmallVector<llvm::ArrayRef<int64_t>> shapes;

  SampleCall(llvm::ArrayRef<TensorSpec> arguments,
             llvm::ArrayRef<TensorSpec> results) {
    for (const TensorSpec &spec :
         llvm::concat<const TensorSpec>(arguments, results)) {
      TensorView view{nullptr, spec.type, {}};
      int64_t bytes = getByteWidth(spec.type);
      for (const Dimension &dimension : spec.shape) {
        view.shape.push_back(dimension.size < 0 ? kCountedSize
                                                : dimension.size);
        bytes *= view.shape.back();
      }
      memory.emplace_back(bytes + 16, char(0));
      view.data = reinterpret_cast<void *>(
          llvm::alignTo(reinterpret_cast<uintptr_t>(memory.back().data()), 16));
      buffers.push_back(std::move(view));
    }
    for (TensorView &buffer : buffers) {
      buffer.strides = getStrides(buffer);
      sizes.push_back(buffer.shape);
      llvm::append_range(sizes.back(), buffer.strides);
    }
    shapes.append(sizes.begin(), sizes.end());
  }
};
} // namespace

/// Fills in what the schedules say.
llvm::Error
GPUBackend::reportSchedules(std::vector<KernelReport> &reports) const {
  llvm::Expected<Graph> graph = lowerToBuffers(input);
  if (!graph)
    return graph.takeError();
  if (llvm::Error error = runPasses(*graph->module, buildGPUSchedulePipeline))
    return error;
  auto *report = reports.data();
  graph->getEntry(input.options.entry).walk([&](row::ProgramOp program) {
    auto schedule = mlir::cast<row::GPUScheduleAttr>(program.getScheduleAttr());
    llvm::raw_string_ostream(report->schedule) << schedule;
    report->accesses = row::describeGPUAccesses(program, schedule);
    report->rowsPerBlock = schedule.getRowsPerBlock();
    report->threadsPerBlock =
        schedule.getThreadsPerRow() * schedule.getRowsPerBlock();
    report->elementsPerThread =
        static_cast<double>(report->columns) / schedule.getThreadsPerRow();
    ++report;
  });
  return llvm::Error::success();
}

/// Fills in bytes and barriers, counted on the emulator.
llvm::Error GPUBackend::reportCounts(std::vector<KernelReport> &reports) const {
  llvm::Expected<LLVMKernels> kernels = translateAgain();
  if (!kernels)
    return kernels.takeError();
  auto counting = emulator::Emulator::create(std::move(kernels->module),
                                             std::move(kernels->context));
  if (!counting)
    return counting.takeError();
  SampleCall call(input.arguments, input.results);
  if (llvm::Error error = input.constraints.check(call.shapes)) {
    // Operands whose sizes depend on each other: no sample without an example.
    llvm::consumeError(std::move(error));
    return llvm::Error::success();
  }
  std::vector<int64_t> sizes = plan.sizes.evaluate(call.shapes);
  std::vector<emulator::Counters> counters;
  if (llvm::Error error =
          runEmulated(**counting, call.buffers, sizes, RunOptions(), &counters))
    return error;
  for (auto [report, step, counted] :
       llvm::zip_equal(reports, plan.launches, counters)) {
    double rows = sizes[step.numbers.back()], blocks = sizes[step.blocks];
    if (rows == 0)
      continue; // Nothing moves, so nothing can be said of an element.
    double rowBytes = 0, parameterBytes = 0;
    for (auto [buffer, byRow] : llvm::zip_equal(step.buffers, report.byRow)) {
      const emulator::RegionCounters &region = counted.regions[buffer];
      (byRow ? rowBytes : parameterBytes) +=
          region.bytesRead + region.bytesWritten;
    }
    report.rowBytesPerElement = rowBytes / (rows * report.columns);
    report.parameterBytesPerBlock = parameterBytes / blocks;
    report.barriersPerRow = counted.blockBarriers / rows;
  }
  return llvm::Error::success();
}

llvm::Expected<std::vector<KernelReport>> GPUBackend::getReport() const {
  std::vector<KernelReport> reports = programs;
  if (llvm::Error error = reportSchedules(reports))
    return std::move(error);
  if (llvm::Error error = reportCounts(reports))
    return std::move(error);
  llvm::Expected<Cubin> binary = getCubin();
  if (!binary)
    return binary.takeError();
  llvm::Expected<std::string> sass = getSASS();
  if (!sass)
    return sass.takeError();
  auto instructions = countInstructions(*sass);
  for (auto [report, step] : llvm::zip_equal(reports, plan.launches)) {
    report.name = step.kernel;
    const PTXResources &resources = binary->kernels.at(step.kernel);
    report.registers = resources.registers;
    report.spillBytes = resources.spillStoreBytes + resources.spillLoadBytes;
    report.sharedBytes = resources.sharedBytes;
    report.blocksPerSM = getBlocksPerSM(architecture, report.threadsPerBlock,
                                        report.registers, report.sharedBytes);
    report.instructions = instructions[step.kernel];
  }
  return reports;
}

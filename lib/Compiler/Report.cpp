//===- Report.cpp - Reports on kernels, for people and programs -----------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The two formats, and what is known of a row program before any lowering.
//
//===----------------------------------------------------------------------===//

#include "Report.h"

#include "Backend.h"
#include "CPULoops.h"
#include "StaticModel.h"

#include "seednorm/Dialect/Row/Analysis/ProgramAnalysis.h"
#include "seednorm/Dialect/Row/Analysis/RowBytes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

using namespace seednorm;

std::vector<KernelReport>
seednorm::reportPrograms(mlir::func::FuncOp function) {
  std::vector<KernelReport> reports;
  function.walk([&](row::ProgramOp program) {
    row::ProgramAnalysis analysis(program);
    KernelReport report;
    report.columns = analysis.getNumColumns();
    report.levels = analysis.getNumLevels();
    row::FusedPrograms fused = row::getFusedPrograms(program);
    report.fusedFrom = fused.number;
    report.unfusedRowBytesPerElement =
        static_cast<double>(fused.rowBytes) / report.columns;
    auto add = [&](row::AccessAttr access, mlir::Value operand,
                   mlir::Type slice) {
      double bytes =
          row::getNumStoredElements(operand.getType(), slice) *
          mlir::getElementTypeOrSelf(operand).getIntOrFloatBitWidth() / 8.0;
      using Role = KernelReport::Role;
      report.roles.push_back(access.isSummed() ? Role::Partial
                             : access.getKind() == row::AccessKind::Row
                                 ? Role::Row
                                 : Role::Parameter);
      if (report.roles.back() == Role::Parameter)
        report.parameterBytes += bytes;
      if (report.roles.back() == Role::Partial)
        report.summedBytes += bytes;
    };
    for (mlir::BlockArgument input : program.getBodyBlock().getArguments())
      add(program.getInputAccess(input.getArgNumber()),
          program.getInputs()[input.getArgNumber()], input.getType());
    for (auto [i, output] : llvm::enumerate(program.getOutputs()))
      add(program.getOutputAccess(i), output, program.getOutputSliceType(i));
    report.minimumRowBytesPerElement =
        static_cast<double>(row::getRowBytes(program)) / report.columns;
    reports.push_back(std::move(report));
  });
  return reports;
}

static void formatInstructions(llvm::raw_ostream &stream,
                               const KernelReport &kernel) {
  // A kernel that adds partials has no columns of its own.
  auto print = [&](int64_t count) {
    if (kernel.addsPartials)
      stream << count;
    else
      stream << llvm::format("%.2f", count / kernel.elementsPerThread);
  };
  int64_t total = 0;
  std::vector<std::pair<int64_t, std::string>> byCount;
  for (const auto &[opcode, count] : kernel.instructions) {
    total += count;
    byCount.push_back({count, opcode});
  }
  llvm::sort(byCount, std::greater<>());
  stream << "  instructions:       " << total << " a thread";
  if (!kernel.addsPartials) {
    stream << ", ";
    print(total);
    stream << " an element";
  }
  stream << ':';
  for (const auto &[count, opcode] : byCount) {
    stream << ' ' << opcode << ' ';
    print(count);
  }
  stream << '\n';
}

static void formatRowBytes(llvm::raw_ostream &stream,
                           const KernelReport &kernel) {
  stream << "  accesses:           " << kernel.accesses << '\n'
         << "  columns, levels:    " << kernel.columns << ", " << kernel.levels
         << '\n'
         << "  row bytes:          ";
  if (kernel.rowBytesPerElement >= 0)
    stream << llvm::format("%.2f", kernel.rowBytesPerElement)
           << " an element, minimum "
           << llvm::format(
                  "%.2f (ratio %.2f)", kernel.minimumRowBytesPerElement,
                  kernel.rowBytesPerElement / kernel.minimumRowBytesPerElement);
  else
    stream << "minimum "
           << llvm::format("%.2f", kernel.minimumRowBytesPerElement)
           << " an element";
  if (kernel.fusedFrom > 1)
    stream << llvm::format(
        "\n  fused from:         %d programs of %.2f row bytes an element",
        static_cast<int>(kernel.fusedFrom), kernel.unfusedRowBytesPerElement);
  stream << '\n' << "  parameter bytes:    " << kernel.parameterBytes;
  if (kernel.parameterBytesPerBlock >= 0)
    stream << llvm::format(", %.0f read a block",
                           kernel.parameterBytesPerBlock);
  stream << '\n';
}

static void formatSummedBytes(llvm::raw_ostream &stream,
                              const KernelReport &kernel) {
  if (kernel.summedBytes == 0)
    return;
  stream << "  summed bytes:       " << kernel.summedBytes;
  if (kernel.partialBytesPerBlock >= 0)
    stream << llvm::format(", %.0f of partial sums a block",
                           kernel.partialBytesPerBlock);
  stream << '\n';
  if (!kernel.sums.empty())
    stream << "  sums over rows:     " << kernel.sums << '\n';
}

/// The block, and how many of them a multiprocessor has.
static void formatBlock(llvm::raw_ostream &stream, const KernelReport &kernel) {
  stream << "  block:              " << kernel.threadsPerBlock << " threads, ";
  if (!kernel.addsPartials)
    stream << kernel.rowsPerBlock << " rows, ";
  stream << kernel.sharedBytes << " bytes of shared memory";
  if (kernel.dynamicSharedBytes)
    stream << ", " << kernel.dynamicSharedBytes << " of them dynamic";
  if (kernel.barriersPerRow >= 0)
    stream << llvm::format(", %.2f barriers a row", kernel.barriersPerRow);
  if (kernel.blocksPerCluster > 1) {
    stream << "\n  cluster:            " << kernel.blocksPerCluster
           << " blocks a row";
    if (kernel.clusterBarriersPerRow >= 0)
      stream << llvm::format(", %.2f of the barriers",
                             kernel.clusterBarriersPerRow);
  }
  stream << '\n'
         << "  registers:          " << kernel.registers << " a thread, "
         << kernel.spillBytes << " bytes spilled\n"
         << "  occupancy:          " << kernel.blocksPerSM
         << " blocks a multiprocessor, limited by " << kernel.occupancyLimit
         << '\n';
}

static void formatKernel(llvm::raw_ostream &stream, const KernelReport &kernel,
                         bool onGPU) {
  stream << "kernel " << kernel.name << '\n'
         << "  schedule:           " << kernel.schedule << '\n';
  if (!kernel.reason.empty())
    stream << "  reason:             " << kernel.reason << '\n';
  if (!kernel.addsPartials)
    formatRowBytes(stream, kernel);
  formatSummedBytes(stream, kernel);
  if (!onGPU)
    return formatLoops(stream, kernel);
  formatBlock(stream, kernel);
  formatInstructions(stream, kernel);
  if (!kernel.approximate.empty())
    stream << "  approximate:        " << llvm::join(kernel.approximate, ", ")
           << '\n';
  if (kernel.model)
    formatModel(stream, *kernel.model);
}

std::string seednorm::formatReport(llvm::ArrayRef<KernelReport> kernels,
                                   bool onGPU) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  for (const KernelReport &kernel : kernels)
    formatKernel(stream, kernel, onGPU);
  return text;
}

/// A count, or null for one that was not taken.
static llvm::json::Value orNull(double count) {
  return count < 0 ? llvm::json::Value(nullptr) : llvm::json::Value(count);
}

/// What only kernels on a GPU have.
static void addGPUFields(llvm::json::Object &object,
                         const KernelReport &kernel) {
  object["row_bytes_per_element"] = orNull(kernel.rowBytesPerElement);
  object["parameter_bytes_per_block"] = orNull(kernel.parameterBytesPerBlock);
  object["partial_bytes_per_block"] = orNull(kernel.partialBytesPerBlock);
  object["reason"] = kernel.reason;
  object["sums"] = kernel.sums;
  object["adds_partials"] = kernel.addsPartials;
  object["threads_per_block"] = kernel.threadsPerBlock;
  object["rows_per_block"] = kernel.rowsPerBlock;
  object["registers"] = kernel.registers;
  object["spill_bytes"] = kernel.spillBytes;
  object["stack_bytes"] = kernel.stackBytes;
  object["blocks_per_cluster"] = kernel.blocksPerCluster;
  object["persistent_blocks"] = kernel.persistentBlocks;
  object["shared_bytes"] = kernel.sharedBytes;
  object["dynamic_shared_bytes"] = kernel.dynamicSharedBytes;
  object["blocks_per_sm"] = kernel.blocksPerSM;
  object["occupancy_limit"] = kernel.occupancyLimit;
  object["barriers_per_row"] = orNull(kernel.barriersPerRow);
  object["cluster_barriers_per_row"] = orNull(kernel.clusterBarriersPerRow);
  object["elements_per_thread"] = kernel.elementsPerThread;
  object["approximate"] = llvm::json::Array(kernel.approximate);
  llvm::json::Object instructions;
  for (const auto &[opcode, count] : kernel.instructions)
    instructions[opcode] = count;
  object["instructions"] = std::move(instructions);
  object["model"] = kernel.model
                        ? llvm::json::Value(formatModelAsJSON(*kernel.model))
                        : llvm::json::Value(nullptr);
}

std::string seednorm::formatReportAsJSON(llvm::ArrayRef<KernelReport> kernels,
                                         bool onGPU) {
  llvm::json::Array list;
  for (const KernelReport &kernel : kernels) {
    llvm::json::Object object{
        {"name", kernel.name},
        {"schedule", kernel.schedule},
        {"accesses", kernel.accesses},
        {"columns", kernel.columns},
        {"levels", kernel.levels},
        {"minimum_row_bytes_per_element", kernel.minimumRowBytesPerElement},
        {"unfused_row_bytes_per_element", kernel.unfusedRowBytesPerElement},
        {"fused_from", kernel.fusedFrom},
        {"parameter_bytes", kernel.parameterBytes},
        {"summed_bytes", kernel.summedBytes}};
    if (onGPU)
      addGPUFields(object, kernel);
    else
      addLoopFields(object, kernel);
    list.push_back(std::move(object));
  }
  std::string text;
  llvm::raw_string_ostream(text)
      << llvm::formatv("{0:2}", llvm::json::Value(std::move(list))) << '\n';
  return text;
}

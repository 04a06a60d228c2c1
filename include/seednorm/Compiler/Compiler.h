//===- Compiler.h - From a graph to something that runs ---------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The whole compiler behind one door: MLIR text in, a function out that runs on
// the CPU, on the GPU emulator or on a GPU, with every stage on the way open to
// inspection. The tools and the C API are thin layers over this.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_COMPILER_COMPILER_H
#define SEEDNORM_COMPILER_COMPILER_H

#include "seednorm/Compiler/KernelModel.h"
#include "seednorm/Compiler/LoopReport.h"
#include "seednorm/Runtime/Tensor.h"
#include "seednorm/Target/Emulator/Emulator.h"
#include "seednorm/Target/NVPTX/ApproximateFunctions.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace seednorm {

namespace runtime {
struct PackagedKernel;
} // namespace runtime

using runtime::Dimension;
using runtime::ElementType;
using runtime::getByteWidth;
using runtime::SharedMemory;
using runtime::TensorSpec;
using runtime::TensorView;

llvm::StringRef getName(ElementType type); ///< As in MLIR: "f8E4M3FN", "i8".

/// Where a graph is to run.
struct Target {
  enum class Kind {
    CPU,      ///< A processor, through LLVM; by default this machine's.
    Emulated, ///< The GPU code for `chip`, on the emulator.
    GPU,      ///< The GPU code for `chip`, on a device through the driver.
  };
  Kind kind = Kind::CPU;
  /// "sm_90a" and the like; of a CPU LLVM's name, as "x86-64-v3", or empty for
  /// the processor of this machine.
  std::string chip;

  /// Parses "cpu", "cpu:x86-64-v3" (any name `lookupTargetCPU` takes),
  /// "emulated", "emulated:sm_80", "sm_90a" or "cuda" (the chip of device 0).
  /// The error lists what is known.
  static llvm::Expected<Target> parse(llvm::StringRef text);
};

/// How the memory of an argument is laid out that is not dense.
struct ArgumentLayout {
  int64_t argument = 0;
  int64_t numDense = 1;  ///< As in TensorSpec.
  int64_t alignment = 1; ///< Of the address and of strides, in bytes.
};

struct CompileOptions {
  Target target;
  std::string entry = "main";
  /// Arguments that are not dense, as the attributes `seednorm.dense_dims` and
  /// `seednorm.alignment` say it in the text.
  std::vector<ArgumentLayout> layouts = {};
  /// Results that calls have in the memory of arguments; an error if such a
  /// result cannot be computed in place.
  std::vector<SharedMemory> shared = {};
  /// How many row programs the entry has to become; any number if negative.
  int64_t expectPrograms = -1;
  /// Fields that override those of every schedule, "keep = shared, cluster = 2"
  /// of a GPU or "rows = 4, panel = 512" of a CPU; an error where one breaks a
  /// limit.
  std::string schedule;
  /// Functions computed by instructions that approximate them; an error for the
  /// CPU, which has none.
  ApproximateFunctions approximate = {};
  /// Path of `ptxas` and `nvdisasm`; empty looks in SEEDNORM_PTXAS,
  /// SEEDNORM_NVDISASM, where the build found them, and PATH.
  std::string ptxas, nvdisasm;
};

struct RunOptions {
  uint64_t seed = 0;      ///< Order of the emulator's lanes.
  void *stream = nullptr; ///< CUstream, for arguments in device memory.
  /// Whether `checkCall` has taken these very arguments and results.
  bool isChecked = false;
};

/// What one kernel of a graph costs.
struct KernelReport {
  std::string name, schedule;
  std::string reason; ///< Why it has this schedule; of row programs on GPUs.
  int64_t columns = 0, levels = 0;
  /// Bytes of operands taken by row for each element of a row: what one read
  /// of each input and one write of each output need, and what the kernel
  /// moves, counted on the emulator (-1 on the CPU, where caches decide, and
  /// for shapes no sample can be made of).
  double minimumRowBytesPerElement = 0, rowBytesPerElement = -1;
  /// The latter, apart.
  double rowBytesReadPerElement = -1, rowBytesWrittenPerElement = -1;
  /// Of how many programs the kernel was fused, and what the minimum of all of
  /// them was.
  int64_t fusedFrom = 1;
  double unfusedRowBytesPerElement = 0;
  /// Bytes of all other operands, and what a block reads of them.
  int64_t parameterBytes = 0;
  double parameterBytesPerBlock = -1;

  /// Columns of one access, and why they are no more where they could be.
  std::string accesses;

  /// What an operand is to a kernel: a partial is what a block has added up
  /// over its rows, the total all of them, as the caller has it.
  enum class Role { Row, Parameter, Partial, Total };
  /// Of each operand of the kernel, outputs behind inputs.
  std::vector<Role> roles;
  /// Bytes of all outputs that are summed over rows, and what a block writes
  /// or, to add them up, reads of partials.
  int64_t summedBytes = 0;
  double partialBytesPerBlock = -1;
  /// Whether this is the kernel that adds up the partials of the one before.
  bool addsPartials = false;

  // CPU only.
  /// Innermost loops of its machine code, in the order of the code.
  std::vector<LoopReport> loops;

  // GPU only.
  /// Where threads add up each output that is summed over rows, in words:
  /// "dgamma in registers, dbeta in shared memory".
  std::string sums;
  int64_t threadsPerBlock = 0, rowsPerBlock = 0;
  int64_t blocksPerCluster = 1; ///< Blocks that have one row.
  /// Blocks, or clusters, that take one row after the other; or 0.
  int64_t persistentBlocks = 0;
  int64_t registers = 0, spillBytes = 0, stackBytes = 0;
  /// Shared memory of a block, and how much of it its launch asks for.
  int64_t sharedBytes = 0, dynamicSharedBytes = 0;
  int64_t blocksPerSM = 0; ///< Occupancy.
  /// What allows no more: "registers", "shared memory", "threads", "blocks".
  std::string occupancyLimit;
  /// At which a thread waits, of its block and of its cluster, and the latter
  /// alone.
  double barriersPerRow = -1, clusterBarriersPerRow = -1;
  double elementsPerThread = 0;
  /// Elements of a row that a thread has code for, of which those beyond the
  /// row's end are skipped.
  int64_t slotsPerThread = 0;
  /// Of sums over rows that are in global memory: bytes that a block adds to
  /// with each row, for each column.
  double globalSumBytesPerElement = 0;
  /// Functions that it has an approximate instruction for: "tanh".
  std::vector<std::string> approximate;
  /// Machine instructions of a thread by opcode, each counted where it stands.
  std::map<std::string, int64_t> instructions;
  /// Predictions; none of what adds up partials, nor without counted bytes.
  std::optional<KernelModel> model;
};

/// An operand of a row program.
struct ProgramOperand {
  /// Name of the argument or result that it is, perhaps reshaped; otherwise
  /// what computes an input ("program 0 output 1", "constant", "tensor.pad"),
  /// or "temporary" for an output.
  std::string value;
  std::string type;   ///< "tensor<?x4096xbf16>"
  std::string access; ///< "by row", "shared", "by group 4", ...
};

/// A row program: what runs as one kernel.
struct ProgramReport {
  int64_t columns = 0, levels = 0; ///< Of a row, and of its sums.
  /// Of how many programs it was fused: one for each op.
  int64_t fusedFrom = 1;
  /// Bytes of operands taken by row for each element of a row: one read of each
  /// input and one write of each output, now and in all programs it was fused
  /// from.
  double minimumRowBytesPerElement = 0, unfusedRowBytesPerElement = 0;
  std::vector<ProgramOperand> inputs, outputs;
  /// "file:line:column" of the ops it was fused from, as far as known.
  std::vector<std::string> locations;
};

/// An op that moves elements of tensors outside of row programs.
struct OutsideOp {
  std::string location; ///< "file:line:column", or empty.
  std::string name;     ///< "linalg.matmul"
  std::string reason;   ///< Why it is no row program.
};

struct GraphReport {
  std::vector<ProgramReport> programs;
  std::vector<OutsideOp> outside;
};

/// Attribute of a module whose linalg ops become loops as they stand, rather
/// than row programs: a second opinion on those.
inline constexpr llvm::StringLiteral kKeepLinalgAttrName =
    "seednorm.keep_linalg";

/// Attribute of a module whose sums and products are rounded as they stand: no
/// factor leaves its sum, and no product is rounded together with a sum. The
/// order of a sum stays the schedule's.
inline constexpr llvm::StringLiteral kStrictAttrName = "seednorm.strict";

/// Attribute of a module that computes as if everything held that it asserts.
inline constexpr llvm::StringLiteral kDropAssertsAttrName =
    "seednorm.drop_asserts";

/// Which gradients a backward function has.
struct GradientOptions {
  std::string entry = "main"; ///< The function that is differentiated.
  /// Names of the arguments whose gradients it returns; all floats that results
  /// depend on if empty.
  std::vector<std::string> wrt;
  /// Names of the results whose gradients it takes; all if empty.
  std::vector<std::string> of;
  /// Names of arguments, among those of `wrt`, whose gradients are added to
  /// what further arguments hold.
  std::vector<std::string> accumulate;
  /// Names of ops whose numbers of rows or heads a function `<entry>_forward`
  /// returns behind the results, for the backward function to take.
  std::vector<std::string> save;
};

/// The backward function of a graph, called `<entry>_backward`, as the text of
/// a module: it takes the arguments of the function and the gradients of its
/// results, and returns those of its arguments. `text` and `bufferName` as for
/// `CompiledGraph::compile`, and so are errors; they also name an op without an
/// adjoint.
llvm::Expected<std::string>
differentiate(llvm::StringRef text, const GradientOptions &options,
              llvm::StringRef bufferName = "<graph>");

/// A compiled entry function. Immutable once built; `run` may be called from
/// several threads at once.
class CompiledGraph {
public:
  /// Compiles `text`, an MLIR module in text or bytecode. `bufferName` stands
  /// for the file in diagnostics. The error holds all diagnostics, one a line.
  static llvm::Expected<std::unique_ptr<CompiledGraph>>
  compile(llvm::StringRef text, const CompileOptions &options,
          llvm::StringRef bufferName = "<graph>");

  /// What `compile` would return, without compiling: `package` is what `emit`
  /// gave as the stage of this name of a graph compiled by the same build from
  /// such a text with these options, for a CPU or for a GPU. What
  /// a package does not say - stages, reports - is made from `text`, when it is
  /// asked for first. The error names what is wrong with the package.
  static llvm::Expected<std::unique_ptr<CompiledGraph>>
  restore(llvm::StringRef package, llvm::StringRef text,
          const CompileOptions &options,
          llvm::StringRef bufferName = "<graph>");
  ~CompiledGraph();

  llvm::ArrayRef<TensorSpec> getArguments() const;
  llvm::ArrayRef<TensorSpec> getResults() const;
  const CompileOptions &getOptions() const;

  /// Kernels a call launches; on the CPU, row loops it runs.
  int64_t getNumKernels() const;

  /// The shape of each result for arguments of these shapes; an error names
  /// the argument, the rule and the fact if they do not fit.
  llvm::Expected<std::vector<std::vector<int64_t>>>
  getResultShapes(llvm::ArrayRef<TensorView> arguments) const;

  /// Whether `run` would take these arguments and results: types, shapes and
  /// alignment fit, and results overlap nothing. The error is the caller's.
  llvm::Error checkCall(llvm::ArrayRef<TensorView> arguments,
                        llvm::ArrayRef<TensorView> results) const;

  /// Runs the function. Arguments and results are checked against the specs;
  /// results overlap no arguments but those that `CompileOptions::shared` gives
  /// them the memory of. An error names what this machine lacks to run code for
  /// another. For `Target::Kind::GPU`, data are
  /// device pointers and the call returns once the work is enqueued.
  llvm::Error run(llvm::ArrayRef<TensorView> arguments,
                  llvm::ArrayRef<TensorView> results,
                  const RunOptions &options = {}) const;

  /// Runs on the emulator and returns what each kernel did, in launch order.
  llvm::Expected<std::vector<emulator::Counters>>
  runCounted(llvm::ArrayRef<TensorView> arguments,
             llvm::ArrayRef<TensorView> results,
             const RunOptions &options = {}) const;

  /// The kernel as a package holds it: all that a call checks and needs, and
  /// its code. For a GPU `ptxas` makes the latter.
  llvm::Expected<runtime::PackagedKernel> getPackagedKernel() const;

  /// One stage as text (cubin and package: as bytes): "row", "gpu", "nvvm",
  /// "llvm", "ptx", "cubin", "sass" and, how to launch the kernels as JSON,
  /// "launches" for GPU targets; "row", "scf", "llvm", "asm" for the CPU; on
  /// both "package", "report" and "programs" for people, "report.json" and
  /// "programs.json" for programs. The error lists the stages there are.
  llvm::Expected<std::string> emit(llvm::StringRef stage) const;
  /// The stages `emit` takes for this target.
  llvm::ArrayRef<llvm::StringRef> getStages() const;

  /// What became row programs, and what did not and why.
  llvm::Expected<const GraphReport &> getPrograms() const;

  /// Assembles what is not assembled yet and reports on every kernel.
  llvm::Expected<std::vector<KernelReport>> getReport() const;

private:
  struct Impl;
  explicit CompiledGraph(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl;
};

} // namespace seednorm

#endif // SEEDNORM_COMPILER_COMPILER_H

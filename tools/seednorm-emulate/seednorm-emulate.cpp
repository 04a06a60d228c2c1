//===- seednorm-emulate.cpp - Run a GPU kernel on the CPU -----------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Launches one kernel of an LLVM IR file on buffers made up on the command
// line, and prints what its lanes did to memory.
//
//===----------------------------------------------------------------------===//

#include "KernelBuffer.h"

#include "common/CommandLine.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/IRReader/IRReader.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/WithColor.h"
#include "llvm/Support/raw_ostream.h"

#include <deque>

using namespace llvm;
using namespace seednorm::emulator;

static cl::OptionCategory category("Options of seednorm-emulate");

static cl::opt<std::string> inputPath(cl::Positional,
                                      cl::desc("<LLVM IR file>"), cl::init("-"),
                                      cl::cat(category));
static cl::opt<std::string> kernelName("kernel", cl::Required,
                                       cl::desc("The kernel to launch"),
                                       cl::cat(category));
static cl::list<uint64_t> gridSize("grid", cl::CommaSeparated,
                                   cl::desc("Blocks, as x[,y[,z]]"),
                                   cl::cat(category));
static cl::list<uint32_t> blockSize("block", cl::CommaSeparated,
                                    cl::desc("Lanes of a block, as x[,y[,z]]"),
                                    cl::cat(category));
static cl::opt<uint32_t> sharedBytes("shared",
                                     cl::desc("Bytes of dynamic shared memory"),
                                     cl::init(0), cl::cat(category));
static cl::opt<bool> allowNonPortableCluster(
    "non-portable-cluster",
    cl::desc("Allow clusters of up to 16 blocks instead of 8"),
    cl::cat(category));
static cl::opt<bool>
    isDependent("dependent",
                cl::desc("The grid before may still run, and use the buffers "
                         "marked ':predecessor'"),
                cl::cat(category));
static cl::opt<uint64_t>
    seed("seed", cl::desc("Orders the lanes and fills random buffers"),
         cl::init(0), cl::cat(category));
static cl::list<std::string> bufferTexts(
    "buffer",
    cl::desc(
        "Pointer argument: name:type:count[:zero|:iota|:random|:@file]"
        "[:rw][:predecessor]; arguments come in the order of the parameters"),
    cl::cat(category));
static cl::list<int32_t> i32Values("i32", cl::desc("Argument of type i32"),
                                   cl::cat(category));
static cl::list<int64_t> i64Values("i64", cl::desc("Argument of type i64"),
                                   cl::cat(category));
static cl::list<float> f32Values("f32", cl::desc("Argument of type f32"),
                                 cl::cat(category));
static cl::list<std::string> printedNames("print", cl::CommaSeparated,
                                          cl::desc("Buffers to print"),
                                          cl::cat(category));
static cl::list<std::string>
    savedBuffers("save", cl::desc("Buffer to write to a file, as name=path"),
                 cl::cat(category));

static cl::extrahelp examples(R"(
The file is the standard input if none is named, or "-" is.

EXAMPLE, of a kernel(const float *x, float *y, i64 rows):

  seednorm-emulate kernels.ll --kernel=scale --grid=4 --block=128 --buffer=x:f32:512:iota --buffer=y:f32:512:zero:rw --i64=4 --print=y

EXIT STATUS: 0 if the kernel ran, 1 for an error in it or in how it was launched,
which is printed.
)");

namespace {
/// The arguments of the launch; a deque keeps their addresses.
struct Arguments {
  std::deque<KernelBuffer> buffers;
  std::deque<uint64_t> values;
};
} // namespace

static uint64_t getBits(float value) { return bit_cast<uint32_t>(value); }
static uint64_t getBits(int32_t value) { return static_cast<uint32_t>(value); }
static uint64_t getBits(int64_t value) { return value; }

// Options of several kinds make up one list, in the order they were written.
static Error buildArguments(Arguments &arguments, Launch &launch) {
  std::vector<std::pair<unsigned, uint64_t>> ordered;
  for (auto [index, text] : enumerate(bufferTexts)) {
    Expected<KernelBuffer> buffer = KernelBuffer::parse(text, seed + index);
    if (!buffer)
      return buffer.takeError();
    arguments.buffers.push_back(std::move(*buffer));
    launch.regions.push_back(arguments.buffers.back().getRegion());
    ordered.emplace_back(
        bufferTexts.getPosition(index),
        reinterpret_cast<uint64_t>(launch.regions.back().base));
  }
  auto addValues = [&](const auto &option) {
    for (auto [index, value] : enumerate(option))
      ordered.emplace_back(option.getPosition(index), getBits(value));
  };
  addValues(i32Values);
  addValues(i64Values);
  addValues(f32Values);
  sort(ordered);
  for (auto [position, bits] : ordered) {
    arguments.values.push_back(bits);
    launch.arguments.push_back(&arguments.values.back());
  }
  return Error::success();
}

static void print(StringRef name, const SharedRequests &total) {
  outs() << name << ": " << total.requests << " requests, " << total.wavefronts
         << " wavefronts, " << total.excess << " of them for bank conflicts\n";
}

static void printCounters(const Counters &counters) {
  outs() << "blocks: " << counters.blocks << "\n"
         << "block barriers: " << counters.blockBarriers << "\n"
         << "warp barriers: " << counters.warpBarriers << "\n"
         << "cluster barriers: " << counters.clusterBarriers << "\n"
         << "shuffles: " << counters.shuffles << "\n"
         << "shared: " << counters.sharedBytesRead << " bytes read, "
         << counters.sharedBytesWritten << " bytes written\n"
         << "distributed shared: " << counters.distributedBytesRead
         << " bytes read, " << counters.distributedBytesWritten
         << " bytes written\n";
  print("shared reads", counters.sharedReads);
  print("shared writes", counters.sharedWrites);
  for (const RegionCounters &region : counters.regions)
    outs() << "'" << region.name << "': " << region.bytesRead
           << " bytes read in " << region.readRequests << " requests, "
           << region.readSectors << " sectors; " << region.bytesWritten
           << " bytes written in " << region.writeRequests << " requests, "
           << region.writeSectors << " sectors\n";
}

static Expected<const KernelBuffer *> findBuffer(const Arguments &arguments,
                                                 StringRef name) {
  for (const KernelBuffer &buffer : arguments.buffers)
    if (buffer.getName() == name)
      return &buffer;
  return createStringError("unknown buffer '" + name + "'");
}

static Error outputBuffers(const Arguments &arguments) {
  for (const std::string &name : printedNames) {
    Expected<const KernelBuffer *> buffer = findBuffer(arguments, name);
    if (!buffer)
      return buffer.takeError();
    (*buffer)->print(outs());
  }
  for (StringRef text : savedBuffers) {
    auto [name, path] = text.split('=');
    Expected<const KernelBuffer *> buffer = findBuffer(arguments, name);
    if (!buffer)
      return buffer.takeError();
    if (Error error = (*buffer)->save(path))
      return error;
  }
  return Error::success();
}

static Error run(std::unique_ptr<Module> module,
                 std::unique_ptr<LLVMContext> context) {
  Expected<std::unique_ptr<Emulator>> emulator =
      Emulator::create(std::move(module), std::move(context));
  if (!emulator)
    return emulator.takeError();
  Launch launch;
  launch.kernel = kernelName;
  launch.seed = seed;
  launch.sharedBytes = sharedBytes;
  launch.allowNonPortableCluster = allowNonPortableCluster;
  launch.dependent = isDependent;
  if (gridSize.size() > 3 || blockSize.size() > 3)
    return createStringError("expects at most three sizes for 'grid' and "
                             "'block'");
  copy(gridSize, launch.grid);
  copy(blockSize, launch.block);
  Arguments arguments;
  if (Error error = buildArguments(arguments, launch))
    return error;
  Expected<Counters> counters = (*emulator)->launch(launch);
  if (!counters)
    return counters.takeError();
  printCounters(*counters);
  return outputBuffers(arguments);
}

/// Has LLVM's readers leave the verifying to the emulator: what they do to
/// bring debug information up to date aborts on a module that is not valid.
static void leaveVerifying() {
  cl::Option *option =
      cl::getRegisteredOptions().lookup("disable-auto-upgrade-debug-info");
  if (option)
    option->addOccurrence(0, option->ArgStr, "true");
}

static int finish(Error error) {
  if (!error)
    return seednorm::finishOutput(0);
  WithColor::error() << toString(std::move(error)) << "\n";
  return 1;
}

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  seednorm::setUpOptions(category, {"seednorm-emulate"});
  leaveVerifying();
  cl::ParseCommandLineOptions(
      argc, argv,
      "run a GPU kernel of an LLVM IR file on the CPU, lane by lane, check its "
      "accesses and count them\n");

  Expected<std::unique_ptr<MemoryBuffer>> text =
      seednorm::readModule(inputPath);
  if (!text)
    return finish(text.takeError());
  auto context = std::make_unique<LLVMContext>();
  SMDiagnostic diagnostic;
  std::unique_ptr<Module> module = parseIR(**text, diagnostic, *context);
  if (!module) {
    diagnostic.print(nullptr, errs());
    return 1;
  }
  return finish(run(std::move(module), std::move(context)));
}

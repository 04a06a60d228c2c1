//===- Kernel.cpp - Compiling and running from C --------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A thin layer over CompiledGraph, which checks the arguments of a call.
//
//===----------------------------------------------------------------------===//

#include "Status.h"

#include "seednorm/Compiler/Fingerprint.h"
#include "seednorm/Compiler/Package.h"
#include "seednorm/RuntimeCAPI/Tensors.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

using namespace seednorm;
using capi::failUsage;

/// Strings and shapes live as long as the kernel, for whoever asked for them.
struct SeednormKernel {
  std::unique_ptr<CompiledGraph> graph;
  std::vector<TensorSpec> specs; ///< Results behind arguments.
  std::vector<std::vector<int64_t>> shapes;
  std::string stages;
};

static SeednormKernel *createKernel(std::unique_ptr<CompiledGraph> graph) {
  auto *kernel = new SeednormKernel();
  kernel->specs = graph->getArguments().vec();
  llvm::append_range(kernel->specs, graph->getResults());
  for (const TensorSpec &spec : kernel->specs) {
    std::vector<int64_t> &shape = kernel->shapes.emplace_back();
    for (const Dimension &dimension : spec.shape)
      shape.push_back(dimension.size);
  }
  kernel->stages = llvm::join(graph->getStages(), ",");
  kernel->graph = std::move(graph);
  return kernel;
}

/// Parses the name of a target, of which only "cuda" asks the machine.
static SeednormStatus parseTarget(const char *name, Target &target) {
  llvm::Error error = Target::parse(name).moveInto(target);
  if (!error)
    return SEEDNORM_SUCCESS;
  bool usage = llvm::StringRef(name) != "cuda";
  return capi::fail(usage ? SEEDNORM_USAGE_ERROR : SEEDNORM_RUNTIME_ERROR,
                    std::move(error));
}

/// Whether there may be `count` elements at `data`.
static bool isArray(const void *data, int64_t count) {
  return count == 0 || (data && count > 0);
}

/// All but the target and the entry.
static llvm::Expected<CompileOptions>
readOptions(const SeednormCompileOptions &given) {
  // With fields behind `approximate` the size will say which ones there are.
  if (given.size != sizeof(given))
    return llvm::createStringError(
        "expects 'size' to be " + llvm::Twine(sizeof(given)) +
        ", that of SeednormCompileOptions in this library, but got " +
        llvm::Twine(given.size));
  if (!isArray(given.layouts, given.numLayouts) ||
      !isArray(given.shared, given.numShared))
    return llvm::createStringError(
        "expects arrays of as many layouts and pairs as their numbers say, but "
        "got a null pointer or a negative number");
  CompileOptions options;
  options.schedule = given.schedule ? given.schedule : "";
  options.expectPrograms = given.expectPrograms;
  for (const SeednormLayout &layout :
       llvm::ArrayRef(given.layouts, given.numLayouts))
    options.layouts.push_back(
        {layout.argument, layout.numDense, layout.alignment});
  for (const SeednormSharedMemory &pair :
       llvm::ArrayRef(given.shared, given.numShared))
    options.shared.push_back({pair.result, pair.argument});
  if (llvm::Error error = ApproximateFunctions::parse(
                              given.approximate ? given.approximate : "")
                              .moveInto(options.approximate))
    return std::move(error);
  return options;
}

/// Reads all options, and hands out the graph that `make` makes with them.
static SeednormStatus makeKernel(
    const char *target, const char *entry, const SeednormCompileOptions *given,
    llvm::function_ref<
        llvm::Expected<std::unique_ptr<CompiledGraph>>(const CompileOptions &)>
        make,
    SeednormKernel **kernel) {
  const SeednormCompileOptions none = SEEDNORM_COMPILE_OPTIONS;
  llvm::Expected<CompileOptions> options = readOptions(given ? *given : none);
  if (!options)
    return capi::fail(SEEDNORM_USAGE_ERROR, options.takeError());
  options->entry = llvm::StringRef(entry).str(); // Null names no function.
  if (SeednormStatus status = parseTarget(target, options->target))
    return status;
  llvm::Expected<std::unique_ptr<CompiledGraph>> graph = make(*options);
  if (!graph)
    return capi::fail(SEEDNORM_USAGE_ERROR, graph.takeError());
  *kernel = createKernel(std::move(*graph));
  return SEEDNORM_SUCCESS;
}

SeednormStatus seednormCompile(const char *text, size_t size,
                               const char *target, const char *entry,
                               const SeednormLayout *layouts,
                               int64_t numLayouts,
                               const SeednormSharedMemory *shared,
                               int64_t numShared, int64_t expectPrograms,
                               const char *schedule, SeednormKernel **kernel) {
  SeednormCompileOptions options = SEEDNORM_COMPILE_OPTIONS;
  options.layouts = layouts;
  options.numLayouts = numLayouts;
  options.shared = shared;
  options.numShared = numShared;
  options.expectPrograms = expectPrograms;
  options.schedule = schedule;
  return seednormCompileWithOptions(text, size, target, entry, &options,
                                    kernel);
}

SeednormStatus seednormCompileWithOptions(const char *text, size_t size,
                                          const char *target, const char *entry,
                                          const SeednormCompileOptions *options,
                                          SeednormKernel **kernel) {
  auto compile = [&](const CompileOptions &read) {
    return CompiledGraph::compile(llvm::StringRef(text, size), read);
  };
  return makeKernel(target, entry, options, compile, kernel);
}

SeednormStatus seednormRestore(const char *package, size_t packageSize,
                               const char *text, size_t size,
                               const char *target, const char *entry,
                               const SeednormCompileOptions *options,
                               SeednormKernel **kernel) {
  auto restore = [&](const CompileOptions &read) {
    return CompiledGraph::restore(llvm::StringRef(package, packageSize),
                                  llvm::StringRef(text, size), read);
  };
  return makeKernel(target, entry, options, restore, kernel);
}

SeednormStatus seednormGetFingerprint(const char *target, char **fingerprint) {
  Target parsed;
  if (SeednormStatus status = parseTarget(target, parsed))
    return status;
  *fingerprint = capi::copyOut(getFingerprint(parsed));
  return SEEDNORM_SUCCESS;
}

SeednormStatus seednormDifferentiate(
    const char *text, size_t size, const char *entry, const char *const *wrt,
    int64_t numWrt, const char *const *of, int64_t numOf,
    const char *const *accumulate, int64_t numAccumulated,
    const char *const *save, int64_t numSaved, char **backward) {
  GradientOptions options;
  options.entry = llvm::StringRef(entry).str();
  options.wrt.assign(wrt, wrt + numWrt);
  options.of.assign(of, of + numOf);
  options.accumulate.assign(accumulate, accumulate + numAccumulated);
  options.save.assign(save, save + numSaved);
  llvm::Expected<std::string> differentiated =
      differentiate(llvm::StringRef(text, size), options);
  if (!differentiated)
    return capi::fail(SEEDNORM_USAGE_ERROR, differentiated.takeError());
  *backward = capi::copyOut(*differentiated);
  return SEEDNORM_SUCCESS;
}

void seednormKernelDestroy(SeednormKernel *kernel) { delete kernel; }

//===----------------------------------------------------------------------===//
// Inspection
//===----------------------------------------------------------------------===//

int64_t seednormKernelGetNumKernels(const SeednormKernel *kernel) {
  return kernel->graph->getNumKernels();
}

int64_t seednormKernelGetNumArguments(const SeednormKernel *kernel) {
  return kernel->graph->getArguments().size();
}

int64_t seednormKernelGetNumResults(const SeednormKernel *kernel) {
  return kernel->graph->getResults().size();
}

SeednormStatus seednormKernelGetSignature(const SeednormKernel *kernel,
                                          int64_t index, const char **name,
                                          SeednormElementType *type,
                                          const int64_t **shape, int64_t *rank,
                                          int64_t *alignment) {
  if (index < 0 || index >= static_cast<int64_t>(kernel->specs.size()))
    return failUsage("expects a number below " +
                     llvm::Twine(kernel->specs.size()) + ", but got " +
                     llvm::Twine(index));
  const TensorSpec &spec = kernel->specs[index];
  *name = spec.name.c_str();
  *type = static_cast<SeednormElementType>(spec.type);
  *shape = kernel->shapes[index].data();
  *rank = spec.shape.size();
  *alignment = spec.alignment;
  return SEEDNORM_SUCCESS;
}

const char *seednormKernelGetStages(const SeednormKernel *kernel) {
  return kernel->stages.c_str();
}

SeednormStatus seednormKernelEmit(const SeednormKernel *kernel,
                                  const char *stage, char **data,
                                  size_t *size) {
  llvm::Expected<std::string> emitted = kernel->graph->emit(stage);
  if (!emitted) {
    bool usage = !llvm::is_contained(kernel->graph->getStages(), stage);
    return capi::fail(usage ? SEEDNORM_USAGE_ERROR : SEEDNORM_RUNTIME_ERROR,
                      emitted.takeError());
  }
  *data = capi::copyOut(*emitted);
  *size = emitted->size();
  return SEEDNORM_SUCCESS;
}

SeednormStatus seednormWritePackage(const SeednormKernel *const *kernels,
                                    int64_t numKernels, char **data,
                                    size_t *size) {
  std::vector<const CompiledGraph *> graphs;
  for (const SeednormKernel *kernel : llvm::ArrayRef(kernels, numKernels))
    graphs.push_back(kernel->graph.get());
  llvm::Expected<std::string> package = writePackage(graphs);
  if (!package)
    return capi::fail(SEEDNORM_RUNTIME_ERROR, package.takeError());
  *data = capi::copyOut(*package);
  *size = package->size();
  return SEEDNORM_SUCCESS;
}

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

static SeednormStatus convert(const SeednormTensor *tensors, int64_t count,
                              std::vector<TensorView> &views) {
  runtime::Result<std::vector<TensorView>> read =
      runtime::readTensors(tensors, count);
  if (!read)
    return failUsage(read.message());
  views = std::move(*read);
  return SEEDNORM_SUCCESS;
}

SeednormStatus seednormKernelGetResultShape(const SeednormKernel *kernel,
                                            const SeednormTensor *arguments,
                                            int64_t numArguments, int64_t index,
                                            int64_t *shape) {
  std::vector<TensorView> views;
  if (SeednormStatus status = convert(arguments, numArguments, views))
    return status;
  if (index < 0 || index >= seednormKernelGetNumResults(kernel))
    return failUsage("expects the number of a result, but got " +
                     llvm::Twine(index));
  llvm::Expected<std::vector<std::vector<int64_t>>> shapes =
      kernel->graph->getResultShapes(views);
  if (!shapes)
    return capi::fail(SEEDNORM_USAGE_ERROR, shapes.takeError());
  llvm::copy((*shapes)[index], shape);
  return SEEDNORM_SUCCESS;
}

/// Converts and checks the tensors of a call.
static SeednormStatus prepare(const SeednormKernel &kernel,
                              const SeednormTensor *arguments,
                              int64_t numArguments,
                              const SeednormTensor *results, int64_t numResults,
                              std::vector<TensorView> &argumentViews,
                              std::vector<TensorView> &resultViews) {
  if (SeednormStatus status = convert(arguments, numArguments, argumentViews))
    return status;
  if (SeednormStatus status = convert(results, numResults, resultViews))
    return status;
  if (llvm::Error error = kernel.graph->checkCall(argumentViews, resultViews))
    return capi::fail(SEEDNORM_USAGE_ERROR, std::move(error));
  return SEEDNORM_SUCCESS;
}

/// What a failure in running a checked call is: on the emulator, the code of
/// ours did what no GPU code may do.
static SeednormStatus getRunStatus(const SeednormKernel &kernel) {
  bool emulated =
      kernel.graph->getOptions().target.kind == Target::Kind::Emulated;
  return emulated ? SEEDNORM_INTERNAL_ERROR : SEEDNORM_RUNTIME_ERROR;
}

SeednormStatus
seednormKernelRun(const SeednormKernel *kernel, const SeednormTensor *arguments,
                  int64_t numArguments, const SeednormTensor *results,
                  int64_t numResults, uint64_t seed, void *stream) {
  std::vector<TensorView> argumentViews, resultViews;
  if (SeednormStatus status = prepare(*kernel, arguments, numArguments, results,
                                      numResults, argumentViews, resultViews))
    return status;
  if (llvm::Error error = kernel->graph->run(
          argumentViews, resultViews, {seed, stream, /*isChecked=*/true}))
    return capi::fail(getRunStatus(*kernel), std::move(error));
  return SEEDNORM_SUCCESS;
}

//===----------------------------------------------------------------------===//
// Counting
//===----------------------------------------------------------------------===//

static void writeRegion(llvm::json::OStream &json,
                        const emulator::RegionCounters &region) {
  json.object([&] {
    json.attribute("name", region.name);
    json.attribute("bytes_read", region.bytesRead);
    json.attribute("bytes_written", region.bytesWritten);
    json.attribute("read_requests", region.readRequests);
    json.attribute("write_requests", region.writeRequests);
    json.attribute("read_sectors", region.readSectors);
    json.attribute("write_sectors", region.writeSectors);
  });
}

static void writeRequests(llvm::json::OStream &json, llvm::StringRef name,
                          const emulator::SharedRequests &shared) {
  json.attributeObject(name, [&] {
    json.attribute("requests", shared.requests);
    json.attribute("wavefronts", shared.wavefronts);
    json.attribute("excess", shared.excess);
  });
}

static void writeLaunch(llvm::json::OStream &json,
                        const emulator::Counters &launch) {
  json.object([&] {
    json.attribute("blocks", launch.blocks);
    json.attribute("block_barriers", launch.blockBarriers);
    json.attribute("warp_barriers", launch.warpBarriers);
    json.attribute("cluster_barriers", launch.clusterBarriers);
    json.attribute("shuffles", launch.shuffles);
    json.attribute("shared_bytes_read", launch.sharedBytesRead);
    json.attribute("shared_bytes_written", launch.sharedBytesWritten);
    writeRequests(json, "shared_reads", launch.sharedReads);
    writeRequests(json, "shared_writes", launch.sharedWrites);
    json.attribute("distributed_bytes_read", launch.distributedBytesRead);
    json.attribute("distributed_bytes_written", launch.distributedBytesWritten);
    json.attributeArray("regions", [&] {
      for (const emulator::RegionCounters &region : launch.regions)
        writeRegion(json, region);
    });
  });
}

SeednormStatus seednormKernelRunCounted(const SeednormKernel *kernel,
                                        const SeednormTensor *arguments,
                                        int64_t numArguments,
                                        const SeednormTensor *results,
                                        int64_t numResults, uint64_t seed,
                                        char **counters) {
  if (kernel->graph->getOptions().target.kind != Target::Kind::Emulated)
    return failUsage("expects a kernel compiled for target 'emulated', which "
                     "counts what it does");
  std::vector<TensorView> argumentViews, resultViews;
  if (SeednormStatus status = prepare(*kernel, arguments, numArguments, results,
                                      numResults, argumentViews, resultViews))
    return status;
  llvm::Expected<std::vector<emulator::Counters>> launches =
      kernel->graph->runCounted(argumentViews, resultViews,
                                {seed, nullptr, /*isChecked=*/true});
  if (!launches)
    return capi::fail(getRunStatus(*kernel), launches.takeError());
  std::string text;
  llvm::raw_string_ostream stream(text);
  llvm::json::OStream json(stream);
  json.array([&] {
    for (const emulator::Counters &launch : *launches)
      writeLaunch(json, launch);
  });
  *counters = capi::copyOut(text);
  return SEEDNORM_SUCCESS;
}

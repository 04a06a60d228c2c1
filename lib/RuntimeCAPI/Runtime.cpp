//===- Runtime.cpp - Packages from C --------------------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A thin layer over the run-time library.
//
//===----------------------------------------------------------------------===//

#include "seednorm-c/Runtime.h"

#include "seednorm/Runtime/KeptMemory.h"
#include "seednorm/Runtime/LoadedKernel.h"
#include "seednorm/Runtime/ThreadPool.h"
#include "seednorm/RuntimeCAPI/Tensors.h"
#include "seednorm/Utils/Version.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

using namespace seednorm::runtime;

struct SeednormPackage {
  Package package;
  std::string manifest;
  std::vector<std::string> entries;
};

/// Strings and shapes live as long as the entry, for whoever asked for them.
struct SeednormEntry {
  LoadedKernel kernel;
  std::vector<TensorSpec> specs; ///< Results behind arguments.
  std::vector<std::vector<int64_t>> shapes;

  const Signature &getSignature() const { return kernel.getKernel().signature; }
};

static thread_local std::string lastMessage;

static SeednormStatus fail(SeednormStatus status, std::string message) {
  lastMessage = std::move(message);
  return status;
}

static SeednormStatus failUsage(std::string message) {
  return fail(SEEDNORM_USAGE_ERROR, std::move(message));
}

const char *seednormRuntimeGetError(void) { return lastMessage.c_str(); }
const char *seednormRuntimeGetVersion(void) { return seednorm::getVersion(); }
int64_t seednormRuntimeGetPackageVersion(void) { return packageVersion; }
int64_t seednormRuntimeGetNumThreads(void) { return getNumThreads(); }

static int toNumThreads(int64_t count) {
  return static_cast<int>(std::clamp<int64_t>(count, 0, maxThreads));
}

void seednormRuntimeSetNumThreads(int64_t count) {
  setNumThreads(toNumThreads(count));
}
void seednormRuntimeSetNumThreadsOfCaller(int64_t count) {
  setNumThreadsOfCaller(toNumThreads(count));
}

void seednormRuntimeSetKeptMemory(size_t bytes) { setMaxKeptBytes(bytes); }
void seednormRuntimeDropKeptMemory(void) { dropKept(); }

//===----------------------------------------------------------------------===//
// Packages
//===----------------------------------------------------------------------===//

SeednormStatus seednormPackageLoadMemory(const void *data, size_t size,
                                         SeednormPackage **package) {
  Result<Package> read =
      readPackage(std::string_view(static_cast<const char *>(data), size));
  if (!read)
    return failUsage(read.message());
  auto *loaded = new SeednormPackage{std::move(*read), {}, {}};
  loaded->manifest = formatManifest(loaded->package);
  for (const PackagedKernel &kernel : loaded->package.kernels)
    if (std::find(loaded->entries.begin(), loaded->entries.end(),
                  kernel.entry) == loaded->entries.end())
      loaded->entries.push_back(kernel.entry);
  *package = loaded;
  return SEEDNORM_SUCCESS;
}

static SeednormStatus readFile(const char *path, std::string &bytes) {
  auto failWith = [&](int code) {
    return fail(SEEDNORM_RUNTIME_ERROR, "cannot read '" + std::string(path) +
                                            "': " + std::strerror(code));
  };
  std::FILE *file = std::fopen(path, "rb");
  if (!file)
    return failWith(errno);
  char block[1 << 16];
  while (size_t count = std::fread(block, 1, sizeof(block), file))
    bytes.append(block, count);
  int code = std::ferror(file) ? errno : 0;
  std::fclose(file);
  return code ? failWith(code) : SEEDNORM_SUCCESS;
}

SeednormStatus seednormPackageLoadFile(const char *path,
                                       SeednormPackage **package) {
  std::string bytes;
  if (SeednormStatus status = readFile(path, bytes))
    return status;
  if (SeednormStatus status =
          seednormPackageLoadMemory(bytes.data(), bytes.size(), package))
    return fail(status, "'" + std::string(path) + "': " + lastMessage);
  return SEEDNORM_SUCCESS;
}

void seednormPackageDestroy(SeednormPackage *package) { delete package; }

const char *seednormPackageGetManifest(const SeednormPackage *package) {
  return package->manifest.c_str();
}

int64_t seednormPackageGetNumEntries(const SeednormPackage *package) {
  return package->entries.size();
}

const char *seednormPackageGetEntryName(const SeednormPackage *package,
                                        int64_t index) {
  bool isEntry = index >= 0 && index < seednormPackageGetNumEntries(package);
  return isEntry ? package->entries[index].c_str() : nullptr;
}

//===----------------------------------------------------------------------===//
// Entries
//===----------------------------------------------------------------------===//

/// The function that is meant.
static Result<std::string> findName(const SeednormPackage &package,
                                    const char *name) {
  const std::vector<std::string> &entries = package.entries;
  if (!name && entries.size() == 1)
    return entries.front();
  if (name && std::find(entries.begin(), entries.end(), name) != entries.end())
    return std::string(name);
  std::string known;
  for (const std::string &entry : entries)
    known += (known.empty() ? "" : ", ") + entry;
  return Failure{"expects an entry among " + known + ", but got " +
                 (name ? "'" + std::string(name) + "'" : "none")};
}

SeednormStatus seednormEntryLoad(const SeednormPackage *package,
                                 const char *name, SeednormDevice device,
                                 SeednormEntry **entry) {
  if (device != SEEDNORM_CPU && device != SEEDNORM_CUDA)
    return failUsage("expects a device, but got number " +
                     std::to_string(static_cast<int>(device)));
  Result<std::string> found = findName(*package, name);
  if (!found)
    return failUsage(found.message());
  Result<LoadedKernel> kernel =
      LoadedKernel::load(package->package, *found,
                         device == SEEDNORM_CPU ? Device::CPU : Device::CUDA);
  if (!kernel)
    return fail(SEEDNORM_RUNTIME_ERROR, kernel.message());
  auto *loaded = new SeednormEntry{std::move(*kernel), {}, {}};
  const Signature &signature = loaded->getSignature();
  loaded->specs = signature.arguments;
  loaded->specs.insert(loaded->specs.end(), signature.results.begin(),
                       signature.results.end());
  for (const TensorSpec &spec : loaded->specs) {
    std::vector<int64_t> &shape = loaded->shapes.emplace_back();
    for (const Dimension &dimension : spec.shape)
      shape.push_back(dimension.size);
  }
  *entry = loaded;
  return SEEDNORM_SUCCESS;
}

void seednormEntryDestroy(SeednormEntry *entry) { delete entry; }

const char *seednormEntryGetTarget(const SeednormEntry *entry) {
  return entry->kernel.getKernel().getTarget().c_str();
}

int64_t seednormEntryGetNumArguments(const SeednormEntry *entry) {
  return entry->getSignature().arguments.size();
}

int64_t seednormEntryGetNumResults(const SeednormEntry *entry) {
  return entry->getSignature().results.size();
}

SeednormStatus seednormEntryGetSignature(const SeednormEntry *entry,
                                         int64_t index, const char **name,
                                         SeednormElementType *type,
                                         const int64_t **shape, int64_t *rank,
                                         int64_t *alignment) {
  if (index < 0 || index >= static_cast<int64_t>(entry->specs.size()))
    return failUsage("expects a number below " +
                     std::to_string(entry->specs.size()) + ", but got " +
                     std::to_string(index));
  const TensorSpec &spec = entry->specs[index];
  *name = spec.name.c_str();
  *type = static_cast<SeednormElementType>(spec.type);
  *shape = entry->shapes[index].data();
  *rank = spec.shape.size();
  *alignment = spec.alignment;
  return SEEDNORM_SUCCESS;
}

SeednormStatus seednormEntryGetResultShape(const SeednormEntry *entry,
                                           const SeednormTensor *arguments,
                                           int64_t numArguments, int64_t index,
                                           int64_t *shape) {
  Result<std::vector<TensorView>> views = readTensors(arguments, numArguments);
  if (!views)
    return failUsage(views.message());
  if (index < 0 || index >= seednormEntryGetNumResults(entry))
    return failUsage("expects the number of a result, but got " +
                     std::to_string(index));
  if (Status status = entry->getSignature().checkArguments(*views); !status)
    return failUsage(status.message());
  std::vector<int64_t> found =
      entry->getSignature().getResultShapes(*views)[index];
  std::copy(found.begin(), found.end(), shape);
  return SEEDNORM_SUCCESS;
}

SeednormStatus seednormEntryRun(const SeednormEntry *entry,
                                const SeednormTensor *arguments,
                                int64_t numArguments,
                                const SeednormTensor *results,
                                int64_t numResults, void *stream) {
  Result<std::vector<TensorView>> given = readTensors(arguments, numArguments);
  if (!given)
    return failUsage(given.message());
  Result<std::vector<TensorView>> made = readTensors(results, numResults);
  if (!made)
    return failUsage(made.message());
  if (Status status = entry->getSignature().check(*given, *made); !status)
    return failUsage(status.message());
  Status status =
      entry->kernel.run(*given, *made, static_cast<CudaStream>(stream));
  return status ? SEEDNORM_SUCCESS
                : fail(SEEDNORM_RUNTIME_ERROR, status.message());
}

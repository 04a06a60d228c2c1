//===- ChooseKernel.cpp - Which code of a package a device gets -----------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// NVIDIA's rules of compatibility: machine code runs on later chips of its
// generation, PTX on all later ones, and neither elsewhere if the name of its
// architecture has a letter.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Runtime/CPUFeatures.h"
#include "seednorm/Runtime/LoadedKernel.h"

#include <algorithm>

using namespace seednorm::runtime;

static void add(std::string &list, const std::string &name) {
  list += (list.empty() ? "" : ", ") + name;
}

/// The kernels of an entry.
static Result<std::vector<const PackagedKernel *>>
findEntry(const Package &package, std::string_view entry) {
  std::vector<const PackagedKernel *> found;
  std::vector<std::string> names;
  for (const PackagedKernel &kernel : package.kernels) {
    if (kernel.entry == entry)
      found.push_back(&kernel);
    if (std::find(names.begin(), names.end(), kernel.entry) == names.end())
      names.push_back(kernel.entry);
  }
  if (!found.empty())
    return found;
  std::string known;
  for (const std::string &name : names)
    add(known, name);
  return Failure{"expects an entry among " + known + ", but got '" +
                 std::string(entry) + "'"};
}

static Failure
makeTargetFailure(const std::string &wanted,
                  const std::vector<const PackagedKernel *> &kernels) {
  std::string targets;
  for (const PackagedKernel *kernel : kernels)
    add(targets, kernel->getTarget());
  return Failure{"expects a package with code for " + wanted +
                 ", but this one has code for " + targets};
}

//===----------------------------------------------------------------------===//
// Processors
//===----------------------------------------------------------------------===//

static std::vector<std::string> findMissingFeatures(const CPUCode &code) {
  std::vector<std::string> missing;
  for (const std::string &feature : code.features)
    if (!hasCPUFeature(feature))
      missing.push_back(feature);
  return missing;
}

Result<const PackagedKernel *>
seednorm::runtime::chooseForCPU(const Package &package,
                                std::string_view entry) {
  Result<std::vector<const PackagedKernel *>> kernels =
      findEntry(package, entry);
  if (!kernels)
    return kernels.failure();
  const PackagedKernel *best = nullptr;
  std::vector<std::string> missing; ///< Of the code that lacks least.
  for (const PackagedKernel *kernel : *kernels) {
    if (!kernel->cpu || kernel->cpu->architecture != getCPUArchitecture())
      continue;
    std::vector<std::string> absent = findMissingFeatures(*kernel->cpu);
    if (!absent.empty()) {
      if (missing.empty() || absent.size() < missing.size())
        missing = std::move(absent);
    } else if (!best ||
               best->cpu->features.size() < kernel->cpu->features.size()) {
      best = kernel;
    }
  }
  if (best)
    return best;
  if (missing.empty())
    return makeTargetFailure(getCPUArchitecture(), *kernels);
  std::string names;
  for (const std::string &feature : missing)
    add(names, feature);
  return Failure{"expects a processor with the features the code was compiled "
                 "for, but this one lacks " +
                 names};
}

//===----------------------------------------------------------------------===//
// GPUs
//===----------------------------------------------------------------------===//

namespace {
/// "sm_90a": generation 9, 0 in it, and only there.
struct Chip {
  int major = 0, minor = 0;
  bool isSpecific = false;
};
} // namespace

/// Nothing of what is no chip fits anything.
static Chip parseChip(std::string_view name) {
  Chip chip;
  constexpr std::string_view prefix = "sm_";
  if (name.substr(0, prefix.size()) != prefix)
    return chip;
  int number = 0;
  size_t index = prefix.size();
  for (; index < name.size() && name[index] >= '0' && name[index] <= '9' &&
         number < 10000;
       ++index)
    number = number * 10 + (name[index] - '0');
  chip.isSpecific = index < name.size();
  chip.major = number / 10;
  chip.minor = number % 10;
  return chip;
}

bool seednorm::runtime::takesCubin(const GPUCode &code, std::string_view chip) {
  Chip own = parseChip(chip), wanted = parseChip(code.chip);
  if (code.cubin.empty() || own.major != wanted.major)
    return false;
  return wanted.isSpecific ? own.minor == wanted.minor
                           : own.minor >= wanted.minor;
}

static bool takesPTX(const GPUCode &code, std::string_view chip) {
  Chip own = parseChip(chip), wanted = parseChip(code.chip);
  if (code.ptx.empty() || wanted.isSpecific)
    return false;
  return own.major > wanted.major ||
         (own.major == wanted.major && own.minor >= wanted.minor);
}

/// How well code fits; the more the better, and 0 if it does not.
static int rate(const GPUCode &code, std::string_view chip) {
  Chip wanted = parseChip(code.chip);
  int rating = 1 + 20 * wanted.major + 2 * wanted.minor + wanted.isSpecific;
  if (takesCubin(code, chip))
    return 1000000 + rating;
  return takesPTX(code, chip) ? rating : 0;
}

Result<const PackagedKernel *>
seednorm::runtime::chooseForGPU(const Package &package, std::string_view entry,
                                std::string_view chip, int64_t sharedBytes) {
  Result<std::vector<const PackagedKernel *>> kernels =
      findEntry(package, entry);
  if (!kernels)
    return kernels.failure();
  const PackagedKernel *best = nullptr;
  int64_t needed = 0;
  for (const PackagedKernel *kernel : *kernels) {
    if (!kernel->gpu || rate(*kernel->gpu, chip) == 0)
      continue;
    int64_t most = 0;
    for (const KernelLaunch &launch : kernel->gpu->plan.launches)
      most = std::max(most, launch.dynamicSharedBytes);
    if (most > sharedBytes)
      needed = most;
    else if (!best || rate(*best->gpu, chip) < rate(*kernel->gpu, chip))
      best = kernel;
  }
  if (best)
    return best;
  if (needed == 0)
    return makeTargetFailure(std::string(chip), *kernels);
  return Failure{"expects a device with " + std::to_string(needed) +
                 " bytes of shared memory for a block, but this one, " +
                 std::string(chip) + ", has " + std::to_string(sharedBytes)};
}

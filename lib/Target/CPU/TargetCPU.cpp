//===- TargetCPU.cpp - The processors that code is made for ---------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Names are looked up among those of LLVM, which only warns of an unknown one
// and goes on with another processor.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Target/CPU/TargetCPU.h"

#include "CPUMachine.h"

#include "seednorm/Runtime/CPUFeatures.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/TargetParser/AArch64TargetParser.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/X86TargetParser.h"

using namespace llvm;
using namespace seednorm;

/// The two architectures' processors that only have what all others have.
static constexpr StringLiteral kX86Base = "x86-64";
static constexpr StringLiteral kAArch64Base = "generic";
/// What users call the latter; LLVM's name of it says no architecture.
static constexpr StringLiteral kAArch64Name = "aarch64";

//===----------------------------------------------------------------------===//
// Features
//===----------------------------------------------------------------------===//

/// Names of the instruction sets of a processor, without its tuning.
static std::vector<std::string> getInstructionSets(const Triple &triple,
                                                   StringRef name) {
  if (triple.isX86()) {
    SmallVector<StringRef> features;
    X86::getFeaturesForCPU(name, features);
    return {features.begin(), features.end()};
  }
  std::vector<StringRef> features;
  if (std::optional<AArch64::CpuInfo> cpu = AArch64::parseCpu(name))
    AArch64::getExtensionFeatures(cpu->getImpliedExtensions(), features);
  std::vector<std::string> names;
  for (StringRef feature : features)
    if (feature.consume_front("+"))
      names.push_back(feature.str());
  return names;
}

static std::unique_ptr<MCSubtargetInfo> createSubtarget(const Target &target,
                                                        StringRef triple,
                                                        StringRef name,
                                                        StringRef features) {
  return std::unique_ptr<MCSubtargetInfo>(
      target.createMCSubtargetInfo(Triple(triple), name, features));
}

/// What code may use: what the run-time library looks for, and what is in all
/// processors.
static StringSet<> getUsableFeatures(const Target &target, StringRef triple,
                                     StringRef architecture) {
  StringSet<> usable;
  for (const std::string &name : runtime::getKnownCPUFeatures(architecture))
    usable.insert(name);
  StringRef base = Triple(triple).isX86() ? kX86Base : kAArch64Base;
  for (const SubtargetFeatureKV &feature :
       createSubtarget(target, triple, base, "")->getEnabledProcessorFeatures())
    usable.insert(feature.Key);
  return usable;
}

/// Fills in the rest from LLVM's tables: they know what a feature implies.
static void describe(TargetCPU &cpu, const Target &target) {
  std::unique_ptr<MCSubtargetInfo> subtarget =
      createSubtarget(target, cpu.triple, cpu.name, cpu.features);
  auto has = [&](StringRef feature) {
    return subtarget->checkFeatures(("+" + feature).str());
  };
  for (const std::string &name : runtime::getKnownCPUFeatures(cpu.architecture))
    if (has(name))
      cpu.needed.push_back(name);
  if (Triple(cpu.triple).isX86()) {
    cpu.vectorBytes = has("avx512f") ? 64 : has("avx") ? 32 : 16;
    cpu.hasBFloat16 = has("avx512bf16") || has("avxneconvert");
    cpu.vectorRegisters = has("avx512f") ? 32 : 16;
    cpu.hasFMA = has("fma") || has("fma4") || has("avx512f");
    cpu.hasMaskedStores = has("avx");
    return;
  }
  // The feature of this name includes vectors.
  cpu.hasBFloat16 = has("bf16");
  cpu.vectorRegisters = 32;
  cpu.hasFMA = true;
  cpu.hasMaskedStores = has("sve");
}

//===----------------------------------------------------------------------===//
// Processors
//===----------------------------------------------------------------------===//

/// A word that Linux has of a cache of this machine; empty if it has none.
static std::string readCache(int index, StringRef name) {
  auto file = MemoryBuffer::getFileAsStream(
      "/sys/devices/system/cpu/cpu0/cache/index" + Twine(index) + "/" + name);
  return file ? (*file)->getBuffer().trim().str() : std::string();
}

/// Fills in what this machine says of its caches. sysconf() has those of all
/// sockets together on some processors.
static void describeCaches(TargetCPU &cpu) {
  int64_t largest = 0;
  for (int index = 0; index < 5; ++index) {
    // "32768K"
    std::string size = readCache(index, "size");
    StringRef text = size;
    int64_t bytes = 0, ways = 0;
    if (text.consumeInteger(10, bytes) || text != "K")
      continue;
    bytes <<= 10;
    largest = std::max(largest, bytes);
    std::string associativity = readCache(index, "ways_of_associativity");
    if (readCache(index, "level") != "1" ||
        readCache(index, "type") == "Instruction" ||
        StringRef(associativity).getAsInteger(10, ways) || ways < 1)
      continue;
    cpu.firstCacheBytes = bytes;
    cpu.firstCacheWays = ways;
  }
  if (largest != 0)
    cpu.cacheBytes = largest;
}

TargetCPU seednorm::getHostCPU() {
  TargetCPU cpu;
  cpu.name = sys::getHostCPUName().str();
  cpu.triple = sys::getProcessTriple();
  cpu.architecture = runtime::getCPUArchitecture();
  // This process runs, so LLVM has code for what it runs on.
  const Target &target = *cantFail(lookupCPUBackend(cpu.triple));
  StringSet<> usable = getUsableFeatures(target, cpu.triple, cpu.architecture);
  // The name alone can stand for features that the system does not allow.
  std::vector<std::string> features;
  for (const auto &[name, isThere] : sys::getHostCPUFeatures())
    features.push_back((isThere && usable.contains(name) ? "+" : "-") +
                       name.str());
  llvm::sort(features);
  cpu.features = join(features, ",");
  describe(cpu, target);
  describeCaches(cpu);
  return cpu;
}

/// Those names of `known` that are nearest, of those that are near at all.
static SmallVector<StringRef> findNear(StringRef name,
                                       ArrayRef<StringRef> known) {
  unsigned nearest = std::max<size_t>(1, name.size() / 3);
  SmallVector<StringRef> near;
  for (StringRef candidate : known) {
    unsigned distance = StringRef(name.lower()).edit_distance(candidate);
    if (distance > nearest)
      continue;
    if (distance < nearest)
      near.clear();
    nearest = distance;
    near.push_back(candidate);
  }
  return near;
}

static Error refuse(StringRef name, ArrayRef<StringRef> known) {
  SmallVector<StringRef> near = findNear(name, known);
  return createStringError(
      "expects a processor of x86-64 or AArch64 by LLVM's name, as x86-64-v3, "
      "znver4, aarch64 or neoverse-n1, but got '" +
      name + "'" +
      (near.empty()       ? ""
       : near.size() == 1 ? "; near it is "
                          : "; near it are ") +
      join(near, ", "));
}

Expected<TargetCPU> seednorm::lookupTargetCPU(StringRef name) {
  SmallVector<StringRef> ofX86, ofAArch64;
  X86::fillValidCPUArchList(ofX86, /*Only64Bit=*/true);
  AArch64::fillValidCPUArchList(ofAArch64);
  llvm::erase(ofAArch64, kAArch64Base);
  ofAArch64.push_back(kAArch64Name);
  TargetCPU cpu;
  if (is_contained(ofX86, name)) {
    cpu.name = name.str();
    cpu.architecture = "x86_64";
  } else if (is_contained(ofAArch64, name)) {
    cpu.name = (name == kAArch64Name ? StringRef(kAArch64Base) : name).str();
    cpu.architecture = "aarch64";
  } else {
    ofX86.append(ofAArch64);
    return refuse(name, ofX86);
  }
  // Images know no system; its conventions of calls are those of Linux.
  cpu.triple = cpu.architecture + "-unknown-linux-gnu";
  Expected<const Target *> target = lookupCPUBackend(cpu.triple);
  if (!target)
    return target.takeError();
  StringSet<> usable =
      getUsableFeatures(**target, cpu.triple, cpu.architecture);
  std::vector<std::string> features;
  for (const std::string &feature :
       getInstructionSets(Triple(cpu.triple), cpu.name))
    if (!usable.contains(feature))
      features.push_back("-" + feature);
  llvm::sort(features);
  cpu.features = join(features, ",");
  describe(cpu, **target);
  return cpu;
}

Error seednorm::checkRunsHere(const TargetCPU &cpu) {
  if (cpu.architecture != runtime::getCPUArchitecture())
    return createStringError("expects a processor of " + cpu.architecture +
                             " to run code for it, but this one is of " +
                             runtime::getCPUArchitecture());
  std::vector<std::string> missing;
  llvm::copy_if(cpu.needed, std::back_inserter(missing),
                [](const std::string &feature) {
                  return !runtime::hasCPUFeature(feature);
                });
  if (missing.empty())
    return Error::success();
  return createStringError(
      "expects a processor with the features of '" + cpu.name +
      "' to run code for it, but this one lacks " + join(missing, ", "));
}

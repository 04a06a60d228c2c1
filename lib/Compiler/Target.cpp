//===- Target.cpp - Names of targets and element types --------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What users write, and what it stands for.
//
//===----------------------------------------------------------------------===//

#include "Backend.h"

#include "seednorm/Runtime/CudaDriver.h"
#include "seednorm/Target/NVPTX/Architecture.h"

using namespace seednorm;
using llvm::StringRef;

/// The architecture the emulator stands for if none is named.
static constexpr llvm::StringLiteral kDefaultChip = "sm_90a";

StringRef seednorm::getName(ElementType type) {
  return runtime::getTypeName(type);
}

static llvm::Expected<Target> makeGPUTarget(Target::Kind kind, StringRef chip) {
  llvm::Expected<const NVPTXArchitecture *> architecture =
      lookupNVPTXArchitecture(chip);
  if (!architecture)
    return architecture.takeError();
  return Target{kind, chip.str()};
}

llvm::Expected<Target> Target::parse(StringRef text) {
  if (text == "cpu")
    return Target{Kind::CPU, ""};
  if (StringRef name = text; name.consume_front("cpu:")) {
    if (llvm::Error error = lookupTargetCPU(name).takeError())
      return std::move(error);
    return Target{Kind::CPU, name.str()};
  }
  if (text == "emulated")
    return makeGPUTarget(Kind::Emulated, kDefaultChip);
  if (StringRef chip = text; chip.consume_front("emulated:"))
    return makeGPUTarget(Kind::Emulated, chip);
  if (text == "cuda") {
    auto driver = runtime::CudaDriver::get();
    if (!driver)
      return llvm::createStringError(driver.message());
    auto chip = (*driver)->getChip();
    if (!chip)
      return llvm::createStringError(chip.message());
    return makeGPUTarget(Kind::GPU, *chip);
  }
  if (text.starts_with("sm_"))
    return makeGPUTarget(Kind::GPU, text);
  std::string known;
  for (const NVPTXArchitecture &architecture : getNVPTXArchitectures())
    known += (", " + architecture.chip).str();
  return llvm::createStringError("expects a target among cpu, cpu:<processor>, "
                                 "emulated, emulated:<architecture>, cuda" +
                                 known + ", but got '" + text + "'");
}

llvm::Expected<TargetCPU> seednorm::getTargetCPU(const Target &target) {
  if (target.chip.empty())
    return getHostCPU();
  return lookupTargetCPU(target.chip);
}

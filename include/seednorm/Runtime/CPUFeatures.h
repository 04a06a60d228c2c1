//===- CPUFeatures.h - What a processor can do ------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Machine code says which instructions it was compiled for, by LLVM's names,
// and a processor without them refuses it with their names.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_RUNTIME_CPUFEATURES_H
#define SEEDNORM_RUNTIME_CPUFEATURES_H

#include <string>
#include <string_view>
#include <vector>

namespace seednorm::runtime {

/// Architecture of this machine as LLVM calls it: "x86_64", "aarch64".
const char *getCPUArchitecture();

/// The features of processors of an architecture that decide which instructions
/// are used for arithmetic and memory, by LLVM's names, of those that this
/// library can look for there; none for an architecture it does not run on.
std::vector<std::string> getKnownCPUFeatures(std::string_view architecture);

/// Whether this processor, and the system, have a feature. False for one that
/// this library does not know.
bool hasCPUFeature(std::string_view name);

} // namespace seednorm::runtime

#endif // SEEDNORM_RUNTIME_CPUFEATURES_H

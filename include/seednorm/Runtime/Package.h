//===- Package.h - Compiled kernels as bytes --------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How a kernel leaves the compiler. docs/Packages.md has the format. Bytes come
// from anywhere, so nothing in them is believed: a reader checks the checksum,
// then every length against what is there, then every number against its use.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_RUNTIME_PACKAGE_H
#define SEEDNORM_RUNTIME_PACKAGE_H

#include "seednorm/Runtime/CPUImage.h"
#include "seednorm/Runtime/LaunchPlan.h"

#include <optional>

namespace seednorm::runtime {

/// A reader takes packages up to its own version.
inline constexpr uint32_t packageVersion = 2;

/// Code for processors.
struct CPUCode {
  std::string architecture;          ///< "x86_64", as `getCPUArchitecture`.
  std::vector<std::string> features; ///< All that it needs, by LLVM's names.
  std::string function;              ///< Export to call; takes memrefs, packed.
  CPUImage image;
  /// Loops over rows that a call runs; -1 if the package does not say.
  int64_t numLoops = -1;
};

/// Code for GPUs.
struct GPUCode {
  std::string chip; ///< "sm_90a"
  std::string cubin;
  std::string ptx; ///< Empty where later chips cannot take it.
  LaunchPlan plan;
};

/// One entry function for one target: `cpu` or `gpu` is there.
struct PackagedKernel {
  std::string entry;
  Signature signature;
  std::optional<CPUCode> cpu;
  std::optional<GPUCode> gpu;

  const std::string &getTarget() const {
    return cpu ? cpu->architecture : gpu->chip;
  }
};

struct Package {
  std::string madeBy; ///< The compiler and its version.
  std::vector<PackagedKernel> kernels;
};

/// A package as bytes.
std::string writePackage(const Package &package);

/// Reads a package and checks that whatever it says can be used as it says. The
/// error names the rule that the bytes break.
Result<Package> readPackage(std::string_view bytes);

/// All of a package but its code, as JSON for people and programs.
std::string formatManifest(const Package &package);

/// Checks that all numbers in a kernel refer to something.
Status checkKernel(const PackagedKernel &kernel);

} // namespace seednorm::runtime

#endif // SEEDNORM_RUNTIME_PACKAGE_H

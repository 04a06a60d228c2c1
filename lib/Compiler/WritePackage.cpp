//===- WritePackage.cpp - Packages of compiled graphs ---------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One kernel for each entry and target.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Compiler/Package.h"

#include "seednorm/Runtime/Package.h"
#include "seednorm/Utils/Version.h"

using namespace seednorm;

/// Whether no device could prefer one to the other.
static bool haveOneTarget(const runtime::PackagedKernel &lhs,
                          const runtime::PackagedKernel &rhs) {
  return lhs.getTarget() == rhs.getTarget() &&
         (!lhs.cpu || !rhs.cpu || lhs.cpu->features == rhs.cpu->features);
}

llvm::Expected<std::string>
seednorm::writePackage(llvm::ArrayRef<const CompiledGraph *> graphs) {
  runtime::Package package;
  package.madeBy = std::string("seednorm ") + getVersion();
  for (const CompiledGraph *graph : graphs) {
    llvm::Expected<runtime::PackagedKernel> kernel = graph->getPackagedKernel();
    if (!kernel)
      return kernel.takeError();
    for (const runtime::PackagedKernel &other : package.kernels)
      if (other.entry == kernel->entry && haveOneTarget(other, *kernel))
        return llvm::createStringError(
            "expects one kernel of an entry for each target, but got two of '" +
            kernel->entry + "' for " + kernel->getTarget());
    package.kernels.push_back(std::move(*kernel));
  }
  return runtime::writePackage(package);
}

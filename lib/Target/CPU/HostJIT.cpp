//===- HostJIT.cpp - Run compiled functions on this machine ---------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Images are loaded by the run-time library, as those of packages are.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Target/CPU/HostJIT.h"

using namespace mlir;
using namespace seednorm;

llvm::Expected<std::unique_ptr<HostJIT>>
HostJIT::create(ModuleOp module, const CPUCodeOptions &options) {
  llvm::Expected<runtime::CPUImage> image =
      compileImage(module, getHostCPU(), options);
  if (!image)
    return image.takeError();
  return load(*image);
}

llvm::Expected<std::unique_ptr<HostJIT>>
HostJIT::load(const runtime::CPUImage &image) {
  auto loaded = runtime::LoadedImage::load(image);
  if (!loaded)
    return llvm::createStringError(loaded.message());
  return std::unique_ptr<HostJIT>(new HostJIT(std::move(*loaded)));
}

llvm::Expected<void *> HostJIT::lookup(llvm::StringRef name) const {
  auto found = loaded.lookup({name.data(), name.size()});
  if (!found)
    return llvm::createStringError(found.message());
  return *found;
}

llvm::Expected<void (*)(void **)>
HostJIT::lookupPacked(llvm::StringRef name) const {
  llvm::Expected<void *> found = lookup(getPackedName(name));
  if (!found)
    return found.takeError();
  return reinterpret_cast<void (*)(void **)>(*found);
}

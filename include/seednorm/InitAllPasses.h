//===- InitAllPasses.h - Register our passes --------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One call for tools that want every pass of this project by its flag.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_INITALLPASSES_H
#define SEEDNORM_INITALLPASSES_H

namespace seednorm {

/// Registers the passes and pipelines of this project with the global registry,
/// unless they are there.
void registerAllPasses();

} // namespace seednorm

#endif // SEEDNORM_INITALLPASSES_H

//===- Version.h - What this build is ---------------------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One place for the number, so that every tool and language says the same.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_UTILS_VERSION_H
#define SEEDNORM_UTILS_VERSION_H

namespace seednorm {

/// The version of this project, such as "0.1.0".
const char *getVersion();

/// Has `--version` of a tool print the versions of this project and of LLVM.
/// To be called before the tool parses its options.
void setVersionPrinter();

} // namespace seednorm

#endif // SEEDNORM_UTILS_VERSION_H

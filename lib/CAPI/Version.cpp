//===- Version.cpp - Versions of the C API --------------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "seednorm-c/Version.h"

void seednormGetCVersion(int *major, int *minor) {
  if (major)
    *major = SEEDNORM_C_VERSION_MAJOR;
  if (minor)
    *minor = SEEDNORM_C_VERSION_MINOR;
}

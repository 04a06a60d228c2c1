//===- Version.cpp - What this build is -----------------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "seednorm/Utils/Version.h"

const char *seednorm::getVersion() { return SEEDNORM_VERSION; }

//===- ApproximateFunctions.cpp - Functions that may be off ---------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From names to functions.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Target/NVPTX/ApproximateFunctions.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace seednorm;

Expected<ApproximateFunctions> ApproximateFunctions::parse(StringRef names) {
  ApproximateFunctions functions;
  if (names.trim().empty())
    return functions;
  for (StringRef name : split(names, ',')) {
    if (name.trim() != "tanh")
      return createStringError("expects 'approximate' to name functions among "
                               "tanh, with commas between, but got '" +
                               name.trim() + "'");
    functions.tanh = true;
  }
  return functions;
}

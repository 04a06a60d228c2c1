//===- GPUScheduleChoices.h - The fields of a GPU schedule ------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What `#row.gpu_schedule` holds, to be changed field by field, by whoever
// chooses a schedule and whoever overrides a choice by name.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_DIALECT_ROW_IR_GPUSCHEDULECHOICES_H
#define SEEDNORM_DIALECT_ROW_IR_GPUSCHEDULECHOICES_H

#include "llvm/Support/Error.h"

namespace seednorm::row {

/// One for each parameter of GPUScheduleAttr, which documents them.
struct GPUScheduleChoices {
  int64_t threadsPerRow = 32, rowsPerBlock = 1, vector = 1;
  ParameterLoads parameters = ParameterLoads::Late;
  RowKeep keep = RowKeep::Registers;
  int64_t cluster = 1, blocks = 0, parts = 0, prefetch = 0;
  bool async = false, bulk = false;
  SumMemory sums = SumMemory::Shared;
  bool dependent = false;
};

/// Sets the field that `#row.gpu_schedule` prints as `name`, to a value as it
/// prints it; of a flag, `true` or `false`. The error lists names or values.
llvm::Error setChoice(GPUScheduleChoices &choices, llvm::StringRef name,
                      llvm::StringRef value);

/// Sets the fields in "name = value, name = value".
llvm::Error setChoices(GPUScheduleChoices &choices, llvm::StringRef text);

} // namespace seednorm::row

#endif // SEEDNORM_DIALECT_ROW_IR_GPUSCHEDULECHOICES_H

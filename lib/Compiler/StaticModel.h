//===- StaticModel.h - Predictions from machine code ------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Puts the counts of machine code, ptxas and the emulator together.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_COMPILER_STATICMODEL_H
#define SEEDNORM_LIB_COMPILER_STATICMODEL_H

#include "seednorm/Compiler/Compiler.h"
#include "seednorm/Target/NVPTX/SASS.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace seednorm {

/// The model of a kernel that works on rows; none where the emulator could not
/// count the bytes of a row. `report` has all else; `chip` is what the code is
/// for, and cards with other chips get no prediction.
std::optional<KernelModel> modelKernel(const SASSKernel &kernel,
                                       const KernelReport &report,
                                       llvm::StringRef chip);

/// For people and for programs.
void formatModel(llvm::raw_ostream &stream, const KernelModel &model);
llvm::json::Object formatModelAsJSON(const KernelModel &model);

} // namespace seednorm

#endif // SEEDNORM_LIB_COMPILER_STATICMODEL_H

//===- Report.h - Reports on kernels, for people and programs ---*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Formatting only; the figures come from the back ends.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_COMPILER_REPORT_H
#define SEEDNORM_LIB_COMPILER_REPORT_H

#include "seednorm/Compiler/Compiler.h"

namespace seednorm {

std::string formatReport(llvm::ArrayRef<KernelReport> kernels, bool onGPU);

/// A list with one object a kernel; keys are the fields in snake case.
std::string formatReportAsJSON(llvm::ArrayRef<KernelReport> kernels,
                               bool onGPU);

} // namespace seednorm

#endif // SEEDNORM_LIB_COMPILER_REPORT_H

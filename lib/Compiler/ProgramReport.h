//===- ProgramReport.h - What became row programs ---------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What people who count on fusion ask of a graph on tensors: which programs
// there are, and what stayed outside of them and why.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_COMPILER_PROGRAMREPORT_H
#define SEEDNORM_LIB_COMPILER_PROGRAMREPORT_H

#include "Frontend.h"

namespace seednorm {

/// Reads it off `function`, which went through the pipeline to row programs.
GraphReport reportGraph(mlir::func::FuncOp function);

/// An error that shows the programs and what is outside of them, unless there
/// are `expected`; any number will do if that is negative.
llvm::Error checkPrograms(const GraphReport &graph, int64_t expected,
                          llvm::StringRef entry);

/// Lines for people about programs, and about what is outside of them.
std::string formatPrograms(llvm::ArrayRef<ProgramReport> programs);
std::string formatOutside(llvm::ArrayRef<OutsideOp> outside);
/// {"programs": [...], "outside": [...]}; keys are the fields in snake case.
std::string formatGraphAsJSON(const GraphReport &graph);

} // namespace seednorm

#endif // SEEDNORM_LIB_COMPILER_PROGRAMREPORT_H

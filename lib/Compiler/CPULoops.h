//===- CPULoops.h - The loops of a graph's code for a CPU -------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Puts together what loops are for, which is known while they are ops, and what
// they execute, which is known of machine code.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_COMPILER_CPULOOPS_H
#define SEEDNORM_LIB_COMPILER_CPULOOPS_H

#include "seednorm/Compiler/Compiler.h"
#include "seednorm/Pipelines/Pipelines.h"
#include "seednorm/Target/CPU/CPUCode.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace seednorm {

/// Fills in the loops of `reports`, one for each row program of `entry` in
/// order, which have their schedules. `entry` and its module become machine
/// code on the way, as `pipeline` and `options` say.
llvm::Error reportLoops(mlir::func::FuncOp entry, const TargetCPU &cpu,
                        const CPUPipelineOptions &pipeline,
                        const CPUCodeOptions &options,
                        std::vector<KernelReport> &reports);

/// For people and for programs.
void formatLoops(llvm::raw_ostream &stream, const KernelReport &kernel);
void addLoopFields(llvm::json::Object &object, const KernelReport &kernel);

} // namespace seednorm

#endif // SEEDNORM_LIB_COMPILER_CPULOOPS_H

//===- KernelCode.h - Conditions and loops of kernels -----------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Guards of what a thread does only where its columns or elements exist, and
// loops that carry values which are at hand.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_CONVERSION_ROWTOGPU_KERNELCODE_H
#define SEEDNORM_LIB_CONVERSION_ROWTOGPU_KERNELCODE_H

#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Builders.h"

namespace seednorm {

/// What a value is where there is nothing to compute it from.
enum class Elsewhere { Zero, Anything };

/// Runs `build` where `condition` holds, everywhere if it is null; elsewhere
/// the value is 0, or poison where nothing observable follows from it.
mlir::Value
buildIfValid(mlir::OpBuilder &builder, mlir::Location loc,
             mlir::Value condition, mlir::Type type,
             llvm::function_ref<mlir::Value(mlir::OpBuilder &)> build,
             Elsewhere elsewhere = Elsewhere::Zero);

/// The same of code without a value.
void buildIf(mlir::OpBuilder &builder, mlir::Location loc,
             mlir::Value condition,
             llvm::function_ref<void(mlir::OpBuilder &)> build);

/// Whether LLVM and the assembler may unroll a loop.
enum class Unrolling { Free, Never };

/// Runs `build` for the numbers from `first` to before `end`. Inside and behind
/// the loop each of `carried` is what its last run made of it.
void buildLoop(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value first,
               mlir::Value end, mlir::Value step,
               llvm::ArrayRef<mlir::Value *> carried,
               llvm::function_ref<void(mlir::OpBuilder &, mlir::Value)> build,
               Unrolling unrolling = Unrolling::Free);

/// Vectors one behind the other.
mlir::Value buildConcatenation(mlir::OpBuilder &builder, mlir::Location loc,
                               llvm::ArrayRef<mlir::Value> vectors);

/// `value` combined with that of the lane whose number differs in the bit
/// `offset`.
mlir::Value buildButterfly(mlir::OpBuilder &builder, mlir::Location loc,
                           mlir::vector::CombiningKind kind, mlir::Value value,
                           int32_t offset);

} // namespace seednorm

#endif // SEEDNORM_LIB_CONVERSION_ROWTOGPU_KERNELCODE_H

//===- SecondStage.h - The kernel that adds up partial sums -----*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The kernel of a program leaves a partial sum of each block for every summed
// output. A second, small one adds them up in an order that the schedule fixes:
// no atomics, so that the same call gives the same bits.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_CONVERSION_ROWTOGPU_SECONDSTAGE_H
#define SEEDNORM_LIB_CONVERSION_ROWTOGPU_SECONDSTAGE_H

#include "seednorm/Dialect/Row/Transforms/SliceAddress.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "llvm/ADT/SetVector.h"

namespace seednorm {

/// A summed output as the second stage sees it.
struct SummedOutput {
  unsigned number; ///< Among the program's outputs.
  row::AccessAttr access;
  mlir::Type element;         ///< Of the output.
  mlir::Type partialElement;  ///< f32, or f64 for f64.
  row::SummedSlice slice;     ///< Of a partial sum, and what is kept of it.
  row::SliceAddress address;  ///< Of the output.
  mlir::Value partials, base; ///< Kernel arguments, flat.
  mlir::Value held;           ///< What is added to, at the same addresses.

  /// Whether only some rows have a slice in common.
  bool isPeriodic() const {
    return access.getKind() != row::AccessKind::Shared;
  }
};

class SecondStageBuilder {
public:
  static constexpr int64_t kThreads = 256;

  /// `addresses` are those of the program's operands, as the host has them.
  SecondStageBuilder(row::ProgramOp program, row::GPUScheduleAttr schedule,
                     llvm::ArrayRef<row::SliceAddress> addresses);

  /// Builds the kernel `name`. It takes partials and memory of each output, and
  /// before the latter that of what is added to if there is some; the dynamic
  /// parts of their addresses, the number of slices that only some rows
  /// have in common, if there are such outputs, and the number of partials of
  /// slices that all rows have.
  mlir::gpu::GPUFuncOp build(mlir::OpBuilder &builder, llvm::StringRef name);

  llvm::ArrayRef<SummedOutput> getOutputs() const { return outputs; }
  const llvm::SetVector<mlir::Value> &getDynamicParts() const {
    return dynamicParts;
  }
  /// The blocks to launch, at least one.
  mlir::Value buildNumBlocks(mlir::OpBuilder &builder,
                             mlir::Value numSlices) const;

private:
  /// How the threads of a block divide the elements and terms of an output.
  struct Tile {
    int64_t elements, parts;
    bool partsFirst; ///< Neighbouring threads have parts of one element.
  };

  Tile getTile(const SummedOutput &output) const;
  int64_t getNumTiles(const SummedOutput &output) const;
  /// The blocks of an output: one for each tile of each slice.
  mlir::Value buildNumBlocks(mlir::OpBuilder &builder,
                             const SummedOutput &output,
                             mlir::Value numSlices) const;
  mlir::gpu::GPUFuncOp createFunction(mlir::OpBuilder &builder,
                                      llvm::StringRef name);
  void buildOutputs(mlir::OpBuilder &builder,
                    llvm::ArrayRef<SummedOutput> outputs, mlir::Value block);
  void buildOutput(mlir::OpBuilder &builder, const SummedOutput &output,
                   mlir::Value block);
  mlir::Value loadTerm(mlir::OpBuilder &builder, const SummedOutput &output,
                       mlir::Value slice, mlir::Value element,
                       mlir::Value term);
  mlir::Value addTerms(mlir::OpBuilder &builder, const SummedOutput &output,
                       mlir::Value slice, mlir::Value element, mlir::Value part,
                       int64_t parts);
  mlir::Value combineParts(mlir::OpBuilder &builder, const Tile &tile,
                           mlir::Value sum, mlir::Value element,
                           mlir::Value part);
  void storeTotal(mlir::OpBuilder &builder, const SummedOutput &output,
                  mlir::Value slice, mlir::Value element, mlir::Value total);

  mlir::Value index(mlir::OpBuilder &builder, int64_t value) const;

  mlir::Location loc;
  int64_t partialsOfSlice; ///< Of a slice that only some rows have in common.
  int64_t maxPartials;     ///< Of a slice that all rows have in common.
  /// Those of which only some rows have a slice in common come first.
  llvm::SmallVector<SummedOutput> outputs;
  llvm::SetVector<mlir::Value> dynamicParts; ///< Of addresses, on the host.
  mlir::Value thread, numSlices, numPartials;
  /// Shared memory of a block for the parts, by their type.
  llvm::DenseMap<mlir::Type, mlir::Value> shared;
};

} // namespace seednorm

#endif // SEEDNORM_LIB_CONVERSION_ROWTOGPU_SECONDSTAGE_H

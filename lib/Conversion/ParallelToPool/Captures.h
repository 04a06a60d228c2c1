//===- Captures.h - What the body of a loop uses from outside ---*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How values go from the function around a loop to the threads that run it.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_CONVERSION_PARALLELTOPOOL_CAPTURES_H
#define SEEDNORM_LIB_CONVERSION_PARALLELTOPOOL_CAPTURES_H

#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/SetVector.h"

namespace mlir {
class IRMapping;
} // namespace mlir

namespace seednorm {

/// The values from outside that the body of a loop uses, and their form in
/// memory: a struct of what their types do not say. Constants, and views of
/// memory that nothing else describes, are made again by who reads it.
class Captures {
public:
  Captures(mlir::scf::ParallelOp loop, const mlir::LLVMTypeConverter &types)
      : loop(loop), types(types) {}

  /// Finds the values; an error says which one has no form in memory.
  mlir::LogicalResult find();
  bool empty() const { return captured.empty(); }

  /// Writes them to memory on the stack of the function around the loop, and
  /// returns its address.
  mlir::Value store(mlir::OpBuilder &builder) const;
  /// Reads them from that memory, and makes again what is not in it.
  void load(mlir::OpBuilder &builder, mlir::Value context,
            mlir::IRMapping &mapping) const;

private:
  mlir::LogicalResult add(mlir::Value value);
  bool isFreed(mlir::Value memory) const;
  mlir::MemRefType getKnownLayout(mlir::Value value) const;
  llvm::SmallVector<mlir::Type> getFields(mlir::Value value) const;
  llvm::SmallVector<mlir::Value> takeApart(mlir::OpBuilder &builder,
                                           mlir::Value value) const;
  mlir::Value putTogether(mlir::OpBuilder &builder, mlir::Value value,
                          mlir::ValueRange fields) const;
  mlir::Value getAddress(mlir::OpBuilder &builder, mlir::Value context,
                         unsigned field) const;

  mlir::scf::ParallelOp loop;
  const mlir::LLVMTypeConverter &types;
  llvm::SetVector<mlir::Value> captured;
  /// Ops that are made again, in order.
  llvm::SetVector<mlir::Operation *> remade;
  mlir::LLVM::LLVMStructType type;
};

/// `value` as a value of `type`; types that are equal need no cast.
mlir::Value castTo(mlir::OpBuilder &builder, mlir::Location loc,
                   mlir::Type type, mlir::Value value);

} // namespace seednorm

#endif // SEEDNORM_LIB_CONVERSION_PARALLELTOPOOL_CAPTURES_H

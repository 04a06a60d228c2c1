//===- KernelCluster.cpp - What the blocks of a cluster share -------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Blocks that have one row write partial sums into the shared memory of each
// other, and read only their own: behind a barrier nobody needs another one, so
// that none has to wait before it ends.
//
//===----------------------------------------------------------------------===//

#include "KernelBuilder.h"
#include "KernelCode.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace seednorm;

/// Tells the other blocks of the cluster that this one has started.
void KernelBuilder::arriveAtCluster(OpBuilder &builder) {
  if (!rank || !shared)
    return;
  NVVM::ClusterArriveRelaxedOp::create(builder, loc, builder.getUnitAttr());
  hasArrived = true;
}

/// Waits until all have, once: before that nobody may write to them.
void KernelBuilder::waitForCluster(OpBuilder &builder) {
  if (!hasArrived)
    return;
  NVVM::ClusterWaitOp::create(builder, loc, builder.getUnitAttr());
  hasArrived = false;
}

/// Stores `value` at `position` of the slots of every block. `lanes` lanes have
/// the value and share the work; all of them are here.
void KernelBuilder::storeToCluster(OpBuilder &builder, Value value,
                                   Value position, int64_t lanes) {
  MLIRContext *context = builder.getContext();
  auto sharedPointer = LLVM::LLVMPointerType::get(
      context, static_cast<unsigned>(NVVM::NVVMMemorySpace::Shared));
  auto clusterPointer = LLVM::LLVMPointerType::get(
      context, static_cast<unsigned>(NVVM::NVVMMemorySpace::SharedCluster));
  Type i32 = builder.getI32Type(), i64 = builder.getI64Type();
  Value address = arith::IndexCastOp::create(
      builder, loc, i64,
      memref::ExtractAlignedPointerAsIndexOp::create(builder, loc, shared));
  Value slot = LLVM::GEPOp::create(
      builder, loc, sharedPointer, value.getType(),
      LLVM::IntToPtrOp::create(builder, loc, sharedPointer, address),
      ArrayRef<LLVM::GEPArg>{
          arith::IndexCastOp::create(builder, loc, i64, position).getResult()});
  int64_t blocks = schedule.getCluster();
  Value mine =
      arith::RemUIOp::create(builder, loc, lane, index(builder, lanes));
  for (int64_t first = 0; first < blocks; first += lanes) {
    Value block =
        arith::AddIOp::create(builder, loc, mine, index(builder, first));
    Value exists;
    if (first + lanes > blocks)
      exists = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult,
                                     block, index(builder, blocks));
    buildIf(builder, loc, exists, [&](OpBuilder &inside) {
      Value number = arith::IndexCastOp::create(inside, loc, i32, block);
      Value place =
          NVVM::MapaOp::create(inside, loc, clusterPointer, slot, number);
      LLVM::StoreOp::create(inside, loc, value, place);
    });
  }
}

//===- KernelCode.cpp - Conditions and loops of kernels -------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// As `scf.if`, of which the back end makes predicates where they are short,
// `scf.for`, and shuffles.
//
//===----------------------------------------------------------------------===//

#include "KernelCode.h"

#include "seednorm/Dialect/Row/Transforms/Slicing.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

static constexpr int32_t kWarpSize = 32;

Value seednorm::buildIfValid(OpBuilder &builder, Location loc, Value condition,
                             Type type, function_ref<Value(OpBuilder &)> build,
                             Elsewhere elsewhere) {
  if (!condition)
    return build(builder);
  auto choice = scf::IfOp::create(builder, loc, type, condition,
                                  /*withElseRegion=*/true);
  OpBuilder inside = choice.getThenBodyBuilder();
  scf::YieldOp::create(inside, loc, build(inside));
  OpBuilder outside = choice.getElseBodyBuilder();
  Value other;
  if (elsewhere == Elsewhere::Anything)
    other = LLVM::PoisonOp::create(outside, loc, type);
  else
    other = arith::ConstantOp::create(outside, loc, outside.getZeroAttr(type));
  scf::YieldOp::create(outside, loc, other);
  return choice.getResult(0);
}

void seednorm::buildIf(OpBuilder &builder, Location loc, Value condition,
                       function_ref<void(OpBuilder &)> build) {
  if (!condition)
    return build(builder);
  auto choice = scf::IfOp::create(builder, loc, condition,
                                  /*withElseRegion=*/false);
  OpBuilder inside = choice.getThenBodyBuilder();
  build(inside);
}

void seednorm::buildLoop(OpBuilder &builder, Location loc, Value first,
                         Value end, Value step, ArrayRef<Value *> carried,
                         function_ref<void(OpBuilder &, Value)> build,
                         Unrolling unrolling) {
  auto read = [&] {
    return llvm::map_to_vector(carried, [](Value *value) { return *value; });
  };
  auto write = [&](ValueRange values) {
    for (auto [place, value] : llvm::zip_equal(carried, values))
      *place = value;
  };
  auto loop = scf::ForOp::create(
      builder, loc, first, end, step, read(),
      [&](OpBuilder &inside, Location, Value number, ValueRange values) {
        write(values);
        build(inside, number);
        scf::YieldOp::create(inside, loc, read());
      });
  write(loop.getResults());
  if (unrolling == Unrolling::Free)
    return;
  // Conversions hand attributes of this dialect on to the branch back.
  MLIRContext *context = builder.getContext();
  auto unroll = LLVM::LoopUnrollAttr::get(
      context, /*disable=*/builder.getBoolAttr(true), /*count=*/{},
      /*runtimeDisable=*/{}, /*full=*/{}, /*followupUnrolled=*/{},
      /*followupRemainder=*/{}, /*followupAll=*/{});
  loop->setAttr("llvm.loop_annotation",
                LLVM::LoopAnnotationAttr::get(
                    context, /*disableNonforced=*/{}, /*vectorize=*/{},
                    /*interleave=*/{}, unroll, /*unrollAndJam=*/{}, /*licm=*/{},
                    /*distribute=*/{}, /*pipeline=*/{}, /*peeled=*/{},
                    /*unswitch=*/{}, /*mustProgress=*/{}, /*isVectorized=*/{},
                    /*startLoc=*/{}, /*endLoc=*/{}, /*parallelAccesses=*/{}));
}

Value seednorm::buildButterfly(OpBuilder &builder, Location loc,
                               vector::CombiningKind kind, Value value,
                               int32_t offset) {
  Value other = gpu::ShuffleOp::create(builder, loc, value, offset, kWarpSize,
                                       gpu::ShuffleMode::XOR)
                    .getShuffleResult();
  return row::buildCombine(builder, loc, kind, value, other);
}

Value seednorm::buildConcatenation(OpBuilder &builder, Location loc,
                                   ArrayRef<Value> vectors) {
  Value all = vectors.front();
  for (Value next : vectors.drop_front()) {
    int64_t end = cast<VectorType>(all.getType()).getNumElements() +
                  cast<VectorType>(next.getType()).getNumElements();
    all = vector::ShuffleOp::create(
        builder, loc, all, next, llvm::to_vector(llvm::seq<int64_t>(0, end)));
  }
  return all;
}

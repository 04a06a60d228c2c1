//===- KernelCode.cpp - Conditions and loops of kernels -------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// As `scf.if`, of which the back end makes predicates where they are short, and
// `scf.for`.
//
//===----------------------------------------------------------------------===//

#include "KernelCode.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

Value seednorm::buildIfValid(OpBuilder &builder, Location loc, Value condition,
                             Type type,
                             function_ref<Value(OpBuilder &)> build) {
  if (!condition)
    return build(builder);
  auto choice = scf::IfOp::create(builder, loc, type, condition,
                                  /*withElseRegion=*/true);
  OpBuilder inside = choice.getThenBodyBuilder();
  scf::YieldOp::create(inside, loc, build(inside));
  OpBuilder outside = choice.getElseBodyBuilder();
  Value zero =
      arith::ConstantOp::create(outside, loc, outside.getZeroAttr(type));
  scf::YieldOp::create(outside, loc, zero);
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
                         function_ref<void(OpBuilder &, Value)> build) {
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
}

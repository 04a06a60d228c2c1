//===- ResolveRoundingModes.cpp - One way to round ------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LLVM's constrained intrinsics say which mode the machine is in, and do not
// set it; on bf16 they give no number at all.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Transforms/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

namespace seednorm {
#define GEN_PASS_DEF_RESOLVEROUNDINGMODESPASS
#include "seednorm/Transforms/Passes.h.inc"
} // namespace seednorm

using namespace mlir;

namespace {
struct ResolveRoundingModes
    : seednorm::impl::ResolveRoundingModesPassBase<ResolveRoundingModes> {
  void runOnOperation() override {
    getOperation()->walk([&](arith::ArithRoundingModeInterface op) {
      arith::RoundingModeAttr mode = op.getRoundingModeAttr();
      if (!mode)
        return;
      if (mode.getValue() == arith::RoundingMode::to_nearest_even) {
        op->removeAttr(op.getRoundingModeAttrName());
        return;
      }
      op->emitOpError("expects to round to nearest even, as all targets do, "
                      "but got '")
          << arith::stringifyRoundingMode(mode.getValue()) << "'";
      signalPassFailure();
    });
  }
};
} // namespace

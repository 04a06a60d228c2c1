//===- RowToCPU.cpp - Scheduled row programs as loops ---------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pass and its pattern: what can become a loop over rows, and why not.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Conversion/RowToCPU.h"

#include "RowLoopBuilder.h"

#include "seednorm/Conversion/Passes.h"
#include "seednorm/Dialect/Row/Transforms/CPUSegments.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace seednorm {
#define GEN_PASS_DEF_CONVERTROWTOCPUPASS
#include "seednorm/Conversion/Passes.h.inc"
} // namespace seednorm

using namespace mlir;
using namespace seednorm;

static LogicalResult checkProgram(row::ProgramOp program) {
  if (!program.hasBufferSemantics())
    return program.emitOpError(
        "expects memrefs; bufferize before convert-row-to-cpu");
  auto schedule =
      dyn_cast_or_null<row::CPUScheduleAttr>(program.getScheduleAttr());
  if (!schedule)
    return program.emitOpError("expects a '#row.cpu_schedule'; run "
                               "row-schedule{target=cpu} before "
                               "convert-row-to-cpu");
  if (failed(row::verifyCPUProgram(program)))
    return failure();
  if (schedule.getRows() > 1)
    if (std::optional<std::string> obstacle = row::findBlockObstacle(
            row::ProgramAnalysis(program),
            schedule.getVector() * schedule.getAccumulators()))
      return program.emitOpError("expects 'rows = 1' in its schedule, since ")
             << *obstacle << ", but got " << schedule.getRows();
  return row::verifyDenseSlices(program);
}

namespace {

struct LowerProgramToLoops : OpRewritePattern<row::ProgramOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(row::ProgramOp program,
                                PatternRewriter &rewriter) const override {
    if (failed(checkProgram(program)))
      return rewriter.notifyMatchFailure(program, "cannot run as loops");
    auto schedule = cast<row::CPUScheduleAttr>(program.getScheduleAttr());
    RowLoopBuilder(program, schedule).build(rewriter);
    rewriter.eraseOp(program);
    return success();
  }
};

struct ConvertRowToCPU
    : seednorm::impl::ConvertRowToCPUPassBase<ConvertRowToCPU> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateRowToCPUPatterns(patterns);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
    // The pattern said why.
    if (getOperation()
            ->walk([](row::ProgramOp) { return WalkResult::interrupt(); })
            .wasInterrupted())
      signalPassFailure();
  }
};

} // namespace

void seednorm::populateRowToCPUPatterns(RewritePatternSet &patterns) {
  patterns.add<LowerProgramToLoops>(patterns.getContext());
}

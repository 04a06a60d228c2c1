//===- ReportPrograms.cpp - What became row programs ----------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For people who count on fusion, and want to hear when it does not happen.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Dialect/Row/Analysis/ProgramAnalysis.h"
#include "seednorm/Dialect/Row/Analysis/RowBytes.h"
#include "seednorm/Dialect/Row/Transforms/Passes.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/FormatVariadic.h"

namespace seednorm::row {
#define GEN_PASS_DEF_ROWREPORTPASS
#include "seednorm/Dialect/Row/Transforms/Passes.h.inc"
} // namespace seednorm::row

using namespace mlir;
using namespace seednorm::row;

static void report(ProgramOp program) {
  ProgramAnalysis analysis(program);
  FusedPrograms fused = getFusedPrograms(program);
  double columns = analysis.getNumColumns();
  emitRemark(program.getLoc()) << llvm::formatv(
      "row program: columns {0}, levels of sums {1}, fused from {2}, bytes an "
      "element of a row {3:f2}, before {4:f2}",
      analysis.getNumColumns(), analysis.getNumLevels(), fused.number,
      getRowBytes(program) / columns, fused.rowBytes / columns);
}

namespace {
struct RowReportPass : seednorm::row::impl::RowReportPassBase<RowReportPass> {
  using RowReportPassBase::RowReportPassBase;

  void runOnOperation() override {
    int64_t count = 0;
    getOperation()->walk([&](ProgramOp program) {
      ++count;
      if (remarks)
        report(program);
    });
    if (expectPrograms < 0 || count == expectPrograms)
      return;
    emitError(getOperation()->getLoc())
        << "expects " << static_cast<int64_t>(expectPrograms)
        << " row programs, but has " << count;
    signalPassFailure();
  }
};
} // namespace

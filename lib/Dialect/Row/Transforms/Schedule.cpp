//===- Schedule.cpp - Give every row program a schedule -------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pass around the pure choices: keeps what is written by hand, chooses the
// rest.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Dialect/Row/Transforms/Schedule.h"

#include "seednorm/Dialect/Row/Transforms/Passes.h"

#include "mlir/IR/BuiltinOps.h"

namespace seednorm::row {
#define GEN_PASS_DEF_ROWSCHEDULEPASS
#include "seednorm/Dialect/Row/Transforms/Passes.h.inc"
} // namespace seednorm::row

using namespace mlir;
using namespace seednorm::row;

/// The schedule at hand of the given kind; null if there is none. An error if
/// it is for another kind of machine.
template <typename Schedule>
static FailureOr<Schedule> getGivenSchedule(ProgramOp program,
                                            StringRef target) {
  Attribute given = program.getScheduleAttr();
  if (given && !isa<Schedule>(given)) {
    program.emitOpError("has a schedule for another kind of machine than '")
        << target << "': " << given;
    return failure();
  }
  return cast_if_present<Schedule>(given);
}

static LogicalResult scheduleForGPU(ProgramOp program,
                                    const GPUTarget &target) {
  FailureOr<GPUScheduleAttr> schedule =
      getGivenSchedule<GPUScheduleAttr>(program, "gpu");
  if (failed(schedule))
    return failure();
  if (*schedule)
    return verifyGPUSchedule(program, *schedule);
  schedule = chooseGPUSchedule(program, target);
  if (succeeded(schedule))
    program.setScheduleAttr(*schedule);
  return schedule;
}

static LogicalResult scheduleForCPU(ProgramOp program,
                                    const CPUTarget &target) {
  FailureOr<CPUScheduleAttr> schedule =
      getGivenSchedule<CPUScheduleAttr>(program, "cpu");
  if (failed(schedule))
    return failure();
  if (*schedule)
    return success();
  schedule = chooseCPUSchedule(program, target);
  if (succeeded(schedule))
    program.setScheduleAttr(*schedule);
  return schedule;
}

namespace {
struct RowSchedule : seednorm::row::impl::RowSchedulePassBase<RowSchedule> {
  using RowSchedulePassBase::RowSchedulePassBase;

  LogicalResult initialize(MLIRContext *context) override {
    if (target == "gpu" || target == "cpu")
      return success();
    return emitError(UnknownLoc::get(context))
           << "row-schedule expects target 'gpu' or 'cpu', but got '" << target
           << "'";
  }

  void runOnOperation() override {
    WalkResult result = getOperation()->walk([&](ProgramOp program) {
      LogicalResult scheduled =
          target == "gpu" ? scheduleForGPU(program, GPUTarget{multiprocessors})
                          : scheduleForCPU(program, CPUTarget{vectorBytes});
      return failed(scheduled) ? WalkResult::interrupt()
                               : WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};
} // namespace

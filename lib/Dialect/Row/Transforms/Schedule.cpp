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

/// `schedule` with the fields that `override` names.
static FailureOr<GPUScheduleAttr> overrideSchedule(ProgramOp program,
                                                   GPUScheduleAttr schedule,
                                                   StringRef override) {
  GPUScheduleChoices choices = schedule.getChoices();
  if (llvm::Error error = setChoices(choices, override)) {
    program.emitOpError("has its schedule overridden by '")
        << override << "', which " << llvm::toString(std::move(error));
    return failure();
  }
  auto changed = GPUScheduleAttr::getChecked(
      [&] {
        return program.emitOpError("has its schedule overridden by '")
               << override << "', which ";
      },
      program.getContext(), choices);
  if (!changed)
    return failure();
  return changed;
}

static LogicalResult scheduleForGPU(ProgramOp program, const GPUTarget &target,
                                    StringRef override) {
  FailureOr<GPUScheduleAttr> given =
      getGivenSchedule<GPUScheduleAttr>(program, "gpu");
  if (failed(given))
    return failure();
  ChosenGPUSchedule chosen = {*given, "written by hand"};
  if (!*given) {
    FailureOr<ChosenGPUSchedule> found = chooseGPUSchedule(program, target);
    if (failed(found))
      return failure();
    chosen = *found;
    program->setAttr(kReasonAttrName,
                     StringAttr::get(program.getContext(), chosen.reason));
  }
  if (!override.empty()) {
    FailureOr<GPUScheduleAttr> changed =
        overrideSchedule(program, chosen.schedule, override);
    if (failed(changed))
      return failure();
    chosen.schedule = *changed;
    program->setAttr(kReasonAttrName,
                     StringAttr::get(program.getContext(),
                                     "overridden by " + override +
                                         "; before, " + chosen.reason));
  }
  program.setScheduleAttr(chosen.schedule);
  return verifyGPUSchedule(program, chosen.schedule, target);
}

static LogicalResult scheduleForCPU(ProgramOp program, const CPUTarget &target,
                                    StringRef override) {
  FailureOr<CPUScheduleAttr> schedule =
      getGivenSchedule<CPUScheduleAttr>(program, "cpu");
  if (succeeded(schedule) && !*schedule)
    schedule = chooseCPUSchedule(program, target);
  if (failed(schedule))
    return failure();
  if (!override.empty()) {
    auto emitError = [&] {
      return program.emitOpError("has its schedule overridden by '")
             << override << "', which ";
    };
    llvm::Expected<CPUScheduleAttr> changed =
        schedule->override(override, emitError);
    if (llvm::Error error = changed.takeError())
      return emitError() << llvm::toString(std::move(error));
    if (!*changed)
      return failure();
    schedule = *changed;
  }
  program.setScheduleAttr(*schedule);
  return success();
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
          target == "gpu"
              ? scheduleForGPU(program,
                               {multiprocessors, sharedBytes, cluster,
                                dependentLaunches, bulkCopies, chip},
                               override)
              : scheduleForCPU(program,
                               {vectorBytes, vectorRegisters, nativeBFloat16,
                                cacheBytes, firstCacheBytes, firstCacheWays},
                               override);
      return failed(scheduled) ? WalkResult::interrupt()
                               : WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};
} // namespace

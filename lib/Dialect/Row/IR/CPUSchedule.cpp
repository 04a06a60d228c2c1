//===- CPUSchedule.cpp - Schedules of a CPU and their fields --------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The limits of fields, and fields by their names.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Dialect/Row/IR/Row.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace seednorm::row;

LogicalResult
CPUScheduleAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                        int64_t vector, int64_t accumulators, int64_t grain,
                        bool, int64_t partial, bool, int64_t stream,
                        int64_t rows, int64_t panel) {
  if (vector < 1 || vector > 64 || !llvm::isPowerOf2_64(vector))
    return emitError() << "expects 'vector' to be a power of two from 1 to "
                          "64, but got "
                       << vector;
  if (accumulators < 1 || accumulators > 16 ||
      !llvm::isPowerOf2_64(accumulators))
    return emitError() << "expects 'accumulators' to be a power of two from 1 "
                          "to 16, but got "
                       << accumulators;
  if (grain < 1)
    return emitError() << "expects 'grain' to be positive, but got " << grain;
  if (partial < 1)
    return emitError() << "expects 'partial' to be positive, but got "
                       << partial;
  if (stream < 0)
    return emitError() << "expects 'stream' to be at least 0, but got "
                       << stream;
  if (rows < 1 || rows > 16)
    return emitError() << "expects 'rows' to be from 1 to 16, but got " << rows;
  if (panel < 0)
    return emitError() << "expects 'panel' to be at least 0, but got " << panel;
  return success();
}

namespace {
/// What `CPUScheduleAttr::get` takes, and where in it a field is.
struct Fields {
  int64_t numbers[7];
  bool flags[2];
};
struct Field {
  StringLiteral name;
  int64_t number = -1, flag = -1; ///< One of them, in `Fields`.
};
} // namespace

static constexpr Field kFields[] = {
    {"vector", 0},     {"accumulators", 1}, {"grain", 2},
    {"online", -1, 0}, {"partial", 3},      {"prefetch", -1, 1},
    {"stream", 4},     {"rows", 5},         {"panel", 6}};

static llvm::Error setField(Fields &fields, StringRef name, StringRef value) {
  const Field *field = llvm::find_if(
      kFields, [&](const Field &field) { return field.name == name; });
  if (field == std::end(kFields))
    return llvm::createStringError(
        "expects one of " +
        llvm::join(llvm::map_range(
                       kFields, [](const Field &field) { return field.name; }),
                   ", ") +
        ", but got '" + name + "'");
  if (field->flag >= 0) {
    fields.flags[field->flag] = value == "true";
    if (value == "true" || value == "false")
      return llvm::Error::success();
  } else if (!value.getAsInteger(10, fields.numbers[field->number])) {
    return llvm::Error::success();
  }
  return llvm::createStringError(
      "expects '" + name + "' to be " +
      (field->flag >= 0 ? "true or false" : "an integer") + ", but got '" +
      value + "'");
}

llvm::Expected<CPUScheduleAttr>
CPUScheduleAttr::override(StringRef text,
                          function_ref<InFlightDiagnostic()> emitError) const {
  Fields fields = {{getVector(), getAccumulators(), getGrain(), getPartial(),
                    getStream(), getRows(), getPanel()},
                   {getOnline(), getPrefetch()}};
  SmallVector<StringRef> assignments;
  text.split(assignments, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (StringRef assignment : assignments) {
    auto [name, value] = assignment.split('=');
    if (llvm::Error error = setField(fields, name.trim(), value.trim()))
      return std::move(error);
  }
  const int64_t (&numbers)[7] = fields.numbers;
  return getChecked(emitError, getContext(), numbers[0], numbers[1], numbers[2],
                    fields.flags[0], numbers[3], fields.flags[1], numbers[4],
                    numbers[5], numbers[6]);
}

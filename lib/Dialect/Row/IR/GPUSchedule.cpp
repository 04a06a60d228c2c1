//===- GPUSchedule.cpp - The attribute of GPU schedules -------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Syntax and verifier of `#row.gpu_schedule`. Its fields are in one table, by
// which a schedule is read, printed and overridden.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Dialect/Row/IR/Row.h"

#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

#include <variant>

using namespace mlir;
using namespace seednorm::row;

using Choices = GPUScheduleChoices;

//===----------------------------------------------------------------------===//
// Fields
//===----------------------------------------------------------------------===//

namespace {
/// A member of the choices: a number, a flag or an enum.
using Member =
    std::variant<int64_t Choices::*, bool Choices::*, ParameterLoads Choices::*,
                 RowKeep Choices::*, SumMemory Choices::*>;

struct Field {
  llvm::StringLiteral name;
  Member member;
  bool isRequired = false;
};
} // namespace

static const Field kFields[] = {
    {"threads_per_row", &Choices::threadsPerRow, /*isRequired=*/true},
    {"rows_per_block", &Choices::rowsPerBlock, /*isRequired=*/true},
    {"vector", &Choices::vector, /*isRequired=*/true},
    {"parameters", &Choices::parameters, /*isRequired=*/true},
    {"keep", &Choices::keep},
    {"cluster", &Choices::cluster},
    {"blocks", &Choices::blocks},
    {"parts", &Choices::parts},
    {"prefetch", &Choices::prefetch},
    {"async", &Choices::async},
    {"bulk", &Choices::bulk},
    {"sums", &Choices::sums},
    {"dependent", &Choices::dependent},
};

/// The enum's values by their names.
template <typename Enum> static std::optional<Enum> symbolize(StringRef name);
template <> std::optional<ParameterLoads> symbolize(StringRef name) {
  return symbolizeParameterLoads(name);
}
template <> std::optional<RowKeep> symbolize(StringRef name) {
  return symbolizeRowKeep(name);
}
template <> std::optional<SumMemory> symbolize(StringRef name) {
  return symbolizeSumMemory(name);
}

static StringRef stringify(ParameterLoads value) {
  return stringifyParameterLoads(value);
}
static StringRef stringify(RowKeep value) { return stringifyRowKeep(value); }
static StringRef stringify(SumMemory value) {
  return stringifySumMemory(value);
}

/// All names of an enum's values: they are numbered from 0 on.
template <typename Enum> static std::string listNames() {
  std::string names;
  constexpr auto last = static_cast<uint32_t>(
      std::is_same_v<Enum, ParameterLoads> ? getMaxEnumValForParameterLoads()
      : std::is_same_v<Enum, RowKeep>      ? getMaxEnumValForRowKeep()
                                           : getMaxEnumValForSumMemory());
  for (uint32_t value = 0; value <= last; ++value)
    names += (value ? ", " : "") + stringify(static_cast<Enum>(value)).str();
  return names;
}

static bool setValue(Choices &choices, int64_t Choices::*member,
                     StringRef value) {
  return !value.getAsInteger(10, choices.*member);
}
static bool setValue(Choices &choices, bool Choices::*member, StringRef value) {
  choices.*member = value == "true";
  return value == "true" || value == "false";
}
template <typename Enum>
static bool setValue(Choices &choices, Enum Choices::*member, StringRef value) {
  std::optional<Enum> known = symbolize<Enum>(value);
  if (known)
    choices.*member = *known;
  return known.has_value();
}

static std::string describeValues(int64_t Choices::*) { return "an integer"; }
static std::string describeValues(bool Choices::*) { return "true or false"; }
template <typename Enum> static std::string describeValues(Enum Choices::*) {
  return "one of " + listNames<Enum>();
}

static const Field *findField(StringRef name) {
  const Field *field = llvm::find_if(
      kFields, [&](const Field &field) { return field.name == name; });
  return field == std::end(kFields) ? nullptr : field;
}

static std::string listFields() {
  return llvm::join(
      llvm::map_range(kFields, [](const Field &field) { return field.name; }),
      ", ");
}

llvm::Error seednorm::row::setChoice(Choices &choices, StringRef name,
                                     StringRef value) {
  const Field *field = findField(name);
  if (!field)
    return llvm::createStringError("expects one of " + listFields() +
                                   ", but got '" + name + "'");
  return std::visit(
      [&](auto member) -> llvm::Error {
        if (setValue(choices, member, value))
          return llvm::Error::success();
        return llvm::createStringError("expects '" + name + "' to be " +
                                       describeValues(member) + ", but got '" +
                                       value + "'");
      },
      field->member);
}

llvm::Error seednorm::row::setChoices(Choices &choices, StringRef text) {
  SmallVector<StringRef> assignments;
  text.split(assignments, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (StringRef assignment : assignments) {
    auto [name, value] = assignment.split('=');
    if (llvm::Error error = setChoice(choices, name.trim(), value.trim()))
      return error;
  }
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Syntax
//===----------------------------------------------------------------------===//

GPUScheduleChoices GPUScheduleAttr::getChoices() const {
  return {getThreadsPerRow(), getRowsPerBlock(), getVector(), getParameters(),
          getKeep(),          getCluster(),      getBlocks(), getParts(),
          getPrefetch(),      getAsync(),        getBulk(),   getSums(),
          getDependent()};
}

/// The value behind a field's name, as text; a flag alone is true.
static ParseResult parseValue(AsmParser &parser, const Field &field,
                              std::string &value) {
  if (std::holds_alternative<bool Choices::*>(field.member)) {
    value = "true";
    return success();
  }
  if (parser.parseEqual())
    return failure();
  int64_t number;
  if (OptionalParseResult parsed = parser.parseOptionalInteger(number);
      parsed.has_value()) {
    value = std::to_string(number);
    return *parsed;
  }
  StringRef keyword;
  if (parser.parseKeyword(&keyword))
    return failure();
  value = keyword.str();
  return success();
}

/// schedule ::= `<` field (`,` field)* `>`
/// field    ::= name `=` (integer | keyword) | flag
Attribute GPUScheduleAttr::parse(AsmParser &parser, Type) {
  Choices choices;
  llvm::SmallDenseSet<const Field *> given;
  SMLoc start = parser.getCurrentLocation();
  auto parseField = [&]() -> ParseResult {
    StringRef name;
    std::string value;
    SMLoc location = parser.getCurrentLocation();
    if (parser.parseKeyword(&name))
      return failure();
    const Field *field = findField(name);
    if (field && !given.insert(field).second)
      return parser.emitError(location)
             << "expects '" << name << "' once, but got it twice";
    if (field && parseValue(parser, *field, value))
      return failure();
    if (llvm::Error error = setChoice(choices, name, value))
      return parser.emitError(location) << llvm::toString(std::move(error));
    return success();
  };
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::LessGreater,
                                     parseField))
    return {};
  for (const Field &field : kFields)
    if (field.isRequired && !given.contains(&field)) {
      parser.emitError(start)
          << "expects '" << field.name << "' in a schedule, but there is none";
      return {};
    }
  return getChecked([&] { return parser.emitError(start); },
                    parser.getContext(), choices);
}

void GPUScheduleAttr::print(AsmPrinter &printer) const {
  const Choices choices = getChoices(), defaults;
  llvm::ListSeparator separator;
  printer << '<';
  for (const Field &field : kFields)
    std::visit(
        [&](auto member) {
          using Value = std::decay_t<decltype(choices.*member)>;
          if (!field.isRequired && choices.*member == defaults.*member)
            return;
          printer << StringRef(separator) << field.name;
          if constexpr (std::is_same_v<Value, int64_t>)
            printer << " = " << choices.*member;
          else if constexpr (!std::is_same_v<Value, bool>)
            printer << " = " << stringify(choices.*member);
        },
        field.member);
  printer << '>';
}

//===----------------------------------------------------------------------===//
// Verifier
//===----------------------------------------------------------------------===//

static constexpr int64_t kWarpSize = 32;
static constexpr int64_t kMaxThreadsOfBlock = 1024;
static constexpr int64_t kMinThreadsOfRow = 4;
static constexpr int64_t kMaxCluster = 16;
static constexpr int64_t kMaxVector = 64;

using EmitError = function_ref<InFlightDiagnostic()>;

static LogicalResult verifyThreads(EmitError emitError, int64_t threadsPerRow,
                                   int64_t rowsPerBlock, int64_t cluster) {
  if (cluster < 1 || cluster > kMaxCluster || !llvm::isPowerOf2_64(cluster))
    return emitError() << "expects 'cluster' to be a power of two from 1 to "
                       << kMaxCluster << ", but got " << cluster;
  bool isPartOfWarp = cluster == 1 && threadsPerRow >= kMinThreadsOfRow &&
                      threadsPerRow < kWarpSize &&
                      llvm::isPowerOf2_64(threadsPerRow);
  if (!isPartOfWarp &&
      (threadsPerRow < 1 || threadsPerRow > cluster * kMaxThreadsOfBlock ||
       threadsPerRow % (cluster * kWarpSize) != 0)) {
    InFlightDiagnostic error = emitError()
                               << "expects 'threads_per_row' to be ";
    if (cluster == 1)
      error << "4, 8, 16 or ";
    return error << "a multiple of " << cluster * kWarpSize << " from "
                 << cluster * kWarpSize << " to "
                 << cluster * kMaxThreadsOfBlock << ", but got "
                 << threadsPerRow;
  }
  if (rowsPerBlock < 1)
    return emitError() << "expects 'rows_per_block' to be positive, but got "
                       << rowsPerBlock;
  if (threadsPerRow > kWarpSize && rowsPerBlock != 1)
    return emitError() << "expects 'rows_per_block' to be 1 when a row has "
                          "more than one warp, but got "
                       << rowsPerBlock;
  if (threadsPerRow <= kWarpSize &&
      rowsPerBlock > kMaxThreadsOfBlock / threadsPerRow)
    return emitError() << "expects at most 1024 threads in a block, but got "
                       << rowsPerBlock << " rows of " << threadsPerRow;
  if (threadsPerRow * rowsPerBlock % kWarpSize != 0)
    return emitError() << "expects whole warps in a block, but got "
                       << rowsPerBlock << " rows of " << threadsPerRow
                       << " threads";
  return success();
}

static LogicalResult verifyPersistence(EmitError emitError, int64_t blocks,
                                       int64_t parts, int64_t prefetch) {
  for (auto [name, value] :
       {std::pair("blocks", blocks), {"parts", parts}, {"prefetch", prefetch}})
    if (value < 0)
      return emitError() << "expects '" << name << "' to be positive, but got "
                         << value;
  if (blocks == 0 && (parts != 0 || prefetch != 0))
    return emitError() << "expects 'blocks' with 'parts' and 'prefetch'";
  return success();
}

LogicalResult GPUScheduleAttr::verify(
    EmitError emitError, int64_t threadsPerRow, int64_t rowsPerBlock,
    int64_t vector, ParameterLoads parameters, RowKeep keep, int64_t cluster,
    int64_t blocks, int64_t parts, int64_t prefetch, bool async, bool bulk,
    SumMemory sums, bool) {
  if (failed(verifyThreads(emitError, threadsPerRow, rowsPerBlock, cluster)) ||
      failed(verifyPersistence(emitError, blocks, parts, prefetch)))
    return failure();
  if (vector < 1 || vector > kMaxVector || !llvm::isPowerOf2_64(vector))
    return emitError() << "expects 'vector' to be a power of two from 1 to "
                       << kMaxVector << ", but got " << vector;
  if (blocks == 0 && sums != SumMemory::Shared)
    return emitError() << "expects 'blocks' with 'sums'";
  if (blocks != 0 && threadsPerRow < kWarpSize)
    return emitError() << "expects at least " << kWarpSize
                       << " threads a row with 'blocks', but got "
                       << threadsPerRow;
  if (keep != RowKeep::Registers && parameters == ParameterLoads::Early)
    return emitError() << "expects rows in registers with early parameters, "
                          "but got 'keep = "
                       << stringifyRowKeep(keep) << "'";
  if (async && (keep != RowKeep::Registers || prefetch == 0))
    return emitError() << "expects 'async' with rows in registers and "
                          "'prefetch': rows kept in shared memory are always "
                          "copied asynchronously, and others never";
  if (bulk && keep != RowKeep::Shared && !async)
    return emitError() << "expects 'bulk' with 'async' or 'keep = shared': no "
                          "other rows are copied to shared memory";
  if (bulk && rowsPerBlock != 1)
    return emitError() << "expects one row a block with 'bulk', but got "
                       << rowsPerBlock;
  if (keep == RowKeep::Global && prefetch != 0)
    return emitError() << "expects no 'prefetch' of rows that are not kept";
  if (keep == RowKeep::Registers && !async && prefetch > 1)
    return emitError() << "expects 'async' to load more than one row ahead, "
                          "but got 'prefetch = "
                       << prefetch << "'";
  return success();
}

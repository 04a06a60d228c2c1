//===- NpyHeader.cpp - The header of a .npy file --------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NpyHeader.h"

#include <cctype>
#include <cstring>
#include <optional>

using namespace seednorm::runtime;

namespace {

struct TypeRow {
  NpyType type;
  const char *name;
  const char *descr; // What NumPy calls it, without the byte order.
  int64_t width;
};

constexpr TypeRow typeRows[] = {
    {NpyType::F16, "f16", "f2", 2},   {NpyType::F32, "f32", "f4", 4},
    {NpyType::F64, "f64", "f8", 8},   {NpyType::BF16, "bf16", "V2", 2},
    {NpyType::V8, "void8", "V1", 1},  {NpyType::F8E5M2, "f8E5M2", "f1", 1},
    {NpyType::I8, "i8", "i1", 1},     {NpyType::I16, "i16", "i2", 2},
    {NpyType::I32, "i32", "i4", 4},   {NpyType::I64, "i64", "i8", 8},
    {NpyType::U8, "u8", "u1", 1},     {NpyType::U16, "u16", "u2", 2},
    {NpyType::U32, "u32", "u4", 4},   {NpyType::U64, "u64", "u8", 8},
    {NpyType::Bool, "bool", "b1", 1},
};

// NumPy itself reads at most 64 dimensions.
constexpr size_t maxRank = 64;

// A cursor over the text. Each member skips blanks, and moves on only if it
// finds what it looks for.
class Cursor {
public:
  explicit Cursor(std::string_view text) : rest(text) {}

  bool take(char c) {
    skipBlanks();
    if (rest.empty() || rest.front() != c)
      return false;
    rest.remove_prefix(1);
    return true;
  }

  bool take(std::string_view word) {
    skipBlanks();
    if (rest.substr(0, word.size()) != word)
      return false;
    rest.remove_prefix(word.size());
    return true;
  }

  std::optional<std::string> takeString() {
    char quote = take('\'') ? '\'' : '"';
    if (quote == '"' && !take('"'))
      return std::nullopt;
    size_t end = rest.find(quote);
    if (end == std::string_view::npos)
      return std::nullopt;
    std::string text(rest.substr(0, end));
    rest.remove_prefix(end + 1);
    return text;
  }

  std::optional<int64_t> takeNumber() {
    skipBlanks();
    int64_t value = 0;
    size_t digits = 0;
    for (; digits < rest.size() && std::isdigit((unsigned char)rest[digits]);
         ++digits)
      if (__builtin_mul_overflow(value, 10, &value) ||
          __builtin_add_overflow(value, rest[digits] - '0', &value))
        return std::nullopt;
    if (digits == 0)
      return std::nullopt;
    rest.remove_prefix(digits);
    take('L'); // Written by Python 2.
    return value;
  }

  bool isAtEnd() {
    skipBlanks();
    return rest.empty();
  }

private:
  void skipBlanks() {
    while (!rest.empty() && std::isspace((unsigned char)rest.front()))
      rest.remove_prefix(1);
  }

  std::string_view rest;
};

// The values of the dictionary.
struct Entries {
  std::optional<std::string> descr;
  std::optional<bool> fortranOrder;
  std::optional<std::vector<int64_t>> shape;
  bool isRecord = false; // The type is a list of fields.
};

} // namespace

static const TypeRow &getRow(NpyType type) {
  for (const TypeRow &row : typeRows)
    if (row.type == type)
      return row;
  return typeRows[0];
}

static std::optional<std::vector<int64_t>> parseShape(Cursor &cursor) {
  if (!cursor.take('('))
    return std::nullopt;
  std::vector<int64_t> shape;
  while (!cursor.take(')')) {
    std::optional<int64_t> size = cursor.takeNumber();
    if (!size || shape.size() == maxRank)
      return std::nullopt;
    shape.push_back(*size);
    if (!cursor.take(',') && shape.size() == 1)
      return std::nullopt; // "(3)" is no tuple.
  }
  return shape;
}

// Parses the value of `key`; false if it cannot be one.
static bool parseValue(Cursor &cursor, const std::string &key,
                       Entries &entries) {
  if (key == "descr") {
    entries.isRecord = cursor.take('[');
    entries.descr = cursor.takeString();
    return entries.isRecord || entries.descr.has_value();
  }
  if (key == "fortran_order") {
    entries.fortranOrder = cursor.take("True");
    return *entries.fortranOrder || cursor.take("False");
  }
  if (key == "shape") {
    entries.shape = parseShape(cursor);
    return entries.shape.has_value();
  }
  return false;
}

// The dictionary, or nothing if it is none. Stops at a record, whose
// description is of no use to us.
static std::optional<Entries> parseDictionary(std::string_view text) {
  Cursor cursor(text);
  Entries entries;
  if (!cursor.take('{'))
    return std::nullopt;
  while (!cursor.take('}')) {
    std::optional<std::string> key = cursor.takeString();
    if (!key || !cursor.take(':') || !parseValue(cursor, *key, entries))
      return std::nullopt;
    if (entries.isRecord)
      return entries;
    cursor.take(',');
  }
  if (!cursor.isAtEnd() || !entries.descr || !entries.fortranOrder ||
      !entries.shape)
    return std::nullopt;
  return entries;
}

static Result<NpyType> parseType(const std::string &descr,
                                 const std::string &path) {
  char order = descr.empty() ? '\0' : descr[0];
  std::string kind = order ? descr.substr(1) : "";
  if (kind == "O")
    return Failure{"expects numbers in '" + path + "', but got Python objects"};
  for (const TypeRow &row : typeRows) {
    if (kind != row.descr)
      continue;
    // '=' is the machine's order and '|' none at all.
    if (order == '<' || ((row.width == 1 || row.type == NpyType::BF16) &&
                         (order == '|' || order == '>')))
      return row.type;
    if (order == '>')
      return Failure{"expects little-endian elements in '" + path +
                     "', but got '" + descr +
                     "'; save x.astype(x.dtype.newbyteorder('<'))"};
  }
  return Failure{"expects elements of type f1 to f8, V1 (f8E4M3FN), V2 (bf16), "
                 "i1 to i8, u1 to u8 or b1 in '" +
                 path + "', but got '" + descr + "'"};
}

const char *seednorm::runtime::getName(NpyType type) {
  return getRow(type).name;
}

int64_t seednorm::runtime::getByteWidth(NpyType type) {
  return getRow(type).width;
}

std::optional<int64_t>
seednorm::runtime::computeNumBytes(NpyType type,
                                   const std::vector<int64_t> &shape) {
  int64_t bytes = getByteWidth(type);
  bool isEmpty = false;
  for (int64_t size : shape) {
    if (size < 0)
      return std::nullopt;
    isEmpty |= size == 0;
    if (size != 0 && __builtin_mul_overflow(bytes, size, &bytes))
      return std::nullopt;
  }
  return isEmpty ? 0 : bytes;
}

Result<NpyHeader> seednorm::runtime::parseNpyHeader(std::string_view text,
                                                    const std::string &path) {
  std::optional<Entries> entries = parseDictionary(text);
  if (!entries)
    return Failure{"expects 'descr', 'fortran_order' and 'shape' in the header "
                   "of '" +
                   path + "', but it is damaged"};
  if (entries->isRecord)
    return Failure{"expects plain numbers in '" + path + "', but got records"};
  Result<NpyType> type = parseType(*entries->descr, path);
  if (!type)
    return type.failure();
  if (*entries->fortranOrder)
    return Failure{"expects row-major elements in '" + path +
                   "', but got Fortran order; save numpy.ascontiguousarray(x)"};
  std::optional<int64_t> numBytes = computeNumBytes(*type, *entries->shape);
  if (!numBytes)
    return Failure{"expects a shape that fits in memory in the header of '" +
                   path + "'"};
  return NpyHeader{*type, *entries->shape, *numBytes};
}

std::string
seednorm::runtime::buildNpyPreamble(NpyType type,
                                    const std::vector<int64_t> &shape) {
  const TypeRow &row = getRow(type);
  // Types of one byte, and opaque ones, have no byte order.
  bool hasOrder = row.width > 1 && type != NpyType::BF16;
  std::string text = std::string("{'descr': '") + (hasOrder ? "<" : "|") +
                     row.descr + "', 'fortran_order': False, 'shape': (";
  for (size_t i = 0; i < shape.size(); ++i)
    text += (i ? " " : "") + std::to_string(shape[i]) +
            (shape.size() == 1 || i + 1 < shape.size() ? "," : "");
  text += "), }";
  // Elements start at a multiple of 64 bytes, so that the file can be mapped.
  constexpr size_t fixed = 10, alignment = 64;
  size_t used = fixed + text.size() + 1;
  text.append((alignment - used % alignment) % alignment, ' ');
  text += '\n';
  std::string preamble("\x93NUMPY\x01\x00", 8);
  preamble += static_cast<char>(text.size() & 0xff);
  preamble += static_cast<char>(text.size() >> 8);
  return preamble + text;
}

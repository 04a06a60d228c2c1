//===- Package.cpp - Compiled kernels as bytes ----------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A header with a checksum; behind it numbers of 64 bits, least byte first, and
// what has a length behind its length.
//
//===----------------------------------------------------------------------===//

#include "PackageFields.h"

#include "seednorm/Runtime/Checksum.h"

using namespace seednorm::runtime;

// As that of PNG: the first byte is no text, and what changes line ends or
// stops at them changes it.
static constexpr std::string_view magic("\x89SNP\r\n\x1a\n", 8);
static constexpr size_t versionOffset = 8, checksumOffset = 12, sizeOffset = 16,
                        headerSize = 24;

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

static void append(std::string &bytes, uint64_t number, size_t width) {
  for (size_t index = 0; index < width; ++index)
    bytes += static_cast<char>(number >> 8 * index & 0xff);
}

namespace {
class Writer {
public:
  std::string bytes;

  bool isSince(uint32_t) const { return true; }
  void number(const char *, int64_t value) { append(bytes, value, 8); }
  void flag(const char *, bool value) { append(bytes, value, 8); }
  template <typename Enum> void choice(const char *, Enum value, int) {
    append(bytes, static_cast<uint64_t>(value), 8);
  }
  void text(const char *, const std::string &value) {
    append(bytes, value.size(), 8);
    bytes += value;
  }
  void blob(const char *name, const std::string &value) { text(name, value); }
  template <typename T> void list(const char *, std::vector<T> &values) {
    append(bytes, values.size(), 8);
    for (T &value : values)
      element(value);
  }
  template <typename T> void part(const char *, std::optional<T> &value) {
    append(bytes, value.has_value(), 8);
    if (value)
      visit(*this, *value);
  }

private:
  void element(int64_t &value) { number("", value); }
  void element(std::string &value) { text("", value); }
  template <typename T> void element(T &value) { visit(*this, value); }
};
} // namespace

/// Of all bytes but the checksum itself.
static uint32_t computeChecksum(std::string_view bytes) {
  uint32_t before = computeCRC32C(bytes.substr(0, checksumOffset));
  return computeCRC32C(bytes.substr(sizeOffset), before);
}

std::string seednorm::runtime::writePackage(const Package &package) {
  Writer writer;
  writer.bytes = magic;
  append(writer.bytes, packageVersion, 4);
  writer.bytes.resize(headerSize); // The rest is known at the end.
  // Visitors read or write, so fields are no constants; this one reads.
  visit(writer, const_cast<Package &>(package));
  std::string bytes = std::move(writer.bytes), size, checksum;
  append(size, bytes.size(), 8);
  bytes.replace(sizeOffset, 8, size);
  append(checksum, computeChecksum(bytes), 4);
  bytes.replace(checksumOffset, 4, checksum);
  return bytes;
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

/// The number at the start of `bytes`, which has `width` bytes at least.
static uint64_t parse(std::string_view bytes, size_t width) {
  uint64_t number = 0;
  for (size_t index = 0; index < width; ++index)
    number |= uint64_t(uint8_t(bytes[index])) << 8 * index;
  return number;
}

namespace {
/// After a failure all that follows is zero or empty.
class Reader {
public:
  Reader(std::string_view rest, uint32_t version)
      : rest(rest), version(version) {}

  const std::string &getFailure() const { return failure; }
  bool isAtEnd() const { return rest.empty(); }
  bool isSince(uint32_t first) const { return version >= first; }

  template <typename Integer> void number(const char *name, Integer &value) {
    auto given = static_cast<int64_t>(take(name));
    value = static_cast<Integer>(given);
    if (value != given)
      fail(name, "to fit its type");
  }
  void flag(const char *name, bool &value) { value = takeBelow(name, 2); }
  template <typename Enum>
  void choice(const char *name, Enum &value, int count) {
    value = static_cast<Enum>(takeBelow(name, count));
  }
  void text(const char *name, std::string &value) {
    uint64_t size = take(name);
    if (size > rest.size())
      return fail(name, "to end inside the package");
    value = rest.substr(0, size);
    rest.remove_prefix(size);
  }
  void blob(const char *name, std::string &value) { text(name, value); }
  template <typename T> void list(const char *name, std::vector<T> &values) {
    uint64_t count = take(name);
    // An element has 8 bytes at least, so no memory is reserved for what cannot
    // be there.
    if (count > rest.size() / 8)
      return fail(name, "to end inside the package");
    values.resize(count);
    for (size_t index = 0; index < count && failure.empty(); ++index)
      element(name, values[index]);
  }
  template <typename T> void part(const char *name, std::optional<T> &value) {
    if (takeBelow(name, 2))
      visit(*this, value.emplace());
  }

private:
  uint64_t take(const char *name) {
    if (rest.size() < 8) {
      fail(name, "to end inside the package");
      return 0;
    }
    uint64_t number = parse(rest, 8);
    rest.remove_prefix(8);
    return number;
  }
  uint64_t takeBelow(const char *name, uint64_t limit) {
    uint64_t number = take(name);
    if (number < limit)
      return number;
    fail(name, "to be a number below " + std::to_string(limit));
    return 0;
  }
  void fail(const char *name, const std::string &rule) {
    if (failure.empty())
      failure = "expects field '" + std::string(name) + "' of a package " +
                rule + ", but it does not";
    rest = {};
  }
  void element(const char *name, int64_t &value) { number(name, value); }
  void element(const char *name, std::string &value) { text(name, value); }
  template <typename T> void element(const char *, T &value) {
    visit(*this, value);
  }

  std::string_view rest;
  uint32_t version;
  std::string failure;
};
} // namespace

static Status checkHeader(std::string_view bytes) {
  if (bytes.substr(0, magic.size()) != magic)
    return Failure{"expects a package, which starts with the bytes 89 53 4e 50 "
                   "0d 0a 1a 0a, but got something else"};
  if (bytes.size() < headerSize)
    return Failure{"expects a package of at least " +
                   std::to_string(headerSize) + " bytes, but it ends after " +
                   std::to_string(bytes.size())};
  uint64_t version = parse(bytes.substr(versionOffset), 4);
  if (version == 0 || version > packageVersion)
    return Failure{"expects a package of version 1 to " +
                   std::to_string(packageVersion) + ", but got version " +
                   std::to_string(version) + "; use a library as new as it"};
  uint64_t size = parse(bytes.substr(sizeOffset), 8);
  if (size != bytes.size())
    return Failure{"expects a package of " + std::to_string(size) +
                   " bytes, as it says, but it has " +
                   std::to_string(bytes.size())};
  uint32_t stored = parse(bytes.substr(checksumOffset), 4);
  if (stored != computeChecksum(bytes))
    return Failure{"expects the bytes of a package to have the checksum that "
                   "it says, but they were changed; copy it anew"};
  return Success{};
}

Result<Package> seednorm::runtime::readPackage(std::string_view bytes) {
  if (Status status = checkHeader(bytes); !status)
    return status.failure();
  Reader reader(bytes.substr(headerSize),
                parse(bytes.substr(versionOffset), 4));
  Package package;
  visit(reader, package);
  if (!reader.getFailure().empty())
    return Failure{reader.getFailure()};
  if (!reader.isAtEnd())
    return Failure{"expects a package to end behind its last kernel, but there "
                   "are more bytes"};
  for (const PackagedKernel &kernel : package.kernels)
    if (Status status = checkKernel(kernel); !status)
      return status.failure();
  return package;
}

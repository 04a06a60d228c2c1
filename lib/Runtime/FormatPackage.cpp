//===- FormatPackage.cpp - A package to read ------------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// JSON with the names of the format; of code its length.
//
//===----------------------------------------------------------------------===//

#include "PackageFields.h"

#include <cstdio>

using namespace seednorm::runtime;

namespace {
class Printer {
public:
  std::string json;

  bool isSince(uint32_t) const { return true; }
  void number(const char *name, int64_t value) {
    key(name);
    json += std::to_string(value);
  }
  void flag(const char *name, bool value) {
    key(name);
    json += value ? "true" : "false";
  }
  void choice(const char *name, ElementType value, int) {
    key(name);
    quote(getTypeName(value));
  }
  void choice(const char *name, SizeExpr::Kind value, int) {
    static constexpr const char *names[] = {
        "constant", "dimension", "add", "mul", "div", "ceildiv", "max", "min"};
    key(name);
    quote(names[static_cast<int>(value)]);
  }
  void choice(const char *name, SizeConstraint::Relation value, int) {
    static constexpr const char *names[] = {"equal", "equal_unless_none",
                                            "at_least"};
    key(name);
    quote(names[static_cast<int>(value)]);
  }
  void choice(const char *name, Access value, int) {
    static constexpr const char *names[] = {"read", "execute", "write"};
    key(name);
    quote(names[static_cast<int>(value)]);
  }
  void text(const char *name, const std::string &value) {
    key(name);
    quote(value);
  }
  void blob(const char *name, const std::string &value) {
    number(name, static_cast<int64_t>(value.size()));
  }
  template <typename T> void list(const char *name, std::vector<T> &values) {
    key(name);
    json += '[';
    for (T &value : values) {
      json += &value == values.data() ? "" : ", ";
      element(value);
    }
    json += ']';
  }
  template <typename T> void part(const char *name, std::optional<T> &value) {
    key(name);
    if (value)
      element(*value);
    else
      json += "null";
  }
  template <typename T> void element(T &value) {
    json += '{';
    visit(*this, value);
    json += '}';
  }

private:
  void key(const char *name) {
    if (json.back() != '{')
      json += ", ";
    quote(name);
    json += ": ";
  }
  void quote(const std::string &text) {
    json += '"';
    for (char c : text) {
      char escaped[8];
      if (c == '"' || c == '\\')
        std::snprintf(escaped, sizeof(escaped), "\\%c", c);
      else if (static_cast<unsigned char>(c) < 0x20)
        std::snprintf(escaped, sizeof(escaped), "\\u%04x", c);
      else
        std::snprintf(escaped, sizeof(escaped), "%c", c);
      json += escaped;
    }
    json += '"';
  }
  void element(int64_t &value) { json += std::to_string(value); }
  void element(std::string &value) { quote(value); }
};
} // namespace

std::string seednorm::runtime::formatManifest(const Package &package) {
  Printer printer;
  printer.json = "{\"version\": " + std::to_string(packageVersion);
  // Visitors read or write, so fields are no constants; this one reads.
  visit(printer, const_cast<Package &>(package));
  return printer.json + "}";
}

//===- Checksum.cpp - A checksum of bytes ---------------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Eight bytes at a time, one table for each: 20 KB take some 10 us.
//
//===----------------------------------------------------------------------===//

#include "seednorm/Runtime/Checksum.h"

#include <array>

using namespace seednorm::runtime;

namespace {
/// Row k: what a byte adds to the checksum k bytes further on.
using Tables = std::array<std::array<uint32_t, 256>, 8>;
} // namespace

static constexpr Tables makeTables() {
  constexpr uint32_t polynomial = 0x82f63b78; // Castagnoli, bits reversed.
  Tables tables{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t rest = byte;
    for (int bit = 0; bit < 8; ++bit)
      rest = rest & 1 ? rest >> 1 ^ polynomial : rest >> 1;
    tables[0][byte] = rest;
  }
  for (size_t row = 1; row < tables.size(); ++row)
    for (uint32_t byte = 0; byte < 256; ++byte) {
      uint32_t rest = tables[row - 1][byte];
      tables[row][byte] = rest >> 8 ^ tables[0][rest & 0xff];
    }
  return tables;
}

uint32_t seednorm::runtime::computeCRC32C(std::string_view bytes,
                                          uint32_t before) {
  static constexpr Tables tables = makeTables();
  uint32_t rest = ~before;
  size_t index = 0;
  auto getByte = [&](size_t offset) {
    return static_cast<uint8_t>(bytes[index + offset]);
  };
  for (; bytes.size() - index >= 8; index += 8) {
    uint32_t next = 0;
    for (size_t offset = 0; offset < 8; ++offset) {
      uint32_t byte = getByte(offset);
      if (offset < 4)
        byte ^= rest >> 8 * offset & 0xff;
      next ^= tables[7 - offset][byte];
    }
    rest = next;
  }
  for (; index < bytes.size(); ++index)
    rest = rest >> 8 ^ tables[0][(rest ^ getByte(0)) & 0xff];
  return ~rest;
}

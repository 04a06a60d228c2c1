//===- GlobalMemory.cpp - What a launch may touch -------------------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A launch has about ten regions, so that looking at each is fastest.
//
//===----------------------------------------------------------------------===//

#include "GlobalMemory.h"

#include "llvm/ADT/Twine.h"

using namespace llvm;
using namespace seednorm::emulator;

GlobalMemory::GlobalMemory(const std::vector<Region> &launched,
                           const HostProgram &program)
    : regions(launched) {
  for (const ModuleVariable &variable : program.variables)
    regions.push_back(
        {variable.name, variable.address, variable.bytes, variable.writable});
}

static uint64_t getBase(const Region &region) {
  return reinterpret_cast<uint64_t>(region.base);
}

static bool contains(const Region &region, uint64_t address, uint64_t bytes) {
  uint64_t offset = address - getBase(region);
  return offset <= region.bytes && bytes <= region.bytes - offset;
}

uint32_t GlobalMemory::find(uint64_t address, uint64_t bytes,
                            bool writes) const {
  for (uint32_t index = 0; index < regions.size(); ++index)
    if (contains(regions[index], address, bytes) &&
        (regions[index].writable || !writes))
      return index;
  return none;
}

// Bytes between an address and a region, zero inside it.
static uint64_t getDistance(const Region &region, uint64_t address) {
  uint64_t base = getBase(region), end = base + region.bytes;
  if (address < base)
    return base - address;
  return address > end ? address - end : 0;
}

const Region *GlobalMemory::findNearest(uint64_t address) const {
  const Region *nearest = nullptr;
  for (const Region &region : regions)
    if (!nearest ||
        getDistance(region, address) < getDistance(*nearest, address))
      nearest = &region;
  return nearest;
}

std::string GlobalMemory::locate(uint64_t address) const {
  const Region *nearest = findNearest(address);
  if (!nearest)
    return "in a launch without buffers";
  auto offset = static_cast<int64_t>(address - getBase(*nearest));
  return ("at offset " + Twine(offset) + " of '" + nearest->name +
          "', which has " + Twine(nearest->bytes) + " bytes")
      .str();
}

std::string GlobalMemory::explain(uint64_t address, uint64_t bytes,
                                  bool writes) const {
  for (const Region &region : regions)
    if (writes && !region.writable && contains(region, address, bytes))
      return ("write of " + Twine(bytes) + " bytes to read-only '" +
              region.name + "' at offset " + Twine(address - getBase(region)))
          .str();
  return ("out-of-bounds " + Twine(writes ? "write" : "read") + " of " +
          Twine(bytes) + " bytes " + locate(address))
      .str();
}

//===- SharedMemory.cpp - Shared memory of the running block --------------===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One state byte per byte of memory, checked with plain loops over the few
// bytes of an access.
//
//===----------------------------------------------------------------------===//

#include "SharedMemory.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/MathExtras.h"

#include <cstring>

using namespace llvm;
using namespace seednorm::emulator;

// Offsets are placed relative to this, more than any variable asks for.
static constexpr uint64_t baseAlignment = 4096;

// Addresses this far past the end still count as shared memory gone wrong.
static constexpr uint64_t marginBytes = 256;

static std::vector<SharedVariable> getVariables(const SharedLayout &layout,
                                                uint64_t dynamicBytes) {
  std::vector<SharedVariable> variables = layout.variables;
  if (layout.hasDynamic)
    variables.push_back(
        {"dynamic shared memory", layout.dynamicOffset, dynamicBytes});
  return variables;
}

static uint64_t getExtent(const SharedLayout &layout, uint64_t dynamicBytes) {
  return std::max(layout.bytes, layout.dynamicOffset + dynamicBytes) +
         marginBytes;
}

SharedMemory::SharedMemory(const HostProgram &program, uint64_t dynamicBytes,
                           const ClusterShape &shape)
    : variables(getVariables(program.shared, dynamicBytes)),
      extent(getExtent(program.shared, dynamicBytes)),
      races(extent, program.sites, shape) {
  storage.reset(new char[extent + baseAlignment]);
  base = reinterpret_cast<char *>(
      alignTo(reinterpret_cast<uint64_t>(storage.get()), baseAlignment));
  initialStates.assign(extent, Outside);
  for (const SharedVariable &variable : variables)
    std::fill_n(initialStates.begin() + variable.offset, variable.bytes,
                Unwritten);
  reset();
}

void SharedMemory::reset() {
  // All bits set is a NaN in every floating-point type.
  if (!variables.empty())
    std::memset(base, 0xff, extent);
  states = initialStates;
  reads.clear();
}

bool SharedMemory::contains(uint64_t address) const {
  return offsetOf(address) < extent;
}

bool SharedMemory::access(const Observer &observer, uint64_t address,
                          uint64_t bytes, bool reads, bool writes,
                          uint32_t site) {
  uint64_t offset = offsetOf(address);
  if (!isInside(offset, bytes))
    return false;
  MutableArrayRef<uint8_t> touched(states.data() + offset, bytes);
  // The common case first: all bytes are written, each like the one before.
  bool isWritten =
      touched.front() == Written &&
      std::memcmp(touched.data(), touched.data() + 1, bytes - 1) == 0;
  if (!isWritten)
    for (uint8_t state : touched)
      if (state == Outside || state >= Pending || (reads && state == Unwritten))
        return false;
  if (writes && isBeingRead(address, bytes))
    return false;
  if (!races.access(observer, offset, bytes, writes, site))
    return false;
  if (writes && !isWritten)
    fill(touched, Written);
  return true;
}

bool SharedMemory::isPending(uint64_t address, uint64_t bytes) const {
  uint64_t offset = offsetOf(address);
  return isInside(offset, bytes) &&
         is_contained(ArrayRef(states.data() + offset, bytes), Pending);
}

bool SharedMemory::isOpaque(uint64_t address, uint64_t bytes) const {
  uint64_t offset = offsetOf(address);
  return isInside(offset, bytes) &&
         is_contained(ArrayRef(states.data() + offset, bytes), Opaque);
}

void SharedMemory::setOpaque(uint64_t address, uint64_t bytes, bool isOpaque) {
  std::fill_n(states.begin() + offsetOf(address), bytes,
              isOpaque ? Opaque : Unwritten);
}

void SharedMemory::startRead(uint64_t address, uint64_t bytes) {
  reads.emplace_back(address, bytes);
}

void SharedMemory::finishRead(uint64_t address, uint64_t bytes) {
  auto found = llvm::find(reads, std::pair(address, bytes));
  assert(found != reads.end() && "a read that was started");
  reads.erase(found);
}

bool SharedMemory::isBeingRead(uint64_t address, uint64_t bytes) const {
  return any_of(reads, [&](auto read) {
    return read.first < address + bytes && address < read.first + read.second;
  });
}

void SharedMemory::startCopy(uint64_t address, uint64_t bytes) {
  std::fill_n(states.begin() + offsetOf(address), bytes, Pending);
}

void SharedMemory::finishCopy(const AccessRecord &write, uint64_t address,
                              uint64_t bytes) {
  std::fill_n(states.begin() + offsetOf(address), bytes, Written);
  races.recordWrite(write, offsetOf(address), bytes);
}

// Bytes between an offset and a variable, zero inside it.
static uint64_t getDistance(const SharedVariable &variable, uint64_t offset) {
  int64_t before = variable.offset - offset;
  int64_t after = offset - (variable.offset + variable.bytes);
  return std::max({before, after, int64_t(0)});
}

const SharedVariable *SharedMemory::findNearest(uint64_t offset) const {
  const SharedVariable *nearest = nullptr;
  for (const SharedVariable &variable : variables)
    if (!nearest ||
        getDistance(variable, offset) < getDistance(*nearest, offset))
      nearest = &variable;
  return nearest;
}

std::string SharedMemory::locate(uint64_t address) const {
  const SharedVariable *nearest = findNearest(offsetOf(address));
  if (!nearest)
    return "in a module without shared memory";
  auto offset = static_cast<int64_t>(offsetOf(address) - nearest->offset);
  return ("at offset " + Twine(offset) + " of '" + nearest->name +
          "', which has " + Twine(nearest->bytes) + " bytes")
      .str();
}

std::string SharedMemory::explain(uint64_t address, uint64_t bytes,
                                  bool writes) const {
  uint64_t offset = offsetOf(address);
  const SharedVariable *nearest = findNearest(offset);
  bool isInside = nearest && offset >= nearest->offset &&
                  offset + bytes <= nearest->offset + nearest->bytes;
  StringRef what = isInside ? "use of uninitialised shared memory: read"
                   : writes ? "out-of-bounds shared write"
                            : "out-of-bounds shared read";
  return (what + " of " + Twine(bytes) + " bytes " + locate(address)).str();
}

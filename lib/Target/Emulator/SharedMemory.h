//===- SharedMemory.h - Shared memory of the running block ------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The bytes lanes of a block share, with a state for each: a GPU leaves reads
// of bytes nobody wrote, and accesses between variables, undefined.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_TARGET_EMULATOR_SHAREDMEMORY_H
#define SEEDNORM_LIB_TARGET_EMULATOR_SHAREDMEMORY_H

#include "RaceDetector.h"

namespace seednorm::emulator {

/// Shared memory for one block after the other.
class SharedMemory {
public:
  SharedMemory(const HostProgram &program, uint64_t dynamicBytes,
               const ClusterShape &shape);

  /// Forgets what the last block wrote.
  void reset();

  /// Whether an address is one of shared memory, inside a variable or not.
  bool contains(uint64_t address) const;

  /// Performs the bookkeeping of an access. Returns false if it is wrong.
  bool access(const Observer &observer, uint64_t address, uint64_t bytes,
              bool reads, bool writes, uint32_t site);

  /// Whether an asynchronous copy writes a byte of a range.
  bool isPending(uint64_t address, uint64_t bytes) const;

  /// Marks a range as written by a copy under way.
  void startCopy(uint64_t address, uint64_t bytes);

  /// Marks a range as written by a copy that has ended.
  void finishCopy(const AccessRecord &write, uint64_t address, uint64_t bytes);

  /// A bulk store reads a range until it is told to have read it.
  void startRead(uint64_t address, uint64_t bytes);
  void finishRead(uint64_t address, uint64_t bytes);

  /// Whether a bulk store reads a byte of a range.
  bool isBeingRead(uint64_t address, uint64_t bytes) const;

  /// Makes a range an object that loads and stores may not touch, or ends it.
  void setOpaque(uint64_t address, uint64_t bytes, bool isOpaque);
  bool isOpaque(uint64_t address, uint64_t bytes) const;

  /// The write of a lane to a range of bytes that does not satisfy `isSeen`.
  std::optional<AccessRecord>
  findWrite(uint64_t address, uint64_t bytes,
            llvm::function_ref<bool(const AccessRecord &)> isSeen) {
    return races.findWrite(offsetOf(address), bytes, isSeen);
  }

  /// What the last access that gave false raced with, if that was it.
  const std::optional<Conflict> &getConflict() const {
    return races.getConflict();
  }

  /// Why `access` gave false.
  std::string explain(uint64_t address, uint64_t bytes, bool writes) const;

  void *getBase() const { return base; }

  /// Where an address is, relative to the nearest variable.
  std::string locate(uint64_t address) const;

private:
  enum State : uint8_t { Outside, Unwritten, Written, Pending, Opaque };

  bool isInside(uint64_t offset, uint64_t bytes) const {
    return offset <= extent && bytes <= extent - offset;
  }

  const SharedVariable *findNearest(uint64_t offset) const;
  uint64_t offsetOf(uint64_t address) const {
    return address - reinterpret_cast<uint64_t>(base);
  }

  std::vector<SharedVariable> variables;
  uint64_t extent; ///< Bytes from the base to the end of the margin.
  std::unique_ptr<char[]> storage;
  char *base;
  std::vector<uint8_t> states, initialStates;
  RaceDetector races;
  std::vector<std::pair<uint64_t, uint64_t>> reads; ///< Of bulk stores.
};

} // namespace seednorm::emulator

#endif // SEEDNORM_LIB_TARGET_EMULATOR_SHAREDMEMORY_H

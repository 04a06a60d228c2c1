//===- GlobalMemory.h - What a launch may touch -----------------*- C++ -*-===//
//
// Part of seednorm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The regions of a launch: which one an address belongs to, and what is wrong
// with an access that belongs to none.
//
//===----------------------------------------------------------------------===//

#ifndef SEEDNORM_LIB_TARGET_EMULATOR_GLOBALMEMORY_H
#define SEEDNORM_LIB_TARGET_EMULATOR_GLOBALMEMORY_H

#include "HostProgram.h"
#include "seednorm/Target/Emulator/Emulator.h"

namespace seednorm::emulator {

/// The regions named by the launch, followed by the module's variables.
class GlobalMemory {
public:
  static constexpr uint32_t none = ~0u;

  GlobalMemory(const std::vector<Region> &regions, const HostProgram &program);

  /// The index of the first region that allows an access, or `none`.
  uint32_t find(uint64_t address, uint64_t bytes, bool writes) const;

  /// Why `find` gave `none`, told relative to the nearest region.
  std::string explain(uint64_t address, uint64_t bytes, bool writes) const;

  /// Where an address is, relative to the nearest region.
  std::string locate(uint64_t address) const;

  const std::vector<Region> &getRegions() const { return regions; }

private:
  const Region *findNearest(uint64_t address) const;

  std::vector<Region> regions;
};

} // namespace seednorm::emulator

#endif // SEEDNORM_LIB_TARGET_EMULATOR_GLOBALMEMORY_H
